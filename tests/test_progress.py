"""Progress: one line an event where there is no terminal, a live picture that leaves the results where there is one."""

import io
import re

from rich.console import Console

from scripts.progress import Board


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
