"""How every command begins and ends, whatever happens around it: Ctrl-C, output that nobody reads any more, and a full disk."""

import contextlib
import errno
import io
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TextIO

INTERRUPTED = 130  # the shell's code for a command that Ctrl-C (SIGINT) ended
CLOSED = 141  # and for one that ended because nobody read its output (SIGPIPE)
UNWRITABLE = 74  # EX_IOERR of sysexits.h: something could not be read or written; no command means anything else by it
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def die_quietly() -> None:
    """Let Ctrl-C end this process without a word: it has nothing to tidy up, and nothing to say. See `scripts/__init__.py`."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored, as with nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(main: Callable[[], int | None]) -> NoReturn:
    """Run the entry point of a command, and end the process with its exit code, and never with a traceback of these two."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name or a text may have what this terminal has no way to show. What both streams say comes in its order in a pipe too.
            stream.reconfigure(errors="backslashreplace", line_buffering=True)
    try:
        code = _run(main)
    except KeyboardInterrupt:
        _say("\nStopped.")
        code = INTERRUPTED
    except BrokenPipeError:
        if not output_is_closed():
            raise
        code = CLOSED
    except OSError as error:
        if not error.filename and error.errno not in _NO_ROOM:
            raise
        advice = "Make room" if error.errno in _NO_ROOM else "Look at who may read and write there"
        _say(f"{error.filename or 'What this command says, or writes'}: {error.strerror}. {advice}, and run it again.")
        code = UNWRITABLE
    die_quietly()  # what is left is Python's own, and may take a moment too
    _let_go()
    raise SystemExit(code)


def output_is_closed() -> bool:
    """Whether nobody reads any more what this process says: the other end of a pipe is closed."""
    polling = select.poll()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, AttributeError):  # there is no such stream, or it is no file
            polling.register(stream.fileno(), 0)  # an error is told in any case
    return any(event & select.POLLERR for _, event in polling.poll(0))


class _Unstoppable:
    """A stream whose text is lost, without an error, from the moment on when it cannot be written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        self._try(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._try(self._stream.flush)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except OSError:
            _to_nobody(self._stream)


@contextlib.contextmanager
def whoever_listens() -> Iterator[None]:
    """Let no closed or full output end the block half-way: what it does matters more than what it says of it."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = map(_Unstoppable, before)
    try:
        yield
        sys.stdout.flush()
    finally:
        sys.stdout, sys.stderr = before


def _run(main: Callable[[], int | None]) -> int | str | None:
    try:
        code: int | str | None = main()
    except SystemExit as ended:
        code = ended.code
    if sys.stdout:
        sys.stdout.flush()
    return code


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _let_go() -> None:
    """Give what was written to a closed pipe to nobody: Python would try again at its end, and say that it failed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream:
                stream.flush()
        except OSError:
            _to_nobody(stream)


def _to_nobody(stream: TextIO) -> None:
    """Send what a stream still holds, and all that is still to come, to nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
