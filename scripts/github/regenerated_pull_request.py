"""Propose what `make generate` changes on main as one pull request, made anew for each commit of main and closed when main has it.

Needs the environment variables BASE (the branch) and COMMIT (what was regenerated), and those of every run.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.folders import OUT, is_record
from scripts.github import gh, proposal
from scripts.github.artifacts import read_json, read_text
from scripts.github.outputs import add_to_summary
from scripts.github.workflow_run import repository, run_address, variable
from scripts.text import markdown

BRANCH, MADE_ON = (
    "regenerate",
    "regenerate-next",
)  # the second one for a moment, so that the first never is without its commit
PORTION = 100  # files of one commit: GitHub states no limit for a request, and 40 MB were seen to be refused
TITLE = "Regenerate what merging has made stale"
GENERATED_FILE = re.compile(rf"{OUT}/[a-z0-9][a-z0-9-]{{1,60}}(/(?!\.\.?(/|$))[\w.-]+)+", re.ASCII)


class Regenerated(NamedTuple):
    """What to propose: path in the repository to content, and the paths that are gone."""

    files: dict[str, str]
    removed: list[str]


def regenerated(folder: Path) -> Regenerated:
    """What the job that generated has left under `folder`. Raises Refused for whatever `make generate` does not write."""
    names = read_json(folder / proposal.REMOVED).get("removed", [])
    removed = [str(name) for name in names] if isinstance(names, list) else [""]
    paths = [path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()]
    found = {path.relative_to(folder).as_posix(): path for path in sorted(paths) if path != folder / proposal.REMOVED}
    for name in (*found, *removed):
        if not GENERATED_FILE.fullmatch(name) or is_record(PurePosixPath(name).relative_to(OUT)):
            raise Refused(f"{name!r} is not a file that `make generate` writes. Nothing is proposed.")
    return Regenerated({name: read_text(path) for name, path in found.items()}, removed)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.regenerated_pull_request",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 proposed, or there was nothing to propose, 1 not.",
    )
    parser.add_argument("artifact", type=Path, metavar="DIR", help="the artifact of the run")
    options = parser.parse_args(argv)
    unproposed = "Nothing was proposed. What it would hold is among the artifacts of the run."
    return run_command(lambda: _propose(options.artifact), unproposed)


def _propose(folder: Path) -> int:
    here, base, made_of = repository(), variable("BASE", r"[\w./-]+"), variable("COMMIT", "[0-9a-f]{40}")
    if proposal.head_of(here, base) != made_of:
        print(f"{base} has moved on. The run of its newest commit proposes what is to be done.")
        return 0
    found, pull = regenerated(folder), proposal.open_pull(here, BRANCH, base)
    if not found.files and not found.removed:
        if pull:
            gh.api("PATCH", f"repos/{here}/pulls/{pull['number']}", {"state": "closed"})
            print(f"Nothing is out of date any more: #{pull['number']} is closed.")
        else:
            print("Nothing is out of date.")
        return 0
    number = _open(here, base, found, int(pull["number"]) if pull else None, made_of)
    print(f"Proposed in #{number}.")
    files = len(found.files) + len(found.removed)
    add_to_summary(f"## Out of date: {files} {'file' if files == 1 else 'files'}, proposed in #{number}\n")
    return 0


def _open(here: str, base: str, found: Regenerated, number: int | None, made_of: str) -> int:
    proposal.set_branch(here, MADE_ON, made_of)
    message = (TITLE, f"By make generate, of {made_of}.\n\nRun: {run_address()}")
    made, names = made_of, sorted({*found.files, *found.removed})
    for first in range(0, len(names), PORTION):
        portion = names[first : first + PORTION]
        files = {name: found.files[name] for name in portion if name in found.files}
        made = proposal.commit(here, MADE_ON, made, message, files, sorted({*portion} - files.keys()))
    proposal.set_branch(here, BRANCH, made)
    gh.api("DELETE", f"repos/{here}/git/refs/heads/{MADE_ON}")
    if number is not None:
        return number
    pull = {"title": TITLE, "head": BRANCH, "base": base, "body": _body()}
    return int(gh.api("POST", f"repos/{here}/pulls", pull)["number"])


def _body() -> str:
    return markdown.page(
        "Pull requests that were right one by one have left files under `generated/` that are not what the contracts give. This is what "
        "`make generate` makes of main. Outdated pages stop nothing; outdated templates and access policies stop every deployment of "
        "their service until this is merged. What it deploys says its plan.",
        "It is made anew whenever main changes, and closed when nothing is out of date. The checks start when somebody with write access "
        "presses *Approve workflows to run*.",
    )


if __name__ == "__main__":
    start(main)
