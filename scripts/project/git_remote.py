"""The address of the repository on the web, as far as git knows it."""

import re
import subprocess
from pathlib import Path

# https://host/path, git@host:path and ssh://git@host/path, with or without .git at the end.
_REMOTE = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|[^@/:]+@)([\w.-]+)(?::\d+)?[/:]([\w.~/-]+?)(?:\.git)?/?"
)


def web_address(remote: str) -> str:
    """The address on the web of a git remote; empty for one that has none, such as a folder."""
    found = _REMOTE.fullmatch(remote.strip())
    return f"https://{found[1]}/{found[2]}" if found else ""


def known_address(folder: Path) -> str:
    """The address of the repository that a folder is in, by its remote `origin`; empty where git knows none."""
    command = ["git", "-C", str(folder), "config", "--get", "remote.origin.url"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return ""
    return web_address(done.stdout)
