"""A first deployment on a simulated AWS: the product's schedule, rate limiter and pauses by a simulated clock; AWS's times are assumed.

Rates are AWS's own: CloudWatch takes so many alarms a second, in the order in which they come; what comes sooner waits, as
CloudFormation repeats what was throttled.
"""

import heapq
import math
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from scripts.limits import PUT_METRIC_ALARM
from scripts.observe.rate import DEFAULT, Limiter
from scripts.observe.waiting import CALM, Clock, Waiting
from scripts.planning.schedule import Pace, Schedule
from scripts.planning.stack_work import StackWork
from tests.bench import aws_times
from tests.bench.aws_times import Assumed

SEED = 20_261
Process = Iterator[float]  # gives the seconds until it goes on


class _Pauses(Clock):
    """Knows the last pause of one of the product's waiting loops."""

    def __init__(self) -> None:
        self._last = 0.0

    def pause(self, stop: threading.Event, seconds: float) -> bool:  # noqa: ARG002 the run is never stopped
        self._last = seconds
        return False

    def taken(self) -> float:
        """Its seconds."""
        return self._last


@dataclass(slots=True)
class Result:
    """What a simulated deployment took: seconds of each part, and the most that AWS was asked for."""

    plan: float = 0
    execution: float = 0
    read_back: float = 0
    stacks_at_once: int = 0
    creating_at_once: int = 0
    waited_for_alarms: float = 0  # seconds, the longest
    alarms_a_minute: int = 0  # the most that were asked for in any minute
    alarms_taken_a_second: int = 0  # the most
    calls_a_second: dict[str, int] = field(default_factory=dict)  # the most of each operation

    @property
    def minutes(self) -> float:
        """All of it."""
        return (self.plan + self.execution + self.read_back) / 60


class Aws:
    """The simulated AWS of one account and Region, for one or several deployments side by side."""

    def __init__(self, alarms_a_second: float = PUT_METRIC_ALARM.most) -> None:
        self.now = 0.0
        self.chance = random.Random(SEED)  # noqa: S311 no secret: the same every time is the point
        self._events: list[tuple[float, int, Process, Callable[[], None]]] = []
        self._count = 0
        self._alarm_gap = 1 / alarms_a_second
        self._alarm_slot = 0.0
        self.creating = self.running = 0
        self.calls: Counter[tuple[str, int]] = Counter()
        self.asked: list[float] = []
        self.taken: Counter[int] = Counter()
        self.result = Result()

    def take(self, assumed: Assumed) -> float:
        """Seconds that something takes this time."""
        return self.chance.uniform(assumed.low, assumed.high)

    def put_alarm(self) -> float:
        """Seconds until CloudWatch takes an alarm that is asked for now."""
        self._alarm_slot = max(self._alarm_slot + self._alarm_gap, self.now)
        self.asked.append(self.now)
        self.taken[int(self._alarm_slot)] += 1
        waits = self._alarm_slot - self.now
        self.result.waited_for_alarms = max(self.result.waited_for_alarms, waits)
        return waits

    def go_on(self, seconds: float, process: Process, then: Callable[[], None] = lambda: None) -> None:
        """Let a process go on after so many seconds; `then` is called at its end."""
        self._count += 1
        heapq.heappush(self._events, (self.now + seconds, self._count, process, then))

    def run(self, deployments: Sequence["_Deployment"]) -> None:
        """Run them until nothing is left to do."""
        while True:
            for each in deployments:
                each.begin()
            self.result.stacks_at_once = max(self.result.stacks_at_once, self.running)
            pauses = [pause for each in deployments if (pause := each.schedule.pause()) is not None]
            wakes = self.now + min(pauses) if pauses else math.inf
            if self._events and self._events[0][0] <= wakes:
                self.now, _, process, then = heapq.heappop(self._events)
                after = next(process, None)
                if after is None:
                    then()
                else:
                    self.go_on(after, process, then)
            elif pauses:
                self.now = wakes
            else:
                return


