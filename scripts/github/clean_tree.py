"""Fail when the checks and tests have changed or left a file in the working copy: what is reviewed must be what was checked."""

import argparse
import subprocess
from collections.abc import Sequence

from scripts.command import Refused, run_command
from scripts.entry import start


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.clean_tree", description=__doc__, epilog="Exit codes: 0 clean, 1 not."
    )
    parser.parse_args(argv)
    return run_command(_look, "The working copy is not clean.")


def _look() -> int:
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode != 0:
        raise Refused(f"git cannot look at the working copy: {said.stderr.strip()}")
    for line in said.stdout.splitlines():
        print(f"  {line}")
    if said.stdout:
        raise Refused("These files are not as they are committed. Run `make generate`, review, and commit them.")
    return 0


if __name__ == "__main__":
    start(main)
