"""What has drifted, for a terminal, as Markdown and as plain values; apart from it, what AWS has moved by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.comparison import finding_words
from scripts.comparison.compare import MATCH, MISMATCH, Finding
from scripts.observe.services_apart import LeftOut, left_out_words
from scripts.problems import printable
from scripts.text import markdown
from scripts.text.github_limits import COMMENT_LIMIT, fit
from scripts.validation.block_words import markdown_block, text_lines
from scripts.validation.kept_words import kept_lines
from scripts.validation.report import Report

CLEAN, DRIFT, NOT_KNOWN, UNREADABLE, SKIPPED = "clean", "drift", "not known", "unreadable", "skipped"
NEVER = "never deployed"  # nothing that could have changed
RETIRED = "retired"  # no longer wanted: nothing to compare with
ORDER = (DRIFT, NOT_KNOWN, UNREADABLE, SKIPPED, NEVER, RETIRED, CLEAN)
FINE = {NEVER, RETIRED, CLEAN}
WARM_AT_FIRST = (12_000, 4_000)  # reads and writes a second of a new on-demand table (developer guide, warm-throughput)


@dataclass(frozen=True, slots=True)
class EnvironmentDrift:
    """One environment, or one service of it, that was looked at: a report; or the reason why it was not."""

    environment: str
    services: tuple[str, ...]
    report: Report | None = None
    reason: str = ""
    elsewhere: bool = False  # it belongs to another account, which is no failure
    retired: bool = False  # no deployment.yaml names it any more; `reason` says what is left of it
    never: bool = False  # nothing of it was ever there; `reason` says so

    @property
    def outcome(self) -> str:
        """clean, drift, not known (some of it), unreadable (all of it), skipped, never deployed or retired."""
        if self.report is None:
            told = ((RETIRED, self.retired), (NEVER, self.never), (SKIPPED, self.elsewhere))
            return next((outcome for outcome, is_so in told if is_so), UNREADABLE)
        outcomes = {finding.outcome for table in self.report.tables for finding in table.findings}
        return DRIFT if MISMATCH in outcomes else NOT_KNOWN if outcomes - {MATCH} else CLEAN


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Everything that was looked at, in the order of its names."""

    time: str
    looked: tuple[EnvironmentDrift, ...]
    left_out: tuple[LeftOut, ...] = ()  # services that could not be looked at, in any environment

    @property
    def exit_code(self) -> int:
        """0 clean, or there is no service yet; 1 drift; 2 something could not be read, or all belongs to other accounts."""
        if not self.looked:
            return 2 if self.left_out else 0
        outcomes = [looked.outcome for looked in self.looked]
        if DRIFT in outcomes:
            return 1
        return 2 if self.left_out or NOT_KNOWN in outcomes or UNREADABLE in outcomes or not FINE & {*outcomes} else 0

    @property
    def verdict(self) -> str:
        """`2 environments: 1 differs, 1 clean`: by their outcome; in code an outcome is a word that stays as it is."""
        outcomes = [looked.outcome for looked in self.looked]
        counts = [(outcomes.count(each), each) for each in ORDER if each in outcomes]
        parts = [f"{number} {('differs', 'differ')[number > 1] if each == DRIFT else each}" for number, each in counts]
        if not parts:
            return (
                "no service can be used as it is"
                if self.left_out
                else "no environments, because there is no service yet"
            )
        left = f"; not looked at: {', '.join(each.service for each in self.left_out)}" if self.left_out else ""
        number = len({looked.environment for looked in self.looked})
        several = f", looked at in {len(outcomes)} parts" if len(outcomes) != number else ""
        return f"{number} environment{'' if number == 1 else 's'}{several}: {', '.join(parts)}{left}"


def expected_changes(report: Report) -> Iterator[tuple[str, str]]:
    """(table, what) of everything that differs from the contract and is as it should be: AWS or others may change it."""
    for table in report.tables:
        for finding in table.findings:
            if finding.outcome == MATCH and (text := _moved(finding)):
                yield table.table, text


def _moved(finding: Finding) -> str:
    if finding.property == "provisioned capacity" and finding.desired != finding.live and finding.live:
        now = finding_words.shown(finding.property, finding.live)
        return f"capacity is {now}: moved by auto scaling, within its limits"
    if finding.property == "warm throughput":
        wanted = {target: units for target, *units in finding.desired}
        grown = tuple(
            (target, reads, writes)
            for target, reads, writes in finding.live or ()
            if [reads, writes] != wanted.get(target) and (reads > WARM_AT_FIRST[0] or writes > WARM_AT_FIRST[1])
        )
        return (
            f"warm throughput is {finding_words.shown(finding.property, grown)}: it grows with traffic" if grown else ""
        )
    if finding.property == "tags" and (added := set(finding.live or ()) - set(finding.desired or ())):
        return f"tags that others have added: {finding_words.shown(finding.property, tuple(sorted(added)))}"
    return ""


