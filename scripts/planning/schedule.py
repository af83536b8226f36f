"""Which stack of a deployment may begin when: as many at once as AWS takes, and no more alarms a second than it allows.

The same object decides for a deployment, which drives it by the clock, and for an estimate, which drives it by a simulated one.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scripts.limits import INDEXED_CREATIONS, TABLE_OPERATIONS
from scripts.observe.rate import alarms_per_second
from scripts.planning.stack_work import StackWork

LEAST = 4  # stacks at once, however often AWS throttles
_SOON = 1e-6  # seconds, which sums of fractions may be off


@dataclass(frozen=True, slots=True)
class Pace:
    """How many stacks are changed at once, at first and at most; how many alarms a second (0: any number).

    `rest`: seconds in which nothing begins after AWS has throttled.
    """

    first: int
    most: int
    alarms: float = 0
    rest: float = 20


LOCAL = Pace(8, 8, rest=0)  # an AWS on this machine, which has its processors and no rates


def full() -> Pace:
    """The pace of AWS."""
    return Pace(16, min(INDEXED_CREATIONS.room, TABLE_OPERATIONS.room), alarms_per_second())


class Schedule:
    """Not safe for use from several threads: one of them begins and ends the work."""

    def __init__(self, works: Iterable[StackWork], pace: Pace, now: Callable[[], float]) -> None:
        """`works` in the order in which they should begin; what tables share comes first. `now`: seconds, from any moment on."""
        ordered = sorted(works, key=lambda work: not work.shared)
        self._order = {work.stack: place for place, work in enumerate(ordered)}
        self._free = [work for work in ordered if not work.alarms]
        self._with_alarms = [work for work in ordered if work.alarms]
        self._pace, self._now = pace, now
        self._running: dict[str, StackWork] = {}
        self._done: set[str] = set()
        self._room = float(pace.first)
        self._rest_until = -math.inf
        self._alarms_from = -math.inf  # when alarms may be asked for again

    def begin(self) -> StackWork | None:
        """The next stack that may begin now; it counts as begun. None: none may."""
        if len(self._running) >= int(self._room) or self._now() < self._rest_until - _SOON:
            return None
        queues = [self._free] if self._now() < self._alarms_from - _SOON else [self._free, self._with_alarms]
        ready = [(work, queue) for queue in queues if (work := self._first(queue))]
        if not ready:
            return None
        work, queue = min(ready, key=lambda each: self._order[each[0].stack])
        queue.remove(work)
        self._running[work.stack] = work
        if work.alarms and self._pace.alarms:
            self._alarms_from = max(self._alarms_from, self._now()) + work.alarms / self._pace.alarms
        return work

    def pause(self) -> float | None:
        """Seconds after which another stack may begin by itself; None: not before one of those that run has ended."""
        if len(self._running) >= int(self._room):
            return None
        first = [
            moment
            for queue, moment in ((self._free, self._rest_until), (self._with_alarms, self._alarms_from))
            if self._first(queue)
        ]
        return max(0.0, min(first) - self._now(), self._rest_until - self._now()) if first else None

    def ended(self, stack: str) -> None:
        """A stack is as wanted: one more may run at once, where that many do."""
        if len(self._running) == int(self._room):
            self._room = min(self._room + 1, self._pace.most)
        self._done.add(self._running.pop(stack).stack)

    def failed(self, stack: str) -> None:
        """A stack is not as wanted: none begins any more that needs it or, where tables share it, is of the same service."""
        work = self._running.pop(stack)
        gone = {stack}
        while more := {each.stack for each in self._waiting if each.needs & gone or _stopped_by(work, each)} - gone:
            gone |= more
        for queue in (self._free, self._with_alarms):
            queue[:] = [each for each in queue if each.stack not in gone]

    def again(self, stack: str) -> None:
        """AWS had a limit in the way of a stack: it begins once more, after the others."""
        work = self._running.pop(stack)
        self._order[stack] = max(self._order.values()) + 1
        (self._with_alarms if work.alarms else self._free).append(work)
        self.throttled()

    def throttled(self) -> None:
        """AWS has asked for patience: half as many at once, after a rest. Several times within one rest count once."""
        if self._now() < self._rest_until:
            return
        self._room = max(float(min(LEAST, self._pace.first)), self._room / 2)
        self._rest_until = self._now() + self._pace.rest
        self._alarms_from = max(self._alarms_from, self._now()) + self._pace.rest

    @property
    def _waiting(self) -> Sequence[StackWork]:
        return *self._free, *self._with_alarms

    def _first(self, queue: Sequence[StackWork]) -> StackWork | None:
        return next((work for work in queue if work.needs <= self._done), None)


def _stopped_by(failed: StackWork, other: StackWork) -> bool:
    return failed.shared and not other.shared and failed.service == other.service
