"""The report on a terminal: the same content as the page, without the lists that nobody asked for."""

from rich.console import Console
from rich.text import Text

from scripts.comparison.compare import GROUPS
from scripts.make_words import in_make_words
from scripts.problems import printable
from scripts.text.columns import print_columns
from scripts.validation.block_words import text_lines
from scripts.validation.kept_words import kept_lines
from scripts.validation.pattern_coverage import REFUSED
from scripts.validation.report import Report, folded

NAMES_SHOWN = 6  # of tables that match, in one cell


def print_text(report: Report, console: Console) -> None:
    """Print the report."""
    rows = [
        [Text(_listed([each.table for each in group])), *map(_coloured, cells)]
        for group, cells in folded(report.worst_first)
    ]
    _say(console, f"{report.environment}: {report.verdict}", "bold")
    _say(console, subtitle(report))
    if rows:
        _say(console, "")
        print_columns(console, ("Table", *GROUPS), rows)
    for entry, block in report.blocks:
        first, *others = text_lines(entry.table, block)
        _say(console, "")
        _say(console, first, "red" if block.known else "yellow")
        for line in others:
            _say(console, line)
    _remarks(report, console)


def subtitle(report: Report) -> str:
    """What was validated, where and when, as plain text."""
    known = [f"{word} {value}" for word, value in (("commit", report.commit), ("plan", report.plan)) if value]
    line = ", ".join([*known, f"region {report.region}", f"account {report.account}", report.time])
    return line[0].upper() + line[1:]


def _remarks(report: Report, console: Console) -> None:
    """What is no check: access patterns, notes, tables that the contract no longer has."""
    lines = [f"{each.sentence} {each.command}" for each in report.never]
    lines += [report.patterns] if report.patterns else []
    for entry in report.compared:
        for pattern in entry.patterns:
            if pattern.probe == REFUSED:
                lines.append(f"  {entry.table}: {pattern.id or pattern.description} (by {pattern.by}) {pattern.probe}")
    lines += [f"  Not tried ({in_make_words(why)}): {_listed(names)}" for why, names in report.untried.items()]
    lines += [f"{_listed(tables)}: {note}" for note, tables in report.notes.items()]
    lines += kept_lines(report)
    lines += [RECORD.format(report.environment, service) for service in report.unrecorded]
    if lines:
        _say(console, "")
    for line in lines:
        _say(console, line)


RECORD = "The record of the deployment has no validation yet. To add this one: make record ENV={} SERVICE={}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more


def _say(console: Console, line: str, style: str = "") -> None:
    console.print(printable(line), style=style, highlight=False, markup=False, soft_wrap=True)


def _coloured(cell: str) -> Text:
    style = "red" if "differ" in cell else "yellow" if "not" in cell else "green"
    return Text(cell, style)
