"""Reads single values out of the JSON of a contract: the right kind, or a finding and a harmless stand-in."""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from scripts.contract.dialect import Dialect
from scripts.contract.problem_collector import Path, ProblemCollector, shown
from scripts.contract.rules.form import MISSING_FIELD, NUMBER_OUT_OF_RANGE, WRONG_KIND

# The other control characters are refused in every text of the file, see text_hazards.
CONTROL = re.compile(r"[\t\n\r]")
_KINDS = ((bool, "true or false"), (str, "text"), ((int, float), "a number"), (list, "a list"), (dict, "an object"))


class Context(NamedTuple):
    """What all readers of one file share."""

    problems: ProblemCollector
    dialect: Dialect


def kind_of(value: Any) -> str:
    """The kind of a JSON value, in words."""
    return "null" if value is None else next(name for types, name in _KINDS if isinstance(value, types))


def wrong_kind(context: Context, path: Path, value: Any, expected: str, hint: str) -> None:
    """Report that a value is of another kind than expected."""
    context.problems.add(WRONG_KIND, path, found=shown(value, 40), kind=kind_of(value), expected=expected, hint=hint)


def objects(context: Context, value: Any, path: Path, hint: str) -> list[tuple[dict[str, Any], Path]]:
    """The objects of a list, with their paths; what is not one is reported."""
    if not isinstance(value, list):
        wrong_kind(context, path, value, "a list", hint)
        return []
    found = []
    for number, entry in enumerate(value):
        if isinstance(entry, dict):
            found.append((entry, (*path, number)))
        else:
            wrong_kind(context, (*path, number), entry, "an object", hint)
    return found


def text(context: Context, raw: Mapping[str, Any], field: str, path: Path) -> str:
    """An optional text; empty when absent or null."""
    value = raw.get(field)
    if value is None or isinstance(value, str):
        return value or ""
    wrong_kind(context, (*path, field), value, "text", "Write it in double quotes.")
    return ""


def texts(context: Context, raw: Mapping[str, Any], field: str, path: Path, example: str) -> tuple[str, ...]:
    """An optional list of texts; empty when absent or null."""
    value = raw.get(field)
    if value is None:
        return ()
    if not isinstance(value, list):
        wrong_kind(context, (*path, field), value, "a list", f'Write "{field}": {example}.')
        return ()
    for number, entry in enumerate(value):
        if not isinstance(entry, str):
            wrong_kind(context, (*path, field, number), entry, "text", "Write it in double quotes.")
    return tuple(entry for entry in value if isinstance(entry, str))


def whole_number(context: Context, raw: Mapping[str, Any], field: str, path: Path, *, minimum: int) -> int | None:
    """An optional whole number of at least `minimum`; None when absent or null."""
    value = _number(context, raw, field, path, minimum, whole=True)
    return None if value is None else int(value)


def number(context: Context, raw: Mapping[str, Any], field: str, path: Path, *, minimum: int) -> float | None:
    """An optional number of at least `minimum`; None when absent or null."""
    value = _number(context, raw, field, path, minimum, whole=False)
    return None if value is None else float(value)


def _number(
    context: Context, raw: Mapping[str, Any], field: str, path: Path, minimum: int, whole: bool
) -> int | float | None:
    value = raw.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        wrong_kind(context, (*path, field), value, "a number", "Write digits without quotes.")
        return None
    if not math.isfinite(value) or value < minimum or (whole and value != int(value)):
        what = "whole number" if whole else "number"
        hint = f"Write a {what} of at least {minimum}."
        context.problems.add(
            NUMBER_OUT_OF_RANGE, (*path, field), found=shown(value, 40), what=f"{what} from {minimum} up", hint=hint
        )
        return None
    return value


def required(
    context: Context, raw: Mapping[str, Any], field: str, path: Path, *, what: str, example: str, corrected: set[str]
) -> str:
    """A text that must be there and not empty; empty (with a finding) when it is not.

    `corrected` holds fields that a misspelt field stands for: they are not reported as missing as well.
    """
    value = raw.get(field)
    if isinstance(value, str) and value.strip():
        return value
    if value is None or value == "" or isinstance(value, str):
        if field not in corrected:
            empty = "" if field not in raw else f" (it is {shown(value, 20)})"
            context.problems.add(MISSING_FIELD, path, what=what, field=f'"{field}"', empty=empty, example=example)
    else:
        wrong_kind(context, (*path, field), value, "text", f"Write {example}.")
    return ""
