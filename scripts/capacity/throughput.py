"""What the throughput of a table costs in a month, on demand and provisioned. Storage and the rest cost the same in both."""

from dataclasses import dataclass
from decimal import Decimal

from scripts.capacity.load import Rate, TableLoad
from scripts.capacity.money import ZERO, Span
from scripts.capacity.sizing import ScalingTarget, TableCapacity
from scripts.capacity.units import all_units

MONTH_DAYS = 30
MONTH_SECONDS = MONTH_DAYS * 24 * 60 * 60  # 2,592,000: a month of 30 days, for what is paid by request
MONTH_HOURS = 730  # a twelfth of a year, for what is paid by the hour
MILLION = 1_000_000
SCALING_ALARMS = 4  # CloudWatch alarms that auto scaling makes for each target. Developer Guide, AutoScaling


@dataclass(frozen=True, slots=True)
class ThroughputPrices:
    """US dollars for a million request units, for a capacity unit in an hour, for an alarm in a month. None: not known."""

    read_request_million: Decimal | None
    write_request_million: Decimal | None
    read_capacity_hour: Decimal | None
    write_capacity_hour: Decimal | None
    alarm_month: Decimal | None = None


def requests_in_a_month(units: Rate) -> Span:
    """Request units in a month of 30 days, with the average and with the peak all month long."""
    return Span(units.average * MONTH_SECONDS, units.peak * MONTH_SECONDS)


def hours_in_a_month(scaling: ScalingTarget) -> Span:
    """Capacity units times hours in a month of 730 hours, at the minimum and at the maximum all month long."""
    return Span(Decimal(scaling.minimum * MONTH_HOURS), Decimal(scaling.maximum * MONTH_HOURS))


def on_demand_cost(load: TableLoad, prices: ThroughputPrices) -> Span | None:
    """Dollars a month of the requests of a table and its indexes; None when the traffic or a price is not known."""
    read_price, write_price = prices.read_request_million, prices.write_request_million
    if load.unknown or read_price is None or write_price is None:
        return None
    cost = ZERO
    table, indexes = all_units(load)
    for units in (table, *indexes):
        for rate, price in ((units.read, read_price), (units.write, write_price)):
            if rate is not None:
                cost += requests_in_a_month(rate).times(price / MILLION)
    return cost


def provisioned_cost(capacity: TableCapacity, prices: ThroughputPrices) -> Span | None:
    """Dollars a month of capacity, from minimum to maximum, with the alarms of auto scaling; None: a price is not known."""
    read_price, write_price = prices.read_capacity_hour, prices.write_capacity_hour
    if read_price is None or write_price is None:
        return None
    cost = ZERO
    for part in (capacity.table, *(part for _, part in capacity.indexes)):
        cost += hours_in_a_month(part.read).times(read_price) + hours_in_a_month(part.write).times(write_price)
    return cost + Span.of((prices.alarm_month or 0) * scaling_alarms(capacity))


def scaling_alarms(capacity: TableCapacity) -> int:
    """How many alarms auto scaling makes: for each read and write capacity, also where its minimum is its maximum."""
    return SCALING_ALARMS * 2 * (1 + len(capacity.indexes))
