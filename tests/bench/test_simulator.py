"""The simulated AWS keeps to the rates of the real one, and shows what the schedule is for."""

from dataclasses import replace
from functools import cache

import pytest

from scripts.limits import INDEXED_CREATIONS, PUT_METRIC_ALARM
from scripts.planning.stack_work import StackWork
from tests.bench.deployments import BEFORE, WITHOUT_PACE, now, words
from tests.bench.simulator import Result, one_after_the_other, simulate
from tests.for_each import for_each

SHARED = [StackWork(f"shared-{n}", "shop", shared=True) for n in range(8)]
WORKS = [*SHARED, *(StackWork(f"table-{n}", "shop", alarms=15) for n in range(100))]


@cache
def deployed() -> Result:
    """All of them in one deployment, as they are deployed now."""
    return simulate([WORKS], now())


def test_now_it_takes_less_and_stays_below_every_limit() -> None:
    before, after = simulate([one_after_the_other(WORKS)], BEFORE), deployed()
    assert after.minutes < before.minutes / 2
    assert before.stacks_at_once == BEFORE.most < after.stacks_at_once
    for found in (before, after):
        assert found.alarms_taken_a_second == PUT_METRIC_ALARM.most
        assert found.creating_at_once <= INDEXED_CREATIONS.room
    # The alarms alone take so long; what comes before the first and after the last of them is short.
    assert 1_500 / 3 / 60 < after.minutes < 1_500 / 3 / 60 + 6


def test_without_a_pace_alarms_wait_for_minutes() -> None:
    paced, others = deployed(), simulate([WORKS], WITHOUT_PACE)
    assert paced.waited_for_alarms < 60 < others.waited_for_alarms


def test_deployments_of_one_account_share_its_alarms() -> None:
    more = [replace(work, stack=f"more-{work.stack}") for work in WORKS]
    one, two = deployed(), simulate([WORKS, more], now(PUT_METRIC_ALARM.most / 2))
    assert two.minutes == pytest.approx(2 * one.minutes, rel=0.15)
    assert two.waited_for_alarms < 60
    assert two.alarms_taken_a_second == PUT_METRIC_ALARM.most


def test_a_higher_quota_helps_until_something_else_decides() -> None:
    times = [simulate([WORKS], now(quota), quota).minutes for quota in (3, 5, 10, 100, 1_000)]
    assert times == sorted(times, reverse=True)
    assert times[-2] - times[-1] < 1


@for_each(("minutes", "told"), [(94.4, "94 min"), (119.4, "119 min"), (186.0, "3.1 h")])
def test_times_in_words(minutes: float, told: str) -> None:
    assert words(minutes) == told
