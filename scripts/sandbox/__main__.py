"""Try copies of all generated templates with taskcat: in the local AWS, or with --sandbox in a sandbox account of its own."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import CONTRACTS, OUT

PYTHON = Path(".venv-taskcat") / "bin" / "python"
REGIONS = ("us-east-1", "eu-west-1")
BUILD = Path("build") / "taskcat"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if every stack was created and deleted in every Region and nothing is left, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.sandbox",
        description=__doc__,
        epilog="Exit codes: 0 all stacks came up, went away and left nothing; 1 not.",
    )
    parser.add_argument(
        "--sandbox",
        metavar="A",
        help="in this account, 12 digits, or 1: in whichever the credentials belong to; default: the local AWS",
    )
    parser.add_argument("--regions", nargs="+", default=REGIONS, metavar="R", help=f"default: {' '.join(REGIONS)}")
    parser.add_argument("--environment", metavar="E", help="only this environment; default: all")
    parser.add_argument("--service", metavar="S", help="only this service; default: all")
    parser.add_argument("--python", type=Path, default=PYTHON, metavar="FILE", help=f"taskcat's own; default: {PYTHON}")
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, metavar="DIR", help=f"default: {CONTRACTS}")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"default: {OUT}")
    parser.add_argument("--build", type=Path, default=BUILD, metavar="DIR", help=f"default: {BUILD}")
    options = parser.parse_args(argv)
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    return run_command(lambda: _sandbox(options), "The templates have not been tried.", explain=explain_failure)


def _sandbox(options: argparse.Namespace) -> int:
    from scripts.sandbox.try_templates import SandboxOptions, try_templates

    return try_templates(SandboxOptions(**vars(options)))


if __name__ == "__main__":
    start(main)
