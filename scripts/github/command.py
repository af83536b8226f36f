"""How the commands of the workflows end, and what a workflow run tells them about itself."""

import os
import re
import sys
from collections.abc import Callable


class CannotGoOn(Exception):
    """The command cannot do its work: one line that says why and what to do."""


def ended(work: Callable[[], int], closing: str) -> int:
    """Run `work` and return its exit code; when it cannot do its work, say why and `closing`, and return 1."""
    try:
        return work()
    except CannotGoOn as error:
        print(one_line(str(error)), file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'File'}: {error.strerror or error}", file=sys.stderr)
    print(closing, file=sys.stderr)
    return 1


def one_line(text: str) -> str:
    """Text that no runner takes for a command: on one line, and never beginning with two colons."""
    line = " ".join(text.split())
    return f" {line}" if line.startswith(("::", "##[")) else line


def variable(name: str, pattern: str) -> str:
    """A variable that every workflow run has. Raises CannotGoOn when it is missing, or is not what it should be."""
    value = os.environ.get(name, "")
    if not re.fullmatch(pattern, value):
        raise CannotGoOn(f"{name} is {'not set' if not value else 'not what it should be'}. Run this in a workflow.")
    return value


def repository() -> str:
    """The repository, `owner/name`."""
    return variable("GITHUB_REPOSITORY", r"[\w.-]+/[\w.-]+")


def run_address() -> str:
    """The address of the page of this run."""
    server = variable("GITHUB_SERVER_URL", r"https?://[\w.:-]+")
    return f"{server}/{repository()}/actions/runs/{variable('GITHUB_RUN_ID', '[0-9]+')}"
