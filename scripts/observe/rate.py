"""How often AWS may be asked: every operation of its control plane has a limit of its own for the whole account."""

import os
import threading
import time
from collections.abc import Callable

from scripts.limits import CONTRIBUTOR_INSIGHTS, DESCRIBE_ALARMS, PUT_METRIC_ALARM
from scripts.operations import OPERATIONS

VARIABLE = "AWS_CALLS_PER_SECOND"
DEFAULT = 10.0  # calls a second of one operation; what AWS allows for most of those that describe
ALARMS = "AWS_ALARMS_PER_SECOND"  # how many alarms a deployment asks for; for accounts whose quota was raised
# Where AWS allows less.
LOWER = {
    "DescribeAlarms": float(DESCRIBE_ALARMS.most),
    "DescribeContributorInsights": float(CONTRIBUTOR_INSIGHTS.most),
    "ListContributorInsights": float(CONTRIBUTOR_INSIGHTS.most),
}


def per_second() -> float:
    """What AWS_CALLS_PER_SECOND says, DEFAULT when it says nothing usable; 0: not limited."""
    return _said(VARIABLE, DEFAULT)


def alarms_per_second() -> float:
    """What AWS_ALARMS_PER_SECOND says, AWS's default quota when it says nothing usable; 0: not limited."""
    return _said(ALARMS, PUT_METRIC_ALARM.room)


def _said(variable: str, default: float) -> float:
    try:
        return max(0.0, float(os.environ.get(variable, default)))
    except ValueError:
        return default


class Limiter:
    """Spreads the calls of all threads: of each operation at most so many a second, a second's worth at once."""

    def __init__(
        self,
        limit: float,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limit = limit
        self._now = now
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, operation: str) -> None:
        """Return when `operation` may be called."""
        if (
            not self._limit or operation in OPERATIONS
        ):  # calls on items are no control plane: their limit is the capacity of the table
            return
        limit = min(self._limit, LOWER.get(operation, self._limit))
        with self._lock:
            now = self._now()
            # A second's worth of calls may come at once; from then on each has its place in the row.
            due = max(self._next.get(operation, 0.0), now - 1.0) + 1.0 / limit
            self._next[operation] = due
        if due > now:
            self._sleep(due - now)
