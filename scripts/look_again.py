"""Look again at a deployment that could not wait for AWS any longer: is AWS done, has it failed, is a step left to begin?

Reads only. Writes execution.json anew, as it stands now; the same command at a later time tells more.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.observe.target_options import add_options, target_options


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.look_again",
        description=__doc__,
        epilog="Exit codes: 0 everything is deployed, 1 AWS has failed, 2 a step is left to begin, 4 AWS is still at work.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parser)
    parser.add_argument(
        "--execution", type=Path, required=True, metavar="FILE", help="the execution.json of the deployment"
    )
    options = parser.parse_args(argv)
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    return run_command(lambda: _look(options), "It is not known how the deployment stands.", explain=explain_failure)


def _look(options: argparse.Namespace) -> int:
    from scripts.deployment.latest_status import look_again
    from scripts.observe.target import select

    found = look_again(select(target_options(options)), options.execution)
    print(found.message)
    return found.code


if __name__ == "__main__":
    start(main)
