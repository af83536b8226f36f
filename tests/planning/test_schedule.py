"""The order and the pace of a deployment: what is needed is there first, what nothing needs runs beside, and AWS's rates are kept to."""

import random
from collections.abc import Callable

import pytest

from scripts.planning.deployment_time import simulate
from scripts.planning.schedule import LEAST, Pace, Schedule
from scripts.planning.stack_work import StackWork
from tests.for_each import for_each

PACE = Pace(16, 64, 3)


def tables(count: int, alarms: int = 0, **more: object) -> list[StackWork]:
    return [StackWork(f"t{number}", "shop", alarms=alarms, **more) for number in range(count)]  # type: ignore[arg-type]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def begun(schedule: Schedule) -> list[str]:
    """All that may begin now."""
    found = []
    while work := schedule.begin():
        found.append(work.stack)
    return found


def test_what_tables_share_comes_first_and_what_nothing_needs_runs_beside_them() -> None:
    works = [
        StackWork("encrypted", "shop", needs=frozenset({"shared"})),
        StackWork("plain", "shop"),
        StackWork("shared", "shop", shared=True),
    ]
    schedule = Schedule(works, PACE, Clock())
    assert begun(schedule) == ["shared", "plain"]
    assert schedule.pause() is None, "only the end of the shared stack lets the other one begin"
    schedule.ended("plain")
    assert begun(schedule) == []
    schedule.ended("shared")
    assert begun(schedule) == ["encrypted"]


def test_a_failure_of_what_tables_share_stops_the_tables_of_that_service_only() -> None:
    works = [
        StackWork("shared", "shop", shared=True),
        *tables(20),
        StackWork("other", "bank"),
        StackWork("theirs", "bank", needs=frozenset({"shared"})),
    ]
    schedule = Schedule(works, Pace(2, 2), Clock())
    assert begun(schedule) == ["shared", "t0"]
    schedule.failed("shared")
    assert begun(schedule) == ["other"]
    schedule.ended("t0")
    schedule.failed("other")
    assert begun(schedule) == [] and schedule.pause() is None


def test_more_at_once_as_long_as_all_goes_well_and_half_when_aws_throttles() -> None:
    clock = Clock()
    schedule = Schedule(tables(400), PACE, clock)
    running = begun(schedule)
    assert len(running) == PACE.first
    while len(running) < PACE.most:
        schedule.ended(running.pop(0))
        running += begun(schedule)
    schedule.ended(running.pop(0))
    running += begun(schedule)
    assert len(running) == PACE.most, "never more"
    for _ in range(3):
        schedule.throttled()
    assert begun(schedule) == []
    clock.now += PACE.rest
    while running:
        schedule.ended(running.pop())
        found = begun(schedule)
        assert bool(found) == (len(running) < PACE.most / 2), "three times in one rest is once"
        if found:
            break


def test_never_fewer_than_a_few() -> None:
    clock = Clock()
    schedule = Schedule(tables(20), PACE, clock)
    for _ in range(20):
        schedule.throttled()
        clock.now += PACE.rest
    assert len(begun(schedule)) == LEAST


def test_what_aws_was_asked_too_much_for_begins_again_after_the_others() -> None:
    clock = Clock()
    schedule = Schedule(tables(3), Pace(1, 1), clock)
    assert begun(schedule) == ["t0"]
    schedule.again("t0")
    assert begun(schedule) == [] and schedule.pause() == PACE.rest
    clock.now += PACE.rest
    for name in ("t1", "t2", "t0"):
        assert begun(schedule) == [name]
        schedule.ended(name)
    assert schedule.pause() is None


def test_alarms_are_spread_and_what_has_none_does_not_wait_for_them() -> None:
    clock = Clock()
    works = [*tables(3, alarms=12), StackWork("u1", "shop"), StackWork("u2", "shop")]
    schedule = Schedule(works, PACE, clock)
    assert begun(schedule) == ["t0", "u1", "u2"]
    assert schedule.pause() == 4.0
    clock.now = 4.0
    assert begun(schedule) == ["t1"]


@for_each("seed", range(20))
def test_any_deployment_ends_in_order_and_within_the_rates(seed: int) -> None:
    """Random services, needs and times; everything that began before, and how many alarms, is looked at each time one begins."""
    chance = random.Random(seed)  # noqa: S311 no secret: the same every time is the point
    works = [StackWork(f"s{n}", f"x{n % 3}", shared=True, alarms=chance.randrange(4)) for n in range(6)]
    works += [
        StackWork(f"t{n}", f"x{n % 3}", needs=frozenset(chance.sample([w.stack for w in works[:6]], chance.randrange(3))), alarms=chance.choice((0, 5, 15)))
        for n in range(120)
    ]  # fmt: skip
    chance.shuffle(works)
    ended: set[str] = set()
    log: list[StackWork] = []

    class Watched(Schedule):
        def begin(self) -> StackWork | None:
            if work := super().begin():
                assert work.needs <= ended
                assert len(log) - len(ended) < PACE.most
                assert not work.alarms or sum(each.alarms for each in log) <= 3 * self._now() + 1e-3
                log.append(work)
            return work

        def ended(self, stack: str) -> None:
            ended.add(stack)
            super().ended(stack)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scripts.planning.deployment_time.Schedule", Watched)
        took = simulate(works, PACE, lambda _work: chance.uniform(20, 200))
    assert ended == {work.stack for work in works} and len(log) == len(works)
    assert took >= (sum(work.alarms for work in works) - 15) / 3


@pytest.mark.parametrize(
    ("count", "alarms", "pace", "seconds"),
    [
        pytest.param(8, 0, Pace(8, 8), 100, id="one round"),
        pytest.param(80, 0, Pace(8, 8), 1_000, id="ten rounds"),
        pytest.param(61, 15, Pace(64, 64, 3), 60 * 5 + 100, id="the alarms decide"),
    ],
)
def test_how_long_it_takes(count: int, alarms: int, pace: Pace, seconds: float) -> None:
    fixed: Callable[[StackWork], float] = lambda _work: 100.0  # noqa: E731
    assert simulate(tables(count, alarms), pace, fixed) == pytest.approx(seconds)
