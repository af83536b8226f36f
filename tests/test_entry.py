"""No command ends in a traceback when nobody reads its output any more, or when Ctrl-C meets it at any moment."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import samples
from tests.test_layers import COMMANDS
from tests.working_copy import ROOT

OUTPUTS = (
    "plan --help",  # as of all the others: test_every_command_begins_in_one_way
    "check_contract",
    "check_contract --format json",
    "generate --afresh",
    "explain --environment dev-us-east-1 --table Orders",
)
PATIENCE = 60


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a service."""
    root = tmp_path_factory.mktemp("shop")
    samples.write_service(root)
    return root


def begin(root: Path, command: str, **streams: int) -> subprocess.Popen[str]:
    """Begin a command of this repository in another folder, as a group of its own, as a shell does."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-m", *f"scripts.{command}".split()]
    return subprocess.Popen(
        arguments, cwd=root, env=environment, stdin=subprocess.DEVNULL, text=True, process_group=0, **streams
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
@pytest.mark.parametrize("both", [False, True], ids=["output", "output and errors"])
def test_a_full_disk_is_one_line(shop: Path, both: bool) -> None:
    with Path("/dev/full").open("w") as full:
        errors = full.fileno() if both else subprocess.PIPE
        with begin(shop, "check_contract", stdout=full.fileno(), stderr=errors) as child:
            said = child.communicate(timeout=PATIENCE)[1] or ""
    assert child.returncode == 74
    assert both or said == "What this command says, or writes: No space left on device. Make room, and run it again.\n"


# Runs each command as `python -m` does, in a copy of this process, which has imported what they import; its output nobody
# reads, or neither its output nor its errors. Tells how each ended.
UNREAD = """
import gc, importlib, json, os, runpy, sys, tempfile
commands = sys.argv[1:]
for module in {command.split()[0] for command in commands}:
    importlib.import_module(module)
    del sys.modules[module]
gc.freeze()
ended = []
for command, both in [(command, both) for command in commands for both in (False, True)]:
    errors = tempfile.TemporaryFile()
    copy = os.fork()
    if copy == 0:
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)
        os.dup2(writing if both else errors.fileno(), 2)
        module, *sys.argv[1:] = command.split()
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        os._exit(0)
    status = os.waitpid(copy, 0)[1]
    errors.seek(0)
    ended.append([command, both, os.waitstatus_to_exitcode(status), errors.read().decode()])
print(json.dumps(ended))
"""


def test_output_that_nobody_reads(shop: Path) -> None:
    commands = [f"scripts.{command}" for command in OUTPUTS]
    done = subprocess.run(
        [sys.executable, "-c", UNREAD, *commands],
        cwd=shop,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    ended = json.loads(done.stdout)
    assert [[command, both] for command, both, *_ in ended] == [
        [one, both] for one in commands for both in (False, True)
    ]
    for command, both, code, said in ended:
        assert code == 141, (command, both, said)
        assert "Traceback" not in said and "Broken" not in said, (command, both, said)


# Runs a command as `python -m` does. Whenever Python has told of so many more things that it does
# (https://docs.python.org/3/library/audit_events.html) since this project's first line, more densely at first, it makes a copy of itself, which
# goes on from there, and to which it sends SIGINT; it tells how each copy ended. The copies save the way to that moment.
INTERRUPT = """
import json, os, runpy, signal, sys, tempfile, threading, time
patience, ended, done, following, step = float(sys.argv[1]), [], 0, 1, 1
def copied():
    errors = tempfile.TemporaryFile()
    copy = os.fork()
    if copy == 0:
        os.dup2(errors.fileno(), 2)
        os.kill(os.getpid(), signal.SIGINT)
        return
    for _ in range(int(patience * 200)):
        gone, status = os.waitpid(copy, os.WNOHANG)
        if gone:
            break
        time.sleep(0.005)
    else:
        os.kill(copy, signal.SIGKILL)
        status = os.waitpid(copy, 0)[1]
    errors.seek(0)
    ended.append([done, os.waitstatus_to_exitcode(status), errors.read().decode()])
def hear(event, _):
    global done, following, step
    if os.getpid() != first or threading.active_count() > 1 or looking:
        return
    done += 1
    if done == following:
        step = max(1, done // 2)
        following += step
        looking.append(True)
        copied()
        if os.getpid() == first:
            looking.clear()
looking, first = [], os.getpid()
import jsonschema_rs
jsonschema_rs.is_valid({"enum": [1]}, 1)  # it panics, in Rust, when Ctrl-C meets it while it looks up Python's own types
module = sys.argv[2]
sys.argv = ["-m", *sys.argv[3:]]
import scripts
sys.addaudithook(hear)
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
finally:
    if os.getpid() == first:
        looking.append(True)
        print(json.dumps(ended), file=sys.stderr)
"""


@pytest.mark.parametrize("command", ["generate --afresh", "check_contract", "plan --environment dev-us-east-1"])
def test_ctrl_c_at_any_moment(shop: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT, str(PATIENCE), *f"scripts.{command}".split()],
        cwd=shop,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    ended = json.loads(done.stderr.splitlines()[-1])
    assert len(ended) > 15 and ended[-1][0] > 300
    for moment, code, said in ended:
        assert code in (-signal.SIGINT, 130), (moment, code, said)
        assert "Traceback" not in said, (moment, said)


def test_ctrl_c_is_ignored_where_it_was(shop: Path) -> None:
    """A shell starts a command in the background so."""
    script = (
        "import signal, sys, os; signal.signal(signal.SIGINT, signal.SIG_IGN); os.execv(sys.executable, sys.argv[1:])"
    )
    told = "import signal, sys; sys.argv = ['-m']; import scripts; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    done = subprocess.run(
        [sys.executable, "-c", script, sys.executable, "-c", told],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n"


def test_whoever_imports_the_scripts_keeps_ctrl_c() -> None:
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_every_command_begins_in_one_way() -> None:
    # One runs in an environment of its own, one fetches what the others begin with.
    for name in COMMANDS - {"scripts.sandbox.run_taskcat", "scripts.fetch_engine"}:
        path = ROOT / f"{name.replace('.', '/')}.py"
        assert re.search(r"^    start\((main|lambda: main\(sys\.argv\[1:\]\))\)$", path.read_text(), re.MULTILINE), name


ENDINGS = {
    "OSError(28, 'No space left on device')": "What this command says, or writes: No space left on device. Make room, and run it again.",
    "PermissionError(13, 'Permission denied', 'a/b')": "a/b: Permission denied. Look at who may read and write there, and run it again.",
}


@pytest.mark.parametrize("error", ENDINGS)
def test_what_cannot_be_read_or_written_is_one_line(error: str) -> None:
    code = f"from scripts.entry import start\ndef main():\n raise {error}\nstart(main)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (74, f"{ENDINGS[error]}\n")