def to_values(drifted: DriftReport) -> dict[str, Any]:
    """The drift as plain values, for JSON."""
    return {
        "time": drifted.time,
        "verdict": drifted.verdict,
        "exit_code": drifted.exit_code,
        "left_out": {each.service: each.why for each in drifted.left_out},
        "environments": [_values(looked) for looked in drifted.looked],
    }


def _values(looked: EnvironmentDrift) -> dict[str, Any]:
    report = looked.report
    return {
        "environment": looked.environment,
        "services": list(looked.services),
        "region": report.region if report else None,
        "account": report.account if report else None,
        "outcome": looked.outcome,
        "reason": looked.reason,
        "checks": sum(len(table.findings) for table in report.tables) if report else 0,
        "drift": [{"table": t, "message": f"{m}.", "fix": x} for t, m, x in _found(looked, MISMATCH)],
        "unknown": [{"table": t, "message": f"{m}.", "fix": x} for t, m, x in _found(looked, None)],
        "retired": list(kept_lines(report)) if report else [],
        "moved": [{"table": t, "message": f"{m}."} for t, m in expected_changes(report)] if report else [],
    }


def _found(looked: EnvironmentDrift, outcome: str | None) -> Iterator[tuple[str, str, str]]:
    """(table, sentence, fix) of the findings with an outcome; None: of those that are neither match nor mismatch."""
    for table in looked.report.tables if looked.report else ():
        for problem in table.problems:
            found = problem.finding.outcome
            if found == outcome or (outcome is None and found != MISMATCH):
                yield table.table, problem.sentence, problem.fix.line


def to_text(drifted: DriftReport) -> str:
    """The drift for a terminal."""
    lines = [f"Drift: {drifted.verdict}"]
    for looked in _worst_first(drifted):
        lines += ["", f"{looked.environment}: {_headline(looked)}"]
        for table, block in looked.report.blocks if looked.report else ():
            lines += [f"  {line}" for line in text_lines(table.table, block)]
        if looked.report:
            lines += [f"  {printable(line)}" for line in kept_lines(looked.report)]
            lines += [
                f"  fine: {printable(table)}: {printable(what)}." for table, what in expected_changes(looked.report)
            ]
    return "\n".join(lines) + "\n"


def to_markdown(drifted: DriftReport) -> str:
    """The drift as a page: one line for each environment, then what has drifted, then what has moved by itself."""
    rows = [
        (
            markdown.code(looked.environment),
            looked.report.region if looked.report else "",
            f"**{looked.outcome}**" if looked.outcome in (DRIFT, UNREADABLE, NOT_KNOWN) else looked.outcome,
            markdown.text(looked.reason or _headline(looked)),
        )
        for looked in _worst_first(drifted)
    ]
    head = markdown.page(
        f"## Drift: {drifted.verdict}", markdown.table(("Environment", "Region", "Outcome", "What"), rows)
    )
    return fit("\n".join([head, *_blocks(drifted)]), COMMENT_LIMIT, "drift.json")


def _blocks(drifted: DriftReport) -> Iterator[str]:
    if drifted.left_out:
        yield f"### Not looked at\n\n{markdown.text(left_out_words(drifted.left_out))}\n"
    for looked in _worst_first(drifted):
        if looked.outcome not in (DRIFT, NOT_KNOWN):
            continue
        yield f"### {markdown.text(looked.environment)}\n"
        for table, block in looked.report.blocks if looked.report else ():
            yield markdown_block(table.table, block) + "\n"
    kept = [line for looked in drifted.looked if looked.report for line in kept_lines(looked.report)]
    if kept:
        yield markdown.page([f"- {markdown.text(line)}" for line in kept])
    fine = [
        f"- {markdown.code(looked.environment)}, {markdown.code(table)}: {markdown.text(what)}"
        for looked in drifted.looked
        if looked.report
        for table, what in expected_changes(looked.report)
    ]
    if fine:
        more = [f"- and {len(fine) - 100} more"] if len(fine) > 100 else []
        yield markdown.details(f"{len(fine)} moved by themselves, which is fine", [*fine[:100], *more]) + "\n"


def _headline(looked: EnvironmentDrift) -> str:
    return looked.reason if looked.report is None else f"{looked.report.verdict}"


def _worst_first(drifted: DriftReport) -> list[EnvironmentDrift]:
    return sorted(drifted.looked, key=lambda looked: ORDER.index(looked.outcome))
