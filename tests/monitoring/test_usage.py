"""What is known of the requests of a table: the traffic of deployment.yaml before the contract's patterns."""

from typing import Any

from scripts.capacity.rates import MAX_RATE
from scripts.model import AccessPattern, ContractTable, Index
from scripts.monitoring.usage import NOT_KNOWN, Expected, in_all, traffic
from tests import samples
from tests.for_each import for_each

TABLE = ContractTable("Orders", samples.keys("PK"), indexes=(Index("ByDay", samples.keys("x")),))


def pattern(rate: float | None, operation: str = "GetItem", index: str = "") -> AccessPattern:
    return AccessPattern("AP1", "", operation, "Orders", index, requests_per_second=rate)


def expected(*patterns: AccessPattern, **stated: Any) -> dict[str, tuple[Expected, Expected]]:
    return dict(traffic({"traffic": stated}, TABLE, patterns))


def known(rate: float) -> Expected:
    return Expected(rate, True)


READ, WRITE, OF_INDEX = pattern(2.5), pattern(3, "PutItem"), pattern(4, "Query", "ByDay")
CASES: list[tuple[tuple[AccessPattern, ...], dict[str, Any], dict[str, tuple[Expected, Expected]]]] = [
    ((), {}, {}),
    ((READ, READ, WRITE, OF_INDEX), {}, {"": (known(5), known(3)), "ByDay": (known(4), known(3))}),
    # a pattern without a rate, or without an operation: there are at least so many
    ((READ, WRITE, pattern(None)), {}, {"": (Expected(2.5), Expected(3)), "ByDay": (NOT_KNOWN, Expected(3))}),
    # nobody says that there are no writes
    ((READ,), {}, {"": (known(2.5), NOT_KNOWN), "ByDay": (NOT_KNOWN, NOT_KNOWN)}),
    # the settings win, and say how much of it an index gets
    (
        (READ, WRITE, pattern(None)),
        {
            "reads": {"average": 100, "peak": 400},
            "writes": {"average": 10},
            "indexes": {"ByDay": {"share_of_items": 0.5, "key_changes": 1}},
        },
        {"": (known(100), known(10)), "ByDay": (NOT_KNOWN, known(10))},
    ),
    ((), {"reads": {"peak": 7}}, {"": (known(7), NOT_KNOWN), "ByDay": (NOT_KNOWN, NOT_KNOWN)}),
]


@for_each(("patterns", "stated", "found"), CASES)
def test_what_is_known(patterns: Any, stated: Any, found: Any) -> None:
    assert expected(*patterns, **stated) == found


@for_each("operation", ["GetItem", "PutItem"])
@for_each("rate", [MAX_RATE + 1, 1e308])
def test_rates_that_cannot_be_meant_are_not_counted(rate: float, operation: str) -> None:
    """As in the capacity and the costs. Several of 1e308 would be endless, which no threshold can be made of."""
    found = expected(*[pattern(rate, operation)] * 3)
    assert {one.per_second for pair in found.values() for one in pair} <= {0}
    assert not any(one.complete for pair in found.values() for one in pair)


def test_all_requests_together_are_known_if_each_is() -> None:
    assert in_all([(known(1), known(2)), (known(3),)]) == known(6)
    assert in_all([(known(1), Expected(2))]) == Expected(3)
    assert in_all([(known(1),), ()]) == Expected(1)
    assert in_all([]) == NOT_KNOWN
