"""Write the account of a deployment's report, as {"account"} in the output `place`, by which the role that reads is chosen."""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github.artifacts import read_json
from scripts.github.outputs import write_output


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.report_account",
        description=__doc__,
        epilog="Exit codes: 0 written, 1 not.",
    )
    parser.add_argument("report", type=Path, metavar="DIR", help="the folder of execution.json")
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options.report / "execution.json"), "No role was chosen.")


def _write(path: Path) -> int:
    account = str(read_json(path).get("account"))
    if not re.fullmatch(r"\d{12}", account):
        raise Refused(
            f"{path} names no account of AWS, so it is no report of a deployment. Deploy again: the new run writes one."
        )
    write_output("place", {"account": account})
    return 0


if __name__ == "__main__":
    start(main)
