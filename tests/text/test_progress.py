"""Progress: one line an event where there is no terminal, a live picture that leaves the results where there is one."""

import io
import re
from typing import Any

from rich.console import Console

from scripts.text.progress import Board


def _run(terminal: bool) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=100, color_system=None)
    with Board(2, "Deploying", console) as board:
        board.tell("Orders", "preparing")
        board.tell("Orders", "preparing")
        board.tell("[red]Books[/red]", "update in progress")
        board.done("Orders", "deployed")
        board.done("[red]Books[/red]", "failed", good=False)
    return file.getvalue()


def test_plain_output_has_one_line_an_event() -> None:
    lines = [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in _run(terminal=False).splitlines() if line.strip()]
    assert lines == [
        "Orders: preparing",
        "[red]Books[/red]: update in progress",
        "Orders: deployed",
        "[red]Books[/red]: failed",
    ]


def test_a_terminal_keeps_the_results_and_shows_markup_as_text() -> None:
    said = _run(terminal=True)
    assert "Orders: deployed" in said
    assert "[red]Books[/red]: failed" in said


def test_how_much_there_is_can_become_known_later() -> None:
    out = io.StringIO()
    with Board(1, "Deploying", Console(file=out, force_terminal=True, width=100)) as board:
        board.expect(3)
        board.done("Orders", "deployed")
        board._progress.refresh()
    assert "1/3" in out.getvalue()


def _many(total: int, **options: Any) -> tuple[Board, io.StringIO, list[float]]:
    """A board without a terminal, what it has said, and its time, which only passes when told."""
    file, time = io.StringIO(), [0.0]
    return Board(total, "Deploying", Console(file=file, width=100), now=lambda: time[0], **options), file, time


def test_many_things_are_counted_and_only_what_fails_has_a_line() -> None:
    board, file, time = _many(1_000)
    with board:
        for number in range(150):
            time[0] += 0.125
            board.tell(f"T{number}", "preparing")
            board.done(f"T{number}", "failed" if number == 70 else "deployed", good=number != 70)
        for name in "ABCD":
            board.tell(name, "adding an index")
        time[0] += 5
        board.tell("A", "adding an index")  # nothing new, but somebody may wonder
    said = [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in file.getvalue().splitlines() if line.strip()]
    assert said == [
        "Deploying: 39 of 1,000, T39: preparing",
        "T70: failed",
        "Deploying: 79 of 1,000, 1 failed, T79: preparing",
        "Deploying: 119 of 1,000, 1 failed, T119: preparing",
        "Deploying: 150 of 1,000, 1 failed, A: adding an index, B: adding an index, C: adding an index and 1 more",
    ]


def test_looking_says_nothing_when_it_is_quick_and_how_far_it_is_when_not() -> None:
    board, file, time = _many(3, brief=True, bad="not as wanted")
    with board:
        board.looked()
        board.looked(good=False)
        assert file.getvalue() == ""
        time[0] += 6
        board.looked()
    assert file.getvalue().strip().endswith("Deploying: 3 of 3, 1 not as wanted")
