"""A stand-in for the AWS CLI, so that the commands of the pages run as they are printed, in bash, without the CLI.

Scripts find an `aws` that hands its arguments to this process, which calls the local AWS, and a `sleep` that does not
wait. A script that bash does not run finds none.
Knows options of simple types, JSON, flat structures in shorthand, lists of words, waiters, --query and --output;
refuses every other.
"""

import base64
import json
import os
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import jmespath
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from jmespath.exceptions import JMESPathError

# A function of bash: to start a program takes several times as long as most calls.
AWS = """\
{name}() (
exec 3<>"/dev/tcp/127.0.0.1/$AWS_CLI_PORT" || exit 255
printf '%s\\0' $# {name} "${AWS_REGION:-$AWS_DEFAULT_REGION}" "$AWS_ACCESS_KEY_ID" "$@" >&3
IFS= read -r code <&3
IFS= read -rd '' answer <&3 || true
printf '%s' "$answer"
exit "$code"
)
"""
# A loop that waits for what never comes ends: at the 20th pause of a script.
SLEEP = """\
#!/usr/bin/env bash
echo >> "$AWS_CLI_PAUSES"
[ "$(wc -l < "$AWS_CLI_PAUSES")" -lt 20 ]
"""
PATIENCE = 120  # seconds for one script
CONVERSIONS = {"integer": int, "long": int, "string": str, "timestamp": str}


class UsageError(Exception):
    """Words that the CLI would not understand."""


@contextmanager
def shell(folder: Path, make: Callable[[list[str]], tuple[int, str]] | None = None) -> Iterator[Any]:
    """A function that runs a bash script with this CLI: (script, more variables) -> (exit code, output).

    `make`: what runs in the place of `make`, given its words.
    """
    (folder / "sleep").write_text(SLEEP)
    (folder / "sleep").chmod(0o755)
    functions = folder / "functions"
    functions.write_text("".join(AWS.replace("{name}", name) for name in ("aws", *(["make"] if make else []))))
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, make), daemon=True).start()
        pauses = folder / "pauses"
        own = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "BASH_ENV": str(functions),
            "AWS_CLI_PORT": str(server.getsockname()[1]),
            "AWS_CLI_PAUSES": str(pauses),
        }

        def run(script: str, variables: Mapping[str, str] | None = None) -> tuple[int, str]:
            pauses.write_text("")
            environment = {**os.environ, **own, **(variables or {})}
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                env=environment,
                text=True,
                capture_output=True,
                check=False,
                timeout=PATIENCE,
            )
            return done.returncode, done.stdout + done.stderr

        yield run


def _serve(server: socket.socket, make: Callable[[list[str]], tuple[int, str]] | None) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # closed: the test is over
            return
        with connection, connection.makefile("rb") as incoming:
            count = int(_word(incoming))
            program, region, account = (_word(incoming) for _ in range(3))
            words = [_word(incoming) for _ in range(count)]
            try:
                code, output = make(words) if make and program == "make" else _call(words, region, account)
            except Exception as error:  # of the test: the script ends, and says why
                code, output = 255, repr(error)
            connection.sendall(f"{code}\n{output}\n".encode())


def _word(incoming: Any) -> str:
    word = b""
    while (byte := incoming.read(1)) not in (b"\0", b""):
        word += byte
    return word.decode()


def _call(words: list[str], region: str, account: str) -> tuple[int, str]:
    """Exit code and output of `aws` with these words. The access key is that of an account."""
    try:
        return 0, _answer(words, region, account)
    except UsageError as error:
        return 252, str(error)
    except (ClientError, BotoCoreError, JMESPathError) as error:
        return 254, str(error)


def _client(service: str, region: str, account: str) -> Any:
    return _made(os.environ["AWS_ENDPOINT_URL"], service, region, account)


@cache
def _made(endpoint: str, service: str, region: str, account: str) -> Any:
    """One client for all calls. The local AWS knows an account by the access key."""
    return boto3.Session(account, "local", region_name=region).client(service, endpoint_url=endpoint)


def _answer(words: list[str], region: str, account: str) -> str:
    service, operation, *options = _split(words)
    if "--region" in options:
        region = options.pop(options.index("--region") + 1)
        options.remove("--region")
    called = _client(service, region, account)
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
    answer = json.loads(json.dumps(answer, default=_as_shown))  # queries see what would be shown
    found = jmespath.search(shown["query"], answer) if "query" in shown else answer
    if shown.get("output") == "text":
        return "\n".join("\t".join(map(str, row)) for row in _rows(found))
    return json.dumps(found)


def _as_shown(value: Any) -> Any:
    """A value that JSON has no form for, as the CLI shows it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def _split(words: list[str]) -> Iterator[str]:
    """The words, an option and its value in one word (`--name=value`) as two."""
    for word in words:
        option = re.fullmatch(r"(--[a-z-]+)=(.*)", word, re.DOTALL)
        yield from option.groups() if option else (word,)


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
    members_of = dict(members.values())
    for word in waiting:
        name = word.removeprefix("--")
        name = {"notification-endpoint": "endpoint"}.get(name, name)  # the CLI's own word in `sns subscribe`
        if name in ("query", "output", "max-items"):
            shown[name] = next(waiting)
            continue
        plain = name.removeprefix("no-")
        known = members.get(name) or members.get(plain)
        if last and not word.startswith("--"):
            request[last] += _value(members_of[last], word)  # one more of a list
            continue
        if known is None or not word.startswith("--"):
            raise UsageError(f"Unknown option: {word}")
        member, shape = known
        last = member if shape.type_name == "list" else ""
        if shape.type_name == "boolean":
            request[member] = name == plain
        elif shape.type_name in CONVERSIONS:
            request[member] = CONVERSIONS[shape.type_name](_argument(next(waiting)))
        elif shape.type_name in ("structure", "map", "list"):
            request[member] = _value(shape, _argument(next(waiting)))
        else:
            raise UsageError(f"{word} is of the type {shape.type_name}")
    return request, shown


def _argument(word: str) -> str:
    """The word, or the content of the file that it names."""
    return Path(word.removeprefix("file://")).read_text() if word.startswith("file://") else word


def _value(shape: Any, word: str) -> Any:
    """A structure or a list, a map too, as JSON or in shorthand (`Key=value,Other=value`; one word for a list of one)."""
    if word[:1] in ("{", "["):
        return json.loads(word)
    if shape.type_name == "list":
        structured = shape.member.type_name in ("structure", "map")
        return [_value(shape.member, word)] if structured else [word]
    found = dict(part.split("=", 1) for part in word.split(","))
    if shape.type_name == "map":
        return found
    return {key: _simple(shape.members[key].type_name, value) for key, value in found.items()}


def _simple(type: str, value: str) -> Any:
    return value == "true" if type == "boolean" else CONVERSIONS[type](value)
