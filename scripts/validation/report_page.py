"""The report as a page that fits into a comment of GitHub: the verdict, the worst first, what to do, the rest folded away."""

import re
from collections.abc import Iterable, Sequence

from scripts.comparison.compare import GROUPS, UNKNOWN
from scripts.text import markdown
from scripts.validation.report import FailedCheck, Report, TableReport, folded
from scripts.validation.report_text import RETIRED, retired_unknown, subtitle

LIMIT = 60_000  # characters; a comment may have 65,536 (GitHub REST API, issue comments), and others add a line or two
ROWS_SHARE = 0.25  # of the page, for the rows of the summary table
NAMES_SHOWN = 20  # of tables that match, in one cell
RESERVE = 400  # for the sentences about what had to be left out
# A command inside a sentence: from its first word to the end of the sentence, or to a remark in brackets.
_COMMAND = re.compile(r"(?:(?<=: )|^)(?:aws|make) .+?(?=\. [A-Z]| \([a-z][^()']*\)$|$)")


def to_markdown(report: Report) -> str:
    """The whole page, never longer than LIMIT. Every problem is on it as long as there is room for one line each."""
    head = [f"## {markdown.text(report.environment)}: {report.verdict}", f"{_subtitle(report)}."]
    foot = _foot(report)
    room = LIMIT - _length([*head, *foot]) - RESERVE
    summary = _summary(report, int(LIMIT * ROWS_SHARE))
    room -= _length(["\n".join(summary)])
    problems = _problems(report, room)
    room -= _length(problems)
    details: list[str] = []
    for title, lines in _details(report):
        block = f"<details><summary>{title}</summary>\n\n{lines}\n\n</details>"
        if _length([block]) > room:
            block = f"{title}: see {_where(report)}."
        if _length([block]) <= room + RESERVE // 4:
            details.append(block)
            room -= _length([block])
    return markdown.page(*head, summary, *problems, *details, *foot)


def _length(blocks: Iterable[str]) -> int:
    return sum(len(block) + 2 for block in blocks)  # with the empty line between two blocks


def _subtitle(report: Report) -> str:
    line = markdown.text(subtitle(report))
    for value in filter(None, (report.commit, report.plan)):
        line = line.replace(markdown.text(value), markdown.code(value), 1)
    return line


def _summary(report: Report, room: int) -> list[str]:
    """The table: problems first, what matches folded. Rows for which there is no room are counted in the last one."""
    rows: list[tuple[str, ...]] = []
    left_out = 0
    for group, cells in folded(report.worst_first):
        row = (_listed([table.table for table in group]), *(_bold(cell) for cell in cells)) if room > 0 else ()
        room -= sum(len(cell) + 3 for cell in row) + 1
        if room < 0:
            left_out += len(group)
        else:
            rows.append(row)
    if left_out:
        rows.append((f"{left_out} more", *("" for _ in GROUPS)))
    return markdown.table(("Table", *GROUPS), rows)


def _listed(names: Sequence[str]) -> str:
    shown = markdown.codes(names[:NAMES_SHOWN])
    return f"{shown} and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else shown


def _bold(cell: str) -> str:
    return f"**{cell}**" if "differ" in cell or "not known" in cell else cell


def _problems(report: Report, room: int) -> list[str]:
    """Every problem in full; where there is no room for that, the later ones in one line, and the last ones counted."""
    every = report.problems
    shown: list[str] = []
    left = room
    for table, problem in every:
        line = _brief(table, problem)
        if left < len(line) + 2:
            break  # without looking at the rest: there may be thousands
        shown.append(line)
        left -= len(line) + 2
    short = 0
    for number, (_, problem) in enumerate(every if len(shown) == len(every) else ()):
        full = f"{shown[number]} {_rest(problem)}"
        if left >= (more := len(full) - len(shown[number])):
            shown[number] = full
            left -= more
        else:
            short += 1
    if short:
        shown.append(f"{short} of these without what to do, for want of room: see {_where(report)}.")
    if missing := len(every) - len(shown) + bool(short):
        shown.append(f"**{missing} more problems are left out**, and what to do: see {_where(report)}.")
    return shown


def _brief(table: TableReport, problem: FailedCheck) -> str:
    return f"**{markdown.code(table.table)}: {markdown.text(problem.sentence)}.**"


def _rest(problem: FailedCheck) -> str:
    return " ".join(filter(None, [problem.cause, f"Fix: {fix(problem.fix)}"]))


def fix(text: str) -> str:
    """What to do, with each command in it as code that can be copied."""
    parts, end = [], 0
    for match in _COMMAND.finditer(text):
        parts += [markdown.text(text[end : match.start()]), markdown.code(match[0])]
        end = match.end()
    return " ".join(filter(None, [*parts, markdown.text(text[end:])])).replace("` . ", "`. ")


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
        for table in report.tables
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
        f"Not known: {f'{unknown} checks' if unknown > 1 else '1 check' if unknown else 'nothing'}.",
        f"Full report: {_where(report)}.",
        f"What to do next: {', '.join(links[:NAMES_SHOWN])}." if links else "",
    ]
    return [*lines, " ".join(filter(None, ending))]


def _where(report: Report) -> str:
    return markdown.link("run summary", report.run_url) if report.run_url else markdown.code("validation.json")
