"""A plan on a terminal, as Markdown for a pull request, and as plain values."""

from dataclasses import asdict
from typing import Any

from scripts import markdown
from scripts.planning.plan import BLOCKED, CREATE, SAFE, STEPS, UNCHANGED, Entry, Plan

WORDS = {BLOCKED: "blocked", STEPS: "in steps", SAFE: "safe change", CREATE: "created", UNCHANGED: "unchanged"}
HINTS = {
    BLOCKED: "It cannot be deployed as it is; nothing is until this is settled.",
    STEPS: "Reads and writes go on. Each step waits until the table and its indexes are ready.",
}


def summary(plan: Plan) -> str:
    """`1 blocked, 2 created, 3 unchanged`."""
    counts = [(plan.count(action), words) for action, words in WORDS.items()]
    return ", ".join(f"{number} {words}" for number, words in counts if number) or "no tables"


def to_text(plan: Plan) -> str:
    """The plan for a terminal."""
    lines = [f"Plan {plan.hash} for {plan.environment}, {plan.region}, account {plan.account}: {summary(plan)}"]
    for entry in (entry for entry in plan.entries if entry.action != UNCHANGED):
        lines += ["", f"{entry.table}: {WORDS[entry.action]}. {HINTS.get(entry.action, '')}".rstrip()]
        lines += [f"  - {text}" for text in (*entry.reasons, *entry.changes)]
        lines += [f"  {number}. {text}" for number, text in enumerate(entry.steps, 1)]
        lines += [f"  Cost a month: {entry.cost}."] if entry.cost else []
    return "\n".join(lines) + "\n"


def to_markdown(plan: Plan) -> str:
    """The plan for a pull request: what needs attention first, what is unchanged folded into one line."""
    unchanged = [entry.table for entry in plan.entries if entry.action == UNCHANGED]
    folded = f"Unchanged: {markdown.codes(unchanged)}." if unchanged else ""
    return markdown.page(
        f"## Plan: {markdown.text(plan.environment)}",
        f"Region {plan.region}, account {plan.account}: {summary(plan)}.",
        *(_blocks(entry) for entry in plan.entries if entry.action != UNCHANGED),
        folded,
        f"Plan {markdown.code(plan.hash)}.",
    )


def _blocks(entry: Entry) -> list[str]:
    title = (
        f"**{WORDS[entry.action].capitalize()}: {markdown.code(entry.table)}.** {HINTS.get(entry.action, '')}".rstrip()
    )
    items = [f"- {markdown.text(text)}" for text in (*entry.reasons, *entry.changes)]
    items += [f"{number}. {markdown.text(text)}" for number, text in enumerate(entry.steps, 1)]
    cost = ["", f"Cost a month: {entry.cost}."] if entry.cost else []
    return [title, "", *items, *cost] if items else [title, *cost]


def to_values(plan: Plan) -> dict[str, Any]:
    """The plan as plain values, for JSON."""
    tables = [asdict(entry) for entry in plan.entries]
    place = {"environment": plan.environment, "region": plan.region, "account": plan.account}
    return {"plan": plan.hash, **place, "summary": summary(plan), "tables": tables}
