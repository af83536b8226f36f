"""Other implementations of DynamoDB, started on a free loopback port: dynalite (Node.js) and moto (its own environment)."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 30.0  # seconds until an engine must answer; they take 0.2 and 2


class EngineError(Exception):
    """An engine did not start: one line that says why and what to do."""


def dynalite(folder: Path) -> contextlib.AbstractContextManager[str]:
    """The endpoint of a running dynalite that is installed in `folder`; empty, and over when the context ends."""
    times = [f"--{kind}TableMs=0" for kind in ("create", "delete", "update")]
    program = folder / "node_modules" / "dynalite" / "cli.js"
    return _running("make test-dynalite", ["node", str(program), "--host", HOST, *times, "--port"])


def moto(folder: Path) -> contextlib.AbstractContextManager[str]:
    """The endpoint of a running moto that is installed in the environment `folder`."""
    return _running("make differential", [str(folder / "bin" / "moto_server"), "-H", HOST, "-p"])


@contextlib.contextmanager
def _running(target: str, command: Sequence[str]) -> Iterator[str]:
    port = _free_port()
    try:
        child = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError as error:
        raise EngineError(f"{command[0]} cannot be started ({error.strerror}). `{target}` installs it.") from error
    try:
        _wait(child, port, target, command)
        yield f"http://{HOST}:{port}"
    finally:
        child.kill()
        child.wait()


def _wait(child: "subprocess.Popen[bytes]", port: int, target: str, command: Sequence[str]) -> None:
    end = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.02)
    raise EngineError(f"{command[0]} {command[1]} did not start. `{target}` installs it.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
