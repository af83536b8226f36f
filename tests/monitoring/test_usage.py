"""What the access patterns say about a table: rates that cannot be meant do not count."""

import pytest

from scripts.capacity.rates import MAX_RATE
from scripts.model import AccessPattern
from scripts.monitoring.usage import traffic


def pattern(rate: float | None, operation: str = "GetItem") -> AccessPattern:
    return AccessPattern("AP1", "", operation, "Orders", requests_per_second=rate)


def test_rates_are_added_up() -> None:
    found = traffic([pattern(2.5), pattern(None), pattern(MAX_RATE), pattern(3, "PutItem")], "Orders", ["ByDay"])
    assert found == {"": (MAX_RATE + 2.5, 3), "ByDay": (0, 3)}


@pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
@pytest.mark.parametrize("rate", [MAX_RATE + 1, 1e308])
def test_rates_that_cannot_be_meant_are_not_counted(rate: float, operation: str) -> None:
    """As in the capacity and the costs. Several of 1e308 would be endless, which no threshold can be made of."""
    assert traffic([pattern(rate, operation)] * 3, "Orders", []) == {"": (0, 0)}
