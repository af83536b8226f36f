"""A plan on a terminal. As Markdown: `plan_page`; as plain values: `plan_values`."""

from collections.abc import Iterable, Iterator

from scripts.planning import LIVE
from scripts.planning.entries import UNCHANGED, Entry, Plan
from scripts.planning.entry_words import (
    AGES,
    ATTENTION,
    FILE,
    FROM_FILES,
    NamedRisk,
    grouped,
    named_risks,
    parts,
    risks_of,
    sign,
    table_counts,
    title,
    told,
    where,
)
from scripts.planning.risks import KINDS
from scripts.problems import EXPLAINED, printable


def to_text(plan: Plan) -> str:
    """The plan for a terminal: the risks first, then what happens to each table."""
    risks = f"; {risks_of(plan)}" if told(plan) else ""
    lines = [f"Plan {plan.hash} for {plan.environment}, {printable(where(plan))}: {table_counts(plan)}{risks}"]
    lines += [f"Commit: {plan.commit}"] if plan.commit else []
    lines += [f"Note: {printable(text)}" for text in plan.notes]
    lines += risk_lines(named_risks(plan))
    for entry, tables in grouped(entry for entry in plan.entries if entry.action != UNCHANGED):
        names = printable(", ".join(tables))
        lines += ["", f"{sign(entry)} {names} {title(entry, len(tables) > 1)}", *_below(entry)]
    for entry in (entry for entry in plan.shared if entry.action != UNCHANGED):
        names = f"Shared by the tables of {entry.service}: stack {entry.table}"
        lines += ["", f"{sign(entry)} {printable(names)} {title(entry)}", *_below(entry)]
    reasons = any(entry.reasons for entry in plan.entries)
    for entry in plan.files:
        lines += ["", f"{sign(entry)} {FILE}{printable(entry.table)} {title(entry)}", *_below(entry)]
    if plan.against != LIVE and plan.exit_code:
        lines += ["", FROM_FILES.format(plan.against)]
    if plan.duration:
        lines += ["", plan.duration]
    if any(entry.duration for entry in plan.entries):
        lines += ["", AGES]
    explained = [name for name, found in (("plan.md", reasons), ("risks.md", plan.risks)) if found]
    if explained:
        lines += ["", f"{EXPLAINED}{', docs/rules/'.join(explained)}"]
    return "\n".join(lines) + "\n"


def _below(entry: Entry) -> Iterator[str]:
    """All lines about a table below its title."""
    for part in parts(entry):
        if part.lead:
            yield f"    {part.lead}"
        for number, sign_, line in part.marked:
            yield f"    {number}{sign_}{printable(line.text)}{f' {ATTENTION}' if line.risks else ''}"


def risk_lines(risks: Iterable[NamedRisk]) -> list[str]:
    """The risks by their kinds, each with its tables."""
    lines: list[str] = []
    kind = ""
    for each in risks:
        if each.risk.kind != kind:
            kind = each.risk.kind
            one, _several = KINDS[kind]
            lines += ["", f"{one[0].upper()}{one[1:]}:"]
        lines.append(
            f"{ATTENTION} {printable(_subject(each))}: {printable(each.risk.change)}. {printable(each.risk.effect)} "
            f"({each.risk.id})"
        )
    return lines


def _subject(each: NamedRisk) -> str:
    return f"shared by the tables of {each.shared}" if each.shared else ", ".join(each.tables)
