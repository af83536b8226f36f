"""Ask AWS, or the local AWS, what the scenarios ask, say where it answers otherwise than the local AWS, and leave nothing."""

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import CONTRACTS, OUT

BUILD = Path("build") / "acceptance"
REGION = "us-east-1"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0 if no answer differs and nothing is left, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.acceptance",
        description=__doc__,
        epilog="Exit codes: 0 no answer differs and nothing is left, 1 one does, something is, or nothing was asked, "
        "130 stopped, with everything removed.",
    )
    parser.add_argument(
        "--sandbox",
        metavar="A",
        help="in this account, 12 digits, or 1: in whichever the credentials belong to; default: the local AWS",
    )
    parser.add_argument("--region", default=REGION, metavar="R", help=f"default: {REGION}")
    parser.add_argument("--only", nargs="+", default=(), metavar="S", help="only these scenarios")
    parser.add_argument("--long", action="store_true", help="also those that take more than an hour together")
    parser.add_argument(
        "--clean", action="store_true", help="only remove what earlier runs have left, and say what is left then"
    )
    parser.add_argument(
        "--page", action="store_true", help="only write docs/not-tested.md from the scenarios and docs/acceptance/"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask for a confirmation")
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, metavar="DIR", help=f"default: {CONTRACTS}")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"default: {OUT}")
    parser.add_argument("--report", type=Path, default=BUILD, metavar="DIR", help=f"default: {BUILD}")
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # a cancelled CI job is a Ctrl-C
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    return run_command(lambda: _accept(options), "The acceptance has ended.", explain=explain_failure)


def _accept(options: argparse.Namespace) -> int:
    chosen = vars(options)
    if chosen.pop("page"):
        from scripts.acceptance.page import write_page

        write_page()
        return 0
    from scripts.acceptance.run import AcceptanceOptions, accept

    return accept(AcceptanceOptions(**chosen))


if __name__ == "__main__":
    start(main)
