"""Shows what a run is doing: a live line for each thing in work on a terminal, one line per event anywhere else."""

import threading
import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Board:
    """A progress display for `total` things. Safe to use from several threads."""

    def __init__(self, total: int, title: str, console: Console | None = None) -> None:
        self._console = console or Console()
        self._lock = threading.Lock()
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, str] = {}
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
        self._progress.update(self._all, total=total)

    def tell(self, name: str, what: str) -> None:
        """`name` is now doing `what`. The same twice in a row is shown once."""
        with self._lock:
            if self._said.get(name) == what:
                return
            self._said[name] = what
            if not self._console.is_terminal:
                self._line(name, what)
            elif name in self._tasks:
                self._progress.update(self._tasks[name], description=f"  {escape(name)}: {escape(what)}")
            else:
                self._tasks[name] = self._progress.add_task(f"  {escape(name)}: {escape(what)}", total=1)

    def done(self, name: str, what: str, good: bool = True) -> None:
        """`name` has ended: a line that stays."""
        with self._lock:
            if name in self._tasks:
                self._progress.remove_task(self._tasks.pop(name))
            self._progress.advance(self._all)
            self._line(name, what, "green" if good else "red")

    def _line(self, name: str, what: str, style: str = "") -> None:
        clock = time.strftime("%H:%M:%S")
        self._console.print(f"{clock}  {name}: {what}", style=style, markup=False, highlight=False, soft_wrap=True)
