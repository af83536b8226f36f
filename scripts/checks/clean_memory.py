"""Which files were judged clean, and by what, so that a check judges only what it has not judged clean before.

`build/check.json` holds, for each check and file, one digest of all that decides the verdict: the content, the neighbours
that the check reads beside it, the tool and its version, Python, the arguments, the configuration. Only *clean* is
remembered: what failed is judged again. Whoever can write the file can also write that a faulty one is clean, so main
judges afresh. It can be deleted at any time.
"""

import contextlib
import functools
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from scripts.checks.static_checks import Check
from scripts.files import digest, write_atomically
from scripts.input_file import read_bytes

FILE = Path("build") / "check.json"
LOCK = "requirements.txt"  # the versions of all tools
SHARED = "templates"  # of templates in it, not below it, the tables are below it
_VERSION = 1
State = tuple[int, int, int, int]  # of a file: what changes when it is written
Keys = dict[str, str]  # file to the digest of all that decides the verdict


class CleanMemory:
    """What is known to be clean. `afresh`: forget all of it."""

    def __init__(self, afresh: bool = False) -> None:
        self.afresh = afresh
        self._known: dict[str, Keys] = {} if afresh else _read()
        self._content: dict[str, tuple[State, str]] = {}

    def keys(self, check: Check, files: Iterable[str]) -> Keys:
        """The digest of each file for this check. A file that cannot be read has none: it is always judged."""
        base = self._fingerprint(check)
        beside = functools.cache(self._folder)
        found = {}
        for name in files:
            with contextlib.suppress(OSError):
                folder = os.path.dirname(name)  # noqa: PTH120 thousands
                near = beside(folder) if check.reads_tables and os.path.basename(folder) == SHARED else ""  # noqa: PTH119
                found[name] = digest("\n".join((base, name, self._digest(name), near)).encode())
        return found

    def unknown(self, check: Check, files: Sequence[str], keys: Mapping[str, str]) -> list[str]:
        """Those of the files that were not judged clean as they are now."""
        known = self._known.get(check.name, {})
        return [name for name in files if name not in keys or known.get(name) != keys[name]]

    def remember(self, check: Check, keys: Mapping[str, str]) -> None:
        """Files that were just judged clean. One that was changed meanwhile is not remembered."""
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
        """The digest of the content of a file. It is read once, unless it is changed meanwhile."""
        status = os.stat(name)  # noqa: PTH116 thousands
        state = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        known = self._content.get(name)
        if known is None or known[0] != state:
            known = self._content[name] = (state, digest(read_bytes(Path(name))))
        return known[1]

    def _folder(self, folder: str) -> str:
        """The digest of all templates in a folder and below it, with their names."""
        names = sorted(name for name in _files(folder) if name.endswith(".yaml"))
        return digest("\n".join(f"{name} {self._digest(name)}" for name in names).encode())

    def _fingerprint(self, check: Check) -> str:
        """The digest of all that decides a verdict beside the files: tool, Python, arguments, configuration."""
        command = [Path(part).name if os.path.isabs(part) else part for part in check.command]  # noqa: PTH117
        parts = [repr((_VERSION, sys.version, command))]
        for place in (LOCK, *check.decided_by):
            names = sorted(_files(os.path.expanduser(place)))  # noqa: PTH111 several hundred files
            parts += [f"{name} {self._digest(name)}" for name in names]
        for program in check.programs:
            if path := shutil.which(program):
                state = os.stat(path)  # noqa: PTH116
                parts.append(f"{path} {state.st_size} {state.st_mtime_ns}")
        return digest("\n".join(parts).encode())


def written_since(files: Iterable[str]) -> bool:
    """Whether one of the files was written after the last run has kept what it knows. A guess at what is unknown: it asks nobody else."""
    kept = _written(FILE)
    return any(_written(Path(name)) > kept for name in files)


def _written(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


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


def _files(place: str) -> Iterator[str]:
    """The files of a folder, or the file itself; none where there is nothing."""
    if os.path.isdir(place):  # noqa: PTH112
        for entry in os.scandir(place):
            if entry.is_file():
                yield entry.path
            elif entry.name != "__pycache__":
                yield from _files(entry.path)
    elif os.path.isfile(place):  # noqa: PTH113
        yield place
