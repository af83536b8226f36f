"""The child process: how it starts, how it is reached, how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from scripts.local_aws import LocalAws, LocalAwsError, server
from scripts.local_aws.__main__ import main

from .support import client, table

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import time
from scripts.local_aws import LocalAws
print(LocalAws.start().port, flush=True)
time.sleep(600)
"""


@pytest.fixture
def taken_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield holder.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return holder.getsockname()[1]


def is_closed(connection: socket.socket) -> bool:
    """Wait for the other side to close a connection that only its end would close."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_environment_is_all_that_a_client_needs(local_aws: LocalAws) -> None:
    code = "import boto3; print(boto3.client('sts', 'eu-west-1').get_caller_identity()['Account'])"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    asked = [sys.executable, "-c", code]
    answer = subprocess.run(asked, env=inherited | local_aws.environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "111122223333"
    assert local_aws.environment["AWS_ENDPOINT_URL"] == local_aws.endpoint_url
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & local_aws.environment.keys()
    assert local_aws.environment["AWS_CONFIG_FILE"] == os.devnull


def test_a_proxy_is_not_asked_for_this_machine(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "internal.example")
    assert local_aws.environment["NO_PROXY"] == local_aws.environment["no_proxy"] == "internal.example,127.0.0.1"


def test_fixture_hides_every_real_profile(aws: LocalAws) -> None:
    names = {name for name in os.environ if name.startswith("AWS_")}
    assert names == {"AWS_DEFAULT_REGION"} | {name for name in aws.environment if name.startswith("AWS_")}


def test_reset_empties_every_region(aws: LocalAws) -> None:
    for region in ("eu-west-1", "us-east-1"):
        client("dynamodb", region).create_table(**table())
    aws.reset()
    assert [client("dynamodb", region).list_tables()["TableNames"] for region in ("eu-west-1", "us-east-1")] == [[], []]


def test_taken_port_is_named(taken_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LocalAwsError, match=rf"^Port {taken_port} cannot be used .*--port"):
        LocalAws.start(taken_port)
    assert main(["--port", str(taken_port)]) == 1
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert f"Port {taken_port}" in captured.err


def test_impossible_port_is_named() -> None:
    with pytest.raises(LocalAwsError, match="70000 is not a port"):
        LocalAws.start(70000)


@pytest.mark.parametrize(("found", "problem"), [
    ("1.5.33", None),
    ("1.6.0", "The local AWS needs ministack 1.5.33, found 1.6.0. Run `make setup`."),
])  # fmt: skip
def test_only_one_version_will_do(found: str, problem: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: found)
    assert server.version_problem() == problem


def test_missing_emulator_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert server.version_problem() == "The local AWS needs ministack 1.5.33, found none. Run `make setup`."


def test_wrong_version_is_told_by_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "ministack-9.9.9.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: ministack\nVersion: 9.9.9\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(
        LocalAwsError, match=r"^The local AWS needs ministack 1\.5\.33, found 9\.9\.9\. Run `make setup`"
    ):
        LocalAws.start()


def test_emulator_that_cannot_start_says_where_to_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hypercorn").mkdir()
    (tmp_path / "hypercorn" / "__init__.py").write_text("raise ImportError('broken')")
    log = tmp_path / "log"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("LOCAL_AWS_LOG", str(log))
    with pytest.raises(LocalAwsError, match=r"did not start.*LOCAL_AWS_LOG"):
        LocalAws.start()
    assert "ImportError: broken" in log.read_text()


def test_child_ends_with_its_parent_even_when_the_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with (
        parent.stdout,
        socket.create_connection(("127.0.0.1", int(parent.stdout.readline())), timeout=30) as connection,
    ):
        parent.kill()
        parent.wait()
        assert is_closed(connection)


def test_foreground_until_interrupted() -> None:
    port = free_port()
    command = [sys.executable, "-m", "scripts.local_aws", "--port", str(port)]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout
    lines = [running.stdout.readline()]
    while "Ctrl-C" not in lines[-1] and lines[-1]:
        lines.append(running.stdout.readline())
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        running.send_signal(signal.SIGINT)
        rest, errors = running.communicate(timeout=30)
        assert is_closed(connection)
    said = "".join(lines)
    assert said.startswith("This is the LOCAL AWS, not Amazon's.")
    assert re.search(rf"^export AWS_ENDPOINT_URL=http://127\.0\.0\.1:{port}$", said, re.MULTILINE)
    assert "unset AWS_PROFILE AWS_SESSION_TOKEN" in said
    assert (rest, errors, running.returncode) == ("The local AWS has ended.\n", "", 0)


def test_stopped_is_stopped() -> None:
    with LocalAws.start() as running:
        pid = running.pid
    running.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(LocalAwsError, match=r"does not answer.*Start it again"):
        running.reset()


def test_a_command_runs_with_this_aws_only_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    assert main(["sh", "-c", 'test -n "$AWS_ENDPOINT_URL" && test -z "$AWS_PROFILE" && exit 7']) == 7
