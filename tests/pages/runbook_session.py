"""The blocks of a runbook, and a shell in which they are pasted one after the other."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from scripts.pages.runbook_sections import slug

NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
NAMES = re.compile(r"\$\{?([A-Z][A-Z_]+)")


@dataclass(frozen=True)
class Block:
    """Commands that are pasted together. `section`: the anchor of the heading above; `reason`: why no test runs them."""

    section: str
    text: str
    reason: str = ""


def blocks(page: str) -> list[Block]:
    """Every block of commands of a page, in order."""
    return list(_blocks(page))


def _blocks(page: str) -> Iterator[Block]:
    section, reason, heading = "", "", False
    for token in MarkdownIt("commonmark", {"html": True}).parse(page):
        if token.type == "heading_open" and token.tag in ("h2", "h3"):
            heading = True
        elif token.type == "inline" and heading:
            heading, title = False, slug(token.content)
            section = title if title not in PARTS else section
        elif token.type == "html_block":
            marked = NOT_RUN.fullmatch(token.content.strip())
            reason = marked[1] if marked else ""
        elif token.type == "fence":
            if token.info == "bash":
                yield Block(section, token.content, reason)
            reason = ""


PARTS = ("meaning", "impact", "diagnosis", "mitigation")  # of the section of an alarm: theirs are the section's


@dataclass
class Session:
    """A shell of somebody who has pasted the names of a runbook. What a block sets, the next one has."""

    page: str
    run: Any  # of `aws_cli.shell`
    state: Path
    done: list[Block] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blocks = blocks(self.page)
        (self.functions,) = [block for block in self.blocks if block.section == "names"]
        self._names = " ".join(sorted({name for block in self.blocks for name in NAMES.findall(block.text)}))

    def of(self, section: str) -> list[Block]:
        """The blocks of a section that are to be run."""
        return [block for block in self.blocks if block.section == section and not block.reason]

    def use(self, environment: str, table: str, index: str = "") -> None:
        """Say which table it is about; what was set for another is forgotten."""
        self.state.write_text("")
        self.paste(f"use {environment} {table} {index}")

    def do(self, block: Block, **variables: str) -> str:
        """Paste a block after setting these variables; what it prints. Fails if it fails."""
        self.done.append(block)
        return self.paste(block.text, **variables)

    def paste(self, script: str, **variables: str) -> str:
        """Run a script after setting these variables; what it prints. Fails if it fails."""
        settings = "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())
        code, output = self.run(self._in_session(settings + script))
        assert code == 0, f"{script}\n{output}"
        return output

    def refused(self, block: Block, **variables: str) -> str:
        """Paste a block that must fail, and end; what it prints."""
        settings = "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())
        code, output = self.run(self._in_session(settings + block.text))
        assert code != 0, output
        return output

    def _in_session(self, script: str) -> str:
        keep = f"trap 'declare -p {self._names} > {self.state} 2>/dev/null || true' EXIT"
        return "\n".join((f"source {self.state}", self.functions.text, keep, script))