class _Deployment:
    """One deployment on it: the schedule and the limiter of the product."""

    def __init__(self, aws: Aws, works: Sequence[StackWork], pace: Pace) -> None:
        self._aws = aws
        self.schedule = Schedule(works, pace, lambda: aws.now)
        self._due = 0.0
        self._limiter = Limiter(DEFAULT, lambda: aws.now, self._wait)

    def _wait(self, seconds: float) -> None:
        self._due = seconds

    def begin(self) -> None:
        """Begin what may begin now."""
        while work := self.schedule.begin():
            self._aws.running += 1
            self._aws.go_on(0, self._stack(work), partial(self.schedule.ended, work.stack))

    def _stack(self, work: StackWork) -> Process:
        aws = self._aws
        yield from self._change_set(work, aws_times.SHARED if work.shared else aws_times.TABLE, work.alarms)
        yield from self._calls("SetStackPolicy", "UpdateTerminationProtection")
        if not work.shared:
            yield from self._change_set(work, aws_times.UPDATE, 0)
            yield from self._calls("DescribeTable", "SetStackPolicy")
        aws.running -= 1

    def _change_set(self, work: StackWork, resources: Assumed, alarms: int) -> Process:
        aws = self._aws
        yield from self._calls("DescribeTable", "DescribeStacks", "CreateChangeSet")
        ready = aws.now + aws.take(aws_times.CHANGE_SET)
        yield from self._until(lambda: aws.now >= ready, "DescribeChangeSet")
        yield from self._calls("ExecuteChangeSet")
        over: list[bool] = []
        aws.go_on(0, self._resources(aws.take(resources), alarms, over, table=not work.shared))
        yield from self._until(lambda: bool(over), "DescribeStacks")
        yield from self._calls("DescribeChangeSet")

    def _resources(self, seconds: float, alarms: int, over: list[bool], *, table: bool) -> Process:
        """What CloudFormation does meanwhile."""
        aws = self._aws
        aws.creating += table
        aws.result.creating_at_once = max(aws.result.creating_at_once, aws.creating)
        yield seconds
        aws.creating -= table
        yield max([aws.put_alarm() + aws.take(aws_times.ALARM) for _ in range(alarms)], default=0.0)
        yield aws.take(aws_times.STACK)
        over.append(True)

    def _until(self, over: Callable[[], bool], operation: str) -> Process:
        """Look again and again, as the product does, until something is seen to be over."""
        clock = _Pauses()
        for _ in Waiting(clock=clock, first=CALM).intervals():
            yield clock.taken()
            yield from self._calls(operation)
            if over():
                return

    def _calls(self, *operations: str) -> Process:
        for operation in operations:
            self._due = 0.0
            self._limiter.wait(operation)
            self._aws.calls[operation, int(self._aws.now + self._due)] += 1
            yield self._due + self._aws.take(aws_times.CALL)


def simulate(works: Sequence[Sequence[StackWork]], pace: Pace, quota: float = PUT_METRIC_ALARM.most) -> Result:
    """First deployments side by side in one account and Region. `quota`: alarms a second."""
    aws = Aws(quota)
    aws.run([_Deployment(aws, each, pace) for each in works])
    result = aws.result
    tables = sum(not work.shared for each in works for work in each)
    result.plan = tables / DEFAULT  # one DescribeTable for each, which does not exist yet
    result.execution = aws.now
    result.read_back = tables / DEFAULT  # each operation once for each table, side by side
    first = 0
    for last, moment in enumerate(aws.asked):
        while aws.asked[first] <= moment - 60:
            first += 1
        result.alarms_a_minute = max(result.alarms_a_minute, last - first + 1)
    result.alarms_taken_a_second = max(aws.taken.values(), default=0)
    for (operation, _), count in aws.calls.items():
        result.calls_a_second[operation] = max(result.calls_a_second.get(operation, 0), count)
    return result


def one_after_the_other(works: Sequence[StackWork]) -> list[StackWork]:
    """The same as it was once: each shared stack after the other, and the tables after all of them."""
    shared = [work for work in works if work.shared]
    before = [frozenset(), *(frozenset({work.stack}) for work in shared)]
    return [
        *(replace(work, needs=needs) for work, needs in zip(shared, before, strict=False)),
        *(replace(work, needs=before[-1]) for work in works if not work.shared),
    ]
