"""The report as a page that fits into a comment of GitHub: the verdict, the worst first, what to do, the rest folded away."""

from collections.abc import Sequence

from scripts.comparison.compare import GROUPS, UNKNOWN
from scripts.text import markdown
from scripts.text.github_limits import COMMENT_LIMIT
from scripts.text.github_limits import fit as fit_text
from scripts.validation.block_words import markdown_block
from scripts.validation.kept_words import RETIRED, retired_unknown
from scripts.validation.report import Report, folded
from scripts.validation.report_text import subtitle

ROWS_SHOWN = 100  # of the summary table
NAMES_SHOWN = 20  # of tables that match, in one cell


def to_markdown(report: Report) -> str:
    """The whole page, shortened where it is too long for a comment; what is not known and where to go on comes last in any case."""
    page = markdown.page(
        f"## {markdown.text(report.environment)}: {report.verdict}",
        f"{_subtitle(report)}.",
        _summary(report),
        *(markdown_block(table.table, block) for table, block in report.blocks),
        *(f"{markdown.text(each.sentence)} {markdown.code(each.command)}" for each in report.never),
        *(f"<details><summary>{title}</summary>\n\n{lines}\n\n</details>" for title, lines in _details(report)),
    )
    return fit_text(page, COMMENT_LIMIT, _where(report), "\n" + markdown.page(*_foot(report)))


def _subtitle(report: Report) -> str:
    line = markdown.text(subtitle(report))
    for value in filter(None, (report.commit, report.plan)):
        line = line.replace(markdown.text(value), markdown.code(value), 1)
    return line


def _summary(report: Report) -> list[str]:
    """The table: problems first, what matches folded. Tables beyond the first rows are counted in the last one."""
    groups = folded(report.worst_first)
    rows = [
        (_listed([table.table for table in group]), *(_bold(cell) for cell in cells))
        for group, cells in groups[:ROWS_SHOWN]
    ]
    if left_out := sum(len(group) for group, _ in groups[ROWS_SHOWN:]):
        rows.append((f"{left_out} more", *("" for _ in GROUPS)))
    return markdown.table(("Table", *GROUPS), rows) if rows else []


def _listed(names: Sequence[str]) -> str:
    shown = markdown.codes(names[:NAMES_SHOWN])
    return f"{shown} and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else shown


def _bold(cell: str) -> str:
    return f"**{cell}**" if "differ" in cell or "not known" in cell else cell


def _details(report: Report) -> list[tuple[str, str]]:
    """What is worth having and no check: title and content of each part that can be folded."""
    found = []
    notes = [f"- {_listed(tables)}: {markdown.text(note)}" for note, tables in report.notes.items()]
    if notes:
        found.append((f"{len(notes)} {'note' if len(notes) == 1 else 'notes'}", "\n".join(notes)))
    rows = [
        (
            markdown.text(": ".join(filter(None, [pattern.id, pattern.description]))),
            markdown.text(pattern.operation),
            markdown.code(table.table) + (f", index {markdown.code(pattern.index)}" if pattern.index else ""),
            markdown.text(f"{pattern.probe}: {pattern.reason}" if pattern.reason else pattern.probe),
        )
        for table in report.compared
        for pattern in table.patterns
    ]
    if rows:
        head = ("Access pattern", "Operation", "Served by", "Probe")
        found.append((markdown.text(report.patterns.rstrip(".")), "\n".join(markdown.table(head, rows))))
    return found


def _foot(report: Report) -> list[str]:
    """What was not looked at or not known, and where to go on."""
    lines = []
    for service in dict.fromkeys(service for service, _ in report.retired):
        names = [table for of, table in report.retired if of == service]
        lines.append(f"{_listed(names)} of {markdown.text(service)}: {RETIRED}")
    lines += [markdown.text(retired_unknown(service, reason)) for service, reason in report.retired_unknown]
    unknown = report.count(UNKNOWN)
    links = [markdown.link(f"environment page of {markdown.text(s)}", page) for s, page in report.pages]
    ending = [
        f"{unknown} {'check' if unknown == 1 else 'checks'} could not be judged."
        if unknown
        else "Every check could be judged.",
        f"Full report: {_where(report)}.",
        f"What to do next: {', '.join(links[:NAMES_SHOWN])}." if links else "",
    ]
    return [*lines, " ".join(filter(None, ending))]


def _where(report: Report) -> str:
    name = markdown.code("validation.json")
    return f"{name} among the artifacts of {markdown.link('the run', report.run_url)}" if report.run_url else name
