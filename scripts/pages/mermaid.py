"""Flowcharts in Mermaid's language, in which nothing that a contract says can become syntax, markup or a list."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from scripts.text.markdown import fence, one_line

LABEL_MAX = 44  # characters of a line of a label; whole names stand in the tables below the diagram
ID_LENGTH = 8  # hexadecimal digits: two of 100 nodes are the same once in a million diagrams
ENTITY, TABLE, INDEX = "entity", "table", "index"
# Rounded for what applications write, a cylinder for what stores it, a rectangle for the other ways in.
_SHAPES = {ENTITY: ("([", "])"), TABLE: ("[(", ")]"), INDEX: ("[", "]")}
# Letters and digits of any script are text everywhere. All else is written as Mermaid's entity code (flowchart syntax,
# "Entity codes to escape characters"), save for what means nothing in any grammar. One word does, even within quotes:
# the lexer of flowcharts takes a whole line that says "direction TB" for a statement.
_UNSAFE = re.compile(r"[^\w ,=]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?i:direction)(?= )")


def label(*lines: str) -> str:
    """The text of a node in quotes: each line shortened and escaped; lines without text are left out."""
    shown = [_escaped(shortened(line)) for line in map(str.strip, map(one_line, lines)) if line]
    return f'"{"<br>".join(shown) or "#45;"}"'


def shortened(line: str, limit: int = LABEL_MAX) -> str:
    """A line that fits into a node: a long one loses its middle, because names differ at their ends."""
    if len(line) <= limit:
        return line
    tail = limit // 3
    return f"{line[: limit - tail - 1]}\N{HORIZONTAL ELLIPSIS}{line[-tail:]}"


def _escaped(line: str) -> str:
    return _UNSAFE.sub(lambda match: "".join(f"#{ord(character)};" for character in match[0]), line)


@dataclass(slots=True)
class Flowchart:
    """A flowchart that is read from left to right. Nodes get ids that no name can collide with, and no other node changes."""

    _lines: list[str] = field(default_factory=lambda: ["flowchart LR"])

    def node(self, shape: str, table: str, *lines: str) -> str:
        """Add a node of the shape ENTITY, TABLE or INDEX, which belongs to a table, with these lines of text; its id."""
        before, after = _SHAPES[shape]
        name = f"n{sha256(json.dumps([shape, table, *lines[:1]]).encode()).hexdigest()[:ID_LENGTH]}"
        self._lines.append(f"  {name}{before}{label(*lines)}{after}")
        return name

    def edges(self, sources: Iterable[str], targets: Sequence[str]) -> None:
        """An arrow from each source to each target."""
        self._lines += [f"  {source} --> {target}" for source in sources for target in targets]

    def block(self) -> list[str]:
        """The diagram as a code block of a page, which GitHub shows as a picture."""
        return fence("mermaid", "\n".join(self._lines))
