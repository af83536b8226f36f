"""Runs the commands of workflows in the process of the tests, which has imported them already and reaches its AWS without a socket.

Each finds what a process of its own would: working directory, environment, arguments, outputs. What the tests had is put back.
That a command that runs before there is a locked environment needs no package, tests/test_layers.py tells.
"""

import contextlib
import importlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import IO, Self

import pytest

from scripts.entry import start
from scripts.github import gh, step
from scripts.observe.aws import Aws
from tests.github import fake_gh, gh_here

# Stands where an interpreter is, and hands a command over with its working directory, environment and outputs.
# Of the standard library it has only what is imported when Python starts, or costs nothing.
LAUNCHER = """\
#!{python} -IS
import _socket, os, sys
link = _socket.socket(_socket.AF_UNIX)
link.connect({address!r})
strings = (os.getcwd(), str(len(sys.argv)), *sys.argv[1:], *(f"{{name}}={{value}}" for name, value in os.environ.items()))
what = "\\0".join(strings).encode(errors="surrogateescape")
files = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
link.sendmsg([len(what).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
while what:
    what = what[link.send(what):]
os._exit(link.recv(1)[0])
"""


class CommandsHere:
    """What stands for an interpreter at each of `programs`, for what runs in a shell."""

    def __init__(self, address: Path, *programs: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(address))
        self._listener.listen()
        for program in programs:
            base = sys._base_executable  # type: ignore[attr-defined]
            program.write_text(LAUNCHER.format(python=base, address=str(address)))
            program.chmod(0o755)

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def in_bash(self, text: str, folder: Path, environment: Mapping[str, str], output: IO[bytes]) -> int:
        """Run a text as GitHub does; its exit code."""
        bash = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text)
        ends, held = os.pipe()  # it can be read when nobody holds the other end any more
        options = {"stdin": subprocess.DEVNULL, "stdout": output, "stderr": subprocess.STDOUT, "pass_fds": [held]}
        with os.fdopen(ends) as ended, subprocess.Popen(bash, cwd=folder, env=environment, **options) as child:
            os.close(held)
            while ended not in select.select([self._listener, ended], [], [])[0]:
                self._serve()
            return child.wait()

    def _serve(self) -> None:
        """Run the command that a launcher hands over."""
        with self._listener.accept()[0] as link:
            size, files, _, _ = socket.recv_fds(link, 4, 3)
            data = b""
            while len(data) < int.from_bytes(size, "big"):
                data += link.recv(1 << 16)
            folder, number, *strings = data.decode(errors="surrogateescape").split("\0")
            arguments, environment = strings[: int(number) - 1], strings[int(number) - 1 :]
            try:
                code = run(arguments, Path(folder), dict(one.split("=", 1) for one in environment), files)
            finally:
                for one in files:
                    os.close(one)
            link.sendall(bytes([code]))


def run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], files: Sequence[int]) -> int:
    """Run `python -m arguments`; its exit code. `files`: the open ones that are its input, output and errors."""
    module, name = arguments[:2]
    assert module == "-m"
    with _as_process(arguments[1:], folder, environment, files):
        try:
            start(importlib.import_module(name).main)
        except SystemExit as end:
            return end.code & 0xFF if isinstance(end.code, int) else 0 if end.code is None else 1
        except BaseException:
            traceback.print_exc()
            return 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()


@contextlib.contextmanager
def _as_process(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str], files: Sequence[int]
) -> Iterator[None]:
    standard, around = [os.dup(number) for number in range(3)], dict(os.environ)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with pytest.MonkeyPatch.context() as patch:
        try:
            for number, file in enumerate(files):
                os.dup2(file, number)
            os.environ.clear()
            os.environ.update(environment)
            patch.chdir(folder)
            patch.setattr(sys, "argv", list(argv))
            patch.setattr(sys, "stdin", open(0, closefd=False))  # noqa: SIM115
            patch.setattr(sys, "stdout", open(1, "w", closefd=False))  # noqa: SIM115
            patch.setattr(sys, "stderr", open(2, "w", closefd=False, buffering=1))  # noqa: SIM115
            patch.setattr(gh, "subprocess", gh_here.subprocesses(fake_gh.main))
            patch.setattr(step, "subprocess", SimpleNamespace(**{**vars(subprocess), "Popen": _Child}))
            # What the workflows reach stands for AWS: its records are committed.
            endpoint = property(lambda aws: f"https://dynamodb.{aws.region}.amazonaws.com")
            patch.setattr(Aws, "endpoint", endpoint)
            yield
        finally:
            os.environ.clear()
            os.environ.update(around)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            for number, file in enumerate(standard):
                os.dup2(file, number)
                os.close(file)


class _Child:
    """The command of a step, which has ended when this is made. That one runs, speaks and is stopped: tests/github/test_steps.py."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], stdout: int | None, stderr: int | None) -> None:
        assert Path(command[0]).exists(), f"There is no {command[0]}: make setup comes first."
        self.stdout = tempfile.TemporaryFile() if stdout == subprocess.PIPE else None  # noqa: SIM115
        assert stderr == (subprocess.STDOUT if self.stdout else None)
        outputs = [self.stdout.fileno()] * 2 if self.stdout else [1, 2]
        self._code = run(command[1:], Path.cwd(), env, [0, *outputs])
        if self.stdout:
            self.stdout.seek(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.stdout:
            self.stdout.close()

    def wait(self) -> int:
        return self._code
