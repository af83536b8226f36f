"""Text that could do harm where a contract ends up: templates, pages, terminals."""

import re
from collections.abc import Iterator
from typing import Any

from scripts.contract.problem_collector import Path, ProblemCollector, shown
from scripts.contract.rules.doubts import PLACEHOLDER
from scripts.contract.rules.file import DYNAMIC_REFERENCE, INVISIBLE_CHARACTER
from scripts.edit import rename, write

# Characters that nobody sees and that can hide or reorder text (CVE-2021-42574), half surrogates, and control
# characters other than the tab and line breaks of ordinary text.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# Persian words and many emoji need these two. They may stand in prose; in a name they would make another name that
# looks the same.
_KEPT = "\u200c\u200d"
_JOINERS = str.maketrans("", "", _KEPT)
_PROSE = {
    "description", "hot_partition_analysis", "justification", "migration_notes", "notes", "title", "trade_offs",
    "unsupported_patterns",
}  # fmt: skip
_REFERENCE = re.compile(r"\{\{\s*resolve\s*:", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$\{|\{\{")
_LEFT_OUT = re.compile(r"\.\.\.|\u2026")  # as a whole text, where fields or entries were left out
_FILLED = re.compile(r"\$\{([^{}]*)\}|\{\{([^{}]*)\}\}")  # `{name}` is what a template of a key value knows
_SUSPICIOUS = ("${", "{{", '"..."', '"\u2026"', "\\")  # a reference begins as a placeholder does
_HIDDEN_ASCII = bytes(code for code in range(128) if _HIDDEN.match(chr(code)))


def may_hold_hazards(text: str) -> bool:
    """Whether the text of the file needs to be looked at; False for nearly all files, at the price of a few searches.

    A backslash counts, because every character can be written as an escape.
    """
    if any(part in text for part in _SUSPICIOUS):
        return True
    if not text.isascii():
        return bool(_HIDDEN.search(text))
    content = text.encode()
    return len(content.translate(None, _HIDDEN_ASCII)) < len(content)


def check_text(value: Any, problems: ProblemCollector) -> None:
    """Report every text and field name in the value that could do harm."""
    for path, text, is_key in _texts(value):
        prose = not is_key and not _PROSE.isdisjoint(path)
        hidden = _HIDDEN.search(text.translate(_JOINERS) if prose else text)
        if hidden:
            found = f"U+{ord(hidden.group()):04X}"
            kept = _KEPT if prose else ""
            clean = "".join(one for one in text if one in kept or not _HIDDEN.match(one))
            edits = [rename(path, clean) if is_key else write(path, clean)] if clean.strip() else []
            asked = "Write a name that can be seen."
            problems.add(INVISIBLE_CHARACTER, path, at_key=is_key, found=found, edits=edits, otherwise=asked)
        reference = _REFERENCE.search(text)
        placeholder = _PLACEHOLDER.search(text)
        if is_key or (path and isinstance(path[-1], int)):
            placeholder = placeholder or _LEFT_OUT.fullmatch(text)
        if reference:
            found = shown(text[reference.start() : reference.start() + 40], 40)
            problems.add(DYNAMIC_REFERENCE, path, at_key=is_key, found=found)
        elif placeholder:
            edits = []
            right = _FILLED.sub(r"{\1\2}", text)
            if path[-1:] in (("pk_template",), ("sk_template",)) and not is_key and not _PLACEHOLDER.search(right):
                edits = [write(path, right)]
            asked = "Write what it stands for, or remove it."
            found = shown(placeholder.group())
            problems.add(PLACEHOLDER, path, at_key=is_key, found=found, edits=edits, otherwise=asked)


def _texts(value: Any) -> Iterator[tuple[Path, str, bool]]:
    """All texts in the value with their paths, and whether each is the name of a field."""
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, here = stack.pop()
        if isinstance(here, str):
            yield path, here, False
        elif isinstance(here, dict):
            for name, below in here.items():
                yield (*path, name), name, True
                stack.append(((*path, name), below))
        elif isinstance(here, list):
            stack.extend(((*path, number), below) for number, below in enumerate(here))
