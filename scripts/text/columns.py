"""Rows for a terminal: a table where it is wide enough, and where nobody knows how wide it is; else some lines for each row."""

from collections.abc import Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

NOTHING = "-"  # the cell of a row to which a column does not apply
_ANY = 100_000  # characters of a line, where there is no limit


def print_columns(console: Console, head: Sequence[str], rows: Sequence[Sequence[Text]], names: int = 1) -> None:
    """Print rows of plain text, which never wrap within a table. `names`: how many of the first columns name a row."""
    table = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    there = console.width
    if not console.is_terminal:
        console.width = _ANY  # a file or a pipe has no width, and rich takes 80
    elif Measurement.get(console, console.options.update(max_width=_ANY), table).maximum > there:
        for row in rows:
            _print_lines(console, head, row, names)
        return
    console.print(table, markup=False, highlight=False)
    console.width = there


def _print_lines(console: Console, head: Sequence[str], row: Sequence[Text], names: int) -> None:
    """A line with the name of a row, and one with its other cells."""
    console.print(Text(" ").join(row[:names]), highlight=False, soft_wrap=True)
    cells = [
        Text.assemble(f"{title}: ", cell)
        for title, cell in zip(head[names:], row[names:], strict=True)
        if cell.plain != NOTHING
    ]
    console.print(Text("  ") + Text("; ").join(cells), highlight=False, soft_wrap=True)
