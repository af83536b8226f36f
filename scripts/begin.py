"""Write what is a team's own and not there yet: the README; in a new repository the owners and the first service, too.

Does nothing in a repository that has a README.
"""

import argparse
from collections.abc import Sequence

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import CONTRACTS, OUT


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.begin",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written or nothing to write, 1 not.",
    )
    parser.parse_args(argv)
    return run_command(_begin, "Not everything was written.")


def _begin() -> int:
    from scripts.own_repository.first_files import answers, write_first_files
    from scripts.rendering.update import update_generated

    if written := write_first_files(answers()):
        update_generated(CONTRACTS, OUT, None, check=False, afresh=False)
        print(f"Wrote {', '.join(map(str, written))} and {OUT}. They are yours: commit them.")
    return 0


if __name__ == "__main__":
    start(main)
