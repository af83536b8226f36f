"""A fix in words, made from its edits, so that what people read and what a program applies are the same."""

import json
from collections.abc import Sequence
from typing import Any

from scripts.edit import ADD, END, MOVE, REMOVE, REPLACE, Edit
from scripts.problems import printable

_LONGEST = 100


def edit_words(edits: Sequence[Edit], *, bare: bool = False) -> str:
    """The edits as one sentence without its full stop: `Write "email"`, `Rename it to "gsis"`; empty without edits.

    `bare`: names stand without quotes, as people write YAML. A single edit is about the value that the message is about;
    where there are several, each names its own field.
    """
    if len(edits) == 1:
        return _one(edits[0], bare)
    kinds = [edit.operation for edit in edits]
    if set(kinds) == {REMOVE}:
        return "Remove them"
    if set(kinds) == {MOVE, REMOVE}:  # and nothing is left of what held them
        return f"Move each entry into {_place(edits[0].path, bare)}"
    if kinds[:1] == [REMOVE] and set(kinds[1:]) == {ADD}:
        return f"Write {_listed(edits[1:], bare)} in its place"
    parts = []
    for verb, operation in (("Write", REPLACE), ("add", ADD), ("remove", REMOVE)):
        some = [edit for edit in edits if edit.operation == operation]
        if some:
            parts.append(f"{verb} {_listed(some, bare)}")
    words = " and ".join(parts)
    return words[:1].upper() + words[1:]


def _one(edit: Edit, bare: bool) -> str:
    if edit.operation == REMOVE:
        return "Remove it"
    if edit.operation == REPLACE:
        return f"Write {_named(edit, bare) if bare and isinstance(edit.path[-1], str) else shown_value(edit.value)}"
    if edit.operation == ADD:
        return f"Add {_named(edit, bare)}"
    if edit.source[:-1] == edit.path[:-1]:
        return f'Rename it to "{edit.path[-1]}"'
    if edit.path[-1] != END and edit.source[: len(edit.path) - 1] == edit.path[:-1]:
        return f"Move it out of {_field(edit.source[: len(edit.path)], False)}"
    return f"Move it into {_place(edit.path, bare)}"


def _listed(edits: Sequence[Edit], bare: bool) -> str:
    return ", ".join(_field(e.path, bare) if e.operation == REMOVE else _named(e, bare) for e in edits)


def _named(edit: Edit, bare: bool) -> str:
    """`"pk": "id"`, or the value alone where it is an entry of a list."""
    *_, name = edit.path
    if isinstance(name, int) or name == END:
        return shown_value(edit.value)
    return f"{_quoted(name, bare)}: {shown_value(edit.value)}"


def _place(path: Sequence[str | int], bare: bool) -> str:
    """The list or group that something is moved into: its name, or the whole path where it is below an entry of a list."""
    target = path[:-1] if path[-1] == END or not isinstance(path[-2], int) else path
    if not any(isinstance(part, int) for part in target):
        return _field(target, bare)
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in target]
    return _quoted("".join(parts).lstrip("."), bare)


def _field(path: Sequence[str | int], bare: bool) -> str:
    """The field that a path leads to: the last name in it."""
    return _quoted(next((part for part in reversed(path) if isinstance(part, str)), "the file"), bare)


def _quoted(name: str, bare: bool) -> str:
    return printable(name, _LONGEST) if bare else shown_value(name)


def shown_value(value: Any) -> str:
    """A value as JSON, which is YAML too, on one line and not too long."""
    return printable(json.dumps(value, ensure_ascii=False, default=str), _LONGEST)
