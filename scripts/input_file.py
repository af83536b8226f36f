"""The one way in which files are opened for reading: a pipe, a device, a socket or a folder is refused, and never waited for."""

import os
import stat
from errno import EINVAL
from pathlib import Path

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a symbolic link"),
)
# Opening a pipe waits for a writer, and opening a terminal can make it the terminal of this process.
_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_BINARY"))


class NotRegularError(OSError):
    """What is there is no file. `kind`: what it is instead."""

    def __init__(self, path: Path, mode: int) -> None:
        self.kind = next((name for test, name in _KINDS if test(mode)), "something else")
        super().__init__(EINVAL, f"it is {self.kind}, not a file", str(path))


def read_bytes(path: Path, limit: int = -1, *, follow: bool = True) -> bytes:
    """The content of a file, of which no more than `limit` bytes when that is not negative.

    Raises NotRegularError for anything that is no file (without `follow` also for a symbolic link), and OSError.
    """
    _refuse(path, path.stat(follow_symlinks=follow).st_mode)  # before it is opened: opening a device can do something
    descriptor = os.open(path, _FLAGS | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    with os.fdopen(descriptor, "rb") as stream:
        _refuse(path, os.fstat(descriptor).st_mode)  # and again, of what was opened
        return stream.read(limit)


def read_text(path: Path, encoding: str = "utf-8", errors: str = "strict") -> str:
    """The text of a file, with every end of a line as a newline. Raises as `read_bytes`, and UnicodeDecodeError."""
    text = read_bytes(path).decode(encoding, errors)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refuse(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotRegularError(path, mode)
