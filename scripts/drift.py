"""Compare every environment that these credentials can see with its contract: what has changed since the deployment?

Reads only. What auto scaling, traffic or other people's tags change by themselves is told apart and is no drift.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.files import json_text, write_atomically
from scripts.observe.target_options import add_options, target_options


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.drift",
        description=__doc__,
        epilog="Exit codes: 0 clean, 1 drift, 2 something could not be read, or a service is left out. Environments of other accounts are skipped, "
        "and said to be.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")
    parser.add_argument("--report", type=Path, metavar="DIR", help="also write drift.json and drift.md into DIR")
    options = parser.parse_args(argv)
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    return run_command(lambda: _drift(options), "Nothing was compared.", 2, explain_failure)


def _drift(options: argparse.Namespace) -> int:
    from scripts.validation.drift_report import to_markdown, to_text, to_values
    from scripts.validation.find_drift import find_drift

    found = find_drift(target_options(options))
    as_json = json_text(to_values(found))
    if options.report:
        write_atomically(options.report / "drift.json", as_json)
        write_atomically(options.report / "drift.md", to_markdown(found))
    forms = {"text": lambda: to_text(found), "markdown": lambda: to_markdown(found), "json": lambda: as_json}
    sys.stdout.write(forms[options.format]())
    return found.exit_code


if __name__ == "__main__":
    start(main)
