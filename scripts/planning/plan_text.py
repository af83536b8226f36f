"""A plan on a terminal, and as plain values. As Markdown: `page`."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from scripts.planning.build_plan import (
    NOT_KNOWN,
    OUTSIDE,
    RETIRED,
    SAFE,
    STEPS,
    UNCHANGED,
    Entry,
    Plan,
)
from scripts.planning.changes import ADOPT, BLOCKED, CREATE
from scripts.problems import printable

# What an action is called in a count, and in the title of a table.
WORDS = {
    BLOCKED: "blocked",
    NOT_KNOWN: "not known",
    STEPS: "in steps",
    ADOPT: "adopted",
    SAFE: "safe change",
    CREATE: "created",
    OUTSIDE: "changed by hand",
    RETIRED: "no longer in the contract",
    UNCHANGED: "unchanged",
}
TITLES = WORDS | {SAFE: "safe", RETIRED: "no longer in the contract, kept"}
HINTS = {
    BLOCKED: "It cannot be deployed as it is; nothing is until this is settled.",
    NOT_KNOWN: "What changes cannot be said here.",
    STEPS: "Reads and writes go on.",
    ADOPT: "The table exists and comes into the care of its stack, with its items; reads and writes go on.",
}
FIRST = {STEPS: "What changes beside the steps:", ADOPT: "What changes after the import:"}
NO_ESTIMATE = "no estimate"  # of the cost; nothing that a reader needs
LONGEST = 600  # characters of one sentence; names may have tens of thousands
AGES = "Numbers of items are up to six hours old, times are estimates: docs/plan.md says how they are made."


def summary(plan: Plan) -> str:
    """`1 blocked, 2 created, 3 unchanged`."""
    counts = [(plan.count(action), action) for action in WORDS]
    said = [f"{number} {_plural(WORDS[action], number)}" for number, action in counts if number]
    if any(entry.action != UNCHANGED for entry in plan.shared):
        said.append("what the tables share changes")
    return ", ".join(said) or "no tables"


def where(plan: Plan) -> str:
    """`Region eu-west-1, account 111122223333`, or for a plan without AWS access the Region and the revision."""
    account = f"account {plan.account}" if plan.account else f"against {printable(plan.against)}, without AWS access"
    return f"{f'Region {plan.region}' if plan.region else 'any Region'}, {account}"


@dataclass(frozen=True, slots=True)
class Part:
    """Some sentences about a table under one another, after a line that says what they are (or none)."""

    texts: tuple[str, ...]
    lead: str = ""
    numbered: bool = False
    bullets: bool = True


def parts(entry: Entry) -> list[Part]:
    """All that is said of a table beside its title, in order; each sentence cut to a length that can be read."""
    changes, steps = Part(_short(entry.changes)), Part(_short(entry.steps), numbered=True)
    order = [steps, replace(changes, lead=FIRST[entry.action])] if entry.action in FIRST else [changes, steps]
    after = (*entry.notes, *([f"Cost a month: {entry.cost}."] if entry.cost not in ("", NO_ESTIMATE) else []))
    found = [Part(_short(entry.reasons)), *order, Part(_short(after), bullets=False)]
    return [part for part in found if part.texts]


def to_text(plan: Plan) -> str:
    """The plan for a terminal."""
    lines = [f"Plan {plan.hash} for {plan.environment}, {where(plan)}: {summary(plan)}"]
    lines += [f"Note: {text}" for text in plan.notes]
    for entry in (entry for entry in (*plan.entries, *plan.shared) if entry.action != UNCHANGED):
        shared = "What the tables share, stack " if entry in plan.shared else ""
        lines += ["", f"{shared}{printable(entry.table)}: {title(entry)}"]
        for part in parts(entry):
            lines += [f"  {part.lead}"] if part.lead else []
            lines += [f"  {mark}{printable(text)}" for mark, text in marked(part)]
    if any(entry.duration for entry in plan.entries):
        lines += ["", AGES]
    return "\n".join(lines) + "\n"


def marked(part: Part) -> list[tuple[str, str]]:
    """Each sentence of a part with what stands before it: `- `, `1. `, or nothing."""
    return [
        (f"{number}. " if part.numbered else "- " if part.bullets else "", text)
        for number, text in enumerate(part.texts, 1)
    ]


def title(entry: Entry) -> str:
    """`in steps: 3 steps, 30 to 60 minutes. Reads and writes go on.`, without the table's name."""
    return f"{happening(entry)}. {HINTS.get(entry.action, '')}".rstrip()


def happening(entry: Entry) -> str:
    """`in steps: 3 steps, 30 to 60 minutes`: what happens to a table in a few words, and how long it takes."""
    return f"{TITLES[entry.action]}{f': {entry.duration}' if entry.duration else ''}"


def to_values(plan: Plan) -> dict[str, Any]:
    """The plan as plain values, for JSON."""
    tables, shared = ([_values(entry) for entry in entries] for entries in (plan.entries, plan.shared))
    return {
        "plan": plan.hash,
        "environment": plan.environment,
        "region": plan.region,
        "account": plan.account,
        "against": plan.against,
        "exit_code": plan.exit_code,
        "summary": summary(plan),
        "notes": list(plan.notes),
        "tables": tables,
        "shared": [
            {"service": e["service"], "stack": e["table"], "action": e["action"], "changes": e["changes"]}
            for e in shared
        ],
    }


def _values(entry: Entry) -> dict[str, Any]:
    values = asdict(entry)
    del values["identity"]
    return values


def _plural(words: str, number: int) -> str:
    return f"{words}s" if words == WORDS[SAFE] and number > 1 else words


def _short(texts: Iterable[str]) -> tuple[str, ...]:
    # A command is of use only as a whole.
    return tuple(text if len(text) <= LONGEST or ": aws " in text else f"{text[: LONGEST - 3]}..." for text in texts)
