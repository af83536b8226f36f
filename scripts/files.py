"""Write a set of files as one: each one atomically, none that is unchanged, and remove those that no longer belong."""

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from scripts.input_file import NotRegularError


class Changes(NamedTuple):
    """What differs between a folder and the files wanted in it: paths relative to the folder, sorted."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.removed)


def digest(content: bytes) -> str:
    """16 bytes of BLAKE2b, as hexadecimal digits: two contents never share them by chance."""
    return blake2b(content, digest_size=16).hexdigest()


def digests(root: Path) -> dict[str, str]:
    """Each file below `root`, by its path relative to it, with `/`: the digest of its content.

    Raises FileExistsError if something under `root` is a symbolic link (writing would follow it out of the folder), or no file.
    """
    found, start = {}, len(str(root)) + 1
    for path in _walk(str(root)):
        with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:  # another run may have removed it
            found[path[start:].replace(os.sep, "/")] = digest(file.read())
    return found


def compare_tree(root: Path, wanted: Mapping[str, str], keep: Callable[[PurePosixPath], bool]) -> Changes:
    """How `root` differs from `wanted` (relative path to content). Files for which `keep` is true are never removed.

    Raises FileExistsError if something under `root` is a symbolic link.
    """
    return compare(digests(root), {name: digest(content.encode()) for name, content in wanted.items()}, keep)


def compare(present: Mapping[str, str], wanted: Mapping[str, str], keep: Callable[[PurePosixPath], bool]) -> Changes:
    """How the files of a folder differ from those wanted in it, both as relative path to digest, as `digests` has them."""
    return Changes(
        created=tuple(sorted(wanted.keys() - present.keys())),
        updated=tuple(sorted(name for name in wanted.keys() & present.keys() if present[name] != wanted[name])),
        removed=tuple(sorted(name for name in present.keys() - wanted.keys() if not keep(PurePosixPath(name)))),
    )


def apply_changes(root: Path, wanted: Mapping[str, str], changes: Changes) -> None:
    """Make `root` hold what `wanted` says. Every file is replaced in one step, so that no reader sees half of it."""
    names = (*changes.created, *changes.updated)
    for folder in sorted({os.path.dirname(name) for name in names}):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name in names:
        _write(f"{root}/{name}", wanted[name])
    for name in changes.removed:
        removed = root / name
        removed.unlink(missing_ok=True)  # another run may have been here first
        for above in removed.parents:
            if above == root:
                break
            try:
                above.rmdir()
            except FileNotFoundError:
                continue
            except OSError:  # something else is in it
                break


def json_text(value: Any) -> str:
    """Plain values as the text of a JSON file."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def write_atomically(path: Path, content: str) -> None:
    """Write a text file so that it is there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(str(path), content)


def _write(path: str, content: str) -> None:
    # Functions on strings, not pathlib: thousands of files are written at once.
    temporary = os.path.join(os.path.dirname(path), f".writing-{os.urandom(8).hex()}")
    try:
        with open(temporary, "x", encoding="utf-8", newline="\n") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _walk(root: str) -> list[str]:
    found: list[str] = []
    todo = [root] if os.path.lexists(root) else []
    while todo:
        for entry in os.scandir(todo.pop()):
            if entry.is_symlink():
                raise FileExistsError(f"{entry.path} is a symbolic link; remove it: generated files are plain files")
            if entry.is_dir():
                todo.append(entry.path)
            elif not entry.is_file():
                raise NotRegularError(Path(entry.path), entry.stat().st_mode)
            elif not entry.name.startswith(".writing-"):
                found.append(entry.path)
    return found
