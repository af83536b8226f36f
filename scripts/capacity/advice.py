"""On-demand or provisioned with auto scaling: which one a table should use, and why."""

import math
from decimal import Decimal
from typing import NamedTuple

from scripts.capacity.load import AVERAGES, NOTHING, PEAKS, TableLoad
from scripts.capacity.money import Span, money
from scripts.capacity.sizing import ASK_AWS, TABLE_QUOTA, TableCapacity, provisioned
from scripts.capacity.throughput import MILLION, MONTH_SECONDS, ThroughputPrices, on_demand_cost, provisioned_cost
from scripts.capacity.units import all_units

ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"


class Advice(NamedTuple):
    """The billing mode to use, and the reason in one or two sentences.

    Costs are dollars a month for throughput alone (capacity: with the alarms of auto scaling). `utilisation` is the share
    of the maximum capacity that the average traffic uses, `break_even` the share from which on provisioned capacity is
    certain to be cheaper, because it is so even at its maximum all month long. Each is None when it is not known.
    """

    billing: str
    reason: str
    capacity: TableCapacity | None = None
    on_demand: Span | None = None
    provisioned: Span | None = None
    utilisation: Decimal | None = None
    break_even: Decimal | None = None
    warnings: tuple[str, ...] = ()


def advise(load: TableLoad | None, prices: ThroughputPrices | None) -> Advice:
    """The advice for a table. On-demand where nothing cheaper is certain: it needs no care.

    The average on demand is compared with provisioned capacity at its maximum, because how closely auto scaling follows
    depends on the shape of the traffic, which an average and a peak do not tell; a guessed rate decides nothing.
    """
    if load is None or (load.reads is None and load.writes is None):
        return Advice(
            ON_DEMAND,
            "On-demand, because nothing is known about the traffic: state it under traffic in deployment.yaml.",
        )
    if load.unknown:
        return Advice(
            ON_DEMAND,
            f"On-demand, because not all traffic is known: state the {_and(load.unknown)} under traffic in deployment.yaml.",
        )
    capacity = provisioned(load)
    warnings = _quota_warnings(load)
    on_demand = on_demand_cost(load, prices) if prices else None
    # What the quota cuts off has to be paid too, once AWS has raised it: else the smaller figure would be no comparison.
    needed = provisioned(load, quota=None) if capacity.warnings else capacity
    fixed_cost = provisioned_cost(needed, prices) if prices else None
    if prices is None or on_demand is None or fixed_cost is None:
        reason = "On-demand, because scripts/capacity/prices.json lacks prices of the Region to compare with: add them."
        return Advice(ON_DEMAND, reason, capacity, on_demand, fixed_cost, warnings=warnings)
    whole = _cost_of_using_all(needed, prices)
    utilisation, break_even = on_demand.low / whole, fixed_cost.high / whole
    billing = PROVISIONED if fixed_cost.high < on_demand.low and not load.guessed else ON_DEMAND
    guessed = _reason_of_a_guess(load.guessed, on_demand, fixed_cost.high)
    reason = guessed or _reason(on_demand.low, fixed_cost, utilisation, break_even)
    if billing == PROVISIONED:  # its peaks are larger than those of the traffic, by the target
        warnings = tuple(f"{warning} {ASK_AWS}" for warning in capacity.warnings)
    known_use = None if load.guessed else utilisation
    return Advice(billing, reason, capacity, on_demand, fixed_cost, known_use, break_even, warnings)


def _reason(on_demand: Decimal, fixed_cost: Span, utilisation: Decimal, break_even: Decimal) -> str:
    low, high = money(fixed_cost.low), money(fixed_cost.high)
    if fixed_cost.high < on_demand:
        return (
            f"Provisioned with auto scaling costs at most {high} a month, on-demand {money(on_demand)}:"
            " cheaper even if the capacity stays at its maximum."
        )
    if on_demand <= fixed_cost.low:
        return f"On-demand costs {money(on_demand)} a month, provisioned with auto scaling at least {low}."
    return (
        f"On-demand costs {money(on_demand)} a month, provisioned with auto scaling {low} to {high}."
        f" The average traffic uses {_percent(utilisation)} of the maximum; provisioned is sure to be cheaper above"
        f" {_percent(break_even)}."
    )


def _reason_of_a_guess(guessed: frozenset[str], on_demand: Span, fixed_cost: Decimal) -> str:
    """Why nothing is certain when rates were guessed; empty when none was.

    Averages are guessed as high as the peaks, so that `on_demand.low` is the most that the requests can cost.
    """
    if PEAKS in guessed:
        return "On-demand, because the peaks are not known, and capacity is made for them: state them under traffic in deployment.yaml."
    if NOTHING in guessed:
        return (
            "On-demand, because the contract has no access pattern for some of the traffic: state it under traffic in deployment.yaml, 0 where"
            " there is none."
        )
    if AVERAGES not in guessed:
        return ""
    most = f"On-demand costs at most {money(on_demand.low)} a month"
    if on_demand.low <= fixed_cost:
        return f"{most}, provisioned with auto scaling up to {money(fixed_cost)}."
    doubt = f"{most}, provisioned with auto scaling at most {money(fixed_cost)}, but the averages are not known"
    if on_demand.low < on_demand.high:  # only some of the averages are guessed
        return f"{doubt}: state them under traffic in deployment.yaml."
    share = _percent(fixed_cost / on_demand.low)
    return f"{doubt}. Provisioned is sure to be cheaper when they are above {share} of the peaks: state them under traffic in deployment.yaml."


def _cost_of_using_all(capacity: TableCapacity, prices: ThroughputPrices) -> Decimal:
    """Dollars a month on demand for as many requests as the maximum capacity could serve."""
    parts = (capacity.table, *(part for _, part in capacity.indexes))
    reads, writes = sum(part.read.maximum for part in parts), sum(part.write.maximum for part in parts)
    cost = reads * (prices.read_request_million or 0) + writes * (prices.write_request_million or 0)
    return Decimal(cost) * MONTH_SECONDS / MILLION


def _quota_warnings(load: TableLoad) -> tuple[str, ...]:
    """The peaks that exceed what a table or index may use by default, also on demand (Developer Guide, ServiceQuotas)."""
    table, indexes = all_units(load)
    parts = [(f"table {load.name}", table)]
    parts += [(f"index {i.name} of table {load.name}", u) for i, u in zip(load.indexes, indexes, strict=True)]
    return tuple(
        f"At its peak {place} needs {math.ceil(rate.peak):,} {what} units a second, but the quota is {TABLE_QUOTA:,}."
        f" {ASK_AWS}"
        for place, units in parts
        for what, rate in (("read", units.read), ("write", units.write))
        if rate is not None and rate.peak > TABLE_QUOTA
    )


def _percent(share: Decimal) -> str:
    return f"{share * 100:.0f} %" if share >= Decimal("0.01") else "under 1 %"


def _and(words: tuple[str, ...]) -> str:
    return " and the ".join((", the ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0]
