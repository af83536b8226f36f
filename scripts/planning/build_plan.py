"""Make the plan: for each table that was looked at what happens to it, and what that risks."""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from scripts.comparison.compare import Finding
from scripts.model import DesiredTable, LiveTable, Unknown
from scripts.monitoring.fit import dropped_remark
from scripts.planning import LIVE
from scripts.planning import retired_entries as gone
from scripts.planning.changes import ADOPT, BLOCKED, CREATE
from scripts.planning.cost_change import cost_change
from scripts.planning.created_table import created
from scripts.planning.deployment_time import deployment_words
from scripts.planning.durations import Minutes
from scripts.planning.entries import (
    CHANGES,
    IN_PLACE,
    MECHANISMS,
    NOT_KNOWN,
    OUTSIDE,
    RETIRED,
    STEPS,
    UNCHANGED,
    Entry,
    Plan,
    PlanLine,
)
from scripts.planning.inputs import PlannedTable
from scripts.planning.plan_rules import NOT_READ
from scripts.planning.plan_words import alarm_lines, alarms_removed, setting_line
from scripts.planning.reasons import reason
from scripts.planning.remaining_drift import NOTE, after_deployment, staying, staying_words
from scripts.planning.retired_entries import Retired
from scripts.planning.risk_rules import TAKES_LONG
from scripts.planning.risks import Risk
from scripts.planning.settled_table import anticipated
from scripts.planning.stack_operations import additional
from scripts.planning.steps import BROUGHT, IMPORTED, SPLIT, duration, step_lines
from scripts.planning.table_differences import Templates, differences, digest, templates
from scripts.planning.template_diff import UP_TO_DATE, SharedStack, removed_alarms, resource_changes
from scripts.planning.template_risks import template_risks
from scripts.planning.template_state import properties_by_key
from scripts.planning.template_words import template_words
from scripts.project.limit_rules import dropped_alarms
from scripts.properties import BY_NAME

