"""What the last complete run of `make generate` read and wrote, so that the next one renders only what has changed.

`build/generate.json` holds, for each service, a digest of what it was made from and of every file that was made. Nothing
is taken from it on trust: a service is left alone only while its input, the code and the content of all its files on
disk have the digests that are written there; of a service that has changed, a table is left alone while the same holds
for it (`scripts.rendering.table_input`). Who can write it can hide a stale file, or a fault in one table of a
contract, so main does everything anew (`--afresh`). It can be deleted at any time.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from scripts.files import digest, write_atomically
from scripts.input_file import read_bytes
from scripts.settings.repository_file import FILE as FILE_OF_REPOSITORY

FILE = Path("build") / "generate.json"
ROOT = Path(__file__).parent.parent.parent
# All that decides what is generated, beside the contracts: the code and its data, the schemas, and the libraries.
CODE = (
    "scripts",
    *(f"contracts/{name}.schema.json" for name in ("deployment", "migrationContract", "settings")),
    "requirements.txt",
)
_VERSION = 4


class CacheEntry(NamedTuple):
    """What one service was made from and into. `files`: path below `generated/` to digest.

    `tables`: the name of each to the key of what it was made from (`scripts.rendering.table_input`), by environment its facts
    (`scripts.rendering.table_summary`), and its files; `boards`: the file of each dashboard beyond the first to the key, the size
    and the number of resources of its template. The names of the tables and `environments` (name to Region, account and
    table_prefix) are what other services are held against;
    `warnings` are the fields of each problem that is told at every run; `contract` is what was read of the tables
    (`scripts.contract.table_memory`).
    """

    inputs: str
    files: dict[str, str]
    tables: dict[str, list[Any]]
    boards: dict[str, list[Any]]
    environments: dict[str, dict[str, Any]]
    warnings: list[dict[str, Any]]
    contract: str


class Fingerprint(NamedTuple):
    """What a run works on. `listing`: digest of what lies in `contracts/` itself; `inputs`: of each folder in it; `code`."""

    code: str
    listing: str
    inputs: dict[str, str]


def now(contracts: Path) -> Fingerprint:
    """The digests of everything that decides what is generated. Raises OSError when something cannot be read."""
    entries = sorted(os.scandir(contracts), key=lambda entry: entry.name)
    listing = "\n".join(f"{_kind(entry)} {entry.name} {_settings(entry)}" for entry in entries)
    folders = {entry.name: _folder(entry.path) if entry.is_dir() else "" for entry in entries if _is_service(entry)}
    return Fingerprint(_code(ROOT), digest(os.fsencode(listing)), folders)


def load(
    file: Path, now: Fingerprint, present: Mapping[str, str]
) -> tuple[dict[str, CacheEntry], dict[str, CacheEntry]]:
    """The services of the last run that need not be made again, and all of them, of which tables may be the same.

    The first have changed in nothing they were made from, nor in their files. `present` has the digests of the files
    that are there. Nothing is remembered of other code, and nothing that is not whole; no service needs not be made
    again when there is another set of them.
    """
    try:
        seal, _, body = read_bytes(file).partition(b"\n")
        if seal.decode() != digest(body):
            return {}, {}
        found = json.loads(body)
        version, code, listing = found["made by"]
        if (version, code) != (_VERSION, now.code):
            return {}, {}
        made = {name: CacheEntry(**fields) for name, fields in found["services"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, {}
    if listing != now.listing:
        return {}, made
    same = {
        name: one
        for name, one in made.items()
        if one.inputs == now.inputs.get(name) and all(present.get(path) == known for path, known in one.files.items())
    }
    return same, made


def save(file: Path, now: Fingerprint, services: Mapping[str, CacheEntry]) -> None:
    """Remember a run. A file that cannot be written costs time at the next run, and nothing else."""
    body = {
        "made by": [_VERSION, now.code, now.listing],
        "services": {name: made._asdict() for name, made in services.items()},
    }
    text = json.dumps(body, separators=(",", ":"))
    with contextlib.suppress(OSError):
        write_atomically(file, f"{digest(text.encode())}\n{text}")


def _code(root: Path) -> str:
    """The digest of everything below `root`, but the contracts, that decides what is generated: a changed script changes it."""
    found = blake2b(sys.version.encode(), digest_size=16)
    for name in CODE:
        path = root / name
        for file in sorted(_files(str(path))) if path.is_dir() else [str(path)] if path.is_file() else []:
            with open(file, "rb") as opened:  # noqa: PTH123 a third of the time of Path.read_bytes, for 200 files
                content = opened.read()
            found.update(f"{file[len(str(root)) :]} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _files(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        elif not entry.name.endswith(".pyc"):
            yield entry.path


def _folder(path: str) -> str:
    found = blake2b(digest_size=16)
    for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
        content = read_bytes(Path(entry.path), follow=False) if entry.is_file(follow_symlinks=False) else b""
        head = f"{_kind(entry)} {len(content)} {entry.name}\n"
        found.update(os.fsencode(head) + content)
    return found.hexdigest()


def _settings(entry: os.DirEntry[str]) -> str:
    """The digest of the settings of the whole repository; of other files only the name counts."""
    return digest(read_bytes(Path(entry.path), follow=False)) if entry.name == FILE_OF_REPOSITORY else ""


def _is_service(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link to one, or to nothing: no service, but read so that somebody is told."""
    link = entry.is_symlink() and not entry.is_file()
    return (link or entry.is_dir(follow_symlinks=False)) and not entry.name.startswith(".")


def _kind(entry: os.DirEntry[str]) -> str:
    return "link" if entry.is_symlink() else "folder" if entry.is_dir() else "file"
