"""A stand-in for the AWS CLI, so that the commands of the pages run as they are printed, in bash, without the CLI.

Scripts find an `aws` that hands its arguments to this process, which calls the local AWS, and a `sleep` that does not
wait.
Knows options of simple types, JSON, flat structures in shorthand, lists of words, waiters, --query and --output;
refuses every other.
"""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from tests.local_aws.support import client

AWS = """\
#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$AWS_CLI_PORT" || exit 255
printf '%d\\0' $# >&3
printf '%s\\0' "$@" >&3
IFS= read -r code <&3
cat <&3
exit "$code"
"""
NOTHING = "#!/bin/sh\n"
CONVERSIONS = {"integer": int, "long": int, "string": str, "timestamp": str}


class UsageError(Exception):
    """Words that the CLI would not understand."""


@contextmanager
def shell(folder: Path) -> Iterator[Any]:
    """A function that runs a bash script with this CLI: (script, more variables) -> (exit code, output)."""
    for name, text in (("aws", AWS), ("sleep", NOTHING)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        own = {"PATH": f"{folder}:{os.environ['PATH']}", "AWS_CLI_PORT": str(server.getsockname()[1])}

        def run(script: str, variables: Mapping[str, str] | None = None) -> tuple[int, str]:
            environment = {**os.environ, **own, **(variables or {})}
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script], env=environment, text=True, capture_output=True, check=False
            )
            return done.returncode, done.stdout + done.stderr

        yield run


def _serve(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # closed: the test is over
            return
        with connection, connection.makefile("rb") as incoming:
            count = int(_word(incoming))
            code, output = _call([_word(incoming) for _ in range(count)])
            connection.sendall(f"{code}\n{output}\n".encode())


def _word(incoming: Any) -> str:
    word = b""
    while (byte := incoming.read(1)) not in (b"\0", b""):
        word += byte
    return word.decode()


def _call(words: list[str]) -> tuple[int, str]:
    """Exit code and output of `aws` with these words."""
    try:
        return 0, _answer(words)
    except UsageError as error:
        return 252, str(error)
    except (ClientError, BotoCoreError) as error:
        return 254, str(error)


def _answer(words: list[str]) -> str:
    service, operation, *options = words
    called = client(service, os.environ["AWS_DEFAULT_REGION"])
    if operation == "wait":
        waiter = called.get_waiter(options[0].replace("-", "_"))
        members = called.meta.service_model.operation_model(waiter.config.operation).input_shape.members
        request, _ = _parameters(options[1:], {xform_name(n, "-"): (n, shape) for n, shape in members.items()})
        waiter.wait(**request, WaiterConfig={"Delay": 0, "MaxAttempts": 200})
        return ""
    names = {xform_name(name, "-"): name for name in called.meta.service_model.operation_names}
    if operation not in names:
        raise UsageError(f"aws {service} has no {operation}")
    members = called.meta.service_model.operation_model(names[operation]).input_shape.members
    request, shown = _parameters(options, {xform_name(name, "-"): (name, shape) for name, shape in members.items()})
    answer = getattr(called, xform_name(names[operation]))(**request)
    answer.pop("ResponseMetadata", None)
    found = jmespath.search(shown["query"], answer) if "query" in shown else answer
    if shown.get("output") == "text":
        return "\n".join("\t".join(map(str, row)) for row in _rows(found))
    return json.dumps(found, default=str)


def _rows(found: Any) -> list[list[Any]]:
    entries = found if isinstance(found, list) else [found]
    if entries and all(isinstance(entry, list) for entry in entries):
        return entries
    return [entries]


def _parameters(options: list[str], members: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The request, and the values of --query and --output."""
    request: dict[str, Any] = {}
    shown: dict[str, str] = {}
    waiting = iter(options)
    last = ""  # the list that more words can follow
    for word in waiting:
        name = word.removeprefix("--")
        name = {"notification-endpoint": "endpoint"}.get(name, name)  # the CLI's own word in `sns subscribe`
        if name in ("query", "output"):
            shown[name] = next(waiting)
            continue
        if name == "region":
            assert next(waiting) == os.environ["AWS_DEFAULT_REGION"]
            continue
        plain = name.removeprefix("no-")
        known = members.get(name) or members.get(plain)
        if last and not word.startswith("--"):
            request[last].append(word)  # one more of a list
            continue
        if known is None or not word.startswith("--"):
            raise UsageError(f"Unknown option: {word}")
        member, shape = known
        last = member if shape.type_name == "list" else ""
        if shape.type_name == "boolean":
            request[member] = name == plain
        elif shape.type_name in CONVERSIONS:
            value = next(waiting)
            value = Path(value.removeprefix("file://")).read_text() if value.startswith("file://") else value
            request[member] = CONVERSIONS[shape.type_name](value)
        elif shape.type_name in ("structure", "list"):
            request[member] = _value(shape, next(waiting))
        else:
            raise UsageError(f"{word} is of the type {shape.type_name}")
    return request, shown


def _value(shape: Any, word: str) -> Any:
    """A structure or a list, as JSON or in shorthand (`Key=value,Other=value`; one word for a list of one)."""
    if word[:1] in ("{", "["):
        return json.loads(word)
    if shape.type_name == "list":
        return [word]
    found = dict(part.split("=", 1) for part in word.split(","))
    return {key: _simple(shape.members[key].type_name, value) for key, value in found.items()}


def _simple(type: str, value: str) -> Any:
    return value == "true" if type == "boolean" else CONVERSIONS[type](value)
