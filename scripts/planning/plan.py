"""A plan as values: for each table whether it is created, unchanged, changed safely or in steps, or blocked, and why."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from scripts.changes import BLOCKED, CREATE
from scripts.compare import MISMATCH, UNKNOWN, compare
from scripts.jobs import Job
from scripts.model import Index, TableState
from scripts.planning.cost import cost_change
from scripts.planning.words import alarm_changes, change, index_added, index_removed

UNCHANGED, SAFE, STEPS = "unchanged", "safe", "steps"
ORDER = (BLOCKED, STEPS, SAFE, CREATE, UNCHANGED)  # what needs attention first


@dataclass(frozen=True, slots=True)
class Entry:
    """What happens to one table: `changes` in no order, or `steps` in theirs; `reasons` when it is blocked."""

    service: str
    table: str
    action: str
    changes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    cost: str = ""  # the difference a month, in words


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan for an environment, worst first."""

    environment: str
    region: str
    account: str
    entries: tuple[Entry, ...]

    @property
    def hash(self) -> str:
        """Eight characters that stay the same as long as the same would happen."""
        content = json.dumps([self.environment, self.region, self.account, [asdict(e) for e in self.entries]])
        return hashlib.sha256(content.encode()).hexdigest()[:8]

    @property
    def exit_code(self) -> int:
        """0 nothing to do, 2 changes, 3 blocked."""
        actions = {entry.action for entry in self.entries}
        return 3 if BLOCKED in actions else 2 if actions - {UNCHANGED} else 0

    def count(self, action: str) -> int:
        """How many tables an action is for."""
        return sum(entry.action == action for entry in self.entries)


def plan(environment: str, region: str, account: str, jobs: Sequence[Job]) -> Plan:
    """The plan that `jobs`, which looked at every table, amount to."""
    entries = sorted(map(_entry, jobs), key=lambda entry: ORDER.index(entry.action))
    return Plan(environment, region, account, tuple(entries))


def _entry(job: Job) -> Entry:
    names = job.place.service.name, job.desired.name
    if job.change.action == BLOCKED:
        return Entry(*names, BLOCKED, reasons=job.change.reasons)
    if job.change.action == CREATE or not isinstance(job.live, TableState):
        return Entry(*names, CREATE, tuple(map(index_added, job.desired.indexes)), cost=cost_change(job))
    changes = _changes(job.desired, job.live)
    steps = _steps(job.live.indexes, [step.indexes for step in job.change.steps])
    if len(steps) > 1:
        return Entry(*names, STEPS, changes, steps, cost=cost_change(job))
    changes += steps
    return Entry(*names, SAFE, changes, cost=cost_change(job)) if changes else Entry(*names, UNCHANGED)


def _changes(desired: TableState, live: TableState) -> tuple[str, ...]:
    """Every difference but those of indexes; what could not be read may differ too, and is said."""
    found = [f for f in compare(desired, live) if f.outcome in (MISMATCH, UNKNOWN) and f.group != "Indexes"]
    settings = [change(finding) for finding in found if finding.group != "Alarms"]
    return (*settings, *alarm_changes([finding for finding in found if finding.group == "Alarms"]))


def _steps(live: Sequence[Index], steps: Sequence[Sequence[Index]]) -> tuple[str, ...]:
    """What each step does to the indexes; nothing for a step that leaves them alone."""
    words: list[str] = []
    before = {index.name: index for index in live}
    for step in steps:
        after = {index.name: index for index in step}
        words += [index_added(after[name]) for name in after if name not in before]
        words += [index_removed(before[name]) for name in before if name not in after]
        before = after
    return tuple(words)
