"""A deployment that ended without saying how it stands: what its report says, and what the stacks say of the rest."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.command import Refused
from scripts.observe import stacks
from scripts.observe.aws import Aws
from scripts.observe.operation_token import OperationToken
from scripts.observe.target import Target
from scripts.recording import record_inputs
from scripts.recording.record_inputs import Report

NAME = "execution.json"
WAITING = "waiting"
STOPPED, RUNNING, NOT_BEGUN, DEPLOYED, FAILED = "stopped", "running", "not begun", "deployed", "failed"
WORDS = {"deployed": "done", "unchanged": "nothing to do", FAILED: "failed", RUNNING: "begun", NOT_BEGUN: "not begun"}
SAID = "The last deployment from this folder, plan {plan} of {began}, was stopped or killed: {outcomes}. {more}"
CONTINUE = "The same command continues it; make record ENV={environment} records what it did."
SOME_STEPS = "Some of its steps are done, the rest is not."
STILL = "AWS is still changing it."


def default_folder(environment: str) -> Path:
    """Where the report of a deployment is written when no other place is named."""
    return Path("build") / "deploy" / environment


def unfinished(path: Path, target: Target) -> Report | None:
    """The report of a deployment of this environment that was stopped or killed after it had begun; None if there is none."""
    if not path.exists():
        return None
    try:
        found = record_inputs.read(path, target, "execution")
    except (Refused, OSError):
        return None  # of another environment or form: whoever is given it by name is told
    return found if found and found["outcome"] in (STOPPED, WAITING) and found["stacks"] else None


def unfinished_words(found: Report, more: str = CONTINUE) -> str:
    """What it had done, as its report says."""
    counts = [
        (sum(each["outcome"] == outcome for each in found["stacks"].values()), word) for outcome, word in WORDS.items()
    ]
    outcomes = ", ".join(f"{number} {word}" for number, word in counts if number)
    told = more.format(environment=found["environment"])
    return SAID.format(
        plan=found.get("plan") or "unknown", began=found["began"], outcomes=f"{outcomes} (stacks)", more=told
    )


def mended(found: Report, aws: Aws) -> Report:
    """The report of a stopped deployment with what became of each stack that it had begun: told by the events of the stack.

    Asks only about those. Raises the errors of `aws.FAILURES`.
    """
    if found["outcome"] not in (STOPPED, WAITING):
        return found
    begun = {name: each for name, each in found["stacks"].items() if each["outcome"] == RUNNING}
    return {**found, "stacks": {**found["stacks"], **dict(_mended(begun, str(found.get("plan")), aws))}}


def _mended(begun: Mapping[str, Any], plan: str, aws: Aws) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, each in begun.items():
        outcome, reason = _outcome(name, plan, aws)
        yield name, {**each, "outcome": outcome, "reason": reason or each.get("reason", "")}


def _outcome(name: str, plan: str, aws: Aws) -> tuple[str, str]:
    """What became of a stack, and why: by its newest operation, if that belonged to the plan."""
    stack = stacks.describe(aws, name)
    operation = stacks.last_operation(aws, name) if stack else None
    token = OperationToken.parse(operation.token) if operation else None
    if stack is None or token is None or token.plan != plan:
        return NOT_BEGUN, ""
    if stack.busy:
        return RUNNING, STILL
    if "ROLLBACK" in stack.status or stack.status.endswith("FAILED"):
        return FAILED, stacks.first_cause(aws, name)
    return (DEPLOYED, "") if token.after == token.end else (RUNNING, SOME_STEPS)
