"""Write what is a team's own and not there yet: the README; in a new repository the owners and the first service, too.

Does nothing in a repository that has a README.
"""

import argparse
from collections.abc import Sequence

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import CONTRACT, CONTRACTS, OUT


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
    from scripts.own_repository.first_files import EXAMPLE, answers, write_first_files
    from scripts.rendering.update import update_generated

    written = write_first_files(answers())
    if not written:
        print("README.md is there already: nothing was written.")
        return 0
    update_generated(CONTRACTS, OUT, None, check=False, afresh=False)
    print(f"Wrote {', '.join(map(str, written))} and {OUT}. They are yours: commit them.")
    for service in (path for path in written if path.parent == CONTRACTS):
        print(
            f"The table {EXAMPLE} in {service / CONTRACT} stands where yours belong. Replace it before you deploy to AWS, where no table can "
            "be renamed: docs/contract-sources.md"
        )
    return 0


if __name__ == "__main__":
    start(main)
