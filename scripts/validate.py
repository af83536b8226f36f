"""Validate an environment: every table, index, setting, alarm and backup against the contract, and that each can be read."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from scripts.command import Refused, run_command
from scripts.files import write_atomically
from scripts.observe.aws import explain_failure
from scripts.observe.target import ServiceEnvironment, Target, add_options, select
from scripts.text.progress import looking
from scripts.validation.patience import Patience
from scripts.validation.report import Report
from scripts.validation.report_page import to_markdown
from scripts.validation.report_text import print_text
from scripts.validation.report_values import to_json
from scripts.validation.validate_target import Tell, validate

WAIT = 120  # seconds that a validation waits by default for what is still settling
__all__ = ["main", "validate"]


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
    parser.add_argument("--run-url", metavar="URL", default="", help="where the full report will be, for a link to it")
    options = parser.parse_args(argv)
    return run_command(lambda: _validate(options), "Nothing was validated.", 2, explain_failure)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 86_400:
        raise argparse.ArgumentTypeError("from 0 to 86400 seconds")
    return value


def _validate(options: argparse.Namespace) -> int:
    target = select(options)
    if options.write_probe and not options.force:
        _refuse_production(target)
    with _progress(target) as tell:
        report = validate(target, Patience(options.wait), write_probe=options.write_probe, tell=tell)
    commit = _commit() if options.commit is None else options.commit
    pages = tuple((place.service.name, _page(place, options.out)) for place in target.places)
    report = replace(report, commit=commit, plan=options.plan_hash, run_url=options.run_url, pages=pages)
    if options.report:
        write_atomically(options.report / "validation.json", _json(report))
        write_atomically(options.report / "validation.md", to_markdown(report))
    if options.format == "text":
        print_text(report, Console(soft_wrap=True))
    else:
        sys.stdout.write(_json(report) if options.format == "json" else to_markdown(report))
    return report.exit_code


def _refuse_production(target: Target) -> None:
    """Raises Refused when the settings call the environment production."""
    marked = [place.service.name for place in target.places if place.environment.production]
    if marked:
        raise Refused(
            f"{target.environment} is production ({', '.join(marked)}): consumers of its streams would see the item of the "
            "probe. Leave --write-probe out, or add --force."
        )


@contextmanager
def _progress(target: Target) -> Iterator[Tell]:
    """Progress on standard error: a bar on a terminal; anywhere else a line every few seconds, if it takes longer."""
    with looking(target.tables + len(target.places), f"Validating {target.environment}") as board:
        yield lambda _name, good: board.looked(good)


def _commit() -> str:
    """The commit of the checkout, 7 characters, and whether something in it is not committed; empty outside of git."""
    try:
        sha = subprocess.run(["git", "rev-parse", "--short=7", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run(
            ["git", "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return sha.stdout.strip() + ("+changes" if changed.stdout.strip() else "")


def _page(place: ServiceEnvironment, out: Path) -> str:
    """The environment page: on the web where the repository's address is known, else its path."""
    path = f"{out.as_posix()}/{place.service.name}/{place.environment.name}/README.md"
    server, repository = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    address = place.service.settings.repository or (f"{server}/{repository}" if server and repository else "")
    return f"{address.rstrip('/')}/blob/HEAD/{path}" if address and not out.is_absolute() else path


def _json(report: Report) -> str:
    return json.dumps(to_json(report), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
