"""Write whether a change touches more than contracts as the output `engine`: then all tests run, else those of contracts.

The output `service` names the only service that it touches, which is then the only one to plan; "" for all.

Whatever cannot be told counts as a change of the engine: no commit to compare with, or one that git does not know.
"""

import argparse
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import CONTRACT, CONTRACTS, OUT
from scripts.github.outputs import write_output
from scripts.path_classes import beyond_contracts

SHOWN = 5
FOLDERS = (f"{CONTRACTS}/", f"{OUT}/")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.changed_files",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not.",
    )
    parser.add_argument("--base", default="", metavar="REV", help="the commit to compare with; empty: none")
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options.base), "It is not known which tests to run.")


def _write(base: str) -> int:
    paths = _changed(base)
    if paths is None:
        print(f"There is no commit {base or 'to compare with'}: all tests run.")
    elif beyond := beyond_contracts(paths):
        more = f" and {len(beyond) - SHOWN} more" if len(beyond) > SHOWN else ""
        print(f"All tests run, because of {', '.join(map(repr, beyond[:SHOWN]))}{more}.")
    else:
        print(f"Only contracts and what is generated from them: {len(paths)} files. Their tests run.")
    write_output("service", only_service(paths or ()))
    write_output("engine", paths is None or bool(beyond_contracts(paths)))
    return 0


def only_service(paths: Sequence[str]) -> str:
    """The service in whose folders all changed files are, if it is still there; "" where others may be concerned too."""
    found = {path.split("/")[1] if path.startswith(FOLDERS) and path.count("/") > 1 else "" for path in paths}
    name = found.pop() if len(found) == 1 else ""
    return name if name and (Path(CONTRACTS) / name / CONTRACT).is_file() else ""


def _changed(base: str) -> list[str] | None:
    """The paths that differ between the commit and the working copy's; both paths of what was renamed. None: not known."""
    if not base or base.startswith("-"):
        return None
    command = ["git", "diff", "--name-only", "--no-renames", "-z", base, "HEAD", "--"]
    done = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", check=False)
    return done.stdout.split("\0")[:-1] if done.returncode == 0 else None


if __name__ == "__main__":
    start(main)
