"""Look at every table of a target and decide what has to happen to it, before anything does."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from scripts import names
from scripts.comparison.compare import MATCH, compare
from scripts.comparison.shared_state import wanted_shared
from scripts.model import ContractTable, DesiredTable, LiveTable, Unknown
from scripts.observe import stack_recovery, stacks
from scripts.observe.aws import FAILURES, explain
from scripts.observe.batch_reader import BatchReader
from scripts.observe.live_table import read_table
from scripts.observe.stacks import FIRST, Stack, StackError
from scripts.observe.target import ServiceEnvironment, Target
from scripts.planning.adoption import obstacles
from scripts.planning.changes import BLOCKED, Decision, change
from scripts.planning.conflict_reasons import Stands
from scripts.planning.inputs import PlannedTable
from scripts.planning.plan_rules import OTHER_NAME, OWNED, OWNER_UNKNOWN, TABLE_GONE, UNREADABLE, UNUSABLE
from scripts.planning.reasons import Reason, reason
from scripts.planning.remaining_drift import leave_drift
from scripts.planning.replicas import replica_obstacles
from scripts.planning.stack_mismatch import settled, stack_mismatches
from scripts.planning.table_obstacles import met

WORKERS = 8  # tables looked at, or changed, at once; DynamoDB allows 250 indexed tables in creation


@dataclass(frozen=True)
class TableChange(PlannedTable):
    """One table to deploy, with its stack."""

    stack: Stack | None = None
    unsettled: bool = False  # something is in progress or has to be recovered: look again before doing anything

    @property
    def stack_name(self) -> str:
        """The stack of this table."""
        return names.table_stack(self.place.environment.name, self.place.service.name, self.table.name)

    @cached_property
    def differences(self) -> int:
        """How many checks of the live table do not match."""
        return sum(finding.outcome != MATCH for finding in compare(self.desired, self.live))


def listings(target: Target) -> BatchReader:
    """What is asked once for all tables of a target."""
    states = [state for place in target.places for state in place.states]
    shared = (wanted_shared(place.service, place.environment, place.states) for place in target.places)
    alarms = [alarm for state in states for alarm in state.alarms]
    return BatchReader(target.aws, [*alarms, *(alarm for each in shared for alarm in each.alarms)])


def prepare(target: Target, listed: BatchReader, tell: Callable[[str], None] = lambda _name: None) -> list[TableChange]:
    """Look at every table of the target and decide what has to happen to it.

    `tell` hears the name of each table when it has been looked at, from several threads.
    """

    def looked(item: tuple[ServiceEnvironment, ContractTable, DesiredTable]) -> TableChange:
        job = inspect(target, *item, listed)
        tell(job.desired.name)
        return job

    todo = [
        (place, table, state)
        for place in target.places
        for table, state in zip(place.service.contract.tables, place.states, strict=True)
    ]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(looked, todo))


def inspect(
    target: Target,
    place: ServiceEnvironment,
    table: ContractTable,
    desired: DesiredTable,
    listed: BatchReader | None = None,
) -> TableChange:
    """Look at one table and its stack. `listed`: what was asked once for several tables; without it everything is asked now.

    Raises the errors of `aws.FAILURES` when its stack cannot be read.
    """
    name = names.table_stack(place.environment.name, place.service.name, table.name)
    # Before the table: one that a deployment makes in between is there then, and not gone from its stack.
    stack = listed.stack(name) if listed else stacks.describe(target.aws, name)
    live = read_table(target.aws, desired, listed)
    ill = stack is not None and stack_recovery.needs_recovery(target.aws, stack)
    busy = stack is not None and stack.busy
    found: dict[str, Any] = {"unsettled": ill or busy or (isinstance(live, LiveTable) and not settled(live))}
    try:
        stacks.usable(stack, place.tags, repairable=ill)
        empty = stack is None or not stack.exists or (ill and stack.status == stacks.FAILED_CREATION)
        usable = None if empty else stack
        if usable:
            found["template"] = stacks.template(target.aws, name)
            found["unprotected"] = not usable.protected
        claimed = (
            _claimed(listed, desired.name, name) if listed and not usable and isinstance(live, LiveTable) else None
        )
        if claimed:
            decided = Decision(BLOCKED, reasons=(claimed,))
        else:
            decided = _decide(target.aws.region, desired, live, usable, found)
            if listed and not found["unsettled"]:
                at = Stands(name, target.aws.region)
                ahead = met(place, desired, listed, at, found.get("template", {}), live is None)
                reasons = (*decided.reasons, *ahead.reasons)
                decided = Decision(BLOCKED, reasons=reasons) if reasons else decided
                found["unread"] = ahead.unread
    except StackError as error:
        decided = Decision(BLOCKED, reasons=(reason(UNUSABLE, why=error),))
    made = TableChange(place, table, desired, live, decided, stack=stack, **found)
    return replace(made, change=leave_drift(made).change)


def _claimed(listed: BatchReader, table: str, stack: str) -> Reason | None:
    """Why a table cannot be taken into a stack of ours: another one has it, or may have it."""
    try:
        owner = listed.owner(table, stack)
    except FAILURES as error:
        return reason(OWNER_UNKNOWN, why=explain(error).rstrip("."))
    return reason(OWNED, table=table, stack=owner) if owner else None


def _decide(
    region: str, desired: DesiredTable, live: LiveTable | Unknown | None, stack: Stack | None, found: Mapping[str, Any]
) -> Decision:
    """What has to happen. `stack`: None if nothing is in a stack yet; `found`: template and unsettled of a Job."""
    if isinstance(live, Unknown):
        return Decision(BLOCKED, reasons=(reason(UNREADABLE, why=live.reason),))
    if live is None:
        if stack is None or stack.status in FIRST:
            return change(desired, None)
        old = stack.outputs.get("TableName", desired.name)
        renamed = reason(OTHER_NAME, live=old, desired=desired.name)
        return Decision(BLOCKED, reasons=(renamed if old != desired.name else reason(TABLE_GONE, stack=stack.name),))
    if stack is None:
        decided = change(desired, live, adopt=True)
        reasons = (*replica_obstacles(desired, live, adopt=True), *obstacles(live))
    else:
        decided = change(desired, live)
        # While something is in progress the two differ for a moment; the execution looks again when it is over.
        mismatches = () if found["unsettled"] else stack_mismatches(found["template"], desired, live, region)
        reasons = (*replica_obstacles(desired, live, adopt=False), *mismatches)
    return Decision(BLOCKED, reasons=(*decided.reasons, *reasons)) if reasons else decided
