"""Starts the project's commands in a third of the time: a process that has imported everything already, and forks for each.

What it has imported is the code of this repository, which is that of every check-out too. `LAUNCHER` stands where the interpreter
of the locked environment is, and hands the command over with its working directory, environment and outputs.
"""

import gc
import importlib
import os
import runpy
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = str(Path(__file__).parents[2])
COMMANDS = ("github.preflight", "deploy", "drift", "github.environments", "look_again", "plan", "record", "validate")
# What the commands import only when they need it.
LATER = (
    "_strptime",
    "encodings.idna",
    "rich._emoji_codes",
    "scripts.deployment.deploy_environment",
    "scripts.generate",
    "scripts.observe.theirs",
    "scripts.planning.live_plan",
    "scripts.planning.offline_plan",
    "scripts.planning.plan_page",
    "scripts.planning.retired_dashboards",
    "scripts.rendering.service_files",
    "scripts.validation.find_drift",
    "scripts.validation.report_page",
    "scripts.validation.report_text",
    "scripts.validation.report_values",
    "scripts.validation.validate_environment",
)
SERVICES = ("application-autoscaling", "backup", "cloudformation", "cloudwatch", "dynamodb", "kms", "sns", "sts")
FAKES = ("scripts.github.gh", "tests.github.fake_gh", "tests.github.gh_here")
# What runs as `python3` does without any package.
BARE = (
    *(
        "annotations",
        "clean_tree",
        "comment",
        "deployment_comment",
        "drift_issue",
        "newest",
        "outcomes",
        "plan_comment",
    ),
    *("record_pull_request", "step", "to_deploy", "waiting_runs"),
)
# Of the standard library only what has been imported when Python starts, or costs nothing: this is started again and again.
LAUNCHER = """\
#!{python} -IS
import _socket, os, sys
link = _socket.socket(_socket.AF_UNIX)
link.connect({address!r})
strings = ({program!r}, os.getcwd(), str(len(sys.argv)), *sys.argv[1:], *(f"{{name}}={{value}}" for name, value in os.environ.items()))
what = "\\0".join(strings).encode(errors="surrogateescape")
files = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
link.sendmsg([len(what).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
while what:
    what = what[link.send(what):]
os._exit(link.recv(1)[0])
"""


def start(python: Path, *programs: Path) -> "subprocess.Popen[bytes]":
    """Start the process, with that interpreter; what stands for the programs is there when this returns. It ends with its input.

    A program is `python`, which has all packages, or one that has none: `python3`, which knows no other commands than
    those of BARE, or `gh`.
    """
    address = str(programs[0].with_suffix(".zygote"))
    bare = () if programs[0].name == "python" else ("-S", "-E")
    child = subprocess.Popen(
        [str(python), *bare, __file__, address, programs[0].name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert child.stdout
    assert child.stdout.readline() == b"ready\n"
    for program in programs:
        base = sys._base_executable  # type: ignore[attr-defined]
        program.write_text(LAUNCHER.format(python=base, address=address, program=program.name))
        program.chmod(0o755)
    return child


def hand_over(
    program: Path, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: int
) -> int:
    """Do what the launcher at `program` does, without a process for it; returns the exit code. `output`: a file that is open."""
    settings = (f"{name}={value}" for name, value in environment.items())
    strings = (program.name, str(folder), str(len(arguments) + 1), *arguments, *settings)
    what = "\0".join(strings).encode(errors="surrogateescape")
    with socket.socket(socket.AF_UNIX) as link, Path(os.devnull).open() as nothing:
        link.connect(str(program.with_suffix(".zygote")))
        socket.send_fds(link, [len(what).to_bytes(4, "big")], [nothing.fileno(), output, output])
        link.sendall(what)
        return link.recv(1)[0]


def _serve(address: str, program: str) -> None:
    sys.path.insert(0, ROOT)
    for module in FAKES:
        importlib.import_module(module)
    sys.path.pop(0)
    _prepare() if program == "python" else _prepare_bare()
    sys.path[0] = ""
    gc.collect()
    gc.freeze()  # what is never touched is never copied
    gc.disable()  # no command lives long enough
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    print("ready", flush=True)
    server_process = os.getpid()
    if os.fork() == 0:  # ends the other when the tests have ended, however they did
        sys.stdin.read()
        if os.getppid() == server_process:  # else it has ended already, and the number may be another's
            os.kill(server_process, signal.SIGKILL)
        os._exit(0)
    while True:
        link, _ = server.accept()
        if os.fork() == 0:
            _work(link)
        link.close()
        while True:  # do not collect what has ended
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


def _prepare_bare() -> None:
    import base64  # noqa: F401
    import json  # noqa: F401
    import shutil  # noqa: F401
    import tempfile  # noqa: F401

    sys.path.insert(0, ROOT)
    for command in BARE:
        importlib.import_module(f"scripts.github.{command}")
    for command in BARE:  # the command itself is run anew
        del sys.modules[f"scripts.github.{command}"]
    sys.path.pop(0)


def _prepare() -> None:
    import boto3
    import jsonschema_rs  # noqa: F401
    import rich.progress
    import rich.table  # noqa: F401
    import yaml  # noqa: F401

    sys.path.insert(0, ROOT)
    from scripts.observe.aws import Aws
    from scripts.rendering import cache
    from tests import one_reading, thrift

    thrift.one_botocore()
    # What the workflows reach stands for AWS: its records are committed.
    Aws.endpoint = property(lambda aws: f"https://dynamodb.{aws.region}.amazonaws.com")  # type: ignore[assignment]
    for service in SERVICES:
        boto3.client(service, "eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
    boto3.DEFAULT_SESSION = None
    one_reading.share()
    cache._code(cache.ROOT)
    for command in COMMANDS:
        importlib.import_module(f"scripts.{command}")
    for module in LATER:
        importlib.import_module(module)
    for command in COMMANDS:  # the command itself is run anew
        del sys.modules[f"scripts.{command}"]
    sys.path.pop(0)


def _work(link: socket.socket) -> None:
    gh, fake_gh, gh_here = (sys.modules[module] for module in FAKES)
    size, files, _, _ = socket.recv_fds(link, 4, 3)
    data = b""
    while len(data) < int.from_bytes(size, "big"):
        data += link.recv(1 << 16)
    program, folder, number, *strings = data.decode(errors="surrogateescape").split("\0")
    arguments, environment = strings[: int(number) - 1], strings[int(number) - 1 :]
    for standard, file in enumerate(files):
        os.dup2(file, standard)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(one.split("=", 1) for one in environment)
    sys.path[0] = folder
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, buffering=1)  # noqa: SIM115
    code: Any = 1
    try:
        if program == "gh":
            sys.exit(fake_gh.main(arguments))
        assert arguments[0] == "-m"
        gh.subprocess = gh_here.subprocesses(fake_gh.main)
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    link.sendall(bytes([code & 0xFF]))
    os._exit(0)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
