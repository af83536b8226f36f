"""Small pieces of Markdown in which nothing that a contract says can become markup."""

import functools
import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

_BACKSLASH = r"(?P<markup>[\\`*_\[\]|~])"
# GitHub mentions people, issues and emoji, and makes links of mail addresses, after it has rendered the Markdown, when an
# entity is a plain character again; an empty comment parts the text for good.
_MENTION = r"(?P<mention>@|\#(?=\d)|:(?=[a-z0-9_+-]+:)|(?<=\bGH)-(?=\d))"
# What has no backslash escape that every renderer honours: formulas, and links made of addresses; at the start of a line
# some characters begin a heading or a list, and at the end of a heading # is dropped.
_ENTITY = (
    r"(?P<entity>[&<>$]|(?<=https):(?=//)|(?<=http):(?=//)|(?<=ftp):(?=//)|(?<=www)\.|^[\#+=-]|\#(?=[\#\s]*$))"
    r"|^(?P<number>\d{1,9})(?P<point>[.)])"
)
_SPECIAL = re.compile(f"(?i){_BACKSLASH}|{_MENTION}|{_ENTITY}")
_PLAIN = re.compile(r"[A-Za-z0-9 ,;/%('\"]*")  # nothing in it can mean anything


def text(value: object) -> str:
    """Any value as plain text on one line: markup is escaped, control and invisible characters become spaces."""
    return _text(str(value))


def code(value: object) -> str:
    """Any value as a code span, also one that holds backticks, and also within a table."""
    return _code(str(value))


# Pages repeat names and sentences thousands of times.
@functools.lru_cache(maxsize=10_000)
def _text(value: str) -> str:
    stripped = one_line(value).strip()
    return stripped if _PLAIN.fullmatch(stripped) else _SPECIAL.sub(_escaped, stripped)


@functools.lru_cache(maxsize=10_000)
def _code(value: str) -> str:
    inner = one_line(value)
    if "|" in inner:  # a table takes it for the end of a cell, and only a table takes the backslash before it away
        return f"<code>{re.sub('[^A-Za-z0-9 ]', lambda m: _entity(m[0]), inner)}</code>"
    longest = max((len(run) for run in re.findall(r"`+", inner)), default=0) if "`" in inner else 0
    # A renderer takes one space away at either end when there is one at both.
    spaced = inner.startswith(" ") and inner.endswith(" ") and inner.strip()
    pad = " " if not inner or spaced or inner.startswith("`") or inner.endswith("`") else ""
    fence = "`" * (longest + 1)
    return f"{fence}{pad}{inner}{pad}{fence}"


def codes(values: Iterable[object]) -> str:
    """Several code spans with commas between them; `none` for none."""
    return ", ".join(code(value) for value in values) or "none"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table. Cells are Markdown already; an empty cell becomes a dash."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(cell or '-' for cell in row)} |" for row in rows]
    return lines


def fence(language: str, content: str) -> list[str]:
    """The lines of a code block, also of content that holds a fence itself."""
    marks = "```"
    while marks in content:
        marks += "`"
    return [f"{marks}{language}", *content.rstrip("\n").split("\n"), marks]


def details(summary: str, *blocks: Sequence[str] | str) -> str:
    """Blocks that are folded until someone clicks on the summary, which is any plain text. No blocks, no text."""
    inner = page(*blocks).rstrip("\n")
    return f"<details><summary>{html.escape(one_line(summary))}</summary>\n\n{inner}\n\n</details>" if inner else ""


def link(label: str, target: str) -> str:
    """A link with a label that is Markdown already, to a relative path or an address."""
    return f"[{label}](<{target}>)" if re.search(r"[\s()]", target) else f"[{label}]({target})"


def page(*blocks: Sequence[str] | str) -> str:
    """Blocks (a line, or several) with one empty line between them; empty blocks are left out."""
    parts = ["\n".join([block] if isinstance(block, str) else block) for block in blocks if block]
    return "\n\n".join(parts) + "\n"


def _escaped(match: re.Match[str]) -> str:
    if match["markup"]:
        return f"\\{match[0]}"
    if match["mention"]:
        return f"{match[0]}<!-- -->"
    return f"{match['number']}{_entity(match['point'])}" if match["number"] else _entity(match[0])


def _entity(character: str) -> str:
    return f"&#{ord(character)};"


def one_line(value: str) -> str:
    """Control and invisible characters become spaces, so that a value takes one line and shows all of itself."""
    if value.isprintable():  # so it has none of these, and nearly every text is
        return value
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn") else c for c in value)
