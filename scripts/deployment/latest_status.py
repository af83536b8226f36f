"""How a deployment stands that has ended before AWS was done: by the events of its stacks, and by what a plan would still do."""

from pathlib import Path
from typing import NamedTuple

from scripts.command import Refused
from scripts.deployment.execution import DEPLOYED, FAILED, NOT_BEGUN, RUNNING, UNCHANGED
from scripts.deployment.execution_report import WAITING, now
from scripts.files import json_text, write_atomically
from scripts.observe.target import Target
from scripts.planning.live_plan import live_plan
from scripts.recording import record_inputs
from scripts.recording.unfinished import STILL, mended

ALL_DEPLOYED, HAS_FAILED, STEP_LEFT, AT_WORK = 0, 1, 2, 4  # exit codes


class Standing(NamedTuple):
    """How it stands, as an exit code and in words."""

    code: int
    message: str


def look_again(target: Target, path: Path) -> Standing:
    """Look, and write the report at `path` anew. Reads AWS only.

    Raises Refused for a file that is not a report of this environment, and the errors of `aws.FAILURES`.
    """
    report = record_inputs.read(path, target, "execution")
    if report is None or report["outcome"] != WAITING:
        raise Refused(f"{path} is not a report of a deployment that waits for AWS.")
    stacks = mended({**report}, target.aws)["stacks"]
    failed = {name: each["reason"] for name, each in stacks.items() if each["outcome"] == FAILED}
    busy = [name for name, each in stacks.items() if each["outcome"] == RUNNING and each.get("reason") == STILL]
    if failed:
        told = Standing(HAS_FAILED, " ".join(f"{name}: {reason}" for name, reason in failed.items()))
    elif busy:
        told = Standing(AT_WORK, f"AWS is still at work on {', '.join(busy)}.")
    elif live_plan(target).exit_code:
        left = [name for name, each in stacks.items() if each["outcome"] in (RUNNING, NOT_BEGUN)]
        told = Standing(
            STEP_LEFT, f"AWS is done with what was begun. A step is left: {', '.join(left) or 'see the plan'}."
        )
    else:
        stacks = {name: {**each, "outcome": _done(each["outcome"]), "reason": ""} for name, each in stacks.items()}
        told = Standing(ALL_DEPLOYED, "AWS is done: everything is deployed.")
    outcome = {ALL_DEPLOYED: DEPLOYED, HAS_FAILED: FAILED}.get(told.code, WAITING)
    content = {
        **report,
        "stacks": stacks,
        "outcome": outcome,
        "message": told.message if told.code else "",
        "ended": now(),
    }
    write_atomically(path, json_text(content))
    return told


def _done(outcome: str) -> str:
    """What has become of a stack of a plan of which nothing is left to do."""
    return {RUNNING: DEPLOYED, NOT_BEGUN: UNCHANGED}.get(outcome, outcome)
