"""The validation report: the same content for a terminal, as Markdown for a pull request, and as JSON."""

from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from scripts import markdown, words
from scripts.compare import GROUPS, MATCH, MISMATCH, UNKNOWN, Finding
from scripts.fixes import THEN

OUTCOME_WORDS = {MISMATCH: ("differs", "differ"), UNKNOWN: ("not known", "not known")}


@dataclass(frozen=True, slots=True)
class TableReport:
    """The checks of one table, and for each that is no match what to do (in the same order)."""

    service: str
    table: str
    findings: tuple[Finding, ...]
    fixes: tuple[str, ...]
    shared: bool = False  # what the tables share, not a table

    @property
    def problems(self) -> list[tuple[Finding, str]]:
        """What is no match, mismatches first, with its fix."""
        return sorted(
            ((f, fix) for f, fix in zip(self.findings, self.fixes, strict=True) if f.outcome != MATCH),
            key=lambda pair: pair[0].outcome == UNKNOWN,
        )

    def cell(self, group: str) -> str:
        """One word or two about a group of checks."""
        outcomes = [finding.outcome for finding in self.findings if finding.group == group]
        for outcome in (MISMATCH, UNKNOWN):
            if number := outcomes.count(outcome):
                return f"{number} {OUTCOME_WORDS[outcome][number > 1]}"
        if not outcomes and self.shared:
            return "-"
        if not outcomes:
            return "none" if group == "Indexes" and self._exists else "not looked at"
        return f"{len(outcomes)} of {len(outcomes)}" if group == "Access" else "match"

    @property
    def _exists(self) -> bool:
        return not any(f.property == "existence" and not f.subject for f in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """The validation of an environment."""

    environment: str
    region: str
    account: str
    time: str
    tables: tuple[TableReport, ...]

    def count(self, outcome: str) -> int:
        """How many checks had an outcome."""
        return sum(finding.outcome == outcome for table in self.tables for finding in table.findings)

    @property
    def verdict(self) -> str:
        """The headline."""
        total = sum(len(table.findings) for table in self.tables)
        mismatches, unknown = self.count(MISMATCH), self.count(UNKNOWN)
        if not mismatches and not unknown:
            return f"all {total} checks match"
        parts = [f"{mismatches} of {total} checks {'differs' if mismatches == 1 else 'differ'}"] if mismatches else []
        if unknown:
            parts.append(f"{unknown} of {total} could not be judged")
        return ", ".join(parts)

    @property
    def exit_code(self) -> int:
        """0 all match, 1 something differs, 2 something could not be judged."""
        return 1 if self.count(MISMATCH) else 2 if self.count(UNKNOWN) else 0


def to_markdown(report: Report) -> str:
    """The report as a page: the verdict, one line a table with the worst first, then what to do."""
    tables = sorted(report.tables, key=lambda table: _badness(table))
    rows = [(markdown.code(t.table), *(_bold(t, group) for group in GROUPS)) for t in tables]
    problems = [
        f"**{markdown.code(t.table)}: {markdown.text(words.sentence(finding))}.** Fix: {_fix(fix)}"
        for t in tables
        for finding, fix in t.problems
    ]
    return markdown.page(
        f"## {markdown.text(report.environment)}: {report.verdict}",
        f"Region {report.region}, account {report.account}, {report.time}.",
        markdown.table(("Table", *GROUPS), rows),
        *problems,
    )


def to_json(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "environment": report.environment,
        "region": report.region,
        "account": report.account,
        "time": report.time,
        "verdict": report.verdict,
        "counts": {outcome: report.count(outcome) for outcome in (MATCH, MISMATCH, UNKNOWN)},
        "tables": [
            {
                "service": table.service,
                "table": table.table,
                "checks": [_finding(finding, fix) for finding, fix in zip(table.findings, table.fixes, strict=True)],
            }
            for table in report.tables
        ],
    }


def print_text(report: Report, console: Console) -> None:
    """The report on a terminal."""
    table = RichTable("Table", *GROUPS, box=None, pad_edge=False, header_style="bold")
    for entry in sorted(report.tables, key=lambda entry: _badness(entry)):
        table.add_row(entry.table, *(_coloured(entry.cell(group)) for group in GROUPS))
    console.print(f"{report.environment}: {report.verdict}", style="bold", highlight=False, markup=False)
    console.print(f"Region {report.region}, account {report.account}, {report.time}\n", highlight=False, markup=False)
    console.print(table)
    for entry in report.tables:
        for finding, fix in entry.problems:
            console.print(f"\n{entry.table}: {words.sentence(finding)}.", style="red", highlight=False, markup=False)
            console.print(f"  Fix: {fix}", highlight=False, markup=False, soft_wrap=True)


def _badness(table: TableReport) -> tuple[int, int]:
    outcomes = [finding.outcome for finding in table.findings]
    return -outcomes.count(MISMATCH), -outcomes.count(UNKNOWN)


def _bold(table: TableReport, group: str) -> str:
    cell = table.cell(group)
    return f"**{cell}**" if "differ" in cell or "not known" in cell else cell


def _coloured(cell: str) -> str:
    style = "red" if "differ" in cell else "yellow" if "not" in cell else "green"
    return f"[{style}]{cell}[/{style}]"


def _fix(fix: str) -> str:
    if not fix.startswith(("aws ", "make ")):
        return markdown.text(fix)
    command, then, _ = fix.partition(THEN)
    return f"{markdown.code(command)} {markdown.text(then)}".rstrip()


def _finding(finding: Finding, fix: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "group": finding.group,
        "subject": finding.subject,
        "property": finding.property,
        "outcome": finding.outcome,
    }
    if finding.outcome != MATCH:
        value |= {
            "desired": words.shown(finding.property, finding.desired),
            "live": None if finding.outcome == UNKNOWN else words.shown(finding.property, finding.live),
            "message": words.sentence(finding),
            "fix": fix,
        }
    return value
