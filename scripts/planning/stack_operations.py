"""What is submitted for one table, one template after the other: from what the table has to what is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scripts.model import DesiredTable, LiveTable
from scripts.planning.adoption import import_template
from scripts.planning.changes import ADOPT, CREATE, Step
from scripts.planning.inputs import PlannedTable
from scripts.planning.split_updates import updates
from scripts.planning.template_diff import plain
from scripts.properties.carried_over import carry_over_capacity
from scripts.templates.desired import table_state
from scripts.templates.template import submitted_template, to_json


@dataclass(frozen=True, slots=True)
class StackOperation:
    """One stack operation: what it does in a few words, and the template that it submits."""

    words: str
    template: Mapping[str, Any]
    imports: str = ""  # the table that it takes into the stack as it is
    switches_ttl: bool = False  # whether it changes time to live, which AWS allows once an hour
    waits_for_ttl: bool = False

    @property
    def body(self) -> str:
        """The template as it is submitted."""
        return to_json(dict(self.template))


def unprotected(state: DesiredTable) -> DesiredTable:
    """The state without deletion protection, and with the reason that the policies ask for."""
    others = tuple(each for each in state.exceptions if each[0] != "deletion_protection")
    reason = ("deletion_protection", "only until the table has been created")
    return replace(state, deletion_protection=False, exceptions=(*others, reason))


def stages(job: PlannedTable) -> list[StackOperation]:
    """The stack operations of a job in their order. The last template is what is wanted."""
    service, environment = job.place.service.name, job.place.environment.name
    states = [(_state(job, step), step.waits_for_ttl) for step in job.change.steps or (Step(job.desired.indexes),)]
    if job.change.action == CREATE or not isinstance(job.live, LiveTable):
        first = states[0][0]
        made = [_stage("create the table", unprotected(first), job), _stage("finish the table", first, job)]
        # A creation that fails half-way must be able to take its new, empty table away again; else it would block the
        # next try. Deletion protection would refuse that, so it is switched on once everything is there.
        return made if first.deletion_protection else [_stage("create the table", first, job)]
    live, before, made = job.live, job.template, []
    if job.change.action == ADOPT:
        before = plain(import_template(job.desired, live, service, environment))
        made.append(StackOperation("import the table as it is", before, imports=live.name))
    kept = _ttl_first([(carry_over_capacity(state, live, before), waits) for state, waits in states], _ttl(before))
    for state, waits in kept:
        template = submitted_template(state, service, environment)
        parts = _ttl_alone(before, template)
        for part in parts:
            for name, update in updates(before, part):
                switches = _ttl_on(before) != _ttl_on(update)
                wait = waits and (switches or (len(parts) == 1 and update is part))
                words = _words(before, update, name)
                made.append(StackOperation(words, update, switches_ttl=switches, waits_for_ttl=wait))
                before = update
    return made


def additional(job: PlannedTable) -> int:
    """How many stack operations a change takes beyond one for each step: the import, and steps that take several updates.

    Where the template of its stack is not known, it is not known either, and not counted.
    """
    return len(stages(job)) - len(job.change.steps) if job.template or job.change.action == ADOPT else 0


def is_current(job: PlannedTable, last: StackOperation) -> bool:
    """Whether the stack of a job has the last template already."""
    return job.template == last.template


def _state(job: PlannedTable, step: Step) -> DesiredTable:
    if step.indexes == job.desired.indexes and not step.overrides:
        return job.desired
    table = replace(job.table, indexes=step.indexes)
    return replace(table_state(job.place.service, job.place.environment, table), **dict(step.overrides))


def _stage(words: str, state: DesiredTable, job: PlannedTable) -> StackOperation:
    return StackOperation(words, submitted_template(state, job.place.service.name, job.place.environment.name))


def _ttl_first(states: list[tuple[DesiredTable, bool]], stated: Mapping[str, Any]) -> list[tuple[DesiredTable, bool]]:
    """The states, with one more before them when the template says that time to live is on and the first one differs.

    Someone has switched it off by hand; the steps, which begin with the table, do not know what the template says.
    CloudFormation refuses a template that goes from one attribute to another, or drops it, without saying off first.
    """
    first = states[0][0]
    attribute = stated.get("AttributeName", "")
    if stated.get("Enabled") is not True or attribute in (first.ttl_attribute, first.ttl_off):
        return states
    return [(replace(first, ttl_attribute="", ttl_off=attribute), False), *states]


def _ttl_alone(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The templates from one to the next: two when time to live is switched together with anything else.

    If the other thing fails, the rollback would have to switch back. AWS refuses that within the hour, and refuses to take
    the block away while time to live is on: the stack would be stuck in UPDATE_ROLLBACK_FAILED.
    """
    if _ttl_on(before) == _ttl_on(after):
        return [after]
    between = _with_ttl(after, _ttl(before)) if _ttl_on(after) else _with_ttl(before, _ttl(after))
    return [between, after] if between not in (before, after) else [after]


def _with_ttl(template: Mapping[str, Any], ttl: Mapping[str, Any]) -> dict[str, Any]:
    """A template with another time to live; empty for none."""
    changed = plain(template)
    properties = changed["Resources"]["Table"]["Properties"]
    properties.pop("TimeToLiveSpecification", None)
    if ttl:
        properties["TimeToLiveSpecification"] = dict(ttl)
    return changed


def _properties(template: Mapping[str, Any]) -> Mapping[str, Any]:
    return template.get("Resources", {}).get("Table", {}).get("Properties", {})


def _ttl(template: Mapping[str, Any]) -> Mapping[str, Any]:
    return _properties(template).get("TimeToLiveSpecification", {})


def _ttl_on(template: Mapping[str, Any]) -> str:
    """The attribute that time to live is on for; empty when it is off."""
    ttl = _ttl(template)
    return ttl["AttributeName"] if ttl.get("Enabled") is True else ""


def _names(template: Mapping[str, Any]) -> set[str]:
    return {index["IndexName"] for index in _properties(template).get("GlobalSecondaryIndexes", [])}


def _words(before: Mapping[str, Any], after: Mapping[str, Any], part: str) -> str:
    """What a stage does, for the progress display. `part`: what it changes of a table that takes several updates."""
    if before == after:  # what was changed is the table, which CloudFormation does not look at
        return "ask whether anything changes"
    words = [f"add index {name}" for name in sorted(_names(after) - _names(before))]
    words += [f"remove index {name}" for name in sorted(_names(before) - _names(after))]
    if _ttl_on(before) != _ttl_on(after):
        words.append(f"switch {'on' if _ttl_on(after) else 'off'} time to live")
    return " and ".join(words) or f"change {part or 'settings'}"
