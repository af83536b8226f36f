"""What became of a deployment: said to the person, written into its report, and recorded."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from scripts.command import Refused
from scripts.deployment import execution_report
from scripts.deployment.concurrent_changes import AGAIN
from scripts.deployment.execution import DEPLOYED, FAILED, NOT_BEGUN, RUNNING, UNCHANGED, Run
from scripts.deployment.execution_report import STOPPED, WAITING, ExecutionReport
from scripts.deployment.read_back import DIFFERS, WANTED, ReadBack, counted, read_back
from scripts.deployment.request import DeploymentRequest
from scripts.entry import INTERRUPTED
from scripts.observe.aws import FAILURES, explain
from scripts.observe.services_apart import left_out_words
from scripts.observe.target import Target
from scripts.planning.entries import Plan
from scripts.planning.plan_values import to_values
from scripts.recording.record_environment import record_environment

AT_WORK = 4  # exit code: AWS is still at work, and this run could not wait any longer
UNRECORDED = "What was deployed stays deployed, but it was not recorded."
REPEAT = "Mend the cause and run the same command again: it continues."
# The same command would take back what was deployed meanwhile, if this working copy is the older one.
CHANGED_MEANWHILE = (
    "Do not repeat the command before you have read what changed meanwhile: it could undo a newer deployment."
)
AFTERWARDS = "Mend that, then run the same command again: it deploys the rest."
CONTINUES = "Run the same command again: it waits for what is running and continues from there."


def conclude(
    request: DeploymentRequest, console: Console, target: Target, run: Run, plan: Plan, report: ExecutionReport
) -> int:
    """Say and record what became of a deployment; its exit code."""
    try:
        return _concluded(request, console, target, run, plan, report)
    except (KeyboardInterrupt, OSError) as error:
        why = "" if isinstance(error, KeyboardInterrupt) else f" {error}."
        print(f"\n{UNRECORDED}{why} Record it: make record ENV={target.environment}", file=sys.stderr)
        return 1 if why else INTERRUPTED


def _concluded(
    request: DeploymentRequest, console: Console, target: Target, run: Run, plan: Plan, report: ExecutionReport
) -> int:
    if run.interrupted:
        _stopped(run)
        _record(request, console, target, plan, report.write(STOPPED, CONTINUES, run.outcomes))
        return INTERRUPTED
    if run.waits:
        message = _left(run)
        reasons = (f"{each.title}: {each.reason}" for each in run.outcomes.values() if each.reason)
        print("\n".join(["", *reasons]), file=sys.stderr)
        _record(request, console, target, plan, report.write(WAITING, message, run.outcomes))
        print(f"{message} {CONTINUES}", file=sys.stderr)
        return AT_WORK
    failed = {each.title: each.reason for each in run.outcomes.values() if each.reason}
    for name, reason in failed.items():
        print(f"\n{name}: {reason}", file=sys.stderr)
    if failed:
        changed = any(AGAIN in reason for reason in failed.values())
        message = f"{len(failed)} failed. {CHANGED_MEANWHILE if changed else REPEAT}"
        print(file=sys.stderr)
        _record(request, console, target, plan, report.write(execution_report.FAILED, message, run.outcomes))
        print(message, file=sys.stderr)
        return 1
    left = f"{left_out_words(target.left_out)} {AFTERWARDS}" if target.left_out else ""
    content = report.write(execution_report.DEPLOYED, left, run.outcomes)
    if not _record(request, console, target, plan, content):
        return 1
    _tell_state(request, console, target, read_back(run, target.aws))
    if left:
        print(left, file=sys.stderr)
    return 1 if left else 0


def _tell_state(request: DeploymentRequest, console: Console, target: Target, tables: Sequence[ReadBack]) -> None:
    """Say how many tables are as wanted, and name those that are not."""
    for table in tables:
        if table.state == DIFFERS:
            print(
                f"{table.name} is not as the contract says: {table.words}. The validation tells the cause of each difference and "
                "what mends it.",
                file=sys.stderr,
            )
    service = f" SERVICE={name}" if (name := request.target.service) else ""
    proof = "Prove it" if all(table.state == WANTED for table in tables) else "What to do"
    said = f"{counted(tables)}. {proof}: make validate ENV={target.environment}{service}"
    console.print(said, highlight=False, markup=False)


def _left(run: Run) -> str:
    """What AWS goes on with, and what is still to be begun; no table is failed."""
    at_work, rest = run.titles(RUNNING), run.titles(NOT_BEGUN)
    words = [run.left]
    words += [f"AWS goes on by itself with {', '.join(at_work)}."] if at_work else []
    words += [f"Not begun: {', '.join(rest)}."] if rest else []
    return " ".join(words)


def _stopped(run: Run) -> None:
    print("\nStopped.", file=sys.stderr)
    parts = (("Done", (DEPLOYED, UNCHANGED)), ("Begun, not finished", (RUNNING,)), ("Failed", (FAILED,)))
    for word, outcomes in (*parts, ("Not begun", (NOT_BEGUN,))):
        titles = run.titles(*outcomes)
        if titles or word != "Failed":
            print(f"{word}: {', '.join(titles) or 'none'}", file=sys.stderr)
    print(CONTINUES, file=sys.stderr)


def _record(
    request: DeploymentRequest, console: Console, target: Target, plan: Plan, execution: dict[str, Any]
) -> bool:
    """Record what happened; whether that was possible. What was deployed stays deployed either way."""
    try:
        for written in record_environment(target, request.target.out, execution=execution, plan=to_values(plan)):
            console.print(written.words, highlight=False, markup=False)
    except (OSError, Refused, *FAILURES) as error:
        why = explain(error) if isinstance(error, FAILURES) else str(error)
        print(
            f"It could not be recorded: {why} Record it: make record ENV={target.environment}",
            file=sys.stderr,
        )
        return False
    return True
