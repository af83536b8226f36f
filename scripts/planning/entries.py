"""A plan as values: what happens to each table, and what that risks."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from scripts.planning import LIVE
from scripts.planning.changes import ADOPT, BLOCKED, CREATE
from scripts.planning.kept_settings import Kept
from scripts.planning.reasons import Reason
from scripts.planning.risks import Risk

UNCHANGED, IN_PLACE, STEPS, RETIRED, NOT_KNOWN, OUTSIDE = (
    "unchanged",
    "in_place",
    "steps",
    "retired",
    "unknown",
    "outside",
)
# What a deployment does to a table, by the action, which also tells why; what needs attention first.
MECHANISMS = {
    BLOCKED: "blocked",
    NOT_KNOWN: "not known",
    STEPS: "in steps",
    ADOPT: "adopt",
    IN_PLACE: "in place",
    CREATE: "create",
    OUTSIDE: "stays",
    RETIRED: "stays",
    UNCHANGED: "stays",
}
# What a deployment leaves as it is: nobody has to approve that.
NO_CHANGE = frozenset(action for action, mechanism in MECHANISMS.items() if mechanism == "stays")
NOTHING_TO_DO, CHANGES, STOPPED = 0, 2, 3  # exit codes of a plan
ADDED, CHANGED, REMOVED = "+", "~", "-"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One change of a table, or one step of it, in words, with what it risks. `sign`: whether something comes, changes or goes."""

    text: str
    sign: str = CHANGED
    risks: tuple[Risk, ...] = ()
    unread: bool = False  # what there is could not be read, so what the change risks is not known


@dataclass(frozen=True, slots=True)
class Entry:
    """What happens to one table: `changes` in no order, `steps` in theirs, `reasons` when it is blocked.

    `steps` is empty where one stack operation does it all. `notes`: what else is worth knowing. `identity` stands for
    exactly what would be done; two entries with the same one do the same.
    """

    service: str
    table: str
    action: str
    changes: tuple[PlanLine, ...] = ()
    steps: tuple[PlanLine, ...] = ()
    reasons: tuple[Reason, ...] = ()
    cost: str = ""  # the difference a month, in words
    duration: str = ""  # in words; empty where it is over in a moment
    notes: tuple[str, ...] = ()
    identity: str = ""
    whole: tuple[Risk, ...] = ()  # what no single change risks: cost and time
    keep: Kept | None = None  # of a table that is to be adopted: what would leave its settings as they are
    stays: tuple[PlanLine, ...] = ()  # what is not as wanted and no deployment changes

    @property
    def mechanism(self) -> str:
        """What a deployment does: one of the values of MECHANISMS."""
        return MECHANISMS[self.action]

    @property
    def risks(self) -> tuple[Risk, ...]:
        """Everything that the changes risk. What stays, is blocked or is not known has none."""
        return *(risk for line in (*self.changes, *self.steps) for risk in line.risks), *self.whole

    @property
    def judged(self) -> bool:
        """Whether all that a deployment would change could be read, so that its risks are known."""
        return self.action != NOT_KNOWN and not any(line.unread for line in self.changes)


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for an environment, worst first. Without AWS access `account` is None and `against` a git revision."""

    environment: str
    region: str | None
    account: str | None
    entries: tuple[Entry, ...]
    against: str = LIVE
    notes: tuple[str, ...] = ()
    shared: tuple[Entry, ...] = ()  # stacks of what the tables share, by their names
    files: tuple[Entry, ...] = ()  # generated files that no deployment reads, by their paths
    duration: str = ""  # of the whole deployment, in words; empty where it changes nothing
    commit: str = ""  # that the wanted state comes from, in words; empty: nobody asked
    service: str = ""  # the only one that it is about, where it is a part of a plan

    @property
    def hash(self) -> str:
        """Eight characters that stay the same as long as the same would happen; estimates and costs have no part in it."""
        return plan_hash(self, ((e.service, e.table, e.action, e.identity) for e in self.everything))

    @property
    def exit_code(self) -> int:
        """0 nothing to do, 2 changes, 3 blocked."""
        actions = {entry.action for entry in self.everything}
        return STOPPED if BLOCKED in actions else CHANGES if actions - NO_CHANGE else NOTHING_TO_DO

    @property
    def everything(self) -> tuple[Entry, ...]:
        """The tables, then what they share, then files."""
        return *self.entries, *self.shared, *self.files

    @property
    def risks(self) -> tuple[Risk, ...]:
        """The risks of all entries, one for each table and change."""
        return tuple(risk for entry in self.everything for risk in entry.risks)

    def count(self, *actions: str) -> int:
        """How many tables some actions are for."""
        return sum(entry.action in actions for entry in self.entries)


def plan_hash(plan: Plan, entries: Iterable[tuple[str, str, str, str]]) -> str:
    """The hash that a plan has with these entries: service, table, action and identity of each."""
    done = sorted(list(each) for each in entries if each[2] not in NO_CHANGE)
    content = json.dumps([plan.environment, plan.region, plan.account, plan.against, done])
    return hashlib.sha256(content.encode()).hexdigest()[:8]
