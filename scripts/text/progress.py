"""Shows what a run is doing: a live picture on a terminal, lines anywhere else. With many things, only a count and what is wrong."""

import threading
import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

MANY = 25  # things from which on a line for each would hide the few that matter
EVERY = 5.0  # seconds between two counts where there is no terminal
SHOWN = 3  # names of what is in work, in a count


class Board:
    """A progress display for `total` things. Safe to use from several threads.

    For more than MANY things, or with `brief`, what goes well has no line of its own. `bad`: what a count calls the others.
    `now`: seconds, from any moment on.
    """

    def __init__(
        self,
        total: int,
        title: str,
        console: Console | None = None,
        *,
        brief: bool = False,
        bad: str = "failed",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console or Console()
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, str] = {}  # of what is in work
        self._total, self._done, self._bad = total, 0, 0
        self._title, self._brief, self._bad_word, self._now = title, brief or total > MANY, bad, now
        self._counted = now()
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(
            *columns, console=self._console, transient=True, disable=not self._console.is_terminal
        )
        self._all = self._progress.add_task(title, total=total)

    def __enter__(self) -> "Board":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def expect(self, total: int) -> None:
        """There are `total` things to come."""
        self._total = total
        self._progress.update(self._all, total=total)

    def tell(self, name: str, what: str) -> None:
        """`name` is now doing `what`. The same twice in a row is shown once."""
        with self._lock:
            if self._said.get(name) != what:
                self._said[name] = what
                self._show(name, what)
            self._count()

    def done(self, name: str, what: str, good: bool = True) -> None:
        """`name` has ended: a line that stays, unless all is well and there are many."""
        with self._lock:
            self._said.pop(name, None)
            if name in self._tasks:
                self._progress.remove_task(self._tasks.pop(name))
            if not good or not self._brief:
                self._line(name, what, "green" if good else "red")
            self._step(good)

    def looked(self, good: bool = True) -> None:
        """One more has been looked at; what was found is told later."""
        with self._lock:
            self._step(good)

    def _step(self, good: bool) -> None:
        self._progress.advance(self._all)
        self._done += 1
        self._bad += not good
        self._count()

    def _show(self, name: str, what: str) -> None:
        if not self._console.is_terminal:
            if not self._brief:
                self._line(name, what)
        elif name in self._tasks:
            self._progress.update(self._tasks[name], description=f"  {escape(name)}: {escape(what)}")
        else:
            self._tasks[name] = self._progress.add_task(f"  {escape(name)}: {escape(what)}", total=1)

    def _count(self) -> None:
        """How far it is, every few seconds, where nothing moves by itself."""
        if self._console.is_terminal or not self._brief or self._now() - self._counted < EVERY:
            return
        self._counted = self._now()
        said = [f"{self._done:,} of {self._total:,}", *([f"{self._bad:,} {self._bad_word}"] if self._bad else [])]
        said += [f"{name}: {what}" for name, what in list(self._said.items())[:SHOWN]]
        more = f" and {len(self._said) - SHOWN} more" if len(self._said) > SHOWN else ""
        self._line(self._title, ", ".join(said) + more)

    def _line(self, name: str, what: str, style: str = "") -> None:
        clock = time.strftime("%H:%M:%S")
        self._console.print(f"{clock}  {name}: {what}", style=style, markup=False, highlight=False, soft_wrap=True)


def looking(total: int, title: str) -> Board:
    """A display for looking at `total` things: on standard error, and only how far it is. What was found is told later."""
    return Board(total, title, Console(stderr=True, soft_wrap=True), brief=True, bad="not as wanted")
