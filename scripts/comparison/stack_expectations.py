"""Whether a stack is healthy, protected, and says of itself what is there."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from scripts.comparison.expectation import Expectation
from scripts.folders import ROOT
from scripts.input_file import read_text
from scripts.model import Unknown
from scripts.observe import stacks
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.batch_reader import BatchReader
from scripts.properties.streams import canonical

POLICY = ROOT / "policies" / "stack-policy.json"


def policy_body() -> str:
    """The stack policy of every stack, on one line."""
    return json.dumps(json.loads(read_text(POLICY)), separators=(",", ":"))


# An update or import that failed and was taken back left everything as it was before; what differs is found elsewhere.
HEALTHY = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}
POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")  # of a resource
GOING = "DELETE_IN_PROGRESS"


class StackFacts:
    """The facts of one stack, described when this is made. Three calls: DescribeStacks, GetStackPolicy, GetTemplate.

    `listed`: what was asked once for several stacks, which saves the first of them.
    """

    def __init__(self, aws: Aws, name: str, listed: BatchReader | None = None) -> None:
        self._aws = aws
        self.name = name
        self._found: stacks.Stack | Exception | None
        try:
            found = listed.stack(name) if listed else stacks.describe(aws, name)
            self._found = found if found and found.exists else None
        except FAILURES as error:
            self._found = error

    @property
    def stack(self) -> stacks.Stack | None:
        """The stack; None if there is none. Raises the errors of `aws.FAILURES`."""
        if isinstance(self._found, Exception):
            raise self._found
        return self._found

    @property
    def busy(self) -> bool:
        """Whether CloudFormation is working on it at this moment, so that it will be there and settled."""
        return isinstance(self._found, stacks.Stack) and self._found.busy and self._found.status != GOING

    @cached_property
    def template(self) -> dict[str, Any]:
        """The template of the stack; empty if there is none. Raises the errors of `aws.FAILURES`."""
        return stacks.template(self._aws, self.name) if self.stack else {}

    def facts(
        self, outputs: Mapping[str, str], policies: Mapping[str, Any], subject: str = ""
    ) -> Iterator[Expectation]:
        """`outputs`: what each output must be; `policies`: the resources of a template, whose deletion policies it must have.

        `subject`: the name in the report, where it is not plain which stack.
        """
        yield Expectation("Settings", subject, "stack status", "healthy", self._status)
        if self._found is None:
            return  # there is none: said once
        yield Expectation("Settings", subject, "termination protection", "on", self._protection)
        yield Expectation("Settings", subject, "stack policy", "denies replacing and deleting tables", self._policy)
        for name, value in outputs.items():
            yield Expectation("Settings", subject, f"stack output {name}", value, partial(self._output, name))
        for id, resource in policies.items():
            for policy in POLICIES:
                if wanted := resource.get(policy):
                    read = partial(self._kept, id, policy)
                    yield Expectation("Settings", subject, f"{policy} of {id}", wanted, read)
        if self.stack_fields:
            reason = f"AWS tells {', '.join(self.stack_fields)}, which this version does not know"
            yield Expectation(
                "Settings", subject, "state of the stack beyond the settings", "none", lambda: Unknown(reason)
            )

    def _status(self) -> str | Unknown:
        status = self.stack.status if self.stack else ""
        if self.busy:
            return Unknown(f"the stack is in {status}", in_progress=True)
        return "healthy" if status in HEALTHY else status

    def _protection(self) -> str:
        return ("on" if self.stack.protected else "off") if self.stack else ""

    def _policy(self) -> str:
        if not self.stack:
            return ""
        found = self._aws.client("cloudformation").get_stack_policy(StackName=self.name).get("StackPolicyBody")
        if not found:
            return "none"
        same = canonical(json.loads(found)) == canonical(json.loads(read_text(POLICY)))
        return "denies replacing and deleting tables" if same else "another one"

    @property
    def stack_fields(self) -> tuple[str, ...]:
        """What AWS tells of the stack and nobody has judged."""
        return self._found.unclassified if isinstance(self._found, stacks.Stack) else ()

    def _kept(self, id: str, policy: str) -> str | Unknown:
        """What happens to a resource of the deployed template; without a policy CloudFormation deletes."""
        if not self.template:
            return Unknown("the template of the stack is not JSON, so this project has not submitted it")
        return self.template.get("Resources", {}).get(id, {}).get(policy, "Delete")

    def _output(self, name: str) -> str:
        return self.stack.outputs.get(name, "") if self.stack else ""
