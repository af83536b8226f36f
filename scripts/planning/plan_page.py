"""A plan as Markdown, for a pull request: what needs attention first, and short enough for a comment whatever its size."""

from collections.abc import Sequence

from scripts.planning import LIVE
from scripts.planning.changes import BLOCKED
from scripts.planning.entries import RETIRED, UNCHANGED, Entry, Plan, PlanLine
from scripts.planning.entry_words import (
    AGES,
    FILE,
    FROM_FILES,
    TABLES,
    NamedRisk,
    Part,
    grouped,
    named_risks,
    parts,
    risks_of,
    sign,
    table_counts,
    title,
    told,
    unjudged,
    where,
)
from scripts.planning.risks import count_risks, risk_words
from scripts.text import markdown
from scripts.text.github_limits import COMMENT_LIMIT, fit

FOLDED_NAMES = 200
NOTES, NOTE = 20, 500  # notes shown, and characters of one
RISK = ":warning:"


def to_markdown(plan: Plan) -> str:
    """The plan of one environment."""
    return _page(plan, COMMENT_LIMIT)


def to_markdown_all(plans: Sequence[Plan]) -> str:
    """The plans of several environments, or of the services of one: a line for each, then each by itself."""
    if len(plans) == 1:
        return to_markdown(plans[0])
    parts_of = any(plan.service for plan in plans)
    rows = [
        (
            markdown.code(plan.environment),
            *([markdown.code(plan.service)] if parts_of else []),
            markdown.text(plan.region or "any"),
            _bold(plan, table_counts(plan)),
            f"**{words}**" if (words := risk_words(count_risks(plan.risks), unjudged(plan))) != "none" else words,
            markdown.code(plan.hash),
        )
        for plan in plans
    ]
    columns = ("Environment", *(["Service"] if parts_of else []), "Region", "Tables", "Risks", "Plan")
    head = markdown.page("## Plan", markdown.table(columns, rows))
    changed = [plan for plan in plans if plan.exit_code or plan.notes or plan.count(RETIRED)]
    room = (COMMENT_LIMIT - len(head)) // max(1, len(changed))
    return "\n".join(
        [head, *("#" + _page(plan, room - 1) for plan in sorted(changed, key=lambda plan: -plan.exit_code))]
    )


def _bold(plan: Plan, words: str) -> str:
    blocked, comma, rest = words.partition(",")
    return f"**{blocked}**{comma}{rest}" if plan.count(BLOCKED) else words


def _page(plan: Plan, limit: int) -> str:
    entries = [entry for entry in plan.entries if entry.action != UNCHANGED]
    risks = f"; {f'**{risks_of(plan)}**' if plan.risks else risks_of(plan)}" if told(plan) else ""
    text = markdown.page(
        f"## Plan: {markdown.text(plan.environment)}{f', {markdown.text(plan.service)}' if plan.service else ''}",
        f"{_capital(markdown.text(where(plan)))}: {_bold(plan, table_counts(plan))}{risks}.",
        f"Commit: {markdown.text(plan.commit)}." if plan.commit else "",
        [f"- {markdown.text(note[:NOTE])}" for note in plan.notes[:NOTES]],
        *(_lines(*group) for group in grouped(entry for entry in entries if entry.action == BLOCKED)),
        [f"- {_risk(each)}" for each in named_risks(plan)],
        *(_lines(*group) for group in grouped(entry for entry in entries if entry.action != BLOCKED)),
        *(_lines(entry, (entry.table,), shared=True) for entry in plan.shared[:NOTES] if entry.action != UNCHANGED),
        *(_lines(entry, (entry.table,), kind=FILE) for entry in plan.files[:NOTES]),
        f"{len(plan.files) - NOTES} more access policies change." if len(plan.files) > NOTES else "",
        _unchanged(plan),
        markdown.text(plan.duration),
        AGES if any(entry.duration for entry in plan.entries) else "",
    )
    return fit(text, limit, "plan.json", f"\n{_hash(plan)}\n")


def _risk(each: NamedRisk) -> str:
    """One risk, with the tables that have it."""
    more = f" and {len(each.tables) - TABLES} more" if len(each.tables) > TABLES else ""
    tables = markdown.codes(each.tables[:TABLES]) + more
    subject = f"Shared by the tables of {markdown.text(each.shared)}" if each.shared else tables
    return (
        f"{RISK} **{subject}: {markdown.text(each.risk.change)}.** {markdown.text(each.risk.effect)} ({each.risk.id})"
    )


def _lines(entry: Entry, tables: Sequence[str], shared: bool = False, kind: str = "") -> list[str]:
    """What happens to some tables to which the same happens, or to a file; `kind`: of what, before its name."""
    of = f", shared by the tables of {markdown.text(entry.service)}," if shared else ""
    words = markdown.text(title(entry, len(tables) > 1))
    lines = [f"**{sign(entry)} {kind}{markdown.codes(tables[:FOLDED_NAMES])}**{_more(tables)}{of} {words}"]
    for part in parts(entry):
        if entry.action == RETIRED and part.numbered:  # wanted once, and shown in every plan
            lines += ["", *markdown.details(part.lead.removesuffix(":"), _part(part)).split("\n")]
        else:
            lines += ["", markdown.text(part.lead)] if part.lead else []
            if part.language:
                lines += ["", *markdown.fence(part.language, "\n".join(line.text for line in part.lines))]
                continue
            lines += ["", *(_part(part) if part.numbered or part.bullets else "\n\n".join(_part(part)).split("\n"))]
    return lines


def _part(part: Part) -> list[str]:
    bullet = "- " if part.bullets and not part.numbered else ""
    return [
        f"{number if part.numbered else bullet}{f'`{sign_.strip()}` ' if sign_ else ''}{_text(line)}"
        for number, sign_, line in part.marked
    ]


def _text(line: PlanLine) -> str:
    """A sentence, marked where it is a risk; a command at its end as code, so that it can be copied."""
    words, colon, command = line.text.partition(": aws ")
    if colon:
        return f"{markdown.text(words)}: {markdown.code(f'aws {command}')}"
    return f"{markdown.text(line.text)}{f' {RISK}' if line.risks else ''}"


def _unchanged(plan: Plan) -> str:
    names = [entry.table for entry in plan.entries if entry.action == UNCHANGED]
    shown = markdown.codes(names[:FOLDED_NAMES]) + _more(names)
    return markdown.details(f"{len(names)} unchanged", shown) if names else ""


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - FOLDED_NAMES} more" if len(names) > FOLDED_NAMES else ""


def _hash(plan: Plan) -> str:
    if not plan.exit_code:
        return f"Plan {markdown.code(plan.hash)}: a deployment changes nothing."
    if plan.against != LIVE:
        return f"Plan {markdown.code(plan.hash)}. {markdown.text(FROM_FILES.format(plan.against))}"
    return (
        f"Plan {markdown.code(plan.hash)}. An approved deployment executes exactly this plan; if the live tables change "
        "first, it stops and asks again."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
