"""Deploy an environment: each table by its own change sets, judged before they are executed, then recorded."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from scripts.command import Refused, run_command
from scripts.deployment import execution_report
from scripts.deployment.execution import DEPLOYED, FAILED, NOT_BEGUN, RUNNING, UNCHANGED, Run
from scripts.deployment.execution_report import KILLED, REFUSED, STOPPED, ExecutionReport
from scripts.observe.aws import FAILURES, explain, explain_failure
from scripts.observe.target import Target, add_options, select
from scripts.planning.build_plan import Plan, plan
from scripts.planning.changes import BLOCKED
from scripts.planning.live_plan import shared_changes
from scripts.planning.plan_text import happening, to_text, to_values
from scripts.planning.table_changes import TableChange, listings, prepare
from scripts.recording.record_environment import record_environment
from scripts.text import prompts
from scripts.text.progress import Board, looking

MOVED_ON = 3  # exit code: the plan is no longer the approved one
NOTHING = "Nothing was deployed."
BLOCKED_NOW = "{number} blocked: {names}. {nothing}"
UNRECORDED = "What was deployed stays deployed, but it was not recorded."
CONTINUES = "Run the same command again: it waits for what is running and continues from there."


def _show(console: Console, target: Target, jobs: list[TableChange], made: Plan) -> None:
    table = RichTable("Service", "Table", "Indexes", "What happens", box=None, pad_edge=False, header_style="bold")
    happens = {(entry.service, entry.table): happening(entry) for entry in made.entries}
    for job in jobs:
        indexes = [index.name for index in job.desired.indexes]
        indexes += [f"{index.name} (local)" for index in job.desired.local_indexes]
        service, name = job.place.service.name, job.desired.name
        table.add_row(service, name, ", ".join(indexes) or "-", happens[service, name])
    console.print(f"Environment  {target.environment}", highlight=False)
    console.print(f"Region       {target.aws.region}", highlight=False)
    console.print(f"Account      {target.aws.account}", highlight=False)
    console.print(f"Endpoint     {target.aws.endpoint}", highlight=False)
    console.print(f"Plan         {made.hash}\n", highlight=False)
    console.print(table, markup=False, highlight=False)
    console.print()


def _deploy(options: argparse.Namespace, console: Console) -> int:
    target = select(options)
    folder = options.report or execution_report.default_folder(target.environment)
    report = ExecutionReport(target, folder)
    try:
        listed = listings(target)
        with looking(target.tables, f"Looking at {target.environment}") as board:
            jobs = prepare(target, listed, lambda _name: board.looked())
        shared = shared_changes(target, listed)
        made = plan(target.environment, target.aws.region, target.aws.account, jobs, shared=shared)
        report.plan = made.hash
        _show(console, target, jobs, made)
        refusal = _refusal(options, target, jobs, made)
    except KeyboardInterrupt:
        report.write(STOPPED, f"Stopped before anything was touched. {NOTHING}")
        raise
    except Refused as error:
        report.write(REFUSED, str(error))
        raise
    except FAILURES as error:
        report.write(REFUSED, explain(error))
        raise
    if refusal:
        code, message = refusal
        report.write(REFUSED, message)
        return code
    return _run(options, console, target, jobs, made, report)


def _refusal(
    options: argparse.Namespace, target: Target, jobs: list[TableChange], made: Plan
) -> tuple[int, str] | None:
    """Exit code and message when it must not begin; None when it may."""
    if options.plan_hash is not None and options.plan_hash != made.hash:
        print(to_text(made))
        service = f" SERVICE={options.service}" if options.service else ""
        command = f"make deploy ENV={target.environment}{service} PLAN_HASH={made.hash}"
        message = (
            f"Approved was plan {options.plan_hash or '(none was named)'}, but it would now be plan {made.hash}: the live tables, the contract or "
            f"the settings have changed since. {NOTHING} Read the new plan, then approve it: {command}"
        )
        print(message, file=sys.stderr)
        return MOVED_ON, message
    blocked = [job for job in jobs if job.change.action == BLOCKED]
    for job in blocked:
        for reason in job.change.reasons:
            print(f"{job.desired.name}: {reason}", file=sys.stderr)
    if blocked:
        print(NOTHING, file=sys.stderr)
        names = ", ".join(job.desired.name for job in blocked)
        return 1, BLOCKED_NOW.format(number=len(blocked), names=names, nothing=NOTHING)
    if not options.yes and not prompts.confirm(target.environment, "--yes"):
        print(NOTHING, file=sys.stderr)
        return 1, f"It was not confirmed. {NOTHING}"
    return None


def _run(
    options: argparse.Namespace,
    console: Console,
    target: Target,
    jobs: list[TableChange],
    made: Plan,
    report: ExecutionReport,
) -> int:
    with Board(len(jobs), f"Deploying {target.environment}", console) as board:
        run = Run(target, jobs, board)
        board.expect(len(run.outcomes))
        report.write(STOPPED, KILLED, run.outcomes)  # what a reader finds if this process is killed
        run.execute()
    try:
        return _concluded(options, console, target, run, made, report)
    except (KeyboardInterrupt, OSError) as error:
        why = "" if isinstance(error, KeyboardInterrupt) else f" {error}."
        print(f"\n{UNRECORDED}{why} Record it: make record ENV={target.environment}", file=sys.stderr)
        return 1 if why else 130


def _concluded(
    options: argparse.Namespace, console: Console, target: Target, run: Run, made: Plan, report: ExecutionReport
) -> int:
    """Say and record what became of it; the exit code."""
    if run.interrupted:
        _stopped(run)
        report.write(STOPPED, CONTINUES, run.outcomes)
        return 130
    failed = {each.title: each.reason for each in run.outcomes.values() if each.reason}
    for name, reason in failed.items():
        print(f"\n{name}: {reason}", file=sys.stderr)
    if failed:
        message = f"{len(failed)} failed. Mend the cause and run the same command again: it continues."
        print(f"\n{message}", file=sys.stderr)
        _record(options, console, target, made, report.write(execution_report.FAILED, message, run.outcomes))
        return 1
    content = report.write(execution_report.DEPLOYED, "", run.outcomes)
    if not _record(options, console, target, made, content):
        return 1
    differing = _tampered(run)
    again = f"make validate ENV={target.environment}" + (f" SERVICE={options.service}" if options.service else "")
    same = len(run.jobs) - differing
    tables = f"{same} {'table is' if same == 1 else 'tables are'} as the templates say"
    console.print(
        f"{tables}, {differing} not. What to do: {again}" if differing else f"{tables}. Prove it: {again}",
        highlight=False,
        markup=False,
    )
    return 0


def _tampered(run: Run) -> int:
    """Name the tables that still differ, because CloudFormation sees no difference; how many they are."""
    found = [job for job in run.jobs if run.outcomes[job.stack_name].outcome == UNCHANGED and job.differences]
    for job in found:
        print(
            f"{job.desired.name} differs from the contract, but its stack does not: someone changed the table outside of "
            "CloudFormation. The validation names each difference and the command that mends it.",
            file=sys.stderr,
        )
    return len(found)


def _stopped(run: Run) -> None:
    print("\nStopped.", file=sys.stderr)
    parts = (("Done", (DEPLOYED, UNCHANGED)), ("Begun, not finished", (RUNNING,)), ("Failed", (FAILED,)))
    for word, outcomes in (*parts, ("Not begun", (NOT_BEGUN,))):
        titles = run.titles(*outcomes)
        if titles or word != "Failed":
            print(f"{word}: {', '.join(titles) or 'none'}", file=sys.stderr)
    print(CONTINUES, file=sys.stderr)


def _record(
    options: argparse.Namespace, console: Console, target: Target, made: Plan, execution: dict[str, Any]
) -> bool:
    """Record what happened; whether that was possible. What was deployed stays deployed either way."""
    try:
        for written in record_environment(target, options.out, execution=execution, plan=to_values(made)):
            console.print(written.words, highlight=False, markup=False)
    except (OSError, *FAILURES) as error:
        why = explain(error) if isinstance(error, FAILURES) else str(error)
        print(
            f"It could not be recorded: {why} Record it: make record ENV={target.environment}",
            file=sys.stderr,
        )
        return False
    return True


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.deploy",
        description=__doc__,
        epilog="Exit codes: 0 deployed and recorded, 1 refused or failed, 3 the plan is no longer that of --plan-hash, "
        "130 stopped. Running it again continues.",
    )
    add_options(parser)
    parser.add_argument(
        "--plan-hash",
        metavar="H",
        help="the plan that was approved; refused, with nothing touched, when it is another now",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask for a confirmation")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where execution.json goes; default: build/deploy/<environment>"
    )
    options = parser.parse_args(argv)
    console = Console(soft_wrap=True)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # a cancelled CI job is a Ctrl-C
    return run_command(lambda: _deploy(options, console), NOTHING, explain=explain_failure)


if __name__ == "__main__":
    raise SystemExit(main())
