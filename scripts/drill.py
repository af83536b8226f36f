"""Restore a table to a copy beside it, compare their items, delete the copy, and say how long it took."""

import argparse
from collections.abc import Sequence

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.observe.target_options import add_options, target_options

SOURCES = ("point-in-time", "backup")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.drill",
        description=__doc__,
        epilog="Exit codes: 0 the items are equal, 1 they differ or there was no drill, 2 they differ and the table was written "
        "meanwhile, 130 stopped. Running it again goes on with the same copy.",
    )
    add_options(parser)
    parser.add_argument("--table", metavar="T", help="its name in the contract, or in AWS")
    parser.add_argument(
        "--from",
        dest="kind",
        default=SOURCES[0],
        metavar="|".join(SOURCES),
        help="backup: the newest recovery point of AWS Backup; default: point-in-time",
    )
    parser.add_argument(
        "--items",
        default="1000",
        metavar="N",
        help="how many items of each side to compare, drawn at random, or all; default: 1000",
    )
    parser.add_argument(
        "--role",
        metavar="ARN",
        help="with which AWS Backup restores; default: AWSBackupDefaultServiceRole of the account",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask for a confirmation")
    options = parser.parse_args(argv)
    from scripts.observe.aws import explain_failure  # what --help does not need, it does not wait for

    code = run_command(lambda: _check(options), "Nothing was restored.")
    if code:
        return code
    return run_command(
        lambda: _drill(options), "If a copy was begun, the same command goes on with it.", explain=explain_failure
    )


def _items(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal() or int(text) < 1:
        raise Refused(f"--items can be a number from 1, or all, not {text}.")
    return int(text)


def _check(options: argparse.Namespace) -> int:
    """Raises Refused for options with which no drill can begin."""
    if not options.table:
        raise Refused("Which table? Say it with --table.")
    if options.kind not in SOURCES:
        raise Refused(f"--from can be {' or '.join(SOURCES)}, not {options.kind}.")
    _items(options.items)
    return 0


def _drill(options: argparse.Namespace) -> int:
    from scripts.drills.run_drill import DrillRequest, run_drill

    request = DrillRequest(
        target_options(options), options.table, options.kind, options.role, _items(options.items), options.yes
    )
    return run_drill(request, print)


if __name__ == "__main__":
    start(main)
