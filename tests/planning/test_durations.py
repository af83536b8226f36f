"""How long steps take: AWS's own formula, with bounds that are honest about what nobody knows."""

from dataclasses import replace

import pytest

from scripts.model import Index, Scaling
from scripts.planning.changes import Step
from scripts.planning.durations import DAY, HOUR, NOTHING, Minutes, amount, backfill, backfill_words, step_time
from tests.for_each import for_each
from tests.planning.pairs import BASE, BY_DAY, BY_EMAIL
from tests.samples import keys, live_table

MANY = live_table(BASE, item_count=12_000_000, size_bytes=48 * 10**9)  # 4,000 bytes each: 3.9 write units
ALL = Index("New", keys("status"))


def test_items_times_their_size_by_the_write_units_of_the_index() -> None:
    time = backfill(BASE, MANY, ALL)
    assert time is not None
    units = 48 * 10**9 / 1024
    assert (time.low, time.high) == pytest.approx((units / 8_000 / 60, units / 4_000 / 60))
    small = backfill(BASE, replace(MANY, size_bytes=10**9), ALL)
    only_keys = backfill(BASE, MANY, BY_EMAIL)
    assert small == only_keys == Minutes(12e6 / 8_000 / 60, 12e6 / 4_000 / 60), "at least one unit for an item"


def test_provisioned_capacity_and_a_maximum_bound_it() -> None:
    desired = replace(
        BASE, billing="PROVISIONED", throughput=(("New", 5, 100),), scaling=(Scaling("New", "Write", 100, 1_000, 70),)
    )
    live = replace(MANY, size_bytes=1)
    assert backfill(desired, live, ALL) == Minutes(12e6 / 1_000 / 60, 12e6 / 100 / 60)
    limited = replace(BASE, on_demand_maximum=(("", 0, 100), ("Other", 0, 200), ("New", 0, 500)))
    assert backfill(replace(BASE, on_demand_maximum=(("New", 9, 0),)), live, ALL) == backfill(BASE, live, ALL)
    assert backfill(limited, live, ALL) == Minutes(12e6 / 500 / 60, 12e6 / 500 / 60)


def test_what_is_not_known_is_not_guessed() -> None:
    unknown = live_table(BASE)
    assert backfill(BASE, unknown, ALL) is None
    assert "is not known" in backfill_words(BASE, unknown, ALL)
    assert step_time(BASE, unknown, BASE.indexes, Step((*BASE.indexes, BY_DAY)), first=True) is None
    assert step_time(BASE, unknown, BASE.indexes, Step(BASE.indexes[:1]), first=True) is not None
    assert backfill(BASE, live_table(BASE, item_count=0, size_bytes=0), ALL) == NOTHING


def test_an_hour_of_waiting_counts() -> None:
    live = live_table(BASE)
    quick, slow = (step_time(BASE, live, BASE.indexes, Step(BASE.indexes, {}, waits), True) for waits in (False, True))
    assert quick is not None and slow is not None
    assert (slow.low - quick.low, slow.high - quick.high) == (HOUR, HOUR)


@for_each(
    ("low", "high", "words"),
    [
        (2, 10, "2 to 10 minutes"),
        (0.2, 0.9, "about 1 minute"),
        (HOUR, HOUR, "about 1 hour"),
        (27.3, 64.9, "27 to 65 minutes"),
        (1.2 * HOUR, 3.4 * HOUR, "1 to 3 hours"),
        (3.1 * DAY, 12.7 * DAY, "3 to 13 days"),
        (0.5 * HOUR, 5 * DAY, "1 to 5 days"),
        (1_234 * DAY, 56_789 * DAY, "1,200 to 57,000 days"),
    ],
)
def test_times_in_words(low: float, high: float, words: str) -> None:
    assert str(Minutes(low, high)) == words


@for_each(
    ("count", "size", "words"),
    [
        (12_345_678, 9_123_000_000, "about 12 million items (9.1 GB)"),
        (1, 800, "1 item (800 bytes)"),
        (98_765, 12_345_678, "about 99,000 items (12 MB)"),
        (4_200_000_000, 3_600_000_000_000, "about 4.2 billion items (3.6 TB)"),
        (123_456_789_000, 1_000, "about 123 billion items (1 KB)"),
    ],
)
def test_amounts_in_words(count: int, size: int, words: str) -> None:
    assert amount(count, size) == words
