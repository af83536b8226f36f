"""Waiting for AWS: pauses that grow, that Ctrl-C ends, and that a call without an answer does not."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from scripts.observe.aws import FAILURES, explain
from scripts.properties.aws_answers import error_code

T = TypeVar("T")
SHORTEST, CALM = 0.1, 2.0  # seconds between the first two looks: at one thing, and where there are many
LONGEST = 20.0  # seconds between two looks at something that takes long
PATIENCE = 60  # looks without an answer, one after the other: 20 minutes and what botocore's own retries take
# Errors that pass by themselves: the operation that is waited for goes on in AWS all the same.
PASSING = {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}


class Stopped(Exception):
    """The person at the keyboard wants to stop; what runs in AWS goes on by itself."""


class Clock:
    """The time, and waiting for it to pass. Tests have one that moves by itself."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def pause(self, stop: threading.Event, seconds: float) -> bool:
        """Wait; whether `stop` was set meanwhile."""
        return stop.wait(seconds)


class Waiting:
    """How one run waits: until `stop` is set, by its clock. Safe to use from several threads."""

    def __init__(
        self, stop: threading.Event | None = None, clock: Clock | None = None, first: float = SHORTEST
    ) -> None:
        """`first`: seconds between the first two looks at something that may be over at once."""
        self.stop = stop or threading.Event()
        self.clock = clock or Clock()
        self._first = first

    def pause(self, seconds: float) -> None:
        """Wait that long. Raises Stopped when the run is to stop."""
        if self.clock.pause(self.stop, seconds):
            raise Stopped

    def intervals(self, longest: float = LONGEST) -> Iterator[None]:
        """Rounds of a waiting loop: at once, then after pauses (seconds) that grow. Raises Stopped."""
        pause = self._first
        while True:
            yield
            self.pause(pause)
            pause = min(pause * 1.5, longest)

    def until(self, look: Callable[[], T | None], tell: Callable[[str], None]) -> T:
        """Call `look` until it gives something. A look that AWS does not answer now is repeated, and told.

        Raises Stopped; and the errors of `aws.FAILURES` when they do not pass: no permission, no credentials any more.
        """
        silent = 0
        for _ in self.intervals():
            try:
                found = look()
            except FAILURES as error:
                silent += 1
                if not passes(error) or silent > PATIENCE:
                    raise
                tell(f"AWS does not answer now, looking again ({explain(error).split('. ')[0]})")
                continue
            silent = 0
            if found is not None:
                return found
        raise AssertionError("unreachable")


def passes(error: Exception) -> bool:
    """Whether an error of a call says nothing about what it asked for: throttling, a fault of AWS, a broken connection."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return error_code(error) in PASSING or status >= 500
    return isinstance(error, (ConnectionError, HTTPClientError))
