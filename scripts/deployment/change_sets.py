"""Bring a stack to a template by one change set: made, judged, executed, waited for; made anew when it has gone stale."""

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from scripts.deployment.approval import ApprovedStack
from scripts.deployment.concurrent_changes import check_stack
from scripts.deployment.gate import IMPORT_ONLY, KNOWN, ResourceChange, judge
from scripts.deployment.refused_change_set import refusal, warnings
from scripts.deployment.unseen_changes import KEY, carrying
from scripts.limits import TEMPLATE_BYTES
from scripts.names import change_set
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.operation_token import OURS
from scripts.observe.stack_recovery import at_rest
from scripts.observe.stacks import StackError, describe, first_cause, hint, usable
from scripts.observe.stacks import template as template_of
from scripts.observe.waiting import Stopped, Waiting, passes
from scripts.planning.plan_rules import OWNED
from scripts.planning.reasons import reason as because
from scripts.properties.aws_answers import error_code

NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
NOT_NOW = "_IN_PROGRESS state and can not be updated"  # someone else's operation is under way
MADE_MEANWHILE = "already exists and cannot be created again"  # by someone else, since it was asked for
ATTEMPTS = 4  # change sets that are made for one step when others keep changing the stack
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
TTL_TOO_OFTEN = "Time to live has been modified multiple times within a fixed interval"
CREATE, UPDATE, IMPORT = "CREATE", "UPDATE", "IMPORT"  # types of change sets
TABLE = "AWS::DynamoDB::Table"


class TooEarly(StackError):
    """Time to live was changed less than an hour ago: the same step succeeds later."""


DESCRIPTION_MAX = 1024  # characters (CloudFormation API reference, CreateChangeSet)


@dataclass(frozen=True, slots=True)
class Executed:
    """A change set that was executed, for the record. `executed_at`: UTC, ISO 8601."""

    name: str
    id: str
    type: str
    executed_at: str


