"""Deploy an environment: plan it, show it, refuse or execute it, and record what became of it."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from time import time

from rich.console import Console

from scripts.command import Refused
from scripts.deployment.approval import approve
from scripts.deployment.conclusion import conclude
from scripts.deployment.exclude_blocked import without_blocked
from scripts.deployment.execution import Run
from scripts.deployment.execution_report import KILLED, REFUSED, STOPPED, ExecutionReport
from scripts.deployment.overview import show_overview
from scripts.deployment.refusal import refusal
from scripts.deployment.request import NOTHING, DeploymentRequest
from scripts.entry import whoever_listens
from scripts.locking import locked
from scripts.observe.aws import FAILURES, explain
from scripts.observe.commit import CODE
from scripts.observe.target import Target, select
from scripts.planning.build_plan import plan
from scripts.planning.live_plan import elsewhere_notes
from scripts.planning.shared_changes import shared_changes
from scripts.planning.table_changes import listings, prepare
from scripts.recording.record_environment import record_environment
from scripts.recording.unfinished import NAME, default_folder, unfinished, unfinished_words
from scripts.text.progress import Board, looking

ONE_AT_A_TIME = "Wait until that deployment has ended, and plan again: what there is to do will be something else."
CONTINUES = (
    "Continues plan {}, which was begun: what is left is part of it, and its stacks are as that run left them.\n"
)


def deploy_environment(request: DeploymentRequest, console: Console) -> int:
    """Deploy, and return the exit code: 0 deployed and recorded, 1 refused or failed, 3 another plan, 4 AWS is still at work, 130 stopped.

    execution.json says how it ended, however it ends; that of a deployment which is under way here is left alone. Raises Refused,
    ProblemsError and the errors of `aws.FAILURES`.
    """
    began = time()
    target = select(request.target)
    name = target.environment
    with locked(default_folder(name), f"deploying {name}", patience=0, hint=ONE_AT_A_TIME):
        return _deploy(request, target, console, began)


def _deploy(request: DeploymentRequest, target: Target, console: Console, began: float) -> int:
    sources = (request.target.contracts.as_posix(), request.target.out.as_posix(), *CODE)
    folder = request.report or default_folder(target.environment)
    report = ExecutionReport(target, folder, sources)
    _record_unfinished(request, target, folder, console)
    try:
        listed = listings(target)
        with looking(target.tables, f"Looking at {target.environment}") as board:
            jobs = prepare(target, listed, lambda _name: board.looked())
        shared = shared_changes(target, listed)
        place = (target.environment, target.aws.region, target.aws.account)
        planned = plan(*place, jobs, shared=shared, notes=elsewhere_notes(target))
        planned = replace(planned, commit=report.commit_words)
        show_overview(console, target, jobs, planned)
        approval = approve(target.aws, request.plan_hash, planned, jobs, shared)
        report.plan = approval.plan if approval else planned.hash
        if approval and approval.continued:
            console.print(CONTINUES.format(approval.plan), highlight=False, markup=False)
        target = without_blocked(target, planned)
        refused = refusal(request, target, planned, approval)
    except KeyboardInterrupt:
        report.write(STOPPED, f"Stopped before anything was touched. {NOTHING}")
        raise
    except Refused as error:
        report.write(REFUSED, str(error))
        raise
    except FAILURES as error:
        report.write(REFUSED, explain(error))
        raise
    if refused:
        code, message = refused
        report.write(REFUSED, message)
        return code
    jobs = [job for job in jobs if job.place in target.places]
    services = {place.service.name for place in target.places}
    shared = tuple(stack for stack in shared if stack.service in services)
    with whoever_listens():
        with Board(len(jobs), f"Deploying {target.environment}", console) as board:
            # What a reader finds if this process is killed.
            keep = partial(report.write, STOPPED, KILLED)
            seconds = None if request.minutes is None else 60 * request.minutes - (time() - began)
            run = Run(
                target, jobs, board, shared=shared, approval=approval, keep=keep, source=report.source, seconds=seconds
            )
            board.expect(len(run.outcomes))
            keep(run.outcomes)
            run.execute()
        return conclude(request, console, target, run, planned, report)


def _record_unfinished(request: DeploymentRequest, target: Target, folder: Path, console: Console) -> None:
    """Tell of a deployment before this one that was stopped or killed, and record what it did, before its report is replaced."""
    found = unfinished(folder / NAME, target)
    if found is None:
        return
    console.print(unfinished_words(found, ""), highlight=False, markup=False)
    try:
        for written in record_environment(target, request.target.out, execution=found):
            console.print(written.words, highlight=False, markup=False)
    except (OSError, Refused, *FAILURES) as error:
        why = explain(error) if isinstance(error, FAILURES) else str(error)
        console.print(f"It could not be recorded: {why}", highlight=False, markup=False)
    console.print()
