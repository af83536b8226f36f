"""Bytes of a contract file to its text, refusing what is no ordinary UTF-8 file."""

from pathlib import Path

from scripts import input_file
from scripts.contract.input_limits import MAX_FILE_SIZE
from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.rules.file import BYTE_ORDER_MARK, EMPTY_FILE, NOT_REGULAR, NOT_UTF8, TOO_LARGE, UNREADABLE

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"


def read_text(path: Path, problems: ProblemCollector) -> str | None:
    """The text of the file, or None when it cannot be used; the reason is then in `problems`."""
    data = _read_bytes(path, problems)
    return None if data is None else decode(data, problems)


def _read_bytes(path: Path, problems: ProblemCollector) -> bytes | None:
    try:
        # No more than that is read: a file may grow after its size was looked at.
        data = input_file.read_bytes(path, MAX_FILE_SIZE + 1, follow=False)
    except input_file.NotRegularError as error:
        problems.add(NOT_REGULAR, kind=error.kind)
        return None
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
        problems.add(TOO_LARGE, size=path.lstat().st_size, limit=MAX_FILE_SIZE)
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
