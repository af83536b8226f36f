"""Where a repository was made from: the source with all of its versions, and which of them it was."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from scripts.command import Refused
from scripts.engine_archive import repository_url


def git(folder: Path, *arguments: str) -> str:
    """What git says. Raises Refused with what it says when it fails."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except FileNotFoundError:
        there = folder.is_dir()
        raise Refused(
            "git is not on the PATH. Install it." if there else f"{folder}: there is no such folder."
        ) from None
    except subprocess.CalledProcessError as error:
        raise Refused(f"git {arguments[0]}: {error.stderr.strip() or error.stdout.strip()}") from None
    return done.stdout


class Upstream(NamedTuple):
    """A bare repository with all versions of the source, and beside them the commits of a repository that was made from it."""

    url: str
    folder: Path
    head: str  # of the repository that was made from it

    def base(self) -> str:
        """The commit that the repository was made from.

        Of a clone or a fork the newest commit that both have. Of one made by *Use this template*, which has no history, the
        commit with the files of its first commit, or with most of them. Raises Refused where that is not even half of them.
        """
        versions = git(self.folder, "log", "--branches", "--tags", "--format=%H %T").splitlines()
        trees = dict(line.split() for line in versions)
        for commit in git(self.folder, "rev-list", self.head).split():
            if commit in trees:
                return commit
        first = git(self.folder, "rev-list", "--max-parents=0", self.head).split()[-1]
        files = len(git(self.folder, "ls-tree", "-r", "--name-only", first).splitlines())
        differing = {commit: len(self.differing(commit, first)) for commit in trees}
        nearest = min(differing, key=lambda commit: differing[commit])
        if differing[nearest] > files / 2:
            raise Refused(
                f"This repository was not made from {self.url}: none of its versions has half of the same files."
            )
        return nearest

    def differing(self, commit: str, other: str) -> set[str]:
        """The paths that differ between two commits, also of different histories."""
        return set(git(self.folder, "diff-tree", "-r", "--name-only", "-z", commit, other).split("\0")) - {""}


@contextmanager
def upstream(url: str, repository: Path) -> Iterator[Upstream]:
    """All versions of the source at `url`, with the commits of `repository`, for a while. Raises Refused."""
    with tempfile.TemporaryDirectory(prefix="source-") as temporary:
        folder = Path(temporary)
        git(folder, "clone", "--quiet", "--bare", "--", repository_url(url), "source.git")
        folder = folder / "source.git"
        git(folder, "fetch", "--quiet", "--", str(repository.absolute()), "HEAD:refs/made/head")
        yield Upstream(url, folder, git(folder, "rev-parse", "refs/made/head").strip())
