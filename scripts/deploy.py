"""Deploy an environment: each table by its own change sets, judged before they are executed, then recorded."""

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.observe.target_options import add_options, target_options


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.deploy",
        description=__doc__,
        epilog="Exit codes: 0 deployed and recorded, 1 refused or failed, or a service was left out, 3 the plan is no longer that of --plan-hash, "
        "4 it could not wait for AWS any longer, 130 stopped. Running it again continues.",
    )
    add_options(parser)
    parser.add_argument(
        "--plan-hash",
        metavar="H",
        help="the plan that was approved; refused, with nothing touched, when it is another now",
    )
    parser.add_argument(
        "--stop-after",
        type=float,
        metavar="MINUTES",
        help="begin nothing more after so many minutes, and end while AWS goes on by itself; default: wait as long as it takes",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask for a confirmation")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="where execution.json goes; default: build/deploy/<environment>"
    )
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # a cancelled CI job is a Ctrl-C
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    return run_command(lambda: _deploy(options), "Nothing was deployed.", explain=explain_failure)


def _deploy(options: argparse.Namespace) -> int:
    from rich.console import Console

    from scripts.deployment.deploy_environment import deploy_environment
    from scripts.deployment.request import DeploymentRequest

    request = DeploymentRequest(
        target_options(options), options.plan_hash, options.yes, options.report, options.stop_after
    )
    return deploy_environment(request, Console(soft_wrap=True))


if __name__ == "__main__":
    start(main)
