"""What the pages written by hand say: links, headings, and the commands in their fenced blocks."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.working_copy import HAS_SAMPLE, ROOT, SAMPLE

SKIPPED = {".git", "build", ".hypothesis", ".mypy_cache", ".ruff_cache", ".pytest_cache", "node_modules"}
SHELLS = ("console", "bash", "sh", "shell")
FENCE = re.compile(r"^( *)(```+|~~~+)(\w*)[^\n]*\n(.*?)^ *\2 *$", re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"<<-?\s*'?(\w+)'?")


@cache
def pages() -> list[Path]:
    """Every Markdown page of the repository."""
    found = []
    for folder, names, files in os.walk(ROOT):
        names[:] = [name for name in names if name not in SKIPPED and not name.startswith(".venv")]
        found += [Path(folder, file).relative_to(ROOT) for file in files if file.endswith(".md")]
    return sorted(found)


def by_hand() -> list[Path]:
    """The pages that are for users: the README, docs, and those that GitHub shows."""
    return [path for path in pages() if path.parts[0] not in ("generated", "tests")]


def read(page: Path) -> str:
    """The text of a page, by its path in the repository."""
    return (ROOT / page).read_text(encoding="utf-8")


# --- links ----------------------------------------------------------------------------------------------------------


def links(text: str) -> list[str]:
    """The targets of all links outside of code."""
    prose = re.sub(r"`[^`\n]*`", "``", FENCE.sub("", text))
    return re.findall(r"(?<!\\)\]\(<?([^)>\s]+)>?\)", prose)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page: a repeated one gets a number."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?)(?: +#+)?$", FENCE.sub("", text), re.MULTILINE):
        slug = base = _slug(heading)
        number = 0
        while slug in found:
            number += 1
            slug = f"{base}-{number}"
        found.add(slug)
    return found | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


def _slug(heading: str) -> str:
    shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)  # of a link its label
    shown = re.sub(r"\\(.)|`", r"\1", shown)
    return re.sub(r"[^\w\- ]", "", shown.strip().lower()).replace(" ", "-")


def is_of_removed_sample(path: Path) -> bool:
    """Whether a path is one of the sample's, which whoever uses the repository removes."""
    parts = path.relative_to(ROOT).parts
    return not HAS_SAMPLE and parts[0] in ("contracts", "generated") and SAMPLE in parts


# --- commands -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A fenced block: where it is, its language, the mark above it (empty for none), and its text without indentation."""

    page: Path
    line: int
    language: str
    mark: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """The commands of a shell block, each on one line, with its here-document on the following ones."""
        return list(_commands(self.text))


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    text = read(page)
    for match in FENCE.finditer(text):
        above = text[: match.start()].rstrip("\n").rpartition("\n")[2].strip()
        mark = re.fullmatch(r"<!-- (.+) -->", above)
        body = re.sub(rf"^{match[1]}", "", match[4], flags=re.MULTILINE)
        yield Block(page, text[: match.start()].count("\n") + 1, match[3], mark[1] if mark else "", body)


def _commands(text: str) -> Iterator[str]:
    lines = iter(text.replace("\\\n", " ").splitlines())
    for line in lines:
        command = line.strip().removeprefix("$ ")
        if not command or command.startswith("#"):
            continue
        if end := HEREDOC.search(command):
            for more in lines:
                command += f"\n{more}"
                if more.strip() == end[1]:
                    break
            command += "\n"
        yield command


@cache
def resolved(command: str) -> tuple[str, tuple[str, ...]] | None:
    """The module that a command runs and its arguments; None for a make target that runs no module. Raises ValueError."""
    words = shlex.split(command.partition(" #")[0])
    if words[0] == "make":
        done = subprocess.run(["make", "-n", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(done.stderr.strip())
        # What sets up the environment, where it is not there yet, is no part of any command.
        lines = [line for line in done.stdout.splitlines() if " -m scripts." in line and not line.endswith(" >&2")]
        found = [shlex.split(line) for line in lines]
        if not found:
            return None
        words = found[-1]
        words = words[: words.index("||")] if "||" in words else words
    if "-m" not in words:
        raise ValueError("neither a make target nor a module of the project")
    at = words.index("-m")
    return words[at + 1], tuple(words[at + 2 :])
