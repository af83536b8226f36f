"""A contract that was copied out of a chat or a document: with text or a Markdown fence around it, or with its quotes."""

import json
import re

from scripts.contract.problem_collector import ProblemCollector, shown
from scripts.contract.rules.file import TEXT_AROUND, TYPOGRAPHIC_QUOTES

FENCE = "```"
_FIRST_LINE = re.compile(r"^[ \t]*[{\[]", re.MULTILINE)
_QUOTES = re.compile("[\u201c\u201d\u201e\u201f\u00ab\u00bb]")


def check_wrapping(text: str, problems: ProblemCollector) -> bool:
    """Report in one error what stands around a contract that would be JSON without it; gives whether there was such."""
    begin = text.lstrip()
    if begin.startswith(("/", "#")) or _is_json(text):
        return False
    return (not begin.startswith(("{", "[")) and _check_around(text, problems)) or _check_quotes(text, problems)


def _check_around(text: str, problems: ProblemCollector) -> bool:
    first = _FIRST_LINE.search(text)
    end = max(text.rfind("}"), text.rfind("]")) + 1
    if not first or not _is_json(text[first.start() : end]):
        return False
    begin = text.count("\n", 0, first.start()) + 1
    last = text.count("\n", 0, end) + 1
    before, after = text[: first.start()].strip(), text[end:].strip()
    found = "A Markdown fence (```) stands" if FENCE in before else f"{shown(before.splitlines()[0], 60)} stands"
    hint = f"Keep lines {begin} to {last}, and remove what stands before" + (" and after them." if after else " them.")
    problems.add(TEXT_AROUND, found=found, hint=hint)
    return True


def _check_quotes(text: str, problems: ProblemCollector) -> bool:
    first = _QUOTES.search(text)
    if not first or not _is_json(_QUOTES.sub('"', text)):
        return False
    line = text.count("\n", 0, first.start()) + 1
    problems.add(TYPOGRAPHIC_QUOTES, line=line, found=first.group(), count=len(_QUOTES.findall(text)))
    return True


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
