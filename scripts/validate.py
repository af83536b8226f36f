"""Validate an environment: every table, index, setting, alarm and backup against the contract, and that each can be read."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.files import json_text, write_atomically
from scripts.observe.target_options import add_options, target_options

RECORDED = Path("build/validation")  # where `make validate` writes, and `make record` reads
WAIT = 120  # seconds that a validation waits by default for what is still settling


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.validate",
        description=__doc__,
        epilog="Exit codes: 0 all match, 1 something differs, 2 something has not settled or could not be read, or a service is left out.",
    )
    add_options(parser)
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="also write validation.json and validation.md into DIR"
    )
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=WAIT,
        metavar="SECONDS",
        help=f"how long to wait for what is still settling, in all; default: {WAIT}",
    )
    parser.add_argument(
        "--write-probe",
        action="store_true",
        help="also put one marked item into each table, read it through every index, update it and delete it again",
    )
    parser.add_argument("--force", action="store_true", help="do the write probe in production too")
    parser.add_argument("--commit", metavar="SHA", help="the commit that was deployed; default: that of the checkout")
    parser.add_argument("--plan-hash", metavar="H", default="", help="the plan that was deployed")
    parser.add_argument(
        "--run-url",
        metavar="URL",
        help="where the full report will be, for a link to it; default: the run of GitHub Actions",
    )
    options = parser.parse_args(argv)
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    return run_command(lambda: _validate(options), "Nothing was validated.", 2, explain_failure)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError("from 0 to 86400 seconds")
    return value


def _validate(options: argparse.Namespace) -> int:
    from scripts.observe.github_run import run_url
    from scripts.validation.report_page import to_markdown
    from scripts.validation.report_values import to_json
    from scripts.validation.validate_environment import ValidationOptions, validate_environment

    address = run_url() if options.run_url is None else options.run_url
    how = ValidationOptions(
        options.wait, options.write_probe, options.force, options.commit, options.plan_hash, address
    )
    report = validate_environment(target_options(options), how)
    as_json = json_text(to_json(report))
    if options.report:
        write_atomically(options.report / "validation.json", as_json)
        write_atomically(options.report / "validation.md", to_markdown(report))
    if options.report != RECORDED / report.environment:
        report = replace(report, unrecorded=())  # `make record` would not find it
    if options.format == "text":
        from rich.console import Console

        from scripts.validation.report_text import print_text

        print_text(report, Console(soft_wrap=True))
    else:
        sys.stdout.write(as_json if options.format == "json" else to_markdown(report))
    return report.exit_code


if __name__ == "__main__":
    start(main)
