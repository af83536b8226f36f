"""What the throughput of a table costs over its load: on demand, and provisioned for the peak that is stated."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from scripts.capacity.load import Rate, Requests, TableLoad
from scripts.capacity.money import Span
from scripts.capacity.sizing import provisioned
from scripts.capacity.throughput import ThroughputPrices, on_demand_cost, provisioned_cost

_STEPS = (Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal(2), Decimal(5))
_POINTS = 10


class LoadPoint(NamedTuple):
    """Dollars a month at `factor` times the average load: on demand, and provisioned from what follows the load exactly to the
    maximum capacity all month long."""

    factor: Decimal
    on_demand: Decimal
    provisioned: Span


def load_curve(load: TableLoad, prices: ThroughputPrices) -> tuple[LoadPoint, ...]:
    """The costs from a part of the average load up to the peak, which stays as it is; the stated load (factor 1) is among them.

    Empty when the traffic or a price is not known, when there is no traffic, or when no capacity of the default quota carries it.
    """
    if load.unknown:
        return ()
    whole = on_demand_cost(load, prices)
    if whole is None or not whole.low or provisioned(load).warnings:
        return ()
    points = (_point(load, factor, prices) for factor in _factors(whole.high / whole.low))
    return tuple(point for point in points if point)


def _factors(peak: Decimal) -> Iterator[Decimal]:
    """At most _POINTS + 1 factors from one step up to the one that reaches the peak, and 1."""
    least = peak / _POINTS
    step = next((each for each in _STEPS if each >= least), least.to_integral_value(ROUND_CEILING))
    yield from sorted({Decimal(1), *(step * n for n in range(1, int(peak / step) + 1))})


def _point(load: TableLoad, factor: Decimal, prices: ThroughputPrices) -> LoadPoint | None:
    """One point of the curve; None when a price is not known."""
    indexes = tuple(index._replace(reads=_scaled(index.reads, factor)) for index in load.indexes)
    scaled = replace(load, reads=_scaled(load.reads, factor), writes=_scaled(load.writes, factor), indexes=indexes)
    cost, of_capacity = on_demand_cost(scaled, prices), provisioned_cost(provisioned(scaled), prices)
    return LoadPoint(factor, cost.low, of_capacity) if cost and of_capacity else None


def _scaled(requests: tuple[Requests, ...] | None, factor: Decimal) -> tuple[Requests, ...] | None:
    """The same requests with other averages, none of which exceeds its peak."""
    if requests is None:
        return None
    return tuple(
        replace(one, rate=Rate(min(one.rate.average * factor, one.rate.peak), one.rate.peak)) for one in requests
    )
