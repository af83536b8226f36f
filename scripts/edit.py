"""Changes that settle a problem, as data: a program can apply them, and the words of a fix are made from them.

They are those of JSON Patch (RFC 6902), on the value that the file holds, JSON or YAML.
"""

from dataclasses import dataclass
from typing import Any

Place = tuple[str | int, ...]  # a path of keys and positions in a file
END = "-"  # as the last part of a path: behind the last entry of a list (RFC 6901, section 4)

ADD, REMOVE, REPLACE, MOVE = "add", "remove", "replace", "move"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. `path`: what is added, removed or replaced, or where something goes; `source`: where it comes from."""

    operation: str
    path: Place
    value: Any = None
    source: Place = ()

    def patch(self) -> dict[str, Any]:
        """The change as an operation of JSON Patch."""
        operation: dict[str, Any] = {"op": self.operation, "path": _pointer(self.path)}
        if self.operation == MOVE:
            operation["from"] = _pointer(self.source)
        elif self.operation != REMOVE:
            operation["value"] = self.value
        return operation

    def below(self, place: Place) -> "Edit":
        """The same change, whose paths are relative to `place` so far."""
        return Edit(self.operation, (*place, *self.path), self.value, (*place, *self.source) if self.source else ())


def write(path: Place, value: Any) -> Edit:
    """Put a value in the place of the one that is there."""
    return Edit(REPLACE, path, value)


def insert(path: Place, value: Any) -> Edit:
    """Add a field that is not there, or (END as the last part) an entry of a list."""
    return Edit(ADD, path, value)


def remove(path: Place) -> Edit:
    """Take a field or an entry away."""
    return Edit(REMOVE, path)


def rename(path: Place, name: str) -> Edit:
    """Give a field another name; there must be none of that name."""
    return Edit(MOVE, (*path[:-1], name), source=path)


def move(path: Place, to: Place) -> Edit:
    """Take a value from one place to another."""
    return Edit(MOVE, to, source=path)


def _pointer(path: Place) -> str:
    """A path as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
