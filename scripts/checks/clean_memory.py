"""Which files were judged clean, and by what, so that a check judges only what it has not judged clean before.

`build/check.json` holds, for each check and file, one digest of all that decides the verdict: the content, the neighbours
that the check reads beside it, the tool and its version, Python, the arguments, the configuration. Only *clean* is
remembered: what failed is judged again. Whoever can write the file can also write that a faulty one is clean, so main
judges afresh. It can be deleted at any time.
"""

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from scripts.checks.static_checks import Check
from scripts.files import digest, write_atomically
from scripts.input_file import read_bytes

FILE = Path("build") / "check.json"
LOCK = "requirements.txt"  # the versions of all tools
SHARED = "templates"  # of templates in it, not below it, the tables are below it
_VERSION = 1
Keys = dict[str, str]  # file to the digest of all that decides the verdict


class CleanMemory:
    """What is known to be clean. `afresh`: forget all of it."""

    def __init__(self, afresh: bool = False) -> None:
        self.afresh = afresh
        self._known: dict[str, Keys] = {} if afresh else _read()
        self._content: dict[str, str] = {}

    def keys(self, check: Check, files: Iterable[str]) -> Keys:
        """The digest of each file for this check. A file that cannot be read has none: it is always judged."""
        base = _fingerprint(check)
        found = {}
        for name in files:
            with contextlib.suppress(OSError):
                parts = [self._digest(name), *map(self._digest, _neighbours(name) if check.reads_tables else ())]
                found[name] = digest("\n".join((base, name, *parts)).encode())
        return found

    def unknown(self, check: Check, files: Sequence[str], keys: Mapping[str, str]) -> list[str]:
        """Those of the files that were not judged clean as they are now."""
        known = self._known.get(check.name, {})
        return [name for name in files if name not in keys or known.get(name) != keys[name]]

    def remember(self, check: Check, keys: Mapping[str, str]) -> None:
        """Files that were just judged clean. One that was changed meanwhile is not remembered."""
        self._content.clear()
        now = self.keys(check, keys)
        same = {name: key for name, key in keys.items() if now.get(name) == key}
        self._known.setdefault(check.name, {}).update(same)

    def save(self) -> None:
        """Keep it for the next run. A file that cannot be written costs time then, and nothing else."""
        there = {
            check: {name: key for name, key in sorted(keys.items()) if os.path.exists(name)}  # noqa: PTH110 thousands
            for check, keys in sorted(self._known.items())
        }
        text = json.dumps({"version": _VERSION, "clean": there}, separators=(",", ":"))
        with contextlib.suppress(OSError):
            write_atomically(FILE, f"{digest(text.encode())}\n{text}")

    def _digest(self, name: str) -> str:
        if name not in self._content:
            self._content[name] = digest(read_bytes(Path(name)))
        return self._content[name]


def _read() -> dict[str, Keys]:
    """What the last run kept; nothing of a file that is damaged, or of another form."""
    try:
        seal, _, body = read_bytes(FILE).partition(b"\n")
        found = json.loads(body) if seal.decode() == digest(body) else {}
        if found.get("version") != _VERSION:
            return {}
        return {check: {name: str(key) for name, key in keys.items()} for check, keys in found["clean"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _neighbours(name: str) -> Iterator[str]:
    path = Path(name)
    if path.parent.name == SHARED:
        yield from sorted(str(file) for file in path.parent.rglob("*.yaml") if file != path)


def _fingerprint(check: Check) -> str:
    """The digest of all that decides a verdict beside the files: tool, Python, arguments, configuration."""
    command = [Path(part).name if os.path.isabs(part) else part for part in check.command]  # noqa: PTH117
    found = blake2b(repr((_VERSION, sys.version, command)).encode(), digest_size=16)
    for place in (LOCK, *check.decided_by):
        for file in sorted(_files(os.path.expanduser(place))):  # noqa: PTH111 several hundred files, for each check
            with open(file, "rb") as opened:  # noqa: PTH123
                content = opened.read()
            found.update(f"{file} {len(content)}\n".encode() + content)
    for program in check.programs:
        if path := shutil.which(program):
            state = os.stat(path)  # noqa: PTH116
            found.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def _files(place: str) -> Iterator[str]:
    """The files of a folder, or the file itself; none where there is nothing."""
    if os.path.isfile(place):  # noqa: PTH113
        yield place
    elif os.path.isdir(place):  # noqa: PTH112
        for entry in os.scandir(place):
            if entry.name != "__pycache__":
                yield from _files(entry.path)
