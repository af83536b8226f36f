"""What services cost a month, all their tables together: sums that stand in no generated file, because every change would move them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import CONTRACTS


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.cost", description=__doc__, epilog="Exit codes: 0 estimated, 1 not."
    )
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, metavar="DIR", help=f"default: {CONTRACTS}")
    parser.add_argument("--service", metavar="S", help="only this service")
    parser.add_argument("--environment", metavar="E", help="only this environment")
    options = parser.parse_args(argv)
    return run_command(lambda: _cost(options), "Nothing was estimated.")


def _cost(options: argparse.Namespace) -> int:
    from scripts.rendering.service_cost import cost_report  # takes time to import, which --help need not wait for

    sys.stdout.write(cost_report(options.contracts, options.service, options.environment))
    return 0


if __name__ == "__main__":
    start(main)
