"""Markdown that fits where GitHub shows it: details go first, then what is left is named in one line each, then counted."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.limits import COMMENT_CHARACTERS, SUMMARY_CHARACTERS

COMMENT_LIMIT, SUMMARY_LIMIT = COMMENT_CHARACTERS.room, SUMMARY_CHARACTERS.room
KINDS = 20  # named in the count of what is left out
SHORT = "**Shortened: not all of it fits here.**"
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
# A line that names something: bold at its beginning, after a bullet and a symbol if there are any.
_NAMES = re.compile(r"(?:[-*] |\d+\. )?(?::\w+: )?\*\*.+?\*\*")
_CODE = re.compile(r"(`+) ?(.+?) ?\1|<code>(.+?)</code>")
FOLDED, HEAD, NAME, DETAIL = "folded", "head", "name", "detail"


@dataclass(slots=True)
class _Block:
    """Some lines that are kept or left out together. `gap`: whether an empty line stands before them."""

    kind: str
    text: str
    gap: bool

    @property
    def size(self) -> int:
        return len(self.text) + 1 + self.gap if self.text else 0


def fit(text: str, limit: int, rest: str, end: str = "") -> str:
    """`text`, or as much of it as fits into `limit` characters and a line that says that all of it is in `rest`.

    What is folded away goes first, then the details (lists, code, sentences) below each line that begins with bold
    text, the last ones first, then the lines themselves: these are counted, by the first code span in each. `end` comes
    last in any case, in the same room.
    """
    if len(text) + len(end) <= limit:
        return text + end
    blocks = list(_blocks(text))
    too_long = sum(block.size for block in blocks) + len(end) + len(_note(rest, Counter(), limit)) - limit
    for kind in (FOLDED, DETAIL):
        too_long = _shorten(blocks, kind, too_long)
    fits, fits_not = 0, len(blocks) + 1  # so many blocks from the first on
    while fits_not - fits > 1:
        number = (fits + fits_not) // 2
        if len(_first(blocks, number, rest, limit)) + len(end) <= limit:
            fits = number
        else:
            fits_not = number
    return _first(blocks, fits, rest, limit) + end


def _first(blocks: Sequence[_Block], number: int, rest: str, limit: int) -> str:
    """So many blocks from the first on, and the line about the others."""
    left_out = Counter(kind for block in blocks[number:] for kind in _kinds(block))
    kept = "\n".join("\n" * block.gap + block.text for block in blocks[:number] if block.text)
    return kept.strip("\n") + _note(rest, left_out, limit)


def _shorten(blocks: list[_Block], kind: str, too_long: int) -> int:
    """Take the details out of blocks from the last on, until nothing is too long; what still is."""
    for block in reversed(blocks):
        if too_long <= 0:
            break
        size = block.size
        if block.kind == kind:
            block.text = ""
        elif block.kind == NAME and kind == DETAIL:
            found = _NAMES.match(block.text)
            # What ends within the bold text says it all; else the line goes on: "**+ `Orders`** is created".
            block.text = found[0] if found and found[0].endswith((".**", ":**")) else block.text
        too_long -= size - block.size
    return too_long


def _note(rest: str, left_out: Counter[str], limit: int) -> str:
    """What is said of the rest: how much of what kind is left out, most first, in a small part of the limit."""
    note = f"\n\n{SHORT} All of it: {rest}."
    words: list[str] = []
    named = 0
    for kind, number in left_out.most_common(KINDS):
        if sum(map(len, words)) + len(kind) > limit // 8:
            break
        words.append(f"{number} of {kind}")
        named += number
    if others := left_out.total() - named:
        words.append(f"{others} {'of others' if words else 'lines'}")
    return f"{note} Left out: {', '.join(words)}.\n" if words else f"{note}\n"


def _kinds(block: _Block) -> Iterator[str]:
    """What a block is counted as: if it names something, or is the row of a table about something."""
    if block.kind == NAME or (block.kind == HEAD and block.text.startswith("|")):
        code = _CODE.search(block.text)
        if code or block.kind == NAME:
            yield code[0] if code else "others"


def _blocks(text: str) -> Iterator[_Block]:
    """The blocks of a text, each whole: code and folded parts are never opened, tables fall into their rows."""
    entry = False  # whether a line that names something stands before, which has the details
    gap = False
    lines = iter(text.split("\n"))
    for line in lines:
        if not line.strip():
            gap = True
            continue
        if line.startswith("<details>"):
            kind, whole = FOLDED, _folded(line, lines)
        elif fence := _FENCE.match(line):
            kind, whole = DETAIL if entry else HEAD, "\n".join(_fenced(line, fence[1], lines))
        elif _NAMES.match(line):
            kind, whole, entry = NAME, line, True
        elif line.startswith(("#", "|")):
            kind, whole, entry = HEAD, line, False
        else:
            kind, whole = DETAIL if entry else HEAD, line
        yield _Block(kind, whole, gap)
        gap = False


def _fenced(line: str, marks: str, lines: Iterator[str]) -> Iterator[str]:
    yield line
    for line in lines:
        yield line
        if line.strip() == marks:
            return
    yield marks


def _folded(line: str, lines: Iterator[str]) -> str:
    """A folded part as a whole, also one that holds others; closed where it is not."""
    found = [line]
    depth = line.count("<details>") - line.count("</details>")
    while depth > 0 and (line := next(lines, None)) is not None:  # type: ignore[assignment]
        found.append(line)
        depth += line.count("<details>") - line.count("</details>")
    return "\n".join(found) + "\n\n</details>" * depth
