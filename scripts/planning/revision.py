"""What another git revision has committed under `generated/`: read without touching the working copy, and only what differs."""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import yaml

from scripts.folders import CONTRACT, DEPLOYMENT, TABLES
from scripts.project.services import SERVICE_NAME

REGULAR = ("100644", "100755")  # the modes of plain files; others are symbolic links and submodules
BYTES_MAX = 64 * 1024 * 1024  # of one file; a template has at most 51,200
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NoRevisionError(Exception):
    """There is no such revision, or nothing in it to compare with: what is wrong, and what to do."""


class Blob(NamedTuple):
    """One committed file: its path as people write it, and the name that git has for its content.

    The name is empty for what is not read: symbolic links, submodules, and files that are far too large.
    """

    path: str
    id: str

    def holds(self, text: str) -> bool:
        """Whether this is its content. Git names a content by the SHA-1, or SHA-256, of it."""
        content = text.encode()
        digest = hashlib.sha256 if len(self.id) == 64 else hashlib.sha1
        return digest(b"blob %d\0" % len(content) + content).hexdigest() == self.id


@dataclass(frozen=True, slots=True)
class EnvironmentBefore:
    """What was committed for one service in one environment, by the names of its files without ending.

    `region` and `account`: what deployment.yaml said then; None: nothing.
    """

    tables: dict[str, Blob] = field(default_factory=dict)
    shared: dict[str, Blob] = field(default_factory=dict)
    access: dict[str, Blob] = field(default_factory=dict)
    region: str | None = None
    account: str | None = None


