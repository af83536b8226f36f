"""Deploy an environment: each table by its own change sets, judged before they are executed, then recorded."""

import argparse
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from scripts import names, prompts, stacks
from scripts.changes import BLOCKED
from scripts.cli import guarded
from scripts.execution import UNCHANGED, Run, shared_stacks
from scripts.jobs import WORKERS, Job, prepare
from scripts.progress import Board
from scripts.record import record, write_record
from scripts.target import Target, add_options, select


def _show(console: Console, target: Target, jobs: list[Job]) -> None:
    table = RichTable("Service", "Table", "Indexes", "What happens", box=None, pad_edge=False, header_style="bold")
    for job in jobs:
        indexes = [index.name for index in job.desired.indexes]
        indexes += [f"{index.name} (local)" for index in job.desired.local_indexes]
        table.add_row(job.place.service.name, job.desired.name, ", ".join(indexes) or "-", job.words)
    console.print(f"Environment  {target.environment}", highlight=False)
    console.print(f"Region       {target.aws.region}", highlight=False)
    console.print(f"Account      {target.aws.account}", highlight=False)
    console.print(f"Endpoint     {target.aws.endpoint}\n", highlight=False)
    console.print(table, markup=False, highlight=False)
    console.print()


def _deploy(options: argparse.Namespace, console: Console) -> int:
    target = select(options)
    jobs = prepare(target)
    _show(console, target, jobs)
    blocked = [job for job in jobs if job.change.action == BLOCKED]
    for job in blocked:
        for reason in job.change.reasons:
            print(f"{job.desired.name}: {reason}", file=sys.stderr)
    if blocked:
        print("Nothing was deployed.", file=sys.stderr)
        return 1
    if not options.yes and not prompts.confirm(target.environment, "--yes"):
        print("Nothing was deployed.", file=sys.stderr)
        return 1
    return _run(options, console, target, jobs)


def _run(options: argparse.Namespace, console: Console, target: Target, jobs: list[Job]) -> int:
    with Board(len(jobs) + len(shared_stacks(target)), f"Deploying {target.environment}", console) as board:
        run = Run(target, jobs, board)
        run.execute()
    if run.interrupted:
        _stopped(run, jobs)
        return 130
    for name, reason in run.failed.items():
        print(f"\n{name}: {reason}", file=sys.stderr)
    if run.failed:
        print(
            f"\n{len(run.failed)} failed. Mend the cause and run the same command again: it continues.", file=sys.stderr
        )
        return 1
    for path in _record(options, target):
        console.print(f"Recorded in {path}", highlight=False, markup=False)
    for job in jobs:
        if run.finished[job.desired.name] == UNCHANGED and job.differences:
            print(
                f"{job.desired.name} differs from the contract, but its stack does not: someone changed the table outside "
                "CloudFormation. The validation names each difference and the command that mends it.",
                file=sys.stderr,
            )
    again = f"make validate ENV={target.environment}"
    console.print(
        f"{len(jobs)} {'table is' if len(jobs) == 1 else 'tables are'} as the templates say. Prove it: {again}",
        highlight=False,
        markup=False,
    )
    return 0


def _stopped(run: Run, jobs: list[Job]) -> None:
    waiting = [job.desired.name for job in jobs if job.desired.name not in {*run.finished, *run.running, *run.failed}]
    print("\nStopped.", file=sys.stderr)
    for word, things in (("Done", run.finished), ("Still running in AWS", sorted(run.running)), ("Not begun", waiting)):
        print(f"{word}: {', '.join(things) or 'none'}", file=sys.stderr)
    print("Run the same command again: it waits for what is running and continues from there.", file=sys.stderr)


def _record(options: argparse.Namespace, target: Target) -> list[Path]:
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    paths = []
    for place in target.places:
        service, environment = place.service, place.environment
        wanted = {
            table.name: names.table_stack(environment.name, service.name, table.name)
            for table in service.contract.tables
        }
        wanted[""] = names.service_stack(environment.name, service.name)
        with ThreadPoolExecutor(WORKERS) as pool:
            found = dict(
                zip(wanted, pool.map(lambda name: stacks.describe(target.aws, name), wanted.values()), strict=True)
            )
        present = {name: stack for name, stack in found.items() if stack}
        content = record(service, environment, target.aws.region, target.aws.account, time, present)
        paths.append(write_record(options.out, content))
    return paths


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.deploy", description=__doc__)
    add_options(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask for a confirmation")
    options = parser.parse_args(argv)
    console = Console(soft_wrap=True)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # a cancelled CI job is a Ctrl-C
    return guarded(lambda: _deploy(options, console), "Nothing was deployed.", 1)


if __name__ == "__main__":
    raise SystemExit(main())