@dataclass(slots=True)
class Deployment:
    """The change sets of one stack. `running` while CloudFormation works for us; `executed` is what was done so far."""

    aws: Aws
    waiting: Waiting
    tell: Callable[[str], None]
    running: bool = False
    executed: list[Executed] = field(default_factory=list)
    approved: ApprovedStack | None = None  # what the tokens of its operations tell
    source: str = ""  # where it comes from, in words: what the console shows of its change sets

    def run(
        self, name: str, template: str, tags: dict[str, str], imports: str = "", left: Mapping[str, Any] | None = None
    ) -> bool:
        """Bring the stack to the template (JSON); False if there was nothing to change.

        `tags`: of the stack, among them Environment. `imports`: the table of that name becomes a resource of the stack as it
        is, and nothing else happens. `left`: the template that a stack must have for this change; None for any.
        Raises StackError, Stopped, or the errors of `aws.FAILURES`.
        """
        size = len(template.encode())
        if size > TEMPLATE_BYTES.most:
            raise StackError(
                f"The template of {name} has {size:,} bytes, CloudFormation accepts {TEMPLATE_BYTES.most:,}. Use shorter names of tables and indexes."
            )
        for _ in range(ATTEMPTS):
            stack = at_rest(self.aws, name, self.waiting, self.tell)
            usable(stack, tags)
            new = stack is None or not stack.exists
            kind = IMPORT if imports else CREATE if new else UPDATE
            id = self._make(name, template, tags, kind, imports)
            if id is None:
                self.tell("someone else is changing the stack: waiting for them")
                continue
            ready = self._ready_or_gone(name, id, new, imports, template, None if new else left)
            if ready is False:
                return not new and self._carry(name, template, tags)
            if ready and self._execute(name, id, new, self._token(None if new else left, template)):
                self._finish(name, id, kind, template)
                return True
            self.tell("the stack was changed by someone else meanwhile: preparing again")
        raise StackError(
            f"Stack {name} was changed by someone else each time before this could be. Nothing was lost. Run the same command again when they are done."
        )

    def _carry(self, name: str, template: str, tags: dict[str, str]) -> bool:
        """Bring in what CloudFormation does not take for a change; whether there was any of it."""
        carrier = carrying(template_of(self.aws, name), template)
        if not carrier or KEY in template:
            return False
        self.tell("bringing in what CloudFormation does not see by itself")
        self.run(name, carrier, tags)
        self.run(name, template, tags)
        return True

    def _make(self, name: str, template: str, tags: dict[str, str], kind: str, imports: str) -> str | None:
        """Ask for a change set; its id. None while someone else's operation does not let one be made."""
        self.tell("preparing")
        token = change_set(tags["Environment"], secrets.token_hex(6))
        request: dict[str, Any] = {
            "StackName": name,
            "ChangeSetName": token,
            "ClientToken": token,  # the same request sent twice, after a lost answer, makes one change set
            "ChangeSetType": kind,
            "TemplateBody": template,
        }
        if self.source:
            request["Description"] = self.source[:DESCRIPTION_MAX]
        if role := os.environ.get("CFN_SERVICE_ROLE_ARN"):
            request["RoleARN"] = role  # CloudFormation acts with this role, now and whenever the stack changes again
        if kind == IMPORT:
            # Neither tags nor outputs can be part of an import.
            identifier = {
                "ResourceType": TABLE,
                "LogicalResourceId": "Table",
                "ResourceIdentifier": {"TableName": imports},
            }
            request["ResourcesToImport"] = [identifier]
        else:
            request["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
            # Only a stack that makes a role may make one.
            request["Capabilities"] = ["CAPABILITY_IAM"] if '"AWS::IAM::Role"' in template else []
        try:
            return self._cloudformation.create_change_set(**request)["Id"]
        except ClientError as error:
            if error_code(error) == "AlreadyExistsException" and token in str(error):
                return self._described(token, name)["ChangeSetId"]  # ours: the first answer was lost
            if NOT_NOW in str(error) or (kind == CREATE and MADE_MEANWHILE in str(error)):
                return None
            raise

    def _ready_or_gone(
        self, name: str, id: str, new: bool, imports: str, template: str, left: Mapping[str, Any] | None
    ) -> bool | None:
        """As `_ready`; None for a change set that is not there any more: all of a stack end when one of them is executed."""
        try:
            return self._ready(name, id, new, imports, template, left)
        except ClientError as error:
            if error_code(error).removesuffix("Exception") != "ChangeSetNotFound":
                raise
            return None

    def _ready(
        self, name: str, id: str, new: bool, imports: str, template: str, left: Mapping[str, Any] | None
    ) -> bool:
        """Wait for a change set and judge it; False if it has no changes. Raises StackError if it must not be executed."""

        def look() -> dict[str, Any] | None:
            found = self._described(id)
            return found if found["Status"] in ("CREATE_COMPLETE", "FAILED") else None

        found = self.waiting.until(look, self.tell)
        if found["Status"] == "FAILED":
            reason = found.get("StatusReason", "no reason given")
            empty = any(text in reason for text in NO_CHANGES)
            # What validation found can be read only as long as the change set is there.
            message = "" if empty else refusal(self.aws, id, template, reason)
            self._discard(name, id, new)
            if empty:
                return False
            if imports and "already exists in stack" in reason:
                owner = reason.rpartition("stack ")[2].split("/")[1:2] or [reason]
                message = str(because(OWNED, table=imports, stack=owner[0]))
            raise StackError(message)
        if left is not None:
            # After it was made: whoever changes the stack from now on makes this change set obsolete.
            try:
                check_stack(self.aws, name, left)
            except StackError:
                self._discard(name, id, new)
                raise
        refused = judge(self._changes(id, found), IMPORT_ONLY if imports else KNOWN, _leaving(left, template))
        if refused:
            self._discard(name, id, new)
            raise StackError(
                f"Not executed: {'; '.join(refused)}. Nothing was changed. Compare the contract with the live table."
            )
        return True

    def _token(self, left: Mapping[str, Any] | None, template: str) -> str:
        """The token of the request to execute a change set, by which a later run knows what it belonged to."""
        kind = self.approved.token(left, json.loads(template)) if self.approved else OURS
        return kind + secrets.token_hex(4)

    def _execute(self, name: str, id: str, new: bool, token: str) -> bool:
        """Execute a change set; False if it has gone stale, so that another one is needed."""
        if self.waiting.stop.is_set():
            self._discard(name, id, new)
            raise Stopped
        try:
            # A table whose first creation fails is removed again, in spite of Retain: else it would block the next try.
            # DisableRollback is stated because AWS's texts contradict each other about its default.
            self._cloudformation.execute_change_set(
                ChangeSetName=id,
                ClientRequestToken=token,
                RetainExceptOnCreate=True,
                DisableRollback=False,
            )
        except FAILURES as error:
            code = error_code(error).removesuffix("Exception")
            if (
                code not in ("InvalidChangeSetStatus", "ChangeSetNotFound")
                and NOT_NOW not in str(error)
                and not passes(error)
            ):
                raise
            # Perhaps it was executed, and only the answer was lost. Its own status tells.
            status = self.waiting.until(lambda: self._execution_status(id), self.tell)
            if status not in ("EXECUTE_IN_PROGRESS", "EXECUTE_COMPLETE", "EXECUTE_FAILED"):
                self._discard(name, id, new)
                return False
        return True

    def _finish(self, name: str, id: str, kind: str, template: str) -> None:
        """Wait for the end of an operation. Raises StackError with the first cause if it failed."""
        self.running = True
        done = Executed(id.split("/")[-2], id, kind, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self.executed.append(done)

        def over() -> str | None:
            status = self._execution_status(id)
            return None if status == "EXECUTE_IN_PROGRESS" else status

        stack = at_rest(self.aws, name, self.waiting, self.tell)
        # DescribeStacks may lag behind; the change set knows whether it is still being executed.
        if self.waiting.until(lambda: self._execution_status(id), self.tell) != "EXECUTE_COMPLETE":
            self.waiting.until(over, self.tell)
            stack = at_rest(self.aws, name, self.waiting, self.tell)
        self.running = False
        if stack is None or stack.status not in DONE:
            status = stack.status if stack else "gone"
            reason = first_cause(self.aws, name)
            if TTL_TOO_OFTEN in reason:
                raise TooEarly(f"{reason} Run the same command again in an hour.")
            warned = warnings(self.aws, id, template)
            raise StackError(f"Stack {name} ended in {status}. First cause: {reason}{hint(reason)}{warned}")

    def _described(self, id: str, name: str = "") -> dict[str, Any]:
        return self._cloudformation.describe_change_set(ChangeSetName=id, **({"StackName": name} if name else {}))

    def _execution_status(self, id: str) -> str:
        """What has become of a change set; empty if it is gone."""
        try:
            return self._described(id)["ExecutionStatus"]
        except ClientError as error:
            if error_code(error).removesuffix("Exception") == "ChangeSetNotFound":
                return "gone"
            raise

    def _changes(self, id: str, page: dict[str, Any]) -> Iterator[ResourceChange]:
        """All changes of a change set. `page`: the first answer of DescribeChangeSet; a long one has several."""
        while True:
            yield from map(ResourceChange.of, page.get("Changes", []))
            token = page.get("NextToken")
            if not token:
                return
            read = partial(self._cloudformation.describe_change_set, ChangeSetName=id, NextToken=token)
            page = self.waiting.until(read, self.tell)

    def _discard(self, name: str, id: str, new: bool) -> None:
        """Leave nothing behind: neither the change set nor, for a new stack, its empty shell."""
        try:
            self._cloudformation.delete_change_set(ChangeSetName=id)
        except ClientError as error:
            if error_code(error).removesuffix("Exception") not in ("ChangeSetNotFound", "InvalidChangeSetStatus"):
                raise
        if new:
            stack = describe(self.aws, name)
            if stack and not stack.exists:
                self._cloudformation.delete_stack(StackName=stack.id)

    @property
    def _cloudformation(self) -> Any:
        return self.aws.client("cloudformation")


def _leaving(left: Mapping[str, Any] | None, template: str) -> frozenset[str] | None:
    """The logical ids that a change from one template to the other takes away; None where the first is not known."""
    if left is None:
        return None
    return frozenset(left.get("Resources", {})) - frozenset(json.loads(template)["Resources"])


def protect(aws: Aws, name: str, policy: str, protected: bool = False) -> None:
    """Set the stack policy (JSON), then termination protection: who sees the second knows that the first is set.

    `protected`: termination protection is on already.
    """
    cloudformation = aws.client("cloudformation")
    cloudformation.set_stack_policy(StackName=name, StackPolicyBody=policy)
    if not protected:
        cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
