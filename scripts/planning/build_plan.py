"""A plan as values: for each table whether it is created, unchanged, changed safely or in steps, or blocked, and why."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scripts.comparison.compare import MISMATCH, Finding
from scripts.comparison.finding_words import sentence
from scripts.model import LiveTable, Unknown
from scripts.planning import LIVE
from scripts.planning import retired_entries as gone
from scripts.planning.changes import ADOPT, BLOCKED, CREATE
from scripts.planning.cost_change import cost_change
from scripts.planning.inputs import PlannedTable
from scripts.planning.plan_words import alarm_changes, change, created
from scripts.planning.retired_entries import Retired
from scripts.planning.steps import BROUGHT, IMPORTED, SPLIT, duration, step_words
from scripts.planning.table_differences import Templates, differences, digest, templates
from scripts.planning.template_diff import UP_TO_DATE, SharedStack, removed_alarms, resource_changes

UNCHANGED, SAFE, STEPS, RETIRED, NOT_KNOWN, OUTSIDE = "unchanged", "safe", "steps", "retired", "unknown", "outside"
ORDER = (BLOCKED, NOT_KNOWN, STEPS, ADOPT, SAFE, CREATE, OUTSIDE, RETIRED, UNCHANGED)  # what needs attention first
# What a deployment leaves as it is: nobody has to approve that.
NO_CHANGE = frozenset({UNCHANGED, RETIRED, OUTSIDE})
CHANGED_OUTSIDE = (
    "The stack asks for what is wanted already: someone changed the table outside of CloudFormation, so that a deployment "
    "changes nothing. The command that changes it back: make validate ENV={}"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What happens to one table: `changes` in no order, `steps` in theirs, `reasons` when it is blocked.

    `steps` is empty where one stack operation does it all. `notes`: what else is worth knowing. `identity` stands for
    exactly what would be done; two entries with the same one do the same.
    """

    service: str
    table: str
    action: str
    changes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    cost: str = ""  # the difference a month, in words
    duration: str = ""  # in words; empty where it is over in a moment
    notes: tuple[str, ...] = ()
    identity: str = ""


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

    @property
    def hash(self) -> str:
        """Eight characters that stay the same as long as the same would happen; estimates and costs have no part in it."""
        done = sorted([e.service, e.table, e.action, e.identity] for e in self._all if e.action not in NO_CHANGE)
        content = json.dumps([self.environment, self.region, self.account, self.against, done])
        return hashlib.sha256(content.encode()).hexdigest()[:8]

    @property
    def exit_code(self) -> int:
        """0 nothing to do, 2 changes, 3 blocked."""
        actions = {entry.action for entry in self._all}
        return 3 if BLOCKED in actions else 2 if actions - NO_CHANGE else 0

    @property
    def _all(self) -> tuple[Entry, ...]:
        return *self.entries, *self.shared

    def count(self, action: str) -> int:
        """How many tables an action is for."""
        return sum(entry.action == action for entry in self.entries)


def plan(
    environment: str,
    region: str | None,
    account: str | None,
    jobs: Iterable[PlannedTable],
    *,
    shared: Sequence[SharedStack] = (),
    retired: Sequence[Retired] = (),
    against: str = LIVE,
    notes: Sequence[str] = (),
    wanted: Collection[tuple[str | None, str]] = (),
) -> Plan:
    """The plan that `jobs`, which looked at every table, amount to. `shared`: the stacks of what the tables share.
    `retired`: tables that the contract has no more. `wanted`: tables that the contracts want
    elsewhere, by Region and name.

    Neither `retired` nor `notes` changes its hash, so that a deployment need not read them to know that the plan holds.
    """
    jobs = list(jobs)
    entries = [entry(job) for job in jobs]
    entries = [
        replace(each, notes=(*each.notes, *gone.renamed(job.place.service.name, job.desired, retired)))
        if each.action == CREATE
        else each
        for job, each in zip(jobs, entries, strict=True)
    ]
    still = {(job.place.environment.region or region, job.desired.name) for job in jobs}.union(wanted)
    entries += [
        Entry(r.service, r.table, RETIRED, changes=gone.handed_over(r), steps=gone.hand_over(r))
        if (r.region, r.table) in still
        else Entry(r.service, r.table, RETIRED, changes=gone.kept(r), steps=gone.recipe(r))
        for r in retired
    ]
    entries.sort(key=lambda each: ORDER.index(each.action))
    common = tuple(map(_shared, shared))
    return Plan(environment, region, account, tuple(entries), against, tuple(notes), common)


