"""Values of the model as JSON and back: each one as the list of its fields."""

import types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

Maker = Callable[[Any], Any]


def to_list(value: Any) -> list[Any]:
    """The fields of a dataclass, for `json.dumps(..., default=to_list)`, which writes tuples as lists by itself. Raises TypeError for others."""
    return [getattr(value, field.name) for field in fields(value)]


@cache
def maker(kind: Any) -> Maker | None:
    """What makes a value of a type from its JSON: of a dataclass, a NamedTuple, a tuple of one type, or one of these or None.

    None: the JSON is the value. The JSON must be that of such a value.
    """
    inner = typing.get_args(kind)
    if isinstance(kind, types.UnionType):
        (one,) = [part for part in inner if part is not types.NoneType] if len(inner) == 2 else [None]
        return _unless_none(maker(one)) if one else None
    if typing.get_origin(kind) is tuple:
        parts = [maker(part) for part in inner if part is not ...]
        return _of_tuple(parts[0]) if any(parts) else tuple
    return _of_fields(kind) if is_dataclass(kind) or hasattr(kind, "_fields") else None


def _unless_none(make: Maker | None) -> Maker | None:
    return make and (lambda value: None if value is None else make(value))


def _of_tuple(make: Maker | None) -> Maker:
    return (lambda values: tuple(map(make, values))) if make else tuple


def _of_fields(kind: Any) -> Maker:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in fields(kind)] if is_dataclass(kind) else kind._fields
    makers = [(number, make) for number, name in enumerate(names) if (make := maker(hints[name]))]

    def made(values: list[Any]) -> Any:
        values = [*values]
        for number, make in makers:
            values[number] = make(values[number])
        return kind(*values)

    return made
