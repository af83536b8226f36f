"""Where each value and each key stands in a text that is known to be JSON: quicker than the parser that forgives mistakes."""

import json
import re

Path = tuple[str | int, ...]
_SPACE = re.compile(r"[ \t\n\r]*[,:]?[ \t\n\r]*")  # before a value, between a key and its value, and after a value
_scan = json.JSONDecoder().raw_decode  # in C: the value at an offset, and where it ends
_Children = dict[str | int, tuple[int | None, int, int]]  # offsets of key and value, and where the value ends


class Places:
    """The offsets of values and keys of a JSON text, by their paths. `text` must be valid JSON without repeated keys.

    Only what is asked for is looked at closely: one list or object at a time, whose entries are passed over whole.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = _after_space(text, 0)
        self._known: dict[Path, _Children] = {}

    def value(self, path: Path) -> int | None:
        """The offset of the value at a path; None when there is none."""
        if not path:
            return self._root
        found = self._children(path[:-1]).get(path[-1])
        return found[1] if found else None

    def key(self, path: Path) -> int | None:
        """The offset of the key of the value at a path; None when there is none, or when it is in a list."""
        found = self._children(path[:-1]).get(path[-1]) if path else None
        return found[0] if found else None

    def span(self, path: Path) -> tuple[int, int] | None:
        """Where the value of an entry begins and ends; None when there is none."""
        found = self._children(path[:-1]).get(path[-1]) if path else None
        return found[1:] if found else None

    def _children(self, path: Path) -> _Children:
        """The entries of the list or object at a path; none if there is no such thing."""
        if path not in self._known:
            start = self.value(path)
            opening = "" if start is None else self._text[start]
            self._known[path] = self._entries(start or 0, opening == "{") if opening in ("{", "[") else {}
        return self._known[path]

    def _entries(self, start: int, in_object: bool) -> _Children:
        text = self._text
        found: _Children = {}
        at = _after_space(text, start + 1)
        while text[at] not in "}]":
            key: str | int = len(found)
            key_at = None
            if in_object:
                key_at = at
                key, at = _scan(text, at)
                at = _after_space(text, at)
            end = _scan(text, at)[1]
            found[key] = (key_at, at, end)
            at = _after_space(text, end)
        return found


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
