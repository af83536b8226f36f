"""A pipe, a device, a socket or a folder in place of a file: each command says so and ends, and none waits for it."""

import ast
import contextlib
import importlib
import io
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.input_file import NotRegularError, read_bytes, read_text
from tests import samples
from tests.test_layers import APART, FILES
from tests.working_copy import ROOT, git

CONTRACT, SETTINGS = "contracts/shop/migrationContract.json", "contracts/shop/deployment.yaml"
TEMPLATE = "generated/shop/dev-us-east-1/templates/tables/Orders.yaml"
RECORD = "generated/shop/dev-us-east-1/deployment.json"
POLICY = "generated/shop/dev-us-east-1/access/read-only.template.json"
ODD = "odd"  # a name that nothing has
MAINS = {"demo": "scripts.demo.__main__"}  # of the packages
PATIENCE = 60  # seconds that no command takes: one that is still there then waits for the pipe

# The file that is something else, and the commands that would read it.
READERS: dict[str, list[str]] = {
    CONTRACT: [
        "check_contract",
        f"check_contract {CONTRACT}",
        f"check_contract --format json {CONTRACT}",
        "generate",
        "generate --check",
        "plan --environment dev-us-east-1 --against HEAD",
        "deploy --environment dev-us-east-1 --yes",
        "validate --environment dev-us-east-1",
        "drift --environment dev-us-east-1",
        "explain --environment dev-us-east-1 --table Orders",
        f"demo --contract {CONTRACT}",
    ],
    SETTINGS: [
        "generate",
        "plan --environment dev-us-east-1 --against HEAD",
        "explain --environment dev-us-east-1 --table Orders",
    ],
    TEMPLATE: ["generate", f"checks.policies --skip-tests {TEMPLATE}", f"checks.alarms {TEMPLATE}"],
    RECORD: ["generate", "generate --check"],
    POLICY: [f"checks.access_policies {POLICY}"],
}  # fmt: skip
CASES = [(place, command) for place, commands in READERS.items() for command in commands]


def pipe(path: Path) -> None:
    """A named pipe, into which nobody writes."""
    os.mkfifo(path)


def listening(path: Path) -> None:
    """A socket."""
    with socket.socket(socket.AF_UNIX) as one:
        home = Path.cwd()
        os.chdir(path.parent)  # the name of a socket is short
        try:
            one.bind(path.name)
        finally:
            os.chdir(home)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a service and what is generated of it, in git."""
    root = tmp_path_factory.mktemp("shop")
    samples.write_service(root)
    done = run(root, "generate")
    assert done.returncode == 0, done.stderr
    (root / RECORD).write_text("{}")
    (root / "policies").symlink_to(ROOT / "policies")
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "-m", "shop")
    return root


def run(root: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of this repository in another folder, in this process; one that waits for something is an error."""
    name, *arguments = command.split()
    said, errors = io.StringIO(), io.StringIO()

    def late(*_: object) -> None:
        pytest.fail(f"{command} waits: {said.getvalue()}{errors.getvalue()}")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE)
    try:
        with contextlib.chdir(root), contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
            code = importlib.import_module(MAINS.get(name, f"scripts.{name}")).main(arguments)
    except SystemExit as ended:
        code = ended.code
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    return subprocess.CompletedProcess(command, code or 0, said.getvalue(), errors.getvalue())


