"""Bring one table to where it should be: look again if anything has moved, then one stage after the other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from scripts.deployment.change_sets import DONE, Deployment, TooEarly, protect
from scripts.deployment.concurrent_changes import AGAIN as READ_FIRST
from scripts.deployment.concurrent_changes import check_removals, check_table, stream_of
from scripts.model import LiveTable
from scripts.observe import stacks
from scripts.observe.stack_recovery import recovered
from scripts.observe.stacks import Stack, StackError
from scripts.observe.target import Target
from scripts.planning.changes import BLOCKED, CREATE
from scripts.planning.removals import live_removals, removals
from scripts.planning.stack_operations import StackOperation, is_current, stages
from scripts.planning.table_changes import TableChange, inspect
from scripts.planning.template_diff import plain

HOUR = 3600.0  # seconds between two changes of the time to live of a table (UpdateTimeToLive)
AGAIN = 600.0  # seconds until the next try when nobody knows when the last change was
BUSY = {"CREATING": "building", "DELETING": "removing"}
MOVED = f"Its stack or the table was changed by someone else after the plan was made. {READ_FIRST}"


@dataclass(slots=True)
class TableRun:
    """The way of one table through its stages. Says what it does as `step 2 of 5: add index ByTotal (building)`."""

    target: Target
    job: TableChange
    deployment: Deployment
    policy: str
    _step: str = ""
    _left: Mapping[str, Any] = field(
        default_factory=dict
    )  # the template of the stack as planned, then as this run left it
    _free_at: float | None = None  # when time to live can be changed again at the latest, in seconds since 1970
    _protected: bool = False
    _policy_set: bool = False  # by this run
    _show: Callable[[str], None] = field(init=False)

    def __post_init__(self) -> None:
        self._show, self.deployment.tell = self.deployment.tell, self._tell

    def run(self) -> bool:
        """All stages; whether anything was changed. Raises StackError, Stopped, or the errors of `aws.FAILURES`."""
        todo = stages(self.job)
        if self._nothing_to_do(todo):
            if not self._protected:
                self._protect()
            return False
        approved = _removals(self.job, todo) | live_removals(self.job.desired, self.job.live)
        if self._look_again():
            todo = stages(self.job)
        check_removals(_removals(self.job, todo), approved)
        changed, self._left = False, self.job.template
        for number, stage in enumerate(todo, 1):
            self._step = f"step {number} of {len(todo)}: {stage.words}" if len(todo) > 1 else stage.words
            changed = self._stage(stage) or changed
            self._left = stage.template
            self._settle(check=number < len(todo))
        if (changed and not self._policy_set) or not self._protected:
            self._protect()
        return changed

    def _nothing_to_do(self, todo: list[StackOperation]) -> bool:
        """Whether the plan already knows that the stack has the wanted template and the table is as wanted: no call."""
        job = self.job
        if not isinstance(job.stack, Stack) or job.unsettled or len(todo) != 1 or job.differences:
            return False
        self._protected = job.stack.protected
        return is_current(job, todo[0]) and stacks.carries(job.stack, job.place.tags)

    def _look_again(self) -> bool:
        """Wait for what is in progress, mend what was left half-way; whether the job is now another one, as things are now.

        Raises StackError when the plan no longer fits what someone else has done meanwhile.
        """
        planned, aws = self.job, self.target.aws
        stack = recovered(aws, planned.stack_name, self.deployment.waiting, self._tell)
        busy = self._settle()
        self._protected = stack is not None and stack.protected
        if stack == planned.stack and not busy and not planned.unsettled:
            return False
        self.job = inspect(self.target, planned.place, planned.table, planned.desired)
        if self.job.change.action == BLOCKED:
            service = planned.place.service.name
            raise StackError(" ".join(str(reason.of(service)) for reason in self.job.change.reasons))
        todo = stages(self.job)
        done = len(todo) == 1 and is_current(self.job, todo[0])
        moved = (self.job.change, self.job.template) != (planned.change, planned.template)
        if moved and not done and (not planned.unsettled or self._is_of_others(planned)):
            raise StackError(MOVED)
        return True

    def _is_of_others(self, planned: TableChange) -> bool:
        """Whether what was under way when the plan was made has led to a template that neither this plan nor its making knew.

        A creation tells of no table yet, so that the plan is one for a new table: then only its own templates will do.
        """
        if self.job.stack is None or self.job.stack.status not in DONE:
            return False  # it was rolled back
        creates = planned.change.action == CREATE
        own = [stage.template for stage in stages(replace(planned, template={}) if creates else planned)]
        known = own if creates else [planned.template, *own]
        return plain(self.job.template) not in map(plain, known)

    def _stage(self, stage: StackOperation) -> bool:
        """One stage; False if there was nothing to change."""
        if stage.waits_for_ttl:
            self._wait_for_ttl(stage)
        tags = self.job.place.tags
        clock = self.deployment.waiting.clock
        while True:
            try:
                changed = self.deployment.run(self.job.stack_name, stage.body, tags, stage.imports, self._left)
                break
            except TooEarly:
                self._free_at = max(self._free_at or clock.now() + HOUR, clock.now() + AGAIN)
                self._wait_until(clock.now() + AGAIN)
        if changed and stage.switches_ttl:
            self._free_at = clock.now() + HOUR
        if changed and not self._protected:
            self._protect()  # from the first moment on, whatever becomes of the other stages
        return changed

    def _wait_for_ttl(self, stage: StackOperation) -> None:
        """Wait until time to live has settled and, if the stage changes it, until AWS lets it be changed again."""
        dynamodb = self.target.aws.client("dynamodb")

        def inspect() -> bool | None:
            answer = dynamodb.describe_time_to_live(TableName=self.job.desired.name)["TimeToLiveDescription"]
            status = answer.get("TimeToLiveStatus", "DISABLED")
            return None if status.endswith("ING") else True

        self._tell("waiting for time to live to settle, at most 60 min")
        self.deployment.waiting.until(inspect, self._tell)
        if stage.switches_ttl:
            self._free_at = self._free_at or self._free_after_stack()
            self._wait_until(self._free_at or 0)

    def _free_after_stack(self) -> float | None:
        """When time to live can be changed again if an earlier run has switched it off; None if that is not known.

        It did so not later than the last update of the stack, if that succeeded.
        """
        stack = stacks.describe(self.target.aws, self.job.stack_name)
        if stack is None or stack.status != "UPDATE_COMPLETE" or not stack.changed_at:
            return None
        said = stacks.template(self.target.aws, self.job.stack_name).get("Resources", {}).get("Table", {})
        if said.get("Properties", {}).get("TimeToLiveSpecification", {}).get("Enabled") is not False:
            return None
        return datetime.fromisoformat(stack.changed_at).timestamp() + HOUR

    def _wait_until(self, moment: float) -> None:
        """Wait until then (seconds since 1970), and say each minute how long it can take at most."""
        clock = self.deployment.waiting.clock
        while (left := moment - clock.now()) > 0:
            minutes = -(-max(left, (self._free_at or 0) - clock.now()) // 60)
            self._tell(f"time to live can be changed again in at most {minutes:.0f} min")
            self.deployment.waiting.pause(min(60.0, left))

    def _settle(self, check: bool = False) -> bool:
        """Wait until nothing about the table is changing any more; whether anything was.

        `check`: then the table must be as the template says that this run left. Raises StackError.
        """
        dynamodb = self.target.aws.client("dynamodb")
        waited = False

        def inspect() -> bool | None:
            nonlocal waited
            try:
                table = dynamodb.describe_table(TableName=self.job.desired.name)["Table"]
            except dynamodb.exceptions.ResourceNotFoundException:
                return True
            if doing := _doing(table, self._step):
                waited = True
                self._tell(doing)
                return None
            if check:
                check_table(self.target.aws, self.job.stack_name, table, self._left, _stream_by_hand(self.job))
            return True

        self.deployment.waiting.until(inspect, self._tell)
        return waited

    def _protect(self) -> None:
        protect(self.target.aws, self.job.stack_name, self.policy, self._protected)
        self._protected = self._policy_set = True

    def _tell(self, what: str) -> None:
        self._show(f"{self._step} ({what})" if self._step else what)


def _stream_by_hand(job: TableChange) -> str | None:
    """The stream of the table that was planned with, where its stack asks for another one; else None."""
    found = job.live.stream if isinstance(job.live, LiveTable) else None
    return found if isinstance(found, str) and found != stream_of(job.template) else None


def _removals(job: TableChange, todo: list[StackOperation]) -> frozenset[str]:
    """What the stack operations of a job take away."""
    return removals([job.template, *(stage.template for stage in todo)])


def _doing(table: dict[str, Any], step: str) -> str:
    """What is still changing about a table (an answer of DescribeTable), beside what `step` says; empty for nothing."""
    if table["TableStatus"] not in ("ACTIVE", "CREATING", "UPDATING"):
        raise StackError(
            f"The table is {table['TableStatus']}. Look at its events and its encryption key, then deploy again."
        )
    indexes = {
        index["IndexName"]: BUSY.get(index.get("IndexStatus", ""), "changing")
        for index in table.get("GlobalSecondaryIndexes", [])
        if index.get("IndexStatus") != "ACTIVE"
    }
    if indexes:
        return ", ".join(f"{doing} {name}" if name not in step else doing for name, doing in indexes.items())
    return "" if table["TableStatus"] == "ACTIVE" else f"table is {table['TableStatus'].lower()}"
