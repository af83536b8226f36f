"""What a step hands on: outputs for later jobs, one line each so that no value can add another, and the summary of the run."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from scripts.command import Refused
from scripts.github.links import with_links
from scripts.github.workflow_run import files_address
from scripts.text.github_limits import SUMMARY_LIMIT, fit


def write_output(name: str, value: Any) -> None:
    """Write a value as JSON, which has no line breaks, to the step's outputs; outside of a workflow print it."""
    line = f"{name}={json.dumps(value, separators=(',', ':'), ensure_ascii=True)}"
    if "\n" in line or "\r" in line:
        raise Refused(f"The output {name} would have several lines. This is a mistake in the project: report it.")
    path = os.environ.get("GITHUB_OUTPUT")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    else:
        print(line)


def add_to_summary(markdown: str) -> None:
    """Append Markdown to the summary of the run, with links; outside of a workflow there is none, and nothing happens."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(fit(_linked(markdown), SUMMARY_LIMIT, "the artifacts of this run") + "\n")


def _linked(markdown: str) -> str:
    """With links to the files of the commit that is checked out; as it is where git or the run does not say which."""
    try:
        commit = _git("rev-parse", "HEAD").strip()
        files = set(_git("ls-tree", "-r", "--name-only", "-z", "HEAD").split("\0"))
        return with_links(markdown, files_address(commit), lambda path: path in files or path.endswith("/"))
    except (OSError, subprocess.CalledProcessError, Refused):
        return markdown


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout
