"""How much provisioned capacity a load needs: minimum and maximum for auto scaling, of a table and of each index."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from scripts.capacity.load import Rate, TableLoad
from scripts.capacity.units import all_units

TARGET = 70  # percent; the console's default. Developer Guide, AutoScaling
FLOOR = 1  # Developer Guide, ServiceQuotas: minimum throughput of a table or global secondary index
ASK_AWS = "Ask AWS to raise the quota before deploying."
TABLE_QUOTA = 40_000  # read or write units of a table, and of each index. Developer Guide, ServiceQuotas


class ScalingTarget(NamedTuple):
    """Capacity units between which auto scaling keeps what is provisioned, and its target utilisation in percent."""

    minimum: int
    maximum: int
    target: int = TARGET


@dataclass(frozen=True, slots=True)
class Capacity:
    """The read and the write capacity of a table or of an index."""

    read: ScalingTarget
    write: ScalingTarget


@dataclass(frozen=True, slots=True)
class TableCapacity:
    """The capacity of a table and of its global secondary indexes by name; `warnings` say where the quota cuts it, and
    end before what to do about it: ASK_AWS."""

    table: Capacity
    indexes: tuple[tuple[str, Capacity], ...] = ()
    warnings: tuple[str, ...] = ()


def provisioned(load: TableLoad, quota: int | None = TABLE_QUOTA) -> TableCapacity:
    """The capacity that carries the load at a utilisation of TARGET percent: the average at least, the peak at most.

    An index gets, for each write unit of its table, as many as the table's writes need there: otherwise the index would
    throttle the table (Developer Guide, GSI, write capacity). No figure exceeds `quota`, in units; None: no quota.
    Raises ValueError when something of the traffic is not known, and names it.
    """
    if load.unknown:
        raise ValueError(f"not known: {', '.join(load.unknown)}")
    sizer = _Sizer(quota, [])
    units, of_indexes = all_units(load)
    read, write = _known(units.read), _known(units.write)
    place = f"table {load.name}"
    table = Capacity(sizer.scaling(read, "read", place), sizer.scaling(write, "write", place))
    indexes = []
    for index, units in zip(load.indexes, of_indexes, strict=True):
        if index.local:
            continue
        place = f"index {index.name} of table {load.name}"
        of_the_index = _known(units.write).peak
        least = [
            limit * of_the_index / write.peak if write.peak else Decimal(0)
            for limit in (table.write.minimum, table.write.maximum)
        ]
        writes = sizer.scaling(_known(units.write), "write", place, least)
        indexes.append((index.name, Capacity(sizer.scaling(_known(units.read), "read", place), writes)))
    return TableCapacity(table, tuple(indexes), tuple(sizer.warnings))


def _known(rate: Rate | None) -> Rate:
    if rate is None:
        raise ValueError("not known")
    return rate


class _Sizer(NamedTuple):
    """Turns units per second into capacity, and collects where the quota cuts it."""

    quota: int | None
    warnings: list[str]

    def scaling(
        self, rate: Rate, what: str, place: str, least: Sequence[Decimal] = (Decimal(0), Decimal(0))
    ) -> ScalingTarget:
        """Minimum and maximum for a rate of units, at least those of `least`."""
        low, high = (
            max(FLOOR, _rounded_up(units * 100 / TARGET), _rounded_up(other))
            for units, other in zip((rate.average, rate.peak), least, strict=True)
        )
        if self.quota is not None and high > self.quota:
            needed = f"The {what} capacity of {place} would have to reach {high:,} units"
            self.warnings.append(f"{needed}, but the quota is {self.quota:,}: it is set to that.")
            low, high = min(low, self.quota), self.quota
        return ScalingTarget(low, high)


def _rounded_up(units: Decimal) -> int:
    """Whole units. A division leaves an error in the 28th digit, which is not worth a unit."""
    return math.ceil(units - Decimal("1e-9"))
