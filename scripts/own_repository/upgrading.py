"""Bring a newer version of all that is not a team's own into its repository, by copier: three-way, as git merges."""

import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.command import Refused
from scripts.engine_archive import ARCHIVE, NoEngineError, fetch
from scripts.input_file import read_text
from scripts.own_repository.adopt import adopt
from scripts.own_repository.first_files import ANSWERS, answers
from scripts.own_repository.upstream import Upstream, git, upstream

VERSION = Path("VERSION")


class Upgrade(NamedTuple):
    """What an upgrade did. `conflicts`: files in which it and a change of the team meet; `kept`: those that it has no more."""

    before: str
    after: str
    changed: Sequence[str]
    conflicts: Sequence[str]
    kept: Sequence[str]


def upgrade(repository: Path, url: str, to: str, copier: Path, say: Callable[[str], None]) -> Upgrade:
    """Upgrade a repository without uncommitted changes; nothing of it is committed. `url`: of the source, "" for the one it names.

    `to`: a version; "": the newest. Raises Refused.
    """
    if git(repository, "status", "--porcelain").strip():
        raise Refused("There are uncommitted changes. Commit them first, so that the upgrade is a commit of its own.")
    known = answers(repository / ANSWERS)
    if not (url := url or str(known.get("_src_path") or "")):
        raise Refused("It is not known where this repository is from. Say it once: make upgrade FROM=address")
    before = version_words(repository)
    with upstream(url, repository) as at:
        if known:
            base = str(known.get("engine") or known["_commit"])
        else:
            base = adopt(repository, at)
            say(
                f"This repository is from {base[:12]}. What serves only the development of the project was taken out, and committed."
            )
        _update(repository, to, copier)
        kept = _keep(repository, at, base)
    conflicts = git(repository, "diff", "--name-only", "--diff-filter=U").splitlines()
    try:
        say(f"{ARCHIVE}: {fetch(repository / ANSWERS, repository / ARCHIVE)}")
    except NoEngineError as error:
        raise Refused(str(error)) from error
    changed = [line[3:] for line in git(repository, "status", "--porcelain").splitlines()]
    return Upgrade(before, version_words(repository), changed, conflicts, kept)


def _update(repository: Path, to: str, copier: Path) -> None:
    command = [str(copier), "update", "--defaults", "--quiet", *(["--vcs-ref", to] if to else []), "."]
    done = subprocess.run(
        command, cwd=repository, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        if newest := re.search(r"You are downgrading from \S+ to (\S+)\. ", done.stderr + done.stdout):
            raise Refused(
                f"This repository is from a commit after version {newest[1]}, to which there is no way back. Take the newest commit: "
                "make upgrade TO=HEAD"
            )
        raise Refused(f"copier could not update: {said[-1] if said else 'it said nothing'}")


def _keep(repository: Path, at: Upstream, base: str) -> list[str]:
    """Put back what the new version has no more and the team has changed: copier removes it without a word."""
    removed = set(git(repository, "diff", "--name-only", "--diff-filter=D", "-z", "HEAD").split("\0")) - {""}
    mine = sorted(removed & at.differing(base, at.head)) if removed else []
    if mine:
        git(repository, "checkout", "--quiet", "HEAD", "--", *mine)
    return mine


def version_words(repository: Path) -> str:
    """`1.2.0` for the commit with that tag, else `1.2.0 (a1b2c3d)`, or `1.2.0 (v1.2.0-3-ga1b2c3d)` for one after it."""
    file = repository / VERSION
    number = read_text(file).strip() if file.is_file() else "a version without a number"
    commit = str(answers(repository / ANSWERS).get("_commit") or "")
    short = re.sub(r"^([0-9a-f]{12})[0-9a-f]+$", r"\1", commit)
    return number if commit in ("", number, f"v{number}") else f"{number} ({short})"