ORDER = tuple(MECHANISMS)
PROTECTED = PlanLine("Termination protection of its stack is switched on.")
SLOW_FROM = 60  # minutes; the time for which the credentials of an assumed role usually hold


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
    files: Sequence[Entry] = (),
) -> Plan:
    """The plan that `jobs`, which looked at every table, amount to. `shared`: the stacks of what the tables share.
    `retired`: tables that the contract has no more. `wanted`: tables that the contracts want
    elsewhere, by Region and name. `files`: what happens to generated files that no deployment reads.

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
        Entry(
            r.service,
            r.table,
            RETIRED,
            changes=_plain(gone.handed_over(r, environment)),
            steps=_plain(gone.hand_over(r)),
        )
        if (r.region, r.table) in still
        else Entry(r.service, r.table, RETIRED, changes=_plain(gone.kept(r, environment)), steps=_plain(gone.recipe(r)))
        for r in retired
    ]
    entries.sort(key=lambda each: ORDER.index(each.action))
    common = tuple(_shared(each, environment) for each in shared)
    found = Plan(environment, region, account, tuple(entries), against, tuple(notes), common, tuple(files))
    if against != LIVE or found.exit_code != CHANGES:
        return found
    return replace(found, duration=deployment_words(jobs, entries, shared))


def _plain(texts: Iterable[str]) -> tuple[PlanLine, ...]:
    return tuple(map(PlanLine, texts))


def _shared(found: SharedStack, environment: str) -> Entry:
    """What happens to a stack of what tables share."""
    changes = resource_changes(found.before, found.after)
    if found.from_files and found.before:
        changes = template_words(found.before, found.after)
    changes += (PROTECTED,) if found.unprotected else ()
    action = CREATE if found.before is None else IN_PLACE if changes else UNCHANGED
    risks = template_risks(found.before, found.after) if found.before else ()
    content = json.dumps([found.before, found.after], sort_keys=True)
    identity = hashlib.sha256(content.encode()).hexdigest()
    if found.reasons:
        return Entry(found.service, found.stack, BLOCKED, reasons=found.reasons, identity=identity)
    made = Entry(found.service, found.stack, action, changes, identity=identity, whole=risks)
    return _with_staying(made, found.stays, environment)


def entry(job: PlannedTable) -> Entry:
    """What happens to one table. What AWS is in the middle of is waited for: it is told, and makes no other plan."""
    settled, doing = anticipated(job)
    found = _entry(settled)
    lacking = dropped_alarms(job.place.service, job.place.environment.name, job.table.name, job.desired)
    return replace(
        found, notes=(*found.notes, *doing, *settled.unread, *([dropped_remark(lacking)] if lacking else []))
    )


def _entry(job: PlannedTable) -> Entry:
    every = differences(job.desired, job.live) if isinstance(job.live, LiveTable) else ()
    # What a template says is what a deployment of it brings about: nothing else is known to be there.
    stays, found = () if job.from_files else staying(job, every), templates(job)
    leads = {finding.property: finding.live for finding in stays if finding.group == "Settings"}
    differing = [
        replace(finding, desired=leads[finding.property]) if finding.property in leads else finding
        for finding in every
        if finding not in stays
    ]
    job = after_deployment(job, stays)
    identity = digest(job, differing, found)
    named: dict[str, Any] = {"service": job.place.service.name, "table": job.desired.name, "identity": identity}
    if job.change.action == BLOCKED:
        return Entry(
            action=BLOCKED, reasons=tuple(each.of(job.place.service.name) for each in job.change.reasons), **named
        )
    if isinstance(job.live, Unknown):
        return Entry(action=NOT_KNOWN, reasons=(reason(NOT_READ, why=job.live.reason),), **named)
    if job.change.action == CREATE or job.live is None:
        cost = cost_change(job)
        return Entry(action=CREATE, changes=created(job.desired, cost.monthly), cost=cost.words, **named)
    made = _existing(job, job.live, differing, found, named)
    return _with_staying(made, stays, job.place.environment.name)


def _with_staying(made: Entry, stays: Sequence[Finding], environment: str) -> Entry:
    """The entry with what no deployment changes."""
    if not stays:
        return made
    action = OUTSIDE if made.action == UNCHANGED else made.action
    notes = (*made.notes, NOTE.format(environment))
    return replace(made, action=action, stays=_plain(staying_words(stays)), notes=notes)


def _existing(
    job: PlannedTable, live: LiveTable, differing: Sequence[Finding], found: Templates | None, named: dict[str, Any]
) -> Entry:
    lines = step_lines(job.table, job.desired, live, job.change)
    split = len(lines) > 1 or any(step.waits_for_ttl for step in job.change.steps)
    changes = _changes(job, live, differing, split)
    if found and job.from_files:
        changes += template_words(*found, told=_told(job, live, differing))
    elif found and (number := removed_alarms(*found)):
        changes += (alarms_removed(number),)
    if found and len(lines) == 1 and not changes and not lines[0].text:
        changes = (PlanLine(UP_TO_DATE),)
    changes += (PROTECTED,) if job.unprotected else ()
    action, changes, steps = _arranged(job, lines, changes)
    if action == UNCHANGED:
        return Entry(action=UNCHANGED, **named)
    time, minutes = duration(job.desired, live, job.change, len(steps) or 1, additional(job))
    cost = cost_change(job)
    whole = (*_alarm_risks(job, live, found), *cost.risks, *_slow(minutes))
    return Entry(action=action, changes=changes, steps=steps, cost=cost.words, duration=time, whole=whole, **named)


def _told(job: PlannedTable, live: LiveTable, differing: Sequence[Finding]) -> set[str]:
    """The properties of a table, by their keys in a template, of which the plan tells already that they change."""
    values = {field.name: getattr(live, field.name) for field in fields(DesiredTable) if hasattr(live, field.name)}
    keys = properties_by_key(job.desired, replace(job.desired, **values))
    told = {finding.property for finding in differing}
    return {key for key, name in keys.items() if name in told} | {"GlobalSecondaryIndexes", "AttributeDefinitions"}


def _arranged(
    job: PlannedTable, lines: tuple[PlanLine, ...], changes: tuple[PlanLine, ...]
) -> tuple[str, tuple[PlanLine, ...], tuple[PlanLine, ...]]:
    """The action, the changes and the steps. `lines`: what each step does; one alone is a change like the others."""
    if job.change.action == ADOPT:
        after = (line if line.text else PlanLine(BROUGHT) for line in lines if line.text or changes)
        return ADOPT, changes, (PlanLine(IMPORTED), *after)
    if len(lines) > 1:
        return STEPS, changes, lines
    changes = (*changes, *(line for line in lines if line.text))
    return IN_PLACE if changes else UNCHANGED, changes, ()


def _slow(minutes: Minutes | None) -> tuple[Risk, ...]:
    """That the change may take longer than a person waits, and than the credentials of an assumed role usually hold."""
    if minutes is None or minutes.high < SLOW_FROM:
        return ()
    return (
        Risk(
            TAKES_LONG,
            f"the change takes {minutes}",
            "The deployment waits that long; the table can be used meanwhile.",
        ),
    )


def _changes(job: PlannedTable, live: LiveTable, found: Sequence[Finding], split: bool) -> tuple[PlanLine, ...]:
    """Every difference but those that steps tell; what could not be read may differ too, and is said."""
    told = SPLIT if split else frozenset()
    settings = [
        f for f in found if f.group != "Alarms" and not (f.property in told and (f.in_progress or f.live is not None))
    ]
    lines = (setting_line(f, job.table, _value(live, f)) for f in settings)
    return (*lines, *alarm_lines([finding for finding in found if finding.group == "Alarms"]))


def _value(live: LiveTable, finding: Finding) -> Any:
    return getattr(live, BY_NAME[finding.property].field) if finding.property in BY_NAME else finding.live


def _alarm_risks(job: PlannedTable, live: LiveTable, found: Templates | None) -> tuple[Risk, ...]:
    """What it risks to change the alarms; those of an index go with it."""
    gone = {index.name for index in live.indexes} - {index.name for index in job.desired.indexes}
    return template_risks(*found, gone) if found else ()
