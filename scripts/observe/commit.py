"""The git commit that the working directory is at, and whether what decides a deployment differs from it."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from scripts.folders import CONTRACTS, OUT, is_record

# The folders that decide what is deployed; an edit of a page or a test makes no difference to it.
CODE = ("policies", "scripts")
SOURCES = (CONTRACTS.as_posix(), OUT.as_posix(), *CODE)
UNCOMMITTED = "with uncommitted changes"
IGNORED = "!!"  # how git's status marks files that .gitignore names


class Commit(NamedTuple):
    """`dirty`: whether sources differ from the commit, or are in none; None: git cannot tell."""

    id: str
    dirty: bool | None

    @property
    def words(self) -> str:
        """`a1b2c3d4e5f6 with uncommitted changes`."""
        more = {True: f" {UNCOMMITTED}", False: "", None: ", whether with uncommitted changes is not known"}
        return f"{self.id[:12]}{more[self.dirty]}"


def commit_words(found: Commit | None) -> str:
    """The words of a commit, also of none."""
    return found.words if found else "none that git knows here"


def commit(environment: Mapping[str, str] = os.environ, sources: Sequence[str] = SOURCES) -> Commit | None:
    """The commit that is checked out, on a branch or not; None outside of git and GitHub, and before the first commit.

    `sources`: the folders that decide what is deployed.
    """
    # What is checked out is what was deployed; GITHUB_SHA may be another commit.
    found = _git("rev-parse", "HEAD", "--show-prefix")
    if found is None:
        sha = environment.get("GITHUB_SHA")
        return Commit(sha, None) if sha else None
    id, _, prefix = found.partition("\n")
    return Commit(id, _dirty(sources, prefix.removesuffix("\n")))


def _dirty(sources: Sequence[str], prefix: str) -> bool | None:
    """`prefix`: the path of the working directory below the top of the repository, with a slash at its end; "" for the top."""
    options = ("--porcelain=v1", "-z", "--untracked-files=all", "--ignored=traditional", "--no-renames")
    changes = _git("status", *options, "--", *sources)
    if changes is None:
        return None
    out = sources[1]
    return any(_counts(change[:2], change[3:].removeprefix(prefix), out) for change in changes.split("\0"))


def _counts(state: str, name: str, out: str) -> bool:
    """Whether a line of git's status is a change of a source: a record, written after a deployment, is none."""
    # Of what is ignored only a contract, its settings and templates are sources: others are caches and editors' files.
    if state == IGNORED and not name.endswith((".json", ".yaml")):
        return False
    path = PurePosixPath(name)
    below = path.relative_to(out) if path.is_relative_to(out) else None
    return bool(name) and not (below is not None and is_record(below))


def _git(*arguments: str) -> str | None:
    """What git says about the working directory; None if there is no git, or no repository with a commit."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return None
    return done.stdout
