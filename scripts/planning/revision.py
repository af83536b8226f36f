"""The contracts as another git revision has them, read without touching the working copy."""

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.problems import Problem, ProblemsError
from scripts.project.services import CONTRACT, DEPLOYMENT, SERVICE_NAME, Service, read_services

FILES = (CONTRACT, DEPLOYMENT)
REGULAR = ("100644", "100755")  # the modes of plain files; others are symbolic links and submodules
BYTES_MAX = 64 * 1024 * 1024  # of one file; far more than a contract may have


class NoRevisionError(Exception):
    """There is no such revision, or no git repository: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Before:
    """What another revision says: its services, and for each service that cannot be read the reason."""

    services: dict[str, Service]
    unreadable: dict[str, str]


def read_revision(contracts: Path, revision: str) -> Before:
    """The services of `contracts` in a git revision. Raises NoRevisionError."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "contracts"
        folder.mkdir()
        unreadable = _write(contracts, revision, folder)
        services: dict[str, Service] = {}
        for each in sorted(entry.name for entry in folder.iterdir()):
            if each in unreadable:
                continue
            try:
                services[each] = read_services(folder, each)[0]
            except ProblemsError as error:
                unreadable[each] = _first(error.problems)
        return Before(services, unreadable)


def _first(problems: tuple[Problem, ...]) -> str:
    worst = next((p for p in problems if p.severity == "error"), problems[0])
    return f"{Path(worst.file).name}:{worst.line}: {worst.message}"


def _write(contracts: Path, revision: str, target: Path) -> dict[str, str]:
    """Write the two files of each service; the services of which one is no plain file, with the reason."""
    unreadable: dict[str, str] = {}
    for mode, size, blob, service, name in _listed(contracts, revision):
        if mode not in REGULAR or size > BYTES_MAX:
            what = "is no plain file" if mode not in REGULAR else "is too large"
            unreadable[service] = f"{name} {what}."
            continue
        (target / service).mkdir(exist_ok=True)
        (target / service / name).write_bytes(_git(contracts, "cat-file", "blob", blob))
    return unreadable


def _listed(contracts: Path, revision: str) -> Iterator[tuple[str, int, str, str, str]]:
    """(mode, bytes, blob, service, file name) of every file that a service is read from, and of no other path."""
    commit = _commit(contracts, revision)
    # The folder is the working directory, so paths are relative to it whatever the repository is called.
    for line in _git(contracts, "ls-tree", "-r", "-z", "-l", commit, "--", ".").split(b"\0"):
        if not line:
            continue
        meta, _, path = line.partition(b"\t")
        mode, _kind, blob, size = meta.decode().split()
        service, _, name = path.decode("utf-8", "replace").partition("/")
        # A name that is no service's never becomes a path here: no "..", no separators.
        if name in FILES and SERVICE_NAME.fullmatch(service):
            yield mode, 0 if size == "-" else int(size), blob, service, name


def _commit(contracts: Path, revision: str) -> str:
    if not contracts.is_dir():
        raise NoRevisionError(f"There is no folder {contracts}.")
    try:
        found = _git(contracts, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except NoRevisionError as error:
        raise NoRevisionError(
            str(error)
            or f'git knows no revision "{revision}". Fetch it (git fetch origin), or name another, such as origin/main.'
        ) from None
    return found.decode().strip()


def _git(folder: Path, *arguments: str) -> bytes:
    """What git prints. Raises NoRevisionError with what it says instead, which may be nothing."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)
    except FileNotFoundError:
        raise NoRevisionError("git is not installed. Install it, or compare with what runs.") from None
    if done.returncode:
        raise NoRevisionError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout
