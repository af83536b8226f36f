"""Environments and services that are no longer wanted: everything of them is kept, and how to part with it is told."""

from collections import Counter
from collections.abc import Iterator, Mapping

from scripts import names
from scripts.capacity.money import NO_ESTIMATE
from scripts.folders import LOCAL_RECORDS
from scripts.observe import stacks
from scripts.observe.aws import Aws
from scripts.observe.batch_reader import BatchReader
from scripts.observe.retired_records import RetiredPlace
from scripts.observe.retired_tables import GONE
from scripts.observe.stacks import Stack
from scripts.planning.entries import RETIRED, Entry, PlanLine
from scripts.planning.retired_entries import let_go
from scripts.planning.template_diff import WORDS

HOW = "How to part with it: docs/retiring.md."
STAYS = "{service} is retired in {environment}: {what} {stay}{cost}. " + HOW
ELSEWHERE = (
    "{service} was last deployed to {region}, account {account}. What runs there stays and is not moved ({tables}), and once this is "
    "deployed no record names it. Move it with its items: docs/moving.md."
)
SHARED = "Alarms, topics and dashboards of its tables are in it: it goes last. {keeps}"
LAST = "When the stacks of all its tables are gone, and nothing needs its topics:"


def left_stacks(place: RetiredPlace, present: Mapping[str, Stack]) -> tuple[list[Stack], list[Stack]]:
    """What is still there of it, in the order of its names: stacks of tables, and those that the tables shared.

    `present`: all stacks of the account by name. Ours are those that carry its tags, and those that its record has.
    """
    ours = {"Service": place.service, "Environment": place.environment}.items()
    prefix = names.service_stack(place.environment, place.service)
    found = [
        stack
        for name, stack in sorted(present.items())
        if stack.status not in GONE
        and (name in place.stacks or (name.startswith(prefix) and ours <= stack.tags.items()))
    ]
    of_tables = [stack for stack in found if stack.name in place.tables or "TableName" in stack.outputs]
    return of_tables, [stack for stack in found if stack not in of_tables]


def amount_words(tables: int, shared: int) -> str:
    """`5 tables and the shared stack`."""
    parts = [f"{tables} table{'' if tables == 1 else 's'}"] if tables else []
    parts += ["the shared stack" if shared == 1 else f"{shared} shared stacks"] if shared else []
    return " and ".join(parts)


def stay_words(service: str, environment: str, tables: int, shared: int, cost: str) -> str:
    """What a plan says first. `cost`: of all of it, a month; empty: not known."""
    stay, verb = ("stay", "cost") if tables + shared > 1 else ("stays", "costs")
    about = cost if cost.startswith("at least") else f"about {cost}"
    costs = f" and {verb} {about} a month, as estimated at the last deployment" if cost not in ("", NO_ESTIMATE) else ""
    return STAYS.format(
        service=service, environment=environment, what=amount_words(tables, shared), stay=stay, cost=costs
    )


def elsewhere_words(place: RetiredPlace) -> str:
    """That what was deployed to another Region or account stays there, and is lost from sight."""
    tables = len(place.tables)
    words = f"{tables} table{'' if tables == 1 else 's'}"
    return ELSEWHERE.format(service=place.service, region=place.region, account=place.account, tables=words)


def left_words(place: RetiredPlace, present: Mapping[str, Stack]) -> str:
    """That it is retired, and what is left of it; or that nothing is, and how to forget it."""
    tables, shared = left_stacks(place, present)
    if tables or shared:
        return stay_words(place.service, place.environment, len(tables), len(shared), place.cost)
    folder = place.folder.as_posix()
    forget = "rm" if place.folder.is_relative_to(LOCAL_RECORDS) else "git rm"
    return (
        f"{place.service} is retired in {place.environment}, and none of its stacks is left. Tables that were let go and not deleted "
        f"are still there: {folder}/deployment.md has their names. To forget it: {forget} -r {folder}"
    )


def retired_shared(aws: Aws, listed: BatchReader, place: RetiredPlace) -> Iterator[Entry]:
    """The stacks that the tables of a retired service shared, with the commands that let them go.

    Raises the errors of FAILURES.
    """
    for stack in left_stacks(place, listed.stacks())[1]:
        kept = _kept(stacks.template(aws, stack.name))
        keeps = f"Its deletion keeps {kept}." if kept else "Its deletion keeps nothing of it."
        commands = let_go(stack.name, aws.region, f"which keeps {kept}" if kept else "and all that is in it")
        yield Entry(
            place.service,
            stack.name,
            RETIRED,
            changes=(PlanLine(SHARED.format(keeps=keeps)),),
            steps=tuple(map(PlanLine, (LAST, *commands))),
        )


def _kept(template: Mapping[str, object]) -> str:
    """What the deletion of a stack does not delete, by its words: `2 alarm topics and the backup vault`."""
    resources = template.get("Resources", {})
    found = Counter(
        each["Type"]
        for each in (resources.values() if isinstance(resources, dict) else ())
        if each.get("DeletionPolicy") == "Retain"
    )
    several = {kind: WORDS.get(kind, (kind, kind)) for kind in found}
    return " and ".join(f"{n} {several[kind][1]}" if n > 1 else f"the {several[kind][0]}" for kind, n in found.items())
