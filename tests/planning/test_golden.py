"""Whole plans as people and scripts read them: text, Markdown and JSON of each kind of plan, kept in golden/."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from scripts.files import json_text
from scripts.model import ContractTable, DesiredTable, KeyAttribute, Keys, LiveTable, Unknown
from scripts.observe.target import ServiceEnvironment
from scripts.planning.build_plan import plan
from scripts.planning.changes import change
from scripts.planning.entries import Plan
from scripts.planning.inputs import PlannedTable
from scripts.planning.plan_page import to_markdown
from scripts.planning.plan_text import to_text
from scripts.planning.plan_values import to_values
from scripts.planning.retired_entries import Retired
from scripts.planning.template_diff import SharedStack, plain
from scripts.templates.desired import table_states
from scripts.templates.retained_resources import retain_resources
from scripts.templates.shared_templates import shared_stacks
from scripts.templates.template import table_template
from tests import samples
from tests.for_each import for_each
from tests.golden import Golden
from tests.planning.pairs import BASE, BOTH, BY_BOOK, BY_DAY, BY_EMAIL, BY_STATUS, SIZE, indexed, provisioned

TRAFFIC = "traffic: {item_count: 12000000, item_size_bytes: 750, reads: {average: 80, peak: 400}, writes: {average: 40, peak: 200}, indexes: {ByStatus: READS, ByBook: READS, ByDay: READS}}".replace(
    "READS", "{reads: {average: 10, peak: 50}}"
)
BACKUPS = "\n    backups: {schedule: daily, retention_days: 35}"
FORTY = 40


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> ServiceEnvironment:
    return placed(tmp_path_factory, samples.SETTINGS.replace("expires_at,", f"expires_at, {TRAFFIC},"))


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> ServiceEnvironment:
    """The same with one mail address more, and with backups."""
    settings = samples.SETTINGS.replace("[oncall@example.com]", f"[oncall@example.com, night@example.com]{BACKUPS}")
    return placed(tmp_path_factory, settings)


def placed(factory: pytest.TempPathFactory, settings: str) -> ServiceEnvironment:
    service = samples.service(factory.mktemp("service"), settings=settings)
    return ServiceEnvironment(service, service.environments[1])


Made = Callable[[ServiceEnvironment, ServiceEnvironment], Plan]


def job(
    place: ServiceEnvironment,
    name: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    adopt: bool = False,
) -> PlannedTable:
    """A table that has what is before (None: there is none) and is to have what is after, both beside BASE."""
    desired = replace(BASE, name=name, **after)
    live = None if before is None else samples.live_table(replace(BASE, name=name), **before, **SIZE)
    return job_of(place, desired, live, adopt)


def job_of(
    place: ServiceEnvironment, desired: DesiredTable, live: LiveTable | None, adopt: bool = False
) -> PlannedTable:
    table: ContractTable = replace(place.service.contract.tables[0], indexes=desired.indexes)
    return PlannedTable(place, table, desired, live, change(desired, live, adopt))


def planned(*jobs: PlannedTable, **more: Any) -> Plan:
    return plan("prod-eu-west-1", "eu-west-1", "111122223333", jobs, **more)


def created(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    states = table_states(place.service, place.environment)
    tables = place.service.contract.tables
    on_demand = [PlannedTable(place, t, s, None, change(s, None)) for t, s in zip(tables, states, strict=True)]
    return planned(*on_demand, job(place, "prod-Stock", None, provisioned(*BOTH)))


def in_place(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    return planned(job(place, "prod-Orders", {"recovery_days": 7, "deletion_protection": False}, {}))


def in_steps(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    return planned(job(place, "prod-Orders", {}, {**indexed(BY_STATUS, BY_EMAIL, BY_DAY), "recovery_days": 7}))


def costs_more(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    return planned(job(place, "prod-Orders", {}, indexed(BY_STATUS, BY_BOOK, BY_DAY)))


def adopted(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    return planned(job(place, "prod-Orders", {"deletion_protection": False, **indexed(BY_STATUS)}, {}, adopt=True))


def blocked(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    sort = (KeyAttribute("created_at", "N"),)
    keys = {"keys": Keys((KeyAttribute("PK", "S"),), sort)}
    return planned(job(place, "prod-Customers", {}, keys), job(place, "prod-Orders", {}, {"recovery_days": 7}))


def retired(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    stack = "dynamodb-prod-eu-west-1-shop-"
    old = Retired("shop", "prod-Carts", f"{stack}Carts", "eu-west-1", item_count=1, size_bytes=400, found="there")
    moved = Retired(
        "shop", "prod-Orders", f"{stack}OldOrders", "eu-west-1", item_count=5_000, size_bytes=2_000_000, found="there"
    )
    return planned(job(place, "prod-Orders", {}, {}), retired=[old, moved])


def mixed(place: ServiceEnvironment, earlier: ServiceEnvironment) -> Plan:
    """Everything that a reviewer has to see in one minute."""
    tables = [
        job(place, "prod-Sessions", None, {"ttl_attribute": "expires_at", **indexed()}),
        job(place, "prod-Orders", {}, indexed(BY_STATUS, BY_EMAIL)),
        job(place, "prod-Carts", {}, {"ttl_attribute": "placed_at"}),
        job(place, "prod-Payments", {}, {"recovery_days": 1, "deletion_protection": False}),
        job(place, "prod-Stock", {}, {"deletion_protection": False}),
        job(place, "prod-Logs", {"stream": "NEW_IMAGE"}, {}),
        job(place, "prod-Users", {"resource_policy": Unknown("AccessDenied: dynamodb:GetResourcePolicy")}, {}),
        job(place, "prod-Books", {}, {}),
        alarmed(place),
    ]
    before, after = (
        plain(next(iter(shared_stacks(each.service, each.environment, ()).values()))) for each in (earlier, place)
    )
    after = plain(retain_resources(after, before))
    return planned(*tables, shared=[SharedStack("shop", "dynamodb-prod-eu-west-1-shop", before, after)])


def alarmed(place: ServiceEnvironment) -> PlannedTable:
    """A table that has one alarm less, and of which another one fires later."""
    states = table_states(place.service, place.environment)
    table, state = place.service.contract.tables[1], states[1]
    before = plain(table_template(state, "shop", "prod-eu-west-1"))
    late = replace(state.alarms[0], threshold=500)
    desired = replace(state, alarms=(late, *state.alarms[2:]))
    live = LiveTable.as_deployed(state)
    return PlannedTable(place, table, desired, live, change(desired, live), before)


def nothing(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    return planned(*(job(place, f"prod-{name}", {}, {}) for name in ("Orders", "Books")))


def by_hand(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    """The stacks ask for what is wanted: what differs was changed outside of CloudFormation."""
    jobs = [job(place, f"prod-{name}", {"recovery_days": 7}, {}) for name in ("Orders", "Books")]
    before = [plain(table_template(each.desired, "shop", "prod-eu-west-1")) for each in jobs]
    return planned(*(replace(each, template=template) for each, template in zip(jobs, before, strict=True)))


def partly_by_hand(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    """A deployment changes what the contract changes, and leaves what people did: a setting, one alarm, and six of them."""
    changed = job(place, "prod-Stock", {"recovery_days": 7}, {"deletion_protection": False})
    template = plain(table_template(replace(changed.desired, deletion_protection=True), "shop", "prod-eu-west-1"))
    states = table_states(place.service, place.environment)
    jobs = [replace(changed, template=template)]
    for state, left in zip(states, (6, 1), strict=True):
        live = replace(LiveTable.as_deployed(state), alarms=state.alarms[left:])
        whole = plain(table_template(state, "shop", "prod-eu-west-1"))
        jobs.append(replace(job_of(place, state, live), template=whole))
    return planned(*jobs)


def unknown(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    unread = replace(job(place, "prod-Orders", {}, {}), live=Unknown("The contract at v1 cannot be read."))
    return planned(unread, against="v1", notes=["The environment is new: v1 does not have it."])


def forty(place: ServiceEnvironment, _earlier: ServiceEnvironment) -> Plan:
    """The same change of many tables is said once."""
    changed = [job(place, f"prod-T{n:02}", {}, {"recovery_days": 7}) for n in range(25)]
    return planned(*changed, *(job(place, f"prod-T{n:02}", {}, {}) for n in range(25, FORTY)))


PLANS: dict[str, Made] = {
    made.__name__: made
    for made in (
        created,
        in_place,
        in_steps,
        costs_more,
        adopted,
        blocked,
        retired,
        mixed,
        nothing,
        by_hand,
        partly_by_hand,
        unknown,
    )
}


@for_each("name", PLANS)
def test_each_kind_of_plan(name: str, place: ServiceEnvironment, earlier: ServiceEnvironment, golden: Golden) -> None:
    made = PLANS[name](place, earlier)
    golden.check(f"{name}.txt", to_text(made))
    golden.check(f"{name}.md", to_markdown(made))
    golden.check(f"{name}.json", json_text(to_values(made)))


def test_forty_tables(place: ServiceEnvironment, earlier: ServiceEnvironment, golden: Golden) -> None:
    made = forty(place, earlier)
    golden.check("forty.txt", to_text(made))
    golden.check("forty.md", to_markdown(made))


def test_safe_is_said_of_nothing(place: ServiceEnvironment, earlier: ServiceEnvironment) -> None:
    for made in (*PLANS.values(), forty):
        text = to_text(made(place, earlier)) + json_text(to_values(made(place, earlier)))
        assert "safe" not in text.lower()
