"""Do the same with many things, on all processors where that is quick to begin."""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from scripts.entry import die_quietly

FEW = 60  # things; for so few the processes take longer to begin than they save
_CHUNK = 20
Thing = TypeVar("Thing")
Result = TypeVar("Result")
# What the processes work on: they are copies of this one, so that it need not be sent to them.
_task: tuple[Callable[[Any], Any], Sequence[Any]] = (lambda thing: thing, ())


def side_by_side(work: Callable[[Thing], Result], things: Sequence[Thing]) -> list[Result]:
    """The results of `work`, in the order of the things. Raises what `work` raises.

    Where a process cannot be copied (Windows), or not safely (macOS, and besides threads), one thing comes after the other.
    """
    global _task
    workers = min(_processors(), len(things) // _CHUNK)
    alone = sys.platform in ("win32", "darwin") or threading.active_count() > 1
    if workers < 2 or len(things) <= FEW or alone:
        return [work(thing) for thing in things]
    from concurrent.futures import ProcessPoolExecutor  # takes time to import, and only many things need it
    from multiprocessing import get_context

    _task = (work, things)
    with ProcessPoolExecutor(workers, get_context("fork"), die_quietly) as pool:
        return list(pool.map(_one, range(len(things)), chunksize=_CHUNK))


def _one(number: int) -> Any:
    work, things = _task
    return work(things[number])


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
