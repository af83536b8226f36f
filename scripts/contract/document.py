"""The text of a contract as a JSON value, with places on demand and everything wrong with the JSON reported."""

import json
from collections.abc import Callable
from typing import Any

from scripts.contract.input_limits import MAX_DEPTH, MAX_DIGITS
from scripts.contract.problem_collector import Path, ProblemCollector, TooManyProblems
from scripts.contract.tolerant import Parser, Stop
from scripts.text.line_index import Lines
from scripts.text.places import Places

NOTHING = object()  # the text holds no value


class _Unusual(Exception):
    """The fast parser met something that needs the tolerant one."""


class Document:
    """A contract file: its value, and the lines and columns of everything in it."""

    def __init__(self, text: str, problems: ProblemCollector, explained: Callable[[], bool] = lambda: False) -> None:
        """`explained`: reports why a text is no JSON where one reason explains it all, and gives whether it did."""
        self.text = text
        self._places: Parser | Places | None = None  # of a text that is JSON only when asked for
        self._lines = Lines(text)
        try:
            self.value: Any = _fast(text)
        except (_Unusual, ValueError, RecursionError):
            if explained():
                self.value = NOTHING
                return
            parser = Parser(text, lambda rule, at, path, **facts: problems.add(rule, path, offset=at, **facts))
            self._places = parser
            try:
                self.value = parser.parse()
            except (Stop, TooManyProblems):
                self.value = NOTHING

    def of_path(self, path: Path, key: bool = False) -> tuple[int, int]:
        """1-based line and column of the value (or the key) at `path`, or of the nearest parent that exists."""
        return self.of_offset(self.offset(path, key))

    def offset(self, path: Path, key: bool = False) -> int:
        """The 0-based offset of the value (or the key) at `path`, or of the nearest parent that exists."""
        places = self._positions()
        offset = places.key(path) if key else None
        while offset is None:
            offset = places.value(path)
            if not path:
                break
            path = path[:-1]
        return offset or 0

    def span(self, path: Path) -> tuple[int, int] | None:
        """Where the value at `path` begins and ends in a text that is JSON; None in any other text, or when there is no value."""
        places = self._positions()
        return places.span(path) if isinstance(places, Places) else None

    def of_offset(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset in the text."""
        return self._lines.of_offset(offset)

    def _positions(self) -> Parser | Places:
        if self._places is None:
            self._places = Places(self.text)
        return self._places


def _fast(text: str) -> Any:
    """The value by the json module; raises _Unusual for what that module accepts although it should not."""
    value = json.loads(
        text, object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_short_int, parse_float=_short_float
    )
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for entry in level:
            below.extend(entry.values() if type(entry) is dict else entry if type(entry) is list else ())
        level = [entry for entry in below if type(entry) in (dict, list)]
        if not level:
            return value
    raise _Unusual


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _Unusual
    return result


def _refuse(_constant: str) -> Any:
    raise _Unusual


def _short_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise _Unusual
    return int(digits)


def _short_float(digits: str) -> float:
    if len(digits) > MAX_DIGITS:
        raise _Unusual
    return float(digits)
