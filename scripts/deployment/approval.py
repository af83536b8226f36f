"""What was approved, and whether what is left of it after an interruption is still covered.

Each operation of a stack carries in its request token the plan that it belongs to, what that plan said of its stack, and
the digests of the templates: the one before, the one after, the one at the end. The events of the stack keep the token, so
a run on another machine, which has nothing but the hash of the plan, can put the approved plan together again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.observe import stacks
from scripts.observe.aws import Aws
from scripts.observe.operation_token import OperationToken
from scripts.planning.entries import MECHANISMS, Entry, Plan, plan_hash
from scripts.planning.table_changes import TableChange
from scripts.planning.template_diff import SharedStack, plain
from scripts.templates.template import table_template

Template = Mapping[str, Any]
ACTIONS = {action.replace("_", ""): action for action in MECHANISMS}  # as a token takes them: letters only


def short(template: Template | None) -> str:
    """What stands for a template in a token."""
    return hashlib.sha256(json.dumps(plain(template or {}), sort_keys=True).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class ApprovedStack:
    """What a plan says of one stack. `end`: stands for the template that it is to have in the end."""

    plan: str
    action: str
    identity: str
    end: str

    def token(self, before: Template | None, after: Template) -> str:
        """The token of an operation, but for what makes it one of its kind."""
        return str(
            OperationToken(
                self.plan, self.action.replace("_", ""), self.identity, short(before), short(after), self.end
            )
        )


@dataclass(frozen=True, slots=True)
class Approval:
    """The plan that is executed: its hash, and what it says of each stack, by the stacks' names."""

    plan: str
    stacks: Mapping[str, ApprovedStack] = field(default_factory=dict)
    continued: bool = False


@dataclass(frozen=True, slots=True)
class _PlannedStack:
    name: str
    entry: Entry
    template: Template
    end: str


def approve(
    aws: Aws, approved: str | None, plan: Plan, jobs: Iterable[TableChange], shared: Sequence[SharedStack]
) -> Approval | None:
    """What may be executed: the plan as it is now, or the rest of the one that was approved; None if it is neither.

    `approved`: the hash that was named; None if none was. Raises the errors of `aws.FAILURES`.
    """
    planned = list(_planned(plan, jobs, shared))
    now = {each.name: _as_planned(plan.hash, each) for each in planned}
    if approved is None or approved == plan.hash:
        return Approval(plan.hash, now)
    begun = {each.name: found for each in planned if (found := _begun(aws, approved, each))}
    told = {**{each.name: _as_planned(approved, each) for each in planned}, **begun}
    entries = [
        (each.entry.service, each.entry.table, told[each.name].action, told[each.name].identity) for each in planned
    ]
    if not begun or plan_hash(plan, entries) != approved:
        return None
    return Approval(approved, told, continued=True)


def _planned(plan: Plan, jobs: Iterable[TableChange], shared: Sequence[SharedStack]) -> Iterable[_PlannedStack]:
    entries = {(each.service, each.table): each for each in plan.everything}
    for job in jobs:
        service, environment = job.place.service.name, job.place.environment.name
        end = short(table_template(job.desired, service, environment))
        yield _PlannedStack(job.stack_name, entries[service, job.desired.name], job.template, end)
    for each in shared:
        yield _PlannedStack(each.stack, entries[each.service, each.stack], each.before or {}, short(each.after))


def _as_planned(plan: str, each: _PlannedStack) -> ApprovedStack:
    return ApprovedStack(plan, each.entry.action, each.entry.identity, each.end)


def _begun(aws: Aws, plan: str, each: _PlannedStack) -> ApprovedStack | None:
    """What the approved plan said of a stack, if the newest operation on it belonged to that plan and led to the same end."""
    if not each.template:
        return None
    operation = stacks.last_operation(aws, each.name)
    token = OperationToken.parse(operation.token) if operation else None
    if token is None or token.action not in ACTIONS:
        return None
    found = ApprovedStack(token.plan, ACTIONS[token.action], token.identity, token.end)
    as_left = short(each.template) in (token.before, token.after)
    return found if found.plan == plan and found.end == each.end and as_left else None
