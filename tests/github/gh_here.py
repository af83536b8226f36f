"""Lets the commands of scripts.github call a fake `gh` in their own process: each start of an interpreter costs more than a call."""

import contextlib
import io
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


def subprocesses(main: Callable[[list[str]], int]) -> Any:
    """What stands for the module `subprocess` in scripts.github.gh. `main` is the program: it answers with its exit code and outputs."""

    def run(command: list[str], *, input: str | None, **_options: Any) -> "subprocess.CompletedProcess[str]":
        assert command[0] == "gh"
        said, errors, before = io.StringIO(), io.StringIO(), sys.stdin
        sys.stdin = io.StringIO(input or "")
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
                code = main(command[1:])
        finally:
            sys.stdin = before
        return subprocess.CompletedProcess(command, code, said.getvalue(), errors.getvalue())

    return SimpleNamespace(**{**vars(subprocess), "run": run})