def _shared(found: SharedStack) -> Entry:
    """What happens to a stack of what tables share."""
    changes = resource_changes(found.before, found.after)
    action = CREATE if found.before is None else SAFE if changes else UNCHANGED
    content = json.dumps([found.before, found.after], sort_keys=True)
    return Entry(found.service, found.stack, action, changes, identity=hashlib.sha256(content.encode()).hexdigest())


def entry(job: PlannedTable) -> Entry:
    """What happens to one table."""
    differing = differences(job.desired, job.live) if isinstance(job.live, LiveTable) else ()
    found = templates(job)
    identity = digest(job, differing, found)
    named: dict[str, Any] = {"service": job.place.service.name, "table": job.desired.name, "identity": identity}
    if job.change.action == BLOCKED:
        return Entry(action=BLOCKED, reasons=job.change.reasons, **named)
    if isinstance(job.live, Unknown):
        return Entry(action=NOT_KNOWN, reasons=(job.live.reason,), **named)
    if job.change.action == CREATE or job.live is None:
        has = created(job.desired.keys, job.desired.indexes, job.desired.local_indexes, len(job.desired.alarms))
        return Entry(action=CREATE, changes=has, cost=cost_change(job), **named)
    return _existing(job, job.live, differing, found, named)


def _existing(
    job: PlannedTable, live: LiveTable, differing: Sequence[Finding], found: Templates | None, named: dict[str, Any]
) -> Entry:
    steps = step_words(job.desired, live, job.change)
    split = len(steps) > 1 or any(step.waits_for_ttl for step in job.change.steps)
    changes = _changes(differing, split)
    if found and (number := removed_alarms(*found)):
        changes += (f"{number} {'alarm is' if number == 1 else 'alarms are'} removed.",)
    if found and len(steps) == 1 and not changes and not steps[0]:
        changes = (UP_TO_DATE,)
    if job.change.action == ADOPT:
        action = ADOPT
        steps = (IMPORTED, *(step or BROUGHT for step in steps if step or changes))
    elif len(steps) > 1:
        action = STEPS
    else:
        changes, steps = (*changes, *filter(None, steps)), ()
        action = SAFE if changes else UNCHANGED
    if action == UNCHANGED:
        return Entry(action=UNCHANGED, **named)
    if action == SAFE and _outside(job, differing, found):
        said = tuple(f"{sentence(finding)}." for finding in differing)
        return Entry(action=OUTSIDE, changes=said, notes=(CHANGED_OUTSIDE.format(job.place.environment.name),), **named)
    time = duration(job.desired, live, job.change, len(steps) or 1)
    cost = cost_change(job)
    return Entry(action=action, changes=changes, steps=steps, cost=cost, duration=time, **named)


def _outside(job: PlannedTable, differing: Sequence[Finding], found: Templates | None) -> bool:
    """Whether all that differs was changed outside of CloudFormation: the stack asks for what is wanted already."""
    indexes = isinstance(job.live, LiveTable) and {index.name for index in job.live.indexes}
    same = indexes == {index.name for index in job.desired.indexes}
    return bool(job.template) and found is None and same and all(f.outcome == MISMATCH for f in differing)


def _changes(found: Sequence[Finding], split: bool) -> tuple[str, ...]:
    """Every difference but those that steps tell; what could not be read may differ too, and is said."""
    told = SPLIT if split else frozenset()
    settings = [
        f for f in found if f.group != "Alarms" and not (f.property in told and (f.in_progress or f.live is not None))
    ]
    return (*map(change, settings), *alarm_changes([finding for finding in found if finding.group == "Alarms"]))
