"""A merge that git could not finish, and that was committed or left as it is."""

import re
from typing import NamedTuple

_MARK = re.compile(r"^([<|=>])\1{6}(?:[ \t](.*))?$", re.MULTILINE)
_MARKS = tuple(character * 7 for character in "<|=>")
_OTHER_LINE_ENDS = re.compile(r"\r\n?")


class Mark(NamedTuple):
    """A line that git writes around a side of a conflict: its number (1-based), its character, and the name of the side."""

    line: int
    character: str
    name: str


class MergeConflict(NamedTuple):
    """The first unfinished merge of a text. `line`: where it begins, 1-based; `found` and `hint`: texts for people."""

    line: int
    found: str
    hint: str


def merge_conflict(text: str, leftovers: bool = True) -> MergeConflict | None:
    """The first unfinished merge in a text, or None. The common ancestor of git's diff3 style is no side.

    `leftovers`: also a single mark, which stays where somebody removed the others. In Markdown it can be the line under a title.
    """
    if not any(mark in text for mark in _MARKS):  # nearly always; this is quicker than the expression
        return None
    text = _OTHER_LINE_ENDS.sub("\n", text) if "\r" in text else text
    lines = enumerate(text.split("\n"), 1) if _MARK.search(text) else ()
    marks = [Mark(number, one[1], (one[2] or "").strip()) for number, line in lines if (one := _MARK.match(line))]
    conflicts = [found for at in range(len(marks)) if (found := _whole(marks[at : at + 4]))]
    if conflicts:
        return _conflict(conflicts[0], len(conflicts) - 1)
    return _leftover(marks[0]) if leftovers and marks else None


def _whole(marks: list[Mark]) -> list[Mark] | None:
    """The marks of the conflict that begins with the first of them: three, or four with the common ancestor."""
    kinds = "".join(mark.character for mark in marks)
    return marks[:3] if kinds.startswith("<=>") else marks[:4] if kinds == "<|=>" else None


def _conflict(marks: list[Mark], more: int) -> MergeConflict:
    begin, first, middle, end = marks[0], marks[1], marks[-2], marks[-1]
    sides = f"{_lines(begin, first, begin.name or 'ours')} or {_lines(middle, end, end.name or 'theirs')}"
    others = f", and {more} more like it further down" if more else ""
    hint = f"Keep what is right of the two, and remove the rest of lines {begin.line} to {end.line}."
    return MergeConflict(begin.line, sides + others, hint)


def _leftover(mark: Mark) -> MergeConflict:
    found = f"line {mark.line} ({mark.character * 7}) is left over from it"
    return MergeConflict(
        mark.line, found, "Remove that line, and look whether the lines around it are those that are meant."
    )


def _lines(begin: Mark, end: Mark, side: str) -> str:
    first, last = begin.line + 1, end.line - 1
    which = f"lines {first} to {last}" if last > first else f"line {first}" if last == first else "nothing"
    return f"{which} ({side[:60]})"
