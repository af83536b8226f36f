"""Collect what `make generate` has changed under `generated/`: the files as they are now, and the names of those that are gone.

Without a change nothing is written, and there is nothing to propose.
"""

import argparse
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.folders import OUT
from scripts.github.proposal import REMOVED
from scripts.problems import printable

SHOWN = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.regenerated_files",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 collected, or there was nothing, 1 not.",
    )
    parser.add_argument("target", type=Path, metavar="DIR", help="where to write them")
    options = parser.parse_args(argv)
    return run_command(lambda: _collect(options.target), "Nothing was collected.")


def _collect(target: Path) -> int:
    changed = sorted(_changed())
    if not changed:
        print(f"{OUT}/ is what the contracts give: nothing to propose.")
        return 0
    print(f"{len(changed)} {'file was' if len(changed) == 1 else 'files were'} out of date:")
    for path in changed[:SHOWN]:
        print(f"  {printable(path)}")
    there = [path for path in changed if Path(path).is_file()]
    for path in there:
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    target.mkdir(parents=True, exist_ok=True)
    (target / REMOVED).write_text(json.dumps({"removed": sorted(set(changed) - set(there))}) + "\n", encoding="utf-8")
    return 0


def _changed() -> list[str]:
    """The paths under `generated/` that differ from the commit: changed, new or gone."""
    command = ["git", "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", str(OUT)]
    done = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", check=False)
    if done.returncode != 0:
        raise Refused(f"git cannot look at the working copy: {done.stderr.strip()}")
    return [entry[3:] for entry in done.stdout.split("\0")[:-1]]  # two letters, a space, the path


if __name__ == "__main__":
    start(main)
