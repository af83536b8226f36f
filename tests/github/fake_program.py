"""Puts a fake `gh` where the commands find it: on the PATH for child processes, and without a process for those in this one."""

import contextlib
import importlib
import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.github import gh

ROOT = Path(__file__).parents[2]
PROGRAM = """\
#!{python} -IS
import sys
sys.path.insert(0, {root!r})
from tests.github import {module}
sys.exit({module}.main(sys.argv[1:]))
"""


def install(monkeypatch: pytest.MonkeyPatch, folder: Path, module: str) -> None:
    """Let `gh` be the `main` of a module of tests.github, which says with its exit code, on its outputs, what gh would."""
    program = folder / "gh"
    folder.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable, root=str(ROOT), module=module))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    main = importlib.import_module(f"tests.github.{module}").main

    def run(command: list[str], *, input: str | None, **_options: Any) -> "subprocess.CompletedProcess[str]":
        assert command[0] == "gh"
        said, errors = io.StringIO(), io.StringIO()
        with monkeypatch.context() as patch, contextlib.redirect_stdout(said), contextlib.redirect_stderr(errors):
            patch.setattr(sys, "stdin", io.StringIO(input or ""))
            code = main(command[1:])
        return subprocess.CompletedProcess(command, code, said.getvalue(), errors.getvalue())

    monkeypatch.setattr(gh, "subprocess", SimpleNamespace(**{**vars(subprocess), "run": run}))
