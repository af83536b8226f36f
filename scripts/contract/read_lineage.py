"""Reads how the value of an attribute is made: its join, its calculation, its transformation."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from scripts.contract.input_limits import CALCULATIONS, JOINS, TRANSFORMATIONS
from scripts.contract.problem_collector import Path, shown
from scripts.contract.rules.doubts import UNREADABLE_LINEAGE
from scripts.contract.values import Context, kind_of, report_unknown_kind, wrong_kind
from scripts.lineage import Calculation, Join, Lookup, Transformation

_Made = TypeVar("_Made")
_Part = Mapping[str, Any]


def read_lineage(
    context: Context, raw: _Part, path: Path
) -> tuple[Join | None, Calculation | None, Transformation | None]:
    """The fields `join`, `calculation` and `transformation` of an attribute; None for each that it does not have."""
    if raw.keys().isdisjoint(("join", "calculation", "transformation")):  # of most attributes
        return None, None, None
    return (
        _read(context, raw, "join", path, JOINS, _join),
        _read(context, raw, "calculation", path, CALCULATIONS, _calculation),
        _read(context, raw, "transformation", path, TRANSFORMATIONS, _transformation),
    )


def _read(
    context: Context,
    raw: _Part,
    field: str,
    path: Path,
    kinds: tuple[str, ...],
    make: Callable[["_Reader", str], _Made],
) -> _Made | None:
    value, here = raw.get(field), (*path, field)
    if value is None:
        return None
    if not isinstance(value, dict):
        wrong_kind(
            context,
            here,
            value,
            "an object",
            f"Write an object with a type ({', '.join(kinds)}) and what belongs to it.",
        )
        return None
    kind = value.get("type")
    if kind not in kinds:
        found = f"The {field} has no type" if kind is None else f"{shown(kind, 40)} is no known kind of {field}"
        report_unknown_kind(context, kind, kinds, (*here, "type"), found)
        kind = ""
    return make(_Reader(context, value, here), kind)


def _join(part: "_Reader", kind: str) -> Join:
    construction = part.part("construction")
    steps = part.parts("branches" if kind == "polymorphic-lookup" else "joins")
    return Join(
        type=kind,
        lookups=tuple(map(_lookup, steps)) if kind in ("chain", "polymorphic-lookup") else (_lookup(part),),
        alias=part.text("join_alias"),
        decides=part.text("type_column" if kind == "polymorphic-lookup" else "condition"),
        otherwise=part.text("else_value") or part.text("null_value"),
        separator=part.text("chain_separator"),
        shape=construction.text("type"),
        fields=construction.pairs("select_columns"),
        order=part.text("order_by") or construction.text("order_by"),
        limit=part.text("limit") or construction.text("limit"),
    )


def _lookup(part: "_Reader") -> Lookup:
    return Lookup(
        table=part.text("target_table"),
        conditions=part.texts("join_conditions") or part.texts("join_condition"),
        select=part.text("select_column"),
        when=part.text("when_type_value"),
    )


def _calculation(part: "_Reader", kind: str) -> Calculation:
    cases = [(case.text("when"), case.text("then")) for case in part.parts("cases")]
    otherwise = part.text("else") or part.text("else_value")
    return Calculation(kind, part.text("operation"), _lookup(part), tuple(cases), otherwise)


def _transformation(part: "_Reader", kind: str) -> Transformation:
    return Transformation(kind, part.text("format"))


class _Reader:
    """One object of the contract. What is of another kind than expected is doubted, and read as if it were not there:
    the tables are built without it, and generators write numbers where others write text.
    """

    def __init__(self, context: Context, raw: _Part, path: Path) -> None:
        self._context, self._raw, self._path = context, raw, path

    def text(self, field: str) -> str:
        """A text; a number or a truth value as JSON writes it; several columns with commas between them."""
        value = self._raw.get(field)
        return ", ".join(self.texts(field)) if isinstance(value, list) else self._text(value, field)

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts, or one text alone."""
        value = self._raw.get(field)
        values = value if isinstance(value, list) else [value]
        places = [(field, number) for number in range(len(values))] if isinstance(value, list) else [(field,)]
        found = (self._text(one, *place) for one, place in zip(values, places, strict=True))
        return tuple(text for text in found if text)

    def part(self, field: str) -> "_Reader":
        """The object in a field; one without fields when there is none."""
        return self._object(self._raw.get(field), field)

    def parts(self, field: str) -> list["_Reader"]:
        """The objects of a list."""
        value = self._raw.get(field)
        if not isinstance(value, list):
            self._doubt(value, "a list", field)
            return []
        return [self._object(one, field, number) for number, one in enumerate(value)]

    def pairs(self, field: str) -> tuple[tuple[str, str], ...]:
        """The texts in an object, by their names; in a list each has its own name."""
        value = self._raw.get(field)
        if isinstance(value, list):
            return tuple((text, text) for text in self.texts(field))
        inner = self._object(value, field)
        return tuple((name, inner.text(name)) for name in inner._raw)

    def _object(self, value: Any, *place: str | int) -> "_Reader":
        if not isinstance(value, dict):
            self._doubt(value, "an object", *place)
            value = {}
        return _Reader(self._context, value, (*self._path, *place))

    def _text(self, value: Any, *place: str | int) -> str:
        if isinstance(value, (bool, int, float)):
            return shown(value)
        if not isinstance(value, str):
            self._doubt(value, "text", *place)
            return ""
        return value

    def _doubt(self, value: Any, expected: str, *place: str | int) -> None:
        if value is not None:
            facts: dict[str, Any] = {"found": shown(value, 40), "kind": kind_of(value), "expected": expected}
            self._context.problems.add(UNREADABLE_LINEAGE, (*self._path, *place), **facts)
