"""Fetch the code of this repository, where it has it as one file, from the source and commit that .copier-answers.yml names.

With `--check` it compares the file with what they give, and writes nothing.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.engine_archive import ARCHIVE, NoEngineError, compare, fetch


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.fetch_engine",
        description=__doc__,
        epilog="Exit codes: 0 fetched, or with --check the same, 1 not.",
    )
    parser.add_argument("--check", action="store_true", help="compare the file with what the source gives")
    options = parser.parse_args(argv)
    try:
        if options.check:
            print(f"{ARCHIVE} is what {compare(Path('.copier-answers.yml'))} gives, byte for byte.")
            return 0
        print(f"{ARCHIVE}: {fetch(Path('.copier-answers.yml'))}. Commit it.", file=sys.stderr)
    except NoEngineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    # The rest of `scripts`, with what begins the other commands, is what this one fetches.
    try:
        try:
            code = main()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        os._exit(141)  # as a shell says that nobody reads what a command says
    raise SystemExit(code)
