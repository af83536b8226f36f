"""Bytes of a contract file to its text, refusing what is no ordinary UTF-8 file."""

import os
import stat
from pathlib import Path

from scripts.contract.input_limits import MAX_FILE_SIZE
from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.rules.file import BYTE_ORDER_MARK, EMPTY_FILE, NOT_REGULAR, NOT_UTF8, TOO_LARGE, UNREADABLE

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def read_text(path: Path, problems: ProblemCollector) -> str | None:
    """The text of the file, or None when it cannot be used; the reason is then in `problems`."""
    data = _read_bytes(path, problems)
    return None if data is None else decode(data, problems)


def _read_bytes(path: Path, problems: ProblemCollector) -> bytes | None:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            kind = next((name for test, name in _KINDS if test(status.st_mode)), "something else")
            problems.add(NOT_REGULAR, kind=kind)
            return None
        # Checked before reading, and again by reading no more than that: the file may grow in between.
        if status.st_size > MAX_FILE_SIZE:
            problems.add(TOO_LARGE, size=status.st_size, limit=MAX_FILE_SIZE)
            return None
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as stream:
            data = stream.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        problems.add(UNREADABLE, reason="it does not exist", path_hint="contracts/<service>/migrationContract.json")
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        problems.add(
            UNREADABLE, reason=reason[:1].lower() + reason[1:], path_hint="its name, its place, its permissions"
        )
        return None
    if len(data) > MAX_FILE_SIZE:
        problems.add(TOO_LARGE, size=f"more than {MAX_FILE_SIZE}", limit=MAX_FILE_SIZE)
        return None
    return data


def decode(data: bytes, problems: ProblemCollector) -> str | None:
    """The bytes as text, or None with a finding. A byte order mark is reported and left out."""
    if data.startswith(_UTF16_MARKS) or (data[:4].count(0) >= 2):
        problems.add(NOT_UTF8, guess="; it looks like UTF-16")
        return None
    if data.startswith(_UTF8_MARK):
        problems.add(BYTE_ORDER_MARK)
        data = data[len(_UTF8_MARK) :]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        problems.add(
            NOT_UTF8, line=line, guess=f" (byte 0x{byte:02x} in line {line}); it looks like Latin-1 or Windows-1252"
        )
        return None
    if not text.strip():
        problems.add(EMPTY_FILE)
        return None
    return text
