"""Two runs at once: one waits for the other, says for whom, and never for one that is gone."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import generate, locking
from scripts.command import Refused
from scripts.locking import RUNNING, locked
from scripts.rendering import update
from tests import samples
from tests.working_copy import ROOT

HOLDER = """
import sys
from pathlib import Path
from scripts.locking import locked
with locked(Path(sys.argv[1]), "holding it"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Told(io.StringIO):
    """An output that says when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.something = threading.Event()

    def write(self, text: str) -> int:
        self.something.set()
        return super().write(text)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    stream = Told()
    monkeypatch.setattr(locking, "sys", SimpleNamespace(stderr=stream))
    return stream


def run(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(("first", "second", "together"), [(1, 1, True), (1, 0, False), (0, 1, False), (0, 0, False)])
def test_only_readers_share(first: bool, second: bool, together: bool) -> None:
    folder = Path("out")
    folder.mkdir()
    with locked(folder, "one", shared=bool(first)):
        if together:
            with locked(folder, "other", shared=bool(second), patience=0):
                return
        with (
            pytest.raises(
                Refused, match=rf"^out is in use: process {os.getpid()} has been one since [\d:]{{8}}\. Do it later\.$"
            ),
            locked(folder, "other", shared=bool(second), patience=0, hint="Do it later."),
        ):
            pass
    with locked(folder, "other", patience=0):
        assert len(list(RUNNING.iterdir())) == 1
    assert list(RUNNING.iterdir()) == []


def test_who_waits_says_for_whom_and_goes_on(told: Told) -> None:
    order = []

    def wait() -> None:
        with locked(Path("out"), "waiting"):
            order.append("second")

    with locked(Path("out"), "writing"):
        thread = run(wait)
        assert told.something.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
    assert told.getvalue().startswith(f"Waiting until out is free: process {os.getpid()} has been writing since ")
    assert told.getvalue().count("Waiting") == 1


def test_nobody_waits_for_a_process_that_was_killed() -> None:
    command = [sys.executable, "-c", HOLDER, str(Path("out").absolute())]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(Refused, match=f"process {holder.pid} has been holding it since "),
            locked(Path("out"), "x", patience=0),
        ):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with locked(Path("out"), "x", patience=30):  # the kernel may need a moment
        assert len(list(RUNNING.iterdir())) == 2, "what the other one said of itself is still there"
        with (
            pytest.raises(Refused, match=rf"in use: process {os.getpid()} has been x since \S+\. "),
            locked(Path("out"), "y", patience=0),
        ):
            pass


def test_without_locks_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with locked(Path("nowhere"), "reading", shared=True):
        assert not Path("nowhere").exists()
    with locked(Path("out"), "failing to write"):
        pass
    assert not Path("out").exists()
    Path("build").rename("aside")
    Path("build").touch()  # nobody can be told who holds it
    with (
        locked(Path("out"), "x"),
        pytest.raises(Refused, match="out is in use: another process has it"),
        locked(Path("out"), "y", patience=0),
    ):
        pass


def test_two_contracts_into_one_folder_leave_the_files_of_the_last(
    here: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = samples.write_service(here / "one")
    other = samples.write_service(here / "other", contract={"tables": [samples.PRICES]}, settings=None)
    writing, go_on = threading.Event(), threading.Event()
    apply_changes = update.apply_changes

    def slowly(*arguments: object) -> None:
        writing.set()
        assert go_on.wait(30)
        apply_changes(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(update, "apply_changes", slowly)
    codes: dict[Path, int] = {}

    def generated(contracts: Path, *more: str) -> None:
        codes[contracts] = generate.main(["--contracts", str(contracts), "--out", "out", *more])

    first = run(lambda: generated(one))
    assert writing.wait(30)
    second = run(lambda: generated(other))
    assert told.something.wait(30)
    go_on.set()
    first.join(30)
    second.join(30)
    assert codes == {one: 0, other: 0}
    assert "has been generating since" in told.getvalue()
    generated(other, "--check")
    assert codes[other] == 0


def test_generating_while_somebody_else_does_is_refused_after_a_while(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(locked.__wrapped__, "__kwdefaults__", {**locked.__wrapped__.__kwdefaults__, "patience": 0})
    contracts = samples.write_service(here)
    for more in ((), ("--check",)):
        with locked(Path("out"), "generating"):
            assert generate.main(["--contracts", str(contracts), "--out", "out", *more]) == 2
        assert "has been generating since" in (said := capsys.readouterr().err)
        assert said.count("\n") <= 3 and "Traceback" not in said
