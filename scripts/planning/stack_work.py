"""What a deployment does to a stack, as far as its order and its pace depend on it; derived from the templates."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scripts import names
from scripts.model import LiveTable
from scripts.planning.inputs import PlannedTable
from scripts.planning.template_diff import SharedStack, plain
from scripts.properties.carried_over import carry_over_capacity
from scripts.templates.template import table_template

Template = Mapping[str, Any]
METRIC_ALARM = "AWS::CloudWatch::Alarm"


@dataclass(frozen=True, slots=True)
class StackChange:
    """A stack with its template as it is, empty for none, and as it is wanted. `shared`: it is no table's."""

    stack: str
    service: str
    before: Template
    after: Template
    shared: bool = False


@dataclass(frozen=True, slots=True)
class StackWork:
    """A stack to bring to its template: the stacks that must be there first, and how often PutMetricAlarm is called for it."""

    stack: str
    service: str
    shared: bool = False
    needs: frozenset[str] = frozenset()
    alarms: int = 0


def table_change(job: PlannedTable) -> StackChange:
    """The stack of a table."""
    service, environment = job.place.service.name, job.place.environment.name
    wanted = job.desired
    if isinstance(job.live, LiveTable) and job.template:
        wanted = carry_over_capacity(wanted, job.live, job.template)
    after = table_template(wanted, service, environment)
    return StackChange(names.table_stack(environment, service, job.table.name), service, job.template, after)


def shared_change(stack: SharedStack) -> StackChange:
    """A stack that tables share."""
    return StackChange(stack.stack, stack.service, stack.before or {}, stack.after, shared=True)


def works(changes: Iterable[StackChange]) -> list[StackWork]:
    """What there is to do to each stack, in the same order.

    A stack needs those that export what it imports (user guide, intrinsic-function-reference-importvalue). All other names of
    what is in another stack are texts, which AWS does not look up when it takes them: the topics of an alarm (CloudWatch user
    guide, Notify_Users_Alarm_Changes), the alarms of a dashboard, the tag by which AWS Backup selects.
    """
    changes = list(changes)
    exporting = {name: each.stack for each in changes for name in _exports(each.after)}
    return [
        StackWork(
            each.stack,
            each.service,
            each.shared,
            frozenset(exporting[name] for name in _imports(each.after) if name in exporting) - {each.stack},
            _alarms(each),
        )
        for each in changes
    ]


def _exports(template: Template) -> Iterator[str]:
    for output in template.get("Outputs", {}).values():
        if "Export" in output:
            yield output["Export"]["Name"]


def _imports(value: Any) -> Iterator[str]:
    """The names of all exports that are imported anywhere in a template or a part of it."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            if key == "Fn::ImportValue":
                yield below
            else:
                yield from _imports(below)
    elif isinstance(value, (list, tuple)):
        for below in value:
            yield from _imports(below)


def _alarms(change: StackChange) -> int:
    """The metric alarms that are made or changed."""
    old, new = change.before.get("Resources", {}), change.after["Resources"]
    if old:
        new = plain(new)
    return sum(
        resource["Type"] == METRIC_ALARM and plain(old.get(id, {})) != resource
        if old
        else resource["Type"] == METRIC_ALARM
        for id, resource in new.items()
    )
