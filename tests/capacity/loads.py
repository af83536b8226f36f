"""Loads for tests: by hand, and random ones; and prices."""

from decimal import Decimal

from hypothesis import strategies as st

from scripts.capacity.load import READ_KINDS, STANDARD, STRONG, WRITE_KINDS, IndexLoad, Rate, Requests, TableLoad
from scripts.capacity.sizing import Capacity, ScalingTarget
from scripts.capacity.throughput import ThroughputPrices

PRICES = ThroughputPrices(
    Decimal("0.125"), Decimal("0.625"), Decimal("0.00013"), Decimal("0.00065"), alarm_month=Decimal("0.10")
)
MAX_ITEM = 400 * 1024


def reads(average: object, peak: object = None, size: int = 4096, kind: str = STRONG) -> tuple[Requests, ...]:
    """Reads of one kind: strongly consistent ones of one unit, when nothing else is said."""
    return (Requests(kind, Rate.of(average, peak), size),)


def writes(average: object, peak: object = None, size: int = 1024, kind: str = STANDARD) -> tuple[Requests, ...]:
    """Writes of one kind: standard ones of one unit, when nothing else is said."""
    return (Requests(kind, Rate.of(average, peak), size),)


def fixed(read: int, write: int) -> Capacity:
    """Capacity that auto scaling cannot change: minimum and maximum are the same."""
    return Capacity(ScalingTarget(read, read), ScalingTarget(write, write))


sizes = st.integers(1, MAX_ITEM)
shares = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)
rates = st.tuples(st.integers(0, 2_000_000), st.integers(0, 2_000_000)).map(
    lambda pair: Rate(Decimal(min(pair)) / 100, Decimal(max(pair)) / 100)
)
index_loads = st.builds(
    IndexLoad,
    st.sampled_from(["ByStatus", "ByMail", "ByDay"]),
    st.tuples(st.builds(Requests, st.just("eventual"), rates, sizes)),
    sizes,
    shares,
    shares,
    shares,
    st.booleans(),
)
table_loads = st.builds(
    TableLoad,
    st.just("Orders"),
    st.lists(st.builds(Requests, st.sampled_from(READ_KINDS), rates, sizes), max_size=3).map(tuple),
    st.lists(st.builds(Requests, st.sampled_from(WRITE_KINDS), rates, sizes), max_size=3).map(tuple),
    sizes,
    st.integers(0, 10**9),
    st.lists(index_loads, max_size=3, unique_by=lambda index: index.name).map(tuple),
)
