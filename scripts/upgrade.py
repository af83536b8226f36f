"""Bring a newer version of all files that are not the team's own into this repository, and show what it does to each table."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.command import run_command
from scripts.entry import start
from scripts.folders import ROOT

COPIER = ROOT / ".venv-copier" / "bin" / "copier"
PYTHON = str(Path(".venv") / "bin" / "python")
AFTER = (
    ("make", "--no-print-directory", "setup"),
    (PYTHON, "-m", "scripts.generate"),
    (PYTHON, "-m", "scripts.plan", "--against", "HEAD"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.upgrade",
        description=__doc__,
        epilog="Exit codes: 0 upgraded, nothing is committed; 1 not, or there are conflicts to settle.",
    )
    parser.add_argument(
        "--from", dest="url", default="", metavar="URL", help="the source, for a clone that names none yet"
    )
    parser.add_argument(
        "--to", default="", metavar="VERSION", help="a tag or a commit of the source; default: the newest version"
    )
    parser.add_argument(
        "--in", dest="folder", type=Path, default=Path(), metavar="DIR", help="the repository; default: this one"
    )
    options = parser.parse_args(argv)
    before = _state(options.folder)

    def closing() -> str:
        begun = _state(options.folder) != before
        return "The upgrade is not complete: git status says what it has changed." if begun else "Nothing was upgraded."

    return run_command(lambda: _upgrade(options), closing)


def _state(repository: Path) -> list[str]:
    """What an upgrade changes: the newest commit, and how the files differ from it; nothing where git knows no repository."""
    questions = (("rev-parse", "HEAD"), ("status", "--porcelain"))
    try:
        return [
            subprocess.run(("git", *question), cwd=repository, capture_output=True, text=True, check=False).stdout
            for question in questions
        ]
    except OSError:  # no git, or no such folder
        return []


def _upgrade(options: argparse.Namespace) -> int:
    from scripts.own_repository.upgrade_words import upgrade_words
    from scripts.own_repository.upgrading import upgrade

    done = upgrade(options.folder, options.url, options.to, COPIER, lambda line: print(line, file=sys.stderr))
    print(upgrade_words(done))
    if done.conflicts or not done.changed:
        return 1 if done.conflicts else 0
    for command in AFTER:
        code = subprocess.run(command, cwd=options.folder, check=False).returncode
        if code and command[2:3] != ("scripts.plan",):
            return 1
    return 0


if __name__ == "__main__":
    start(main)
