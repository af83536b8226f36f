"""How long a whole deployment takes: its schedule, run by a simulated clock with the times that its stacks are assumed to take."""

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from scripts.limits import JOB_MINUTES
from scripts.model import LiveTable
from scripts.planning.changes import CREATE
from scripts.planning.durations import CREATION, NOTHING, UPDATE, Minutes
from scripts.planning.entries import NO_CHANGE, Entry
from scripts.planning.inputs import PlannedTable
from scripts.planning.schedule import Pace, Schedule, full
from scripts.planning.stack_operations import additional
from scripts.planning.stack_work import StackWork, shared_change, table_change, works
from scripts.planning.steps import duration
from scripts.planning.template_diff import SharedStack

OVER = (
    " A job on GitHub ends after {} minutes: what AWS is at work on then goes on by itself, and its end is told; what has not begun "
    "asks for one more approval, of the rest of this plan."
)
MANY = 16  # stacks from which on their number is told


def simulate(works: Iterable[StackWork], pace: Pace, seconds: Callable[[StackWork], float]) -> float:
    """After how many seconds the last stack is as wanted. `seconds`: how long each takes from its beginning."""
    now, ends = 0.0, list[tuple[float, str]]()
    schedule = Schedule(works, pace, lambda: now)
    while True:
        while work := schedule.begin():
            heapq.heappush(ends, (now + seconds(work), work.stack))
        pause = schedule.pause()
        wakes = math.inf if pause is None else now + pause
        if ends and ends[0][0] <= wakes:
            now, stack = heapq.heappop(ends)
            schedule.ended(stack)
        elif pause is None:
            return now
        else:
            now = wakes


def deployment_words(jobs: Sequence[PlannedTable], entries: Iterable[Entry], shared: Sequence[SharedStack]) -> str:
    """How long a deployment of a plan takes, with what that is longer than; empty where it changes nothing.

    `jobs` and `entries`: its tables; those without changes take no time.
    """
    changing = {(each.service, each.table) for each in entries if each.action not in NO_CHANGE}
    jobs = [job for job in jobs if (job.place.service.name, job.desired.name) in changing]
    shared = [stack for stack in shared if stack.before != stack.after]
    if not jobs and not shared:
        return ""
    changes = [*map(shared_change, shared), *(replace(table_change(job), stack=job.desired.name) for job in jobs)]
    times = [*(UPDATE for _ in shared), *map(_minutes, jobs)]
    minutes = {change.stack: time or NOTHING for change, time in zip(changes, times, strict=True)}
    todo, pace = works(changes), full()
    low = simulate(todo, pace, lambda work: 60 * minutes[work.stack].low)
    high = simulate(todo, pace, lambda work: 60 * minutes[work.stack].high)
    total = Minutes(low / 60, high / 60)
    return words(total, todo, known=all(times))


def _minutes(job: PlannedTable) -> Minutes | None:
    """How long the stack of a table takes by itself; None where its size is not known."""
    if job.change.action == CREATE or not isinstance(job.live, LiveTable):
        return CREATION
    return duration(job.desired, job.live, job.change, 1, additional(job))[1]


def words(total: Minutes, todo: Collection[StackWork], *, known: bool) -> str:
    """The sentences for a time. `known`: whether that of every stack is."""
    how = f": {len(todo):,} stacks" if len(todo) > MANY else ""
    if how and (alarms := sum(work.alarms for work in todo)):
        how += f", and {alarms:,} alarms at {rate:g} a second" if (rate := full().alarms) else ""
    told = f"The whole deployment takes {'' if known else 'at least '}{total}{how}."
    if total.high > JOB_MINUTES.room:
        told += OVER.format(JOB_MINUTES.room)
    return told
