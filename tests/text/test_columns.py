"""What does not fit is said in lines, never in cells that break names apart."""

import io

from rich.console import Console
from rich.text import Text

from scripts.text.columns import print_columns
from tests.for_each import for_each

LONG = "dynamodb-prod-eu-west-1-bookshop"
HEAD = ("Table", "Keys", "Settings")
ROWS = [[Text(LONG), Text("-"), Text("1 differs")], [Text("[b]"), Text("match"), Text("match")]]
TABLE = [f"{'Table':32}  Keys   Settings", f"{LONG}  -      1 differs", f"{'[b]':32}  match  match"]
LINES = [LONG, "  Settings: 1 differs", "[b]", "  Keys: match; Settings: match"]


@for_each(("width", "terminal", "lines"), [(80, True, TABLE), (40, True, LINES), (40, False, TABLE)])
def test_rows(width: int, terminal: bool, lines: list[str]) -> None:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, color_system=None)
    print_columns(console, HEAD, ROWS)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert [line.rstrip() for line in Text.from_ansi(said).plain.splitlines()] == lines
    assert console.width == width
