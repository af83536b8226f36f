"""Limits of tables, templates and accounts."""

from dataclasses import replace

import pytest

from scripts.capacity.aws_limits import LIMITS, Template, problems
from scripts.capacity.sizing import Capacity, ScalingTarget, TableCapacity
from scripts.contract.input_limits import INDEX_QUOTA, MAX_INCLUDED_PER_TABLE
from scripts.model import INCLUDE, Index
from tests.capacity.loads import fixed
from tests.capacity.tables import ORDERS
from tests.samples import keys

ONE_TOO_MANY = tuple(Index(f"By{number}", keys("a")) for number in range(21))
INCLUDED = tuple(Index(f"By{n}", keys("a"), INCLUDE, tuple(f"a{m}" for m in range(20))) for n in range(5))
MORE = Index("ByMore", keys("a"), INCLUDE, ("b",))


def table_of(units: Capacity) -> dict[str, TableCapacity]:
    return {"Orders": TableCapacity(units)}


def test_the_limits_agree_with_those_of_contracts() -> None:
    assert (LIMITS["indexes"].value, LIMITS["projected"].value) == (INDEX_QUOTA, MAX_INCLUDED_PER_TABLE)


def test_every_limit_has_a_source() -> None:
    assert all(limit.source and limit.what and limit.value > 0 for limit in LIMITS.values())


def test_a_normal_environment_has_no_problem() -> None:
    assert problems([ORDERS], table_of(fixed(1, 40_000)), [Template("Orders.yaml", 51_200, 500)], 2_499, 1_999) == ()


FOUND = [
    (
        {"tables": [replace(ORDERS, indexes=ONE_TOO_MANY)]},
        "indexes",
        "Table Orders has 21 global secondary indexes; the quota is 20.",
    ),
    (
        {"tables": [replace(ORDERS, indexes=(*INCLUDED, MORE))]},
        "projected",
        "project 101 attributes; at most 100 are allowed.",
    ),
    (
        {"capacities": table_of(fixed(0, 1))},
        "floor",
        "read capacity of table Orders has a minimum of 0; the least is 1.",
    ),
    (
        {
            "capacities": {
                "Orders": TableCapacity(fixed(1, 1), (("ByDay", Capacity(ScalingTarget(1, 1), ScalingTarget(5, 4))),))
            }
        },
        "floor",
        "The write capacity of index ByDay of Orders has a maximum of 4, less than its minimum of 5.",
    ),
    ({"capacities": table_of(fixed(40_001, 1))}, "table_units", "has a maximum of 40,001; the quota is 40,000."),
    (
        {"capacities": table_of(Capacity(ScalingTarget(1, 1, 19), ScalingTarget(1, 1)))},
        "target_low",
        "auto scaling accepts 20 to 90 %.",
    ),
    (
        {"capacities": table_of(Capacity(ScalingTarget(1, 1, 91), ScalingTarget(1, 1)))},
        "target_high",
        "target utilisation of 91 %",
    ),
    (
        {"capacities": {"Orders": TableCapacity(fixed(1, 1), (), ("It is cut.",))}},
        "table_units",
        "It is cut. Ask AWS to raise",
    ),
    (
        {"templates": [Template("Orders.yaml", 51_201, 1)]},
        "template_bytes",
        "Orders.yaml has 51,201 bytes; inline it may have 51,200.",
    ),
    (
        {"templates": [Template("Orders.yaml", 1, 501)]},
        "resources",
        "Orders.yaml has 501 resources; at most 500 are allowed.",
    ),
    (
        {"other_tables": 2_500},
        "tables",
        "The environment has 2,501 tables; the quota of an account and Region is 2,500.",
    ),
    (
        {"other_stacks": 2_000},
        "stacks",
        "The environment needs 2,001 stacks; the quota of an account and Region is 2,000.",
    ),
    (
        {"capacities": {"Orders": TableCapacity(fixed(40_000, 1), (("A", fixed(40_000, 1)), ("B", fixed(1, 1))))}},
        "account_units",
        "The read capacity of all tables can reach 80,001; the quota is 80,000.",
    ),
]


@pytest.mark.parametrize(("given", "limit", "text"), FOUND)
def test_what_exceeds_a_limit_is_named_with_the_way_out(given: dict, limit: str, text: str) -> None:
    (found,) = problems(**{"tables": [ORDERS], **given})
    assert found.limit == limit
    assert text in str(found)
    assert found.fix.endswith(".")
    assert str(found) == f"{found.message} {found.fix}"
