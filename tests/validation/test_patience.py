"""Waiting: a look at once, growing pauses, and one limit for everything together."""

from scripts.validation.patience import LONGEST, Patience
from tests.for_each import for_each


class Clock:
    def __init__(self) -> None:
        self.now = 100.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@for_each("limit", [0, 0.5, 1, 60, 120])
def test_never_longer_than_the_limit_and_never_less(limit: float) -> None:
    clock = Clock()
    looks = sum(1 for _ in Patience(limit, clock.pause, lambda: clock.now).rounds())
    assert sum(clock.pauses) == limit
    assert looks == len(clock.pauses) + 1, "a look at the beginning and after each pause"
    assert clock.pauses[:-1] == sorted(clock.pauses[:-1])
    assert max(clock.pauses, default=0) <= LONGEST


def test_a_second_table_waits_only_for_what_is_left() -> None:
    clock = Clock()
    patience = Patience(10, clock.pause, lambda: clock.now)
    list(patience.rounds())
    clock.pauses.clear()
    assert len(list(patience.rounds())) == 1
    assert clock.pauses == []


def test_what_takes_long_to_look_at_counts() -> None:
    clock = Clock()
    patience = Patience(10, clock.pause, lambda: clock.now)
    for _ in patience.rounds():
        clock.now += 100
    assert clock.pauses == []
