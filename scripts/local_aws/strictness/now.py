"""What time it is in the local AWS: the machine's time, until somebody stops the clock and moves it by hand."""

import time
from dataclasses import dataclass

MINUTE = 60  # seconds


@dataclass(slots=True)
class StoppableClock:
    """Runs with the machine's clock while `stopped` is None; else it stands at that time (seconds since 1970)."""

    stopped: float | None = None


_clock = StoppableClock()


def now() -> float:
    """Seconds since 1970."""
    return time.time() if _clock.stopped is None else _clock.stopped


def stop() -> None:
    """Let the clock stand where it is. Without this, a test that runs over a minute's end would see another result."""
    _clock.stopped = now()


def advance(minutes: float) -> None:
    """Stop the clock and move it forward."""
    _clock.stopped = now() + minutes * MINUTE


def reset() -> None:
    """Go with the machine's clock again."""
    _clock.stopped = None