def run_process(root: Path, command: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", *f"scripts.{command}".split()],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(("place", "command"), CASES, ids=[f"{place} {command}" for place, command in CASES])
def test_no_command_waits_for_a_pipe(shop: Path, place: str, command: str) -> None:
    check(shop, place, command, pipe, "named pipe")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("report", ["execution", "plan", "validation"])
def test_no_report_is_waited_for(shop: Path, report: str) -> None:
    check(shop, ODD, f"record --environment dev-us-east-1 --{report} {ODD}", pipe, "named pipe")


@pytest.mark.parametrize("make", [Path.mkdir, listening], ids=["folder", "socket"])
@pytest.mark.parametrize("place", [CONTRACT, SETTINGS, TEMPLATE])
def test_a_folder_or_a_socket_is_no_file(shop: Path, place: str, make: Callable[[Path], None]) -> None:
    check(shop, place, READERS[place][0 if place != TEMPLATE or make is listening else 1], make, "")


def check(shop: Path, place: str, command: str, make: Callable[[Path], None], kind: str) -> None:
    """Put something else there, run the command, put the file back; what it said names the place, and what is there."""
    aside = shop / "aside"
    if place != ODD:
        (shop / place).rename(aside)
    make(shop / place)
    try:
        done = run(shop, command)
    finally:
        (shop / place).rmdir() if (shop / place).is_dir() else (shop / place).unlink()
        if place != ODD:
            aside.rename(shop / place)
    said = done.stdout + done.stderr
    assert done.returncode not in (0, 130), said
    assert Path(place).name in said
    assert kind in said, said
    assert "Traceback" not in said


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/tty", "/dev/null"])
def test_a_device_is_no_file(device: str) -> None:
    done = run_process(ROOT, f"check_contract {device}")
    assert done.returncode == 1
    assert "a device" in done.stdout


def test_what_is_there_is_looked_at_again_when_it_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("text")
    regular = file.stat()
    pipe(tmp_path / "pipe")
    monkeypatch.setattr(Path, "stat", lambda *_, **__: regular)
    with pytest.raises(NotRegularError, match="named pipe"):
        read_bytes(tmp_path / "pipe")


def test_a_text_is_read_as_python_reads_it(tmp_path: Path) -> None:
    for content in (b"", b"a\r\nb\rc\n", "\ufeffgr\u00f6\u00dfe".encode()):
        (tmp_path / "file").write_bytes(content)
        for encoding in ("utf-8", "utf-8-sig"):
            assert read_text(tmp_path / "file", encoding) == (tmp_path / "file").read_text(encoding)
    assert read_bytes(tmp_path / "file", 3) == "\ufeff".encode()


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii"])
def test_no_name_of_a_file_breaks_a_line_or_an_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """A stray file among the generated ones can have any name: here no UTF-8, and one that commands a runner and a terminal."""
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    samples.write_service(tmp_path, contract={"tables": [samples.PRICES]}, settings=None)
    folder = tmp_path / "generated" / "shop"
    folder.mkdir(parents=True)
    for name in (b"bad\xff.md", b"x\n::error::y\x1b[2J.md", "gr\u00fc\u00df.md".encode()):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).touch()  # noqa: PTH118 bytes, which no Path takes
    for command in ("generate --check", "generate"):
        done = run(tmp_path, command)
        assert done.returncode == (command != "generate") and done.stderr == ""
        assert "\x1b" not in done.stdout and "\n::" not in done.stdout
        for shown in ("bad\\udcff.md", "x\\n::error::y\\u001b[2J.md"):
            assert shown in done.stdout


# What opens files without waiting for anything: those of this repository in great number, archives, files to write.
OPENERS = {
    "scripts.input_file": 1,
    "scripts.files": 2,
    "scripts.rendering.cache": 1,
    "scripts.checks.guard_binary": 2,
    "scripts.github.outputs": 2,
    "scripts.engine_archive": 5,  # what it fetches is all there is to import
    "scripts.path_classes": 1,  # a file of ours
}


def test_there_is_one_way_to_open_a_file() -> None:
    found: dict[str, int] = {}
    ways = ("open", "read_text", "read_bytes", "fdopen")
    for name, path in FILES.items():
        text = path.read_text() if name.split(".")[1] != APART else ""
        for node in ast.walk(ast.parse(text)) if any(way in text for way in ways) else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ways:
                of = ast.unparse(node.func).rpartition(".")[0]
                if of not in ("", "input_file", "os") or ast.unparse(node.func) == "open":
                    found[name] = found.get(name, 0) + 1
    assert found == {name: count for name, count in OPENERS.items() if name != "scripts.input_file"}
