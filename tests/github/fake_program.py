"""Puts a fake `gh` where the commands find it: on the PATH for child processes, and without a process for those in this one."""

import importlib
import os
import sys
from pathlib import Path

import pytest

from scripts.github import gh
from tests.github import gh_here

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
    monkeypatch.setattr(gh, "subprocess", gh_here.subprocesses(main))
