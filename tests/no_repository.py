"""Most tests work in a folder that is in no repository, of which git need not be asked: a thousand processes that all say no."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from scripts.observe import commit
from scripts.project import git_remote


def know() -> None:
    """Answer for git in this process where nothing above the folder is a repository."""
    known = SimpleNamespace(**{**vars(subprocess), "run": _run})
    commit.subprocess = git_remote.subprocess = known  # type: ignore[attr-defined]


def _run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
    folder = Path.cwd() / (command[2] if command[1] == "-C" else "")
    if not any((above / ".git").exists() for above in (folder, *folder.parents)):
        raise subprocess.CalledProcessError(128, command)
    return subprocess.run(command, **options)
