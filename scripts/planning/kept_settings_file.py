"""Write into deployment.yaml what keeps the settings of tables that are to be adopted."""

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from scripts.files import write_atomically
from scripts.input_file import read_bytes
from scripts.planning.kept_settings import BLOCKS, Kept
from scripts.problems import printable
from scripts.text.yaml_edit import NotEditableError, block_lines, merged, with_values


class NotKeptError(Exception):
    """A file cannot be changed: which, why, and what to do."""


class FileChange(NamedTuple):
    """A deployment.yaml as it is (None: there is none), and as it will be."""

    path: Path
    before: str | None
    after: str

    def diff(self) -> str:
        """A unified diff."""
        old, new = ((text or "").splitlines(keepends=True) for text in (self.before, self.after))
        lines = difflib.unified_diff(old, new, str(self.path), str(self.path))
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def write(self) -> None:
        """Write it, unless somebody has changed the file since it was read. Raises NotKeptError, and OSError."""
        if _read(self.path) != self.before:
            raise NotKeptError(f"{self.path} was changed meanwhile. Run the same command again.")
        write_atomically(self.path, self.after)


def write_kept(found: Iterable[Kept], stream: TextIO) -> None:
    """Write into each deployment.yaml what keeps the settings of tables; the diff is shown first. Raises NotKeptError."""
    changes = file_changes(found)
    if not changes:
        print("\nNothing to keep: no line of deployment.yaml would keep more of a live table.", file=stream)
    for change in changes:
        print(*map(printable, ["", *change.diff().splitlines()]), sep="\n", file=stream)
    for change in changes:
        change.write()
        print(f"Written: {change.path}. Run make generate, review and plan again.", file=stream)


def file_changes(found: Iterable[Kept]) -> tuple[FileChange, ...]:
    """What has to be written, file by file. Raises NotKeptError."""
    by_file: dict[str, dict[str, Any]] = {}
    for kept in found:
        if kept.changes:
            by_file[kept.file] = merged(by_file.get(kept.file), kept.changes)
    return tuple(_change(Path(file), changes) for file, changes in by_file.items())


def _change(path: Path, changes: Mapping[str, Any]) -> FileChange:
    before = _read(path)
    if before is None:
        return FileChange(path, None, "".join(f"{line}\n" for line in block_lines(changes, BLOCKS)))
    windows = "\r\n" in before
    try:
        text = with_values(before.replace("\r\n", "\n"), changes, BLOCKS)
    except NotEditableError as error:
        raise NotKeptError(f"{path} cannot be changed: {error}. Paste the lines of the plan by hand.") from error
    return FileChange(path, before, text.replace("\n", "\r\n") if windows else text)


def _read(path: Path) -> str | None:
    """The text with its ends of lines, None where there is no file. Raises NotKeptError."""
    try:
        return read_bytes(path, follow=False).decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NotKeptError(f"{path} cannot be read: {error}. Nothing was written.") from error