class Revision:
    """The environments of each service, by their names, as a revision has them."""

    def __init__(self, contracts: Path, out: Path, name: str) -> None:
        """Raises NoRevisionError. Reads names only, and the two lines of each deployment.yaml that say where it is."""
        self.name = name
        self.out = out
        self._folder = contracts if contracts.is_dir() else contracts.parent
        self._commit = _commit(self._folder, name)
        listed = dict(_listed(contracts, self._commit))
        self.services: dict[str, dict[str, EnvironmentBefore]] = {}
        had = {PurePosixPath(path).parts[0] for path in listed if PurePosixPath(path).name == CONTRACT}
        for path, blob in _listed(out, self._commit):
            self._sort_in(PurePosixPath(path), blob)
        for service in sorted(had):
            if not any(each.tables for each in self.services.get(service, {}).values()):
                raise NoRevisionError(self._not_generated(contracts, out, service))
            self._add_places(service, listed.get(f"{service}/{DEPLOYMENT}"))

    def _sort_in(self, path: PurePosixPath, blob: Blob) -> None:
        """Put a file of `generated/` where it belongs; pages and records belong nowhere."""
        parts = path.parts
        if len(parts) < 4 or not SERVICE_NAME.fullmatch(parts[0]) or parts[1] == TABLES:
            return
        kind = {
            ("templates", TABLES, ".yaml"): "tables",
            ("templates", ".yaml"): "shared",
            ("access", ".json"): "access",
        }.get((*parts[2:-1], path.suffix))
        if kind:
            found = self.services.setdefault(parts[0], {}).setdefault(parts[1], EnvironmentBefore())
            getattr(found, kind)[path.name if kind == "access" else path.stem] = blob

    def _add_places(self, service: str, deployment: Blob | None) -> None:
        """The Region and account of each environment; what cannot be read says nothing."""
        try:
            stated = (self.templates([deployment])[deployment] if deployment else None) or {}
            environments = dict(stated.get("environments", {}))
        except (TypeError, ValueError, NoRevisionError):
            return
        for name, before in self.services[service].items():
            value = environments.get(name)
            if isinstance(value, Mapping):
                region, account = (value.get(key) for key in ("region", "account"))
                self.services[service][name] = EnvironmentBefore(
                    before.tables, before.shared, before.access, region, str(account) if account else None
                )

    def _not_generated(self, contracts: Path, out: Path, service: str) -> str:
        folder, what = f"{out.as_posix()}/{service}", f"{contracts.as_posix()}/{service}"
        if service in self.services or any(True for _ in _listed(out / service, self._commit)):
            return (
                f"At {self.name}, {folder} has another layout: no <environment>/templates/tables/<table>.yaml, so its templates "
                "cannot be compared. Name a revision that this version has generated, or compare with what runs."
            )
        return (
            f"{self.name} has {what}, but no {folder}, so there are no templates to compare with. Name a revision in which "
            "make generate was committed, or compare with what runs."
        )

    def texts(self, blobs: Iterable[Blob]) -> dict[Blob, str]:
        """The contents of files, all read at once. Raises NoRevisionError for what is no text."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob.id]
        if not wanted:
            return {}
        asked = "".join(f"{blob.id}\n" for blob in wanted).encode()
        answer, found, at = _git(self._folder, "cat-file", "--batch", stdin=asked), {}, 0
        for blob in wanted:
            # `<name> blob <bytes>`, then the content and the end of a line
            end = answer.index(b"\n", at)
            size = int(answer[at:end].split()[-1])
            content = answer[end + 1 : end + 1 + size]
            at = end + 2 + size
            try:
                found[blob] = content.decode()
            except UnicodeDecodeError:
                raise NoRevisionError(f"{blob.path} at {self.name} is not UTF-8 text.") from None
        return found

    def templates(self, blobs: Iterable[Blob]) -> dict[Blob, Mapping[str, Any] | None]:
        """The templates of files; None for what is none."""
        return self._values(blobs, yaml_text=True)

    def documents(self, blobs: Iterable[Blob]) -> dict[Blob, Mapping[str, Any] | None]:
        """The same for JSON."""
        return self._values(blobs, yaml_text=False)

    def _values(self, blobs: Iterable[Blob], yaml_text: bool) -> dict[Blob, Mapping[str, Any] | None]:
        asked = list(blobs)
        texts = self.texts(asked)
        return {blob: _mapping(texts[blob], yaml_text) if blob in texts else None for blob in asked}


def _mapping(text: str, yaml_text: bool) -> Mapping[str, Any] | None:
    try:
        value = yaml.load(text, Loader=_Loader) if yaml_text else json.loads(text)  # noqa: S506  (a safe loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _listed(folder: Path, commit: str) -> Iterator[tuple[str, Blob]]:
    """Every file of a folder at a commit: its path in the folder, and what it is. The folder need not be there now."""
    start = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.is_dir())
    rest = folder.absolute().relative_to(start).as_posix()
    # Paths are relative to the working directory, whatever the repository is called.
    for line in _git(start, "ls-tree", "-r", "-z", "-l", commit, "--", rest).split(b"\0"):
        meta, _, name = line.partition(b"\t")
        if not name:
            continue
        mode, _kind, id, size = meta.decode().split()
        path = name.decode("utf-8", "replace")
        path = path if rest == "." else path.removeprefix(f"{rest}/")
        readable = mode in REGULAR and int(size) <= BYTES_MAX
        yield path, Blob(f"{folder.as_posix()}/{path}", id if readable else "")


def _commit(folder: Path, revision: str) -> str:
    if not folder.is_dir():
        raise NoRevisionError(f"There is no folder {folder}.")
    try:
        found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except NoRevisionError as error:
        _has_revisions(folder)
        shallow = _git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"
        fetch = (
            "This clone is shallow: fetch more of it (git fetch --unshallow)"
            if shallow
            else "Fetch it (git fetch origin)"
        )
        raise NoRevisionError(
            str(error) or f'git knows no revision "{revision}". {fetch}, or name another, such as origin/main.'
        ) from None
    return found.decode().strip()


def _has_revisions(folder: Path) -> None:
    """Raises NoRevisionError where there is no repository."""
    try:
        _git(folder, "rev-parse", "--git-dir")
    except NoRevisionError as error:
        if "not a git repository" in str(error):
            raise NoRevisionError(
                f"{folder} is in no git repository, so it has no revisions. Run it in a clone, or compare with what runs."
            ) from None
        raise


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    """What git prints. Raises NoRevisionError with what it says instead, which may be nothing."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, input=stdin, capture_output=True, check=False)
    except FileNotFoundError:
        raise NoRevisionError("git is not installed. Install it, or compare with what runs.") from None
    if done.returncode:
        raise NoRevisionError(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout
