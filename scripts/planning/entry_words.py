"""What is said of a plan as a whole and of each table, on a terminal and on a page alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from scripts.planning.changes import ADOPT, BLOCKED, CREATE
from scripts.planning.entries import (
    ADDED,
    CHANGED,
    IN_PLACE,
    NOT_KNOWN,
    OUTSIDE,
    RETIRED,
    STEPS,
    UNCHANGED,
    Entry,
    Plan,
    PlanLine,
)
from scripts.planning.risks import KINDS, Risk, count_risks, how_many, risk_words

# How tables are counted: the actions, and what they are called together.
COUNTED = (
    ((BLOCKED,), "blocked"),
    ((NOT_KNOWN,), "not known"),
    ((CREATE,), "created"),
    ((STEPS, IN_PLACE), "changed"),
    ((ADOPT,), "adopted"),
    ((OUTSIDE,), "drifted"),
    ((RETIRED,), "no longer in the contract"),
    ((UNCHANGED,), "unchanged"),
)
CHANGES = 2  # the exit code
ATTENTION, STAYS = "!", "="
SIGNS = {BLOCKED: ATTENTION, NOT_KNOWN: "?", CREATE: ADDED, OUTSIDE: STAYS, RETIRED: STAYS, UNCHANGED: STAYS}
# What happens to one table, and to several, after their names.
HAPPENS = {
    BLOCKED: ("cannot be deployed", "cannot be deployed"),
    NOT_KNOWN: ("changes in a way that is not known", "change in a way that is not known"),
    CREATE: ("is created", "are created"),
    STEPS: ("changes", "change"),
    ADOPT: ("is adopted", "are adopted"),
    IN_PLACE: ("changes in place", "change in place"),
    OUTSIDE: (
        "has drifted; a deployment leaves it as it is",
        "have drifted; a deployment leaves them as they are",
    ),
    RETIRED: ("is no longer in the contract; it is kept", "are no longer in the contract; they are kept"),
    UNCHANGED: ("is unchanged", "are unchanged"),
}
MORE = {
    BLOCKED: "Nothing of its service is deployed until this is resolved.",
    STEPS: "Reads and writes go on.",
    ADOPT: "What exists outside our stack is imported as it is, with its items, before anything of it changes.",
}
NO_ESTIMATE = "no estimate"  # of the cost; nothing that a reader needs
LONGEST = 600  # characters of one sentence; names may have tens of thousands
AGES = "Numbers of items are up to six hours old, times are estimates: docs/plan.md says how they are made."
FILE = "Access policy "
FROM_FILES = (
    "From the templates that are committed at {}, and those of now. Whether they were deployed, what was changed by hand, how many items "
    "there are and how long a change takes, and whether AWS takes it now, only the plan against what runs can tell."
)
TABLES = 20  # that are named for one risk


def table_counts(plan: Plan) -> str:
    """`1 blocked, 2 created, 3 unchanged`."""
    counts = [(plan.count(*actions), words) for actions, words in COUNTED]
    words = [f"{number} {word}" for number, word in counts if number]
    shared = {entry.action for entry in plan.shared} - {UNCHANGED}
    if shared:
        words.append(
            f"shared resources {'blocked' if BLOCKED in shared else 'drifted' if shared == {OUTSIDE} else 'change'}"
        )
    if plan.files:
        words.append(f"{len(plan.files)} access polic{'y changes' if len(plan.files) == 1 else 'ies change'}")
    return ", ".join(words) or "no tables"


def summary(plan: Plan) -> str:
    """`2 created, 3 changed; 1 risk`."""
    number = len(plan.risks)
    return f"{table_counts(plan)}; {how_many(number)}" if number else table_counts(plan)


def risks_of(plan: Plan) -> str:
    """`2 risks: 1 lowers protection, 1 breaks readers or writers`, `no risks`; and for how many tables they are not known."""
    number, words = len(plan.risks), risk_words(count_risks(plan.risks), unjudged(plan))
    return how_many(number) if words == "none" else f"{how_many(number)}: {words}" if number else f"risks: {words}"


def told(plan: Plan) -> bool:
    """Whether there is anything to say about risks: something would be done, or something has a risk that is not known."""
    return plan.exit_code == CHANGES or bool(plan.risks) or bool(unjudged(plan))


def unjudged(plan: Plan) -> int:
    """How many tables there are whose risks are not known."""
    return sum(not entry.judged for entry in plan.everything)


@dataclass(frozen=True, slots=True)
class NamedRisk:
    """One risk with all the tables that have it, or what the tables of a service share."""

    risk: Risk
    tables: tuple[str, ...]
    shared: str = ""  # the service


def named_risks(plan: Plan, kinds: Iterable[str] = KINDS) -> list[NamedRisk]:
    """The risks of some kinds, worst first, each once for all tables that have it."""
    found: dict[tuple[Risk, str], list[str]] = {}
    for entry in plan.everything:
        service = entry.service if entry in plan.shared else ""
        for risk in entry.risks:
            found.setdefault((risk, service), []).append(entry.table)
    wanted = list(kinds)
    named = [NamedRisk(risk, tuple(tables), service) for (risk, service), tables in found.items()]
    return sorted((each for each in named if each.risk.kind in wanted), key=lambda each: wanted.index(each.risk.kind))


def where(plan: Plan) -> str:
    """`Region eu-west-1, account 111122223333`, or for a plan without AWS access the Region and the revision."""
    account = f"account {plan.account}" if plan.account else f"against {plan.against}, without AWS access"
    return f"{f'Region {plan.region}' if plan.region else 'any Region'}, {account}"


def sign(entry: Entry) -> str:
    """The sign before its name."""
    return SIGNS.get(entry.action, CHANGED)


def grouped(entries: Iterable[Entry]) -> list[tuple[Entry, tuple[str, ...]]]:
    """The entries in their order, those to which the same happens as one, with the names of its tables."""
    found: dict[Entry, list[str]] = {}
    for entry in entries:
        found.setdefault(replace(entry, table="", identity=""), []).append(entry.table)
    return [(entry, tuple(tables)) for entry, tables in found.items()]


def happening(entry: Entry, several: bool = False) -> str:
    """`changes in 3 steps, 30 to 60 minutes`: what happens to a table in a few words, and how long it takes."""
    words, time = HAPPENS[entry.action][several], entry.duration
    if entry.changes and all(line.unread for line in entry.changes):
        words = "may change: its current state could not be read in full"
    if entry.steps and time:
        return f"{words} in {time}"
    return f"{words}, {time.removeprefix('1 step, ')}" if time else words


def title(entry: Entry, several: bool = False) -> str:
    """`changes in 3 steps, 30 to 60 minutes. Reads and writes go on.`, without the names of the tables."""
    of = " of each" if several else ""
    cost = f"Cost a month{of}: {entry.cost}." if entry.action in _CHANGING and entry.cost not in _NOTHING else ""
    return " ".join(filter(None, (f"{happening(entry, several)}.", MORE.get(entry.action, ""), cost)))


_CHANGING = (STEPS, ADOPT, IN_PLACE)
_NOTHING = ("", NO_ESTIMATE, "no change")


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines about a table under one another, after a line that says what they are (or none)."""

    lines: tuple[PlanLine, ...]
    lead: str = ""
    numbered: bool = False
    bullets: bool = True
    signed: bool = False  # with the signs of the lines
    language: str = ""  # of lines that are code

    @property
    def marked(self) -> list[tuple[str, str, PlanLine]]:
        """Each line with its number and point (or a dash, or nothing) and its sign (or nothing) before it."""
        return [
            (
                f"{number}. " if self.numbered else "- " if self.bullets and not self.signed else "",
                f"{line.sign} " if self.signed else "",
                line,
            )
            for number, line in enumerate(self.lines, 1)
        ]


LET_GO = "How to let it go:"
KEEP = "To keep what the table has, write this into {}, or run the same plan with KEEP=1, which writes it:"
CANNOT_KEEP = "What these lines do not keep:"
CANNOT_KEEP_ANY = "What no line of deployment.yaml keeps:"
STAYING = "What stays as it is, although it is not as wanted:"
FIRST = {STEPS: "What changes beside the steps:", ADOPT: "What changes after the import:"}


def parts(entry: Entry) -> list[Part]:
    """All that is told of a table below its title, in order; each sentence cut to a length that can be read."""
    signed = entry.action in _CHANGING
    changes = Part(_short(entry.changes), FIRST.get(entry.action, ""), signed=signed)
    steps = Part(_short(entry.steps), LET_GO if entry.action == RETIRED else "", numbered=True, signed=signed)
    order = [steps, changes] if entry.action in FIRST else [changes, steps]
    stays = Part(_short(entry.stays), "" if entry.action == OUTSIDE else STAYING)
    reasons, notes = (tuple(map(PlanLine, map(str, texts))) for texts in (entry.reasons, entry.notes))
    found = [Part(_short(reasons)), *order, stays, Part(_short(notes), bullets=False), *_kept(entry)]
    return [part for part in found if part.lines]


def _kept(entry: Entry) -> Iterator[Part]:
    if entry.keep:
        yield Part(tuple(map(PlanLine, entry.keep.lines)), KEEP.format(entry.keep.file), bullets=False, language="yaml")
        yield Part(tuple(map(PlanLine, entry.keep.cannot)), CANNOT_KEEP if entry.keep.lines else CANNOT_KEEP_ANY)


def _short(lines: Iterable[PlanLine]) -> tuple[PlanLine, ...]:
    # A command is of use only as a whole.
    return tuple(
        line
        if len(line.text) <= LONGEST or ": aws " in line.text
        else PlanLine(f"{line.text[: LONGEST - 3]}...", line.sign, line.risks)
        for line in lines
    )
