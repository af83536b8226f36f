"""Lines and columns of offsets in a text."""

import bisect
from itertools import accumulate


class Lines:
    """Where the lines of a text begin; worked out at the first question."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] | None = None

    def of_offset(self, offset: int) -> tuple[int, int]:
        """1-based line and column of a 0-based offset."""
        if self._starts is None:
            self._starts = list(accumulate((len(line) + 1 for line in self._text.split("\n")), initial=0))
        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
