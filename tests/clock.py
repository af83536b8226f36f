"""A clock for tests against the local AWS: what would take minutes takes none, and the local AWS moves with it."""

import threading
import time
from typing import TYPE_CHECKING

from scripts.observe.waiting import Clock

if TYPE_CHECKING:
    import pytest

    from scripts.local_aws import LocalAws

LONG = 30.0  # seconds; a shorter pause is one between two looks, which are all that the local AWS counts
SHORT = 0.01  # seconds, in which the other threads of a deployment get on


class MovingClock(Clock):
    """Long pauses are over at once, and have passed for the local AWS too."""

    def __init__(self, aws: "LocalAws") -> None:
        self._aws = aws
        self._lock = threading.Lock()
        self.skipped = 0.0  # seconds

    def now(self) -> float:
        return time.time() + self.skipped

    def pause(self, stop: threading.Event, seconds: float) -> bool:
        if seconds < LONG:
            return super().pause(stop, min(seconds, SHORT))
        with self._lock:
            self.skipped += seconds
        self._aws.advance(seconds / 60)
        return stop.is_set()


def move_instead_of_waiting(monkeypatch: "pytest.MonkeyPatch", aws: "LocalAws") -> None:
    """Give every command of a test this clock."""
    monkeypatch.setattr("scripts.observe.waiting.Clock", lambda: MovingClock(aws))
