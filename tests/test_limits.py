"""Every limit: what is at it is as it was, and what is one above it is refused, told, divided, shortened or made to wait."""

from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from scripts import limits
from scripts.access.documents import Grant, documents, size
from scripts.capacity.sizing import TableCapacity
from scripts.command import Refused
from scripts.github.environment_list import environments
from scripts.limits import LIMITS, Limit
from scripts.model import DesiredTable, Keys
from scripts.monitoring import dashboard, widgets
from scripts.observe.rate import Limiter
from scripts.pages.common import fitting
from scripts.planning.deployment_time import words
from scripts.planning.durations import Minutes
from scripts.planning.schedule import Schedule, full
from scripts.planning.stack_work import StackWork
from scripts.project.limit_rules import FAMILY, Demand, PlaceTotals, RenderedTemplate
from scripts.settings.deployment_file import Environment
from scripts.text.github_limits import COMMENT_LIMIT, SUMMARY_LIMIT, fit
from tests.for_each import for_each
from tests.project.test_limit_rules import fixed


def told(id: str, place: PlaceTotals | None = None, **demand: Any) -> bool:
    """Whether a rule finds nothing to tell."""
    asked = Demand(place, demand.get("provisioned", ()), demand.get("templates", ()))
    check = FAMILY.rules[id].check
    return check is not None and not list(check(asked))


def one_policy(characters: int) -> bool:
    def made(length: int) -> dict[str, Any]:
        grants = [Grant("Items", ("dynamodb:GetItem",), f"arn:{name}") for name in ("a", "b" * length)]
        return documents("Shop", {"a": grants[:1], "b": grants[1:]}, {"a": 1, "b": 1}).by_name

    length = 1 + characters - size(made(1)["1"])
    assert size(made(length - 100)["1"]) == characters - 100
    return len(made(length)) == 1


def one_dashboard(room: Callable[[int], dashboard.Room], amount: int) -> bool:
    states = {name: DesiredTable(name, Keys(())) for name in ("Orders", "Prices")}
    there = dict.fromkeys(states, 1)  # and so without the room that is left for new ones
    return len(dashboard._pages(states, {"Orders": room(amount - 1), "Prices": room(1)}, there)) == 1


def as_it_is(text: str, limit: int, most: int) -> bool:
    found = fit(text, limit, "the artifacts")
    assert len(found) <= most
    return found == text


def one_matrix(jobs: int) -> bool:
    there = [Environment(f"e{n}", "eu-west-1") for n in range(jobs)]
    try:
        return len(environments([SimpleNamespace(name="shop", environments=there)])) == jobs  # type: ignore[list-item]
    except Refused:
        return False


def at_once(operation: str, calls: int) -> bool:
    """Whether so many calls need not wait."""
    paused: list[float] = []
    limiter = Limiter(100.0, now=lambda: 1_000.0, sleep=paused.append)
    for _ in range(calls):
        limiter.wait(operation)
    return max(paused, default=0.0) < 0.001


def stacks_at_once(count: int) -> bool:
    """Whether so many tables are changed at once where there are more, and all goes well."""
    schedule = Schedule((StackWork(f"t{n}", "shop") for n in range(500)), full(), lambda: 0.0)
    running = deque[StackWork]()
    for _ in range(400):
        while work := schedule.begin():
            running.append(work)
        if len(running) >= count:
            return True
        schedule.ended(running.popleft().stack)
    return False


def within_a_second(alarms: int) -> bool:
    """Whether the next alarms may be asked for a second after so many."""
    schedule = Schedule((StackWork(f"t{n}", "shop", alarms=alarms) for n in range(2)), full(), lambda: 0.0)
    schedule.begin()
    return (schedule.pause() or 0) <= 1


# Whether so much of it is within what the project keeps to.
WITHIN: dict[str, Callable[[int], bool]] = {
    "TEMPLATE_BYTES": lambda n: told("L001", templates=[RenderedTemplate("Orders", n, 1)]),
    "TEMPLATE_RESOURCES": lambda n: told("L002", templates=[RenderedTemplate("Orders", 1, n)]),
    "TABLES": lambda n: told("L003", PlaceTotals(n, 1)),
    "STACKS": lambda n: told("L004", PlaceTotals(1, n)),
    "ACCOUNT_UNITS": lambda n: told("L005", provisioned=[TableCapacity(fixed(n, 1))]),
    "POLICY_CHARACTERS": one_policy,
    "DASHBOARD_WIDGETS": lambda n: one_dashboard(lambda count: (1, count, 1), n),
    "DASHBOARD_METRICS": lambda n: one_dashboard(lambda count: (1, 1, count), n),
    "WIDGET_ALARMS": lambda n: len(widgets.alarm_status("Alarms", [f"alarm{number}" for number in range(n)])) == 1,
    "PAGE_BYTES": lambda n: fitting([lambda: "x" * n, lambda: "short"]) != "short",
    "COMMENT_CHARACTERS": lambda n: as_it_is("x" * n, COMMENT_LIMIT, limits.COMMENT_CHARACTERS.most),
    "SUMMARY_CHARACTERS": lambda n: as_it_is("x" * n, SUMMARY_LIMIT, limits.SUMMARY_CHARACTERS.most),
    "MATRIX_JOBS": one_matrix,
    "DESCRIBE_ALARMS": lambda n: at_once("DescribeAlarms", n),
    "PUT_METRIC_ALARM": within_a_second,
    "TABLE_OPERATIONS": stacks_at_once,
    "INDEXED_CREATIONS": stacks_at_once,
    "JOB_MINUTES": lambda n: "GitHub" not in words(Minutes(1, n), (), known=True),
    "CONTRIBUTOR_INSIGHTS": lambda n: at_once("ListContributorInsights", n),
}


def test_every_limit_is_tried() -> None:
    assert WITHIN.keys() == LIMITS.keys()


@for_each("name", LIMITS)
def test_one_below_and_one_above(name: str) -> None:
    limit: Limit = LIMITS[name]
    assert limit.room <= limit.most
    assert limit.of and limit.source
    assert WITHIN[name](limit.room - 1)
    assert WITHIN[name](limit.room)
    assert not WITHIN[name](limit.room + 1)
