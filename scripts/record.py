"""Record an environment: what is deployed, since when, by whom and from which commit, in deployment.json and deployment.md."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.observe.target_options import add_options, target_options


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.record",
        description=__doc__,
        epilog="Exit codes: 0 recorded, or there was nothing new; 1 not recorded.",
    )
    add_options(parser)
    for name, what in (("execution", "deployment"), ("plan", "plan"), ("validation", "validation")):
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=f"the {name}.json of the {what}")
    options = parser.parse_args(argv)
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    return run_command(lambda: _record(options), "Not everything was recorded.", explain=explain_failure)


def _record(options: argparse.Namespace) -> int:
    from scripts.observe.target import select
    from scripts.recording import record_inputs
    from scripts.recording.record_environment import record_environment

    target = select(target_options(options))
    reports = {
        name: record_inputs.read(getattr(options, name), target, name) for name in ("execution", "plan", "validation")
    }
    written = record_environment(target, options.out, **reports)
    for each in written:
        print(each.words)
    if not written:
        print("The deployment was refused before it changed anything; the record stays that of the one before.")
    return 0


if __name__ == "__main__":
    start(main)
