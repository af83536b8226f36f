"""Whether a stack is healthy, protected, and says of itself what is there."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from scripts.model import Unknown
from scripts.observe import stacks
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.batch_reader import BatchReader
from scripts.properties.streams import canonical
from scripts.validation.expectation import Expectation

POLICY = Path(__file__).parents[2] / "policies" / "stack-policy.json"
# An update or import that failed and was taken back left everything as it was before; what differs is found elsewhere.
HEALTHY = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}
GOING = "DELETE_IN_PROGRESS"


class StackFacts:
    """The facts of one stack, described when this is made. Two calls: DescribeStacks, GetStackPolicy.

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

    def facts(self, outputs: Mapping[str, str], subject: str = "") -> Iterator[Expectation]:
        """`outputs`: what each output must be. `subject`: the name in the report, where it is not plain which stack."""
        yield Expectation("Settings", subject, "stack status", "healthy", self._status)
        if self._found is None:
            return  # there is none: said once
        yield Expectation("Settings", subject, "termination protection", "on", self._protection)
        yield Expectation("Settings", subject, "stack policy", "denies replacing and deleting tables", self._policy)
        for name, value in outputs.items():
            yield Expectation("Settings", subject, f"stack output {name}", value, partial(self._output, name))

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
        same = canonical(json.loads(found)) == canonical(json.loads(POLICY.read_text(encoding="utf-8")))
        return "denies replacing and deleting tables" if same else "another one"

    def _output(self, name: str) -> str:
        return self.stack.outputs.get(name, "") if self.stack else ""
