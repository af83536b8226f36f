"""How every command begins and ends, whatever happens around it: Ctrl-C, and output that nobody reads any more."""

import contextlib
import os
import select
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

INTERRUPTED = 130  # the shell's code for a command that Ctrl-C (SIGINT) ended
CLOSED = 141  # and for one that ended because nobody read its output (SIGPIPE)


def die_quietly() -> None:
    """Let Ctrl-C end this process without a word: it has nothing to tidy up, and nothing to say. See `scripts/__init__.py`."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored, as with nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(main: Callable[[], int | None]) -> NoReturn:
    """Run the entry point of a command, and end the process with its exit code, and never with a traceback of these two."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = _run(main)
    except KeyboardInterrupt:
        _say("\nStopped.")
        code = INTERRUPTED
    except BrokenPipeError:
        if not output_is_closed():
            raise
        code = CLOSED
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
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
