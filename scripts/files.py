"""Write a set of files as one: each one atomically, none that is unchanged, and remove those that no longer belong."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between a folder and the files wanted in it: paths relative to the folder, sorted."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.removed)


def compare_tree(root: Path, wanted: Mapping[str, str], keep: Callable[[PurePosixPath], bool]) -> Changes:
    """How `root` differs from `wanted` (relative path to content). Files for which `keep` is true are never removed.

    Raises FileExistsError if something under `root` is a symbolic link: writing would follow it out of the folder.
    """
    present = {path.relative_to(root).as_posix(): path for path in sorted(_walk(root))}
    encoded = {name: content.encode() for name, content in wanted.items()}
    return Changes(
        created=tuple(sorted(encoded.keys() - present.keys())),
        updated=tuple(
            sorted(name for name in encoded.keys() & present.keys() if present[name].read_bytes() != encoded[name])
        ),
        removed=tuple(sorted(name for name in present.keys() - encoded.keys() if not keep(PurePosixPath(name)))),
    )


def apply_changes(root: Path, wanted: Mapping[str, str], changes: Changes) -> None:
    """Make `root` hold what `wanted` says. Every file is replaced in one step, so that no reader sees half of it."""
    for name in (*changes.created, *changes.updated):
        write_atomically(root / name, wanted[name])
    for name in changes.removed:
        path = root / name
        path.unlink()
        for folder in path.parents:
            if folder == root or any(folder.iterdir()):
                break
            folder.rmdir()


def write_atomically(path: Path, content: str) -> None:
    """Write a text file so that it is there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _walk(root: Path) -> list[Path]:
    found: list[Path] = []
    todo = [root] if root.exists() else []
    while todo:
        for entry in os.scandir(todo.pop()):
            if entry.is_symlink():
                raise FileExistsError(f"{entry.path} is a symbolic link; remove it: generated files are plain files")
            path = Path(entry.path)
            if entry.is_dir():
                todo.append(path)
            elif not entry.name.startswith(".writing-"):
                found.append(path)
    return found
