"""How long the steps of a plan take, as an honest range: the rates, where they come from, and the words for them."""

from dataclasses import dataclass, replace

from scripts.model import KEYS_ONLY, DesiredTable, Index, LiveTable
from scripts.planning.changes import ALONE, Step
from scripts.properties.billing import ON_DEMAND

# An index takes one write unit for each item of up to 1 KB, and one more for each KB (knowledge center, create-gsi-dynamodb).
UNIT_BYTES = 1024
# Write units a second of a new on-demand index: it begins with 4,000, and takes up to twice its previous peak at once
# (developer guide, on-demand-capacity-mode).
ON_DEMAND_UNITS = 4_000, 8_000
HOUR = 60
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Minutes:
    """A time between two bounds, in minutes."""

    low: float
    high: float

    def __add__(self, other: "Minutes") -> "Minutes":
        return Minutes(self.low + other.low, self.high + other.high)

    def times(self, number: int) -> "Minutes":
        """So often, one after the other."""
        return Minutes(self.low * number, self.high * number)

    def __str__(self) -> str:
        """`2 to 10 minutes`, `about 1 hour`, `3 to 7 days`: as exact as an estimate can be."""
        unit, size = ("minute", 1) if self.high < 2 * HOUR else ("hour", HOUR) if self.high < 2 * DAY else ("day", DAY)
        if unit == "minute" and self.low == self.high == HOUR:
            return "about 1 hour"
        low, high = (max(1, _rounded(value / size)) for value in (self.low, self.high))
        if low == high:
            return f"about {high:,} {unit}{'' if high == 1 else 's'}"
        return f"{low:,} to {high:,} {unit}s"


NOTHING = Minutes(0, 0)
# What a step takes beside the backfill. Not stated by AWS; the upper bounds are generous.
UPDATE = Minutes(1, 5)  # a change set with settings, alarms and scaling
CREATION = Minutes(1, 4)  # two change sets: the table with its indexes and alarms, then its deletion protection
INDEX = Minutes(2, 10)  # the creation or deletion of an index, without its items
SLOW = Minutes(5, 30)  # billing mode, table class, encryption: "minutes" in AWS's words
WAIT = Minutes(HOUR, HOUR)  # time to live can be changed once an hour (UpdateTimeToLive)


def backfill(desired: DesiredTable, live: LiveTable, index: Index) -> Minutes | None:
    """How long the items of a live table take to be copied into a new index; None when their number is not known.

    After AWS's formula (knowledge center, create-gsi-dynamodb): items, times the average size in KB, but at least 1, by
    the write units a second of the index. Not every item need have the keys of the index, so less is possible.
    """
    if live.item_count is None or live.size_bytes is None:
        return None
    if not live.item_count:
        return NOTHING
    size = 1.0 if index.projection == KEYS_ONLY else max(live.size_bytes / live.item_count / UNIT_BYTES, 1.0)
    slow, fast = write_units(desired, index.name)
    seconds = live.item_count * size
    return Minutes(seconds / fast / 60, seconds / slow / 60)


def write_units(desired: DesiredTable, index: str) -> tuple[int, int]:
    """The write units a second that a new index has: those it begins with, and those that it can grow to."""
    if desired.billing == ON_DEMAND:
        slow, fast = ON_DEMAND_UNITS
        limit = next((writes for name, _, writes in desired.on_demand_maximum if name == index and writes), fast)
        return min(slow, limit), min(fast, limit)
    begins = next((writes for name, _, writes in desired.throughput if name == index), 1)
    grows = next((s.maximum for s in desired.scaling if (s.index, s.kind) == (index, "Write")), begins)
    return begins, max(begins, grows)


def step_time(
    desired: DesiredTable, live: LiveTable, before: tuple[Index, ...], step: Step, first: bool
) -> Minutes | None:
    """How long one step takes with its waiting; None when the table's size is not known. `before`: the indexes till then."""
    had, has = {index.name for index in before}, {index.name for index in step.indexes}
    total = UPDATE + (WAIT if step.waits_for_ttl else NOTHING)
    if first and any(getattr(desired, name) != getattr(live, name) for name in ALONE):
        total += SLOW
    total += INDEX if had ^ has else NOTHING
    for index in (index for index in step.indexes if index.name not in had):
        time = backfill(replace(desired, **step.overrides), live, index)
        if time is None:
            return None
        total += time
    return total


def backfill_words(desired: DesiredTable, live: LiveTable, index: Index) -> str:
    """`Backfills about 12 million items (9 GB), 27 to 60 minutes.`"""
    time = backfill(desired, live, index)
    if time is None:
        return "How long its backfill takes is not known: the table's size could not be read."
    if not live.item_count:
        return "DynamoDB counts no items to backfill."
    return f"Backfills {amount(live.item_count, live.size_bytes)}, {time + INDEX}."


def amount(items: int | None, size_bytes: int | None) -> str:
    """`about 12 million items (9 GB)`; what is not known counts as none."""
    count, size = items or 0, size_bytes or 0
    return f"{_count(count)} item{'' if count == 1 else 's'} ({_size(size)})"


def _count(count: int) -> str:
    for size, word in ((10**9, "billion"), (10**6, "million")):
        if count >= size:
            return f"about {count / size:.2g} {word}" if count < 100 * size else f"about {count / size:,.0f} {word}"
    return f"about {_rounded(count):,}" if count > 100 else str(count)


def _size(size: int) -> str:
    for unit, word in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size >= unit:
            return f"{size / unit:.2g} {word}" if size < 100 * unit else f"{size / unit:,.0f} {word}"
    return f"{size} bytes"


def _rounded(value: float) -> int:
    """To two digits: more would pretend to know."""
    return int(float(f"{value:.2g}"))
