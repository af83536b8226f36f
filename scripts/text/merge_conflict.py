"""A merge that git could not finish, and that was committed or left as it is."""

import re
from typing import NamedTuple

_BEGIN, _MIDDLE, _END = (re.compile(rf"{mark * 7}(?: (.*))?") for mark in "<=>")


class MergeConflict(NamedTuple):
    """The lines (1-based) of the three marks of a conflict, and the names of both sides."""

    begin: int
    middle: int
    end: int
    ours: str
    theirs: str

    def sides(self) -> str:
        """`lines 4 to 5 (HEAD) or lines 7 to 9 (feature)`."""
        ours = _lines(self.begin + 1, self.middle - 1, self.ours)
        return f"{ours} or {_lines(self.middle + 1, self.end - 1, self.theirs)}"


def merge_conflict(text: str) -> MergeConflict | None:
    """The first unfinished merge in a text, or None. The common ancestor of git's diff3 style is part of our side."""
    if "<<<<<<<" not in text:
        return None
    begin = middle = 0
    ours = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _BEGIN.fullmatch(line):
            begin, middle, ours = number, 0, match[1] or "ours"
        elif begin and _MIDDLE.fullmatch(line):
            middle = number
        elif middle and (match := _END.fullmatch(line)):
            return MergeConflict(begin, middle, number, ours, match[1] or "theirs")
    return None


def _lines(first: int, last: int, side: str) -> str:
    which = f"lines {first} to {last}" if last > first else f"line {first}" if last == first else "nothing"
    return f"{which} ({side[:60]})"
