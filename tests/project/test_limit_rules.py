"""Limits that an environment reaches as a whole."""

from pathlib import Path

from scripts.capacity.sizing import Capacity, ScalingTarget, TableCapacity
from scripts.limits import ACCOUNT_UNITS, STACKS, TABLES, TEMPLATE_BYTES, TEMPLATE_RESOURCES
from scripts.problems import ERROR, WARNING
from scripts.project.limit_rules import FAMILY, Demand, PlaceTotals, RenderedTemplate
from tests.for_each import for_each


def fixed(read: int, write: int) -> Capacity:
    return Capacity(ScalingTarget(read, read), ScalingTarget(write, write))


AT_THE_LIMIT = Demand(
    PlaceTotals(TABLES.most, STACKS.most),
    [TableCapacity(fixed(ACCOUNT_UNITS.most // 2, 1), (("ByDay", fixed(ACCOUNT_UNITS.most // 2, 1)),))],
    [RenderedTemplate("Orders", TEMPLATE_BYTES.most, TEMPLATE_RESOURCES.most)],
)
OVER = {
    "L001": ({"templates": [RenderedTemplate("Orders", 51_201, 1)]}, "Template Orders has 51,201 bytes; inline it may have 51,200."),
    "L002": ({"templates": [RenderedTemplate("Orders", 1, 501)]}, "Template Orders has 501 resources; at most 500 are allowed."),
    "L003": ({"place": PlaceTotals(2_501, 1)}, "The services have 2,501 tables in this account and Region; the quota of an account and Region is 2,500."),
    "L004": ({"place": PlaceTotals(1, 2_001)}, "The services need 2,001 stacks in this account and Region; the quota of an account and Region is 2,000."),
    "L005": ({"provisioned": [TableCapacity(fixed(40_000, 1), (("A", fixed(40_001, 1)),))]}, "The read capacity of all tables can reach 80,001; the quota is 80,000."),
    "L006": ({"dropped": {"Orders": ("latency", "hot-key")}}, "Table Orders goes without the alarms latency, hot-key: there is no room in its template."),
}  # fmt: skip


def found(demand: Demand) -> list[tuple[str, str]]:
    return [
        (id, rule.problem(Path("x"), **breach.facts).message)
        for id, rule in FAMILY.rules.items()
        for breach in rule.check(demand)
    ]


def test_what_is_at_a_limit_is_within_it() -> None:
    assert found(AT_THE_LIMIT) == []


@for_each("id", FAMILY.rules)
def test_what_exceeds_a_limit_is_named(id: str) -> None:
    change, message = OVER[id]
    assert found(AT_THE_LIMIT._replace(**change)) == [(id, message)]


def test_what_aws_never_raises_is_an_error_and_all_have_a_source() -> None:
    assert {id for id, rule in FAMILY.rules.items() if rule.severity == ERROR} == {"L001", "L002"}
    assert {rule.severity for rule in FAMILY.rules.values()} == {ERROR, WARNING}
    assert all(rule.source for rule in FAMILY.rules.values())
