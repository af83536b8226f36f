"""Validate an environment: every table, index, setting and alarm against the contract, and that each can be read."""

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from scripts import names
from scripts.cli import guarded
from scripts.compare import MATCH, compare
from scripts.files import write_atomically
from scripts.fixes import fix, shared_fix
from scripts.jobs import WORKERS
from scripts.live import read_table
from scripts.model import TableState
from scripts.probe import probe
from scripts.report import Report, TableReport, print_text, to_json, to_markdown
from scripts.shared import state as shared_state
from scripts.shared.wanted import wanted_shared
from scripts.target import Place, Target, add_options, select


def validate(target: Target) -> Report:
    """Compare everything live with everything wanted. Reads only; what cannot be read is reported as not known."""
    todo = [
        (place, name.name, state)
        for place in target.places
        for name, state in zip(place.service.contract.tables, place.states, strict=True)
    ]
    with ThreadPoolExecutor(WORKERS) as pool:
        shared = pool.map(lambda place: _validate_shared(target, place), target.places)
        tables = (*shared, *pool.map(lambda item: _validate_table(target, *item), todo))
    time = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Report(target.environment, target.aws.region, target.aws.account, time, tables)


def _validate_table(target: Target, place: Place, name: str, desired: TableState) -> TableReport:
    live = read_table(target.aws, desired)
    findings = compare(desired, live)
    if isinstance(live, TableState):
        findings += probe(target.aws, desired)
    stack = names.table_stack(place.environment.name, place.service.name, name)
    fixes = tuple(
        "" if f.outcome == MATCH else fix(f, desired, target.environment, target.aws.region, stack) for f in findings
    )
    return TableReport(place.service.name, desired.name, findings, fixes)


def _validate_shared(target: Target, place: Place) -> TableReport:
    """What the tables share: the stack of the service."""
    service, environment = place.service.name, place.environment
    stack = names.service_stack(environment.name, service)
    wanted = wanted_shared(place.service, environment, place.states)
    findings = tuple(shared_state.compare(stack, wanted, shared_state.live(target.aws, service, environment, wanted)))
    fixes = tuple(
        "" if f.outcome == MATCH else shared_fix(f, target.environment, target.aws.region, stack) for f in findings
    )
    return TableReport(service, stack, findings, fixes, shared=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.validate",
        description=__doc__,
        epilog="Exit codes: 0 all match, 1 something differs, 2 something has not settled or could not be read.",
    )
    add_options(parser)
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="also write validation.json and validation.md into DIR"
    )
    options = parser.parse_args(argv)
    return guarded(lambda: _validate(options), "Nothing was validated.", 2)


def _validate(options: argparse.Namespace) -> int:
    report = validate(select(options))
    if options.report:
        write_atomically(options.report / "validation.json", _json(report))
        write_atomically(options.report / "validation.md", to_markdown(report))
    if options.format == "text":
        print_text(report, Console(soft_wrap=True))
    else:
        sys.stdout.write(_json(report) if options.format == "json" else to_markdown(report))
    return report.exit_code


def _json(report: Report) -> str:
    return json.dumps(to_json(report), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
