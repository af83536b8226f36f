"""The code of a repository that was made from this one: one file there, which is unpacked where it is first used.

A team reviews its contracts, not 500 files that are not its own. `scripts/engine.tar` is what `git archive` makes of `scripts/` at
the commit that `.copier-answers.yml` names, so that anyone can make it again and compare the bytes: docs/own-repository.md.
Nothing here needs a package: Python's own library is all that there is before `make setup`.
"""

import contextlib
import re
import subprocess
import tarfile
import tempfile
from hashlib import blake2b
from pathlib import Path

ARCHIVE = Path("scripts") / "engine.tar"
CONTENT = ("scripts", "VERSION")
_SHORT = {"gh:": "https://github.com/", "gl:": "https://gitlab.com/", "git+": ""}  # as copier writes them


class NoEngineError(Exception):
    """The code cannot be fetched. The text says why and what to do, on one line."""


def unpacked(archive: Path) -> Path:
    """The folder `scripts` of an archive, below `build/engine/` beside it. Another archive has another folder.

    Raises OSError where it cannot be read or written, and tarfile.TarError for what is no archive.
    """
    digest = blake2b(archive.read_bytes(), digest_size=16).hexdigest()
    folder = archive.parent.parent / "build" / "engine" / digest
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(dir=folder.parent))
        with tarfile.open(archive) as tar:
            # Python 3.11.0 to 3.11.3 have no filter. The content is as much trusted as this file is.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(new)  # noqa: S202
        with contextlib.suppress(OSError):  # another process has just done the same
            new.rename(folder)
    return folder / "scripts"


def fetch(answers: Path, archive: Path = ARCHIVE) -> str:
    """Write the archive of the source and commit that `answers` names; returns where it is from. Raises NoEngineError."""
    source, commit = _origin(answers)
    url = repository_url(source)
    with tempfile.TemporaryDirectory(prefix="engine-") as temporary:
        where = Path(temporary) / "source.git"
        _git("init", "--quiet", "--bare", str(where))
        # One commit, where the server gives it; else all of them.
        if not _try("-C", str(where), "fetch", "--quiet", "--depth=1", url, commit):
            _git("-C", str(where), "fetch", "--quiet", url, "refs/*:refs/*")
        new = archive.with_suffix(".new")
        _archive(where, commit, new)
        new.replace(archive)
    return f"{source} at {commit[:12]}"


def compare(answers: Path, archive: Path = ARCHIVE) -> str:
    """Make the archive again and compare the bytes; returns where it is from. Raises NoEngineError where they differ.

    The commit has to be on a branch of the source, or behind a tag: GitHub gives anyone who asks a repository for a commit also those
    of its forks (https://docs.github.com/en/pull-requests/committing-changes-to-your-project/troubleshooting-commits/commit-exists-on-github-but-not-in-my-local-clone).
    """
    source, commit = _origin(answers)
    here = f"{source} at {commit[:12]}"
    with tempfile.TemporaryDirectory(prefix="engine-") as temporary:
        where, again = Path(temporary) / "source.git", Path(temporary) / "again.tar"
        _git("clone", "--quiet", "--bare", "--", repository_url(source), str(where))
        if not _is_published(where, commit):
            raise NoEngineError(f"{here} is on no branch and behind no tag of the source: do not trust {archive}.")
        _archive(where, commit, again)
        try:
            same = again.read_bytes() == archive.read_bytes()
        except OSError as error:
            raise NoEngineError(f"{archive}: {error.strerror}. Fetch it: python3 -m scripts.fetch_engine") from None
    if not same:
        raise NoEngineError(
            f"{archive} is not what {here} gives: do not trust it. Fetch it: python3 -m scripts.fetch_engine"
        )
    return here


def _archive(repository: Path, commit: str, archive: Path) -> None:
    _git(
        *("-C", str(repository), "-c", "tar.umask=0022", "archive", "--format=tar"),
        *(f"--output={archive.absolute()}", commit, *CONTENT),
    )


def _origin(answers: Path) -> tuple[str, str]:
    """The source and the commit that the answers name. Raises NoEngineError."""
    try:
        text = answers.read_text(encoding="utf-8")
    except OSError as error:
        raise NoEngineError(f"{answers}: {error.strerror}. Restore it: it says where the code comes from.") from None
    said = {key: value.strip("'\"") for key, value in re.findall(r"^(\w+): *(.+?) *$", text, re.MULTILINE)}
    source, commit = said.get("_src_path", ""), said.get("engine", "")
    if not source or not re.fullmatch("[0-9a-f]{40}", commit):
        raise NoEngineError(f"{answers} does not say _src_path and engine, a commit. Restore it as copier wrote it.")
    return source, commit


def repository_url(source: str) -> str:
    """What git calls a repository that copier calls `source`: copier has short names for those of GitHub and GitLab."""
    for short, long in _SHORT.items():
        if source.startswith(short):
            return long + source.removeprefix(short)
    return str(Path(source).expanduser()) if source.startswith("~") else source


def _git(*arguments: str) -> str:
    try:
        command = ["git", *arguments]
        done = subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.stdout
    except FileNotFoundError:
        raise NoEngineError("git is not on the PATH. Install it.") from None
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.split())
        raise NoEngineError(
            f"The code cannot be fetched: {said}. Is the source in .copier-answers.yml an address that can be reached from here?"
        ) from None


def _is_published(clone: Path, commit: str) -> bool:
    """Whether a branch or a tag has the commit: a clone from a folder has every object of it, but no other refs."""
    try:
        return bool(_git("-C", str(clone), "for-each-ref", "--count=1", f"--contains={commit}"))
    except NoEngineError:  # there is no such commit
        return False


def _try(*arguments: str) -> bool:
    try:
        _git(*arguments)
    except NoEngineError:
        return False
    return True
