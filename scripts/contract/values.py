"""Reads single values out of the JSON of a contract: the right kind, or a finding and a harmless stand-in."""

import json
import math
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from scripts.contract.dialect import Dialect
from scripts.contract.problem_collector import Path, ProblemCollector, path_text, shown
from scripts.contract.rules.doubts import UNKNOWN_KIND
from scripts.contract.rules.dynamodb import CONTROL_CHARACTER
from scripts.contract.rules.form import MISSING_FIELD, NUMBER_OUT_OF_RANGE, WRONG_KIND
from scripts.contract.shapes import shape
from scripts.edit import Edit, remove, rename, write
from scripts.problems import did_you_mean, squash

# The other control characters are refused in every text of the file, see text_hazards.
CONTROL = re.compile(r"[\t\n\r]")
_DIGITS = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?")
_KINDS = ((bool, "true or false"), (str, "text"), ((int, float), "a number"), (list, "a list"), (dict, "an object"))


class Context(NamedTuple):
    """What all readers of one file share."""

    problems: ProblemCollector
    dialect: Dialect

    def within_table(self, path: Path) -> str:
        """A place in a table, as a message says it: without the position of the table, which other tables move."""
        return path_text(path[self.dialect.depth :])


def kind_of(value: Any) -> str:
    """The kind of a JSON value, in words."""
    return "null" if value is None else next(name for types, name in _KINDS if isinstance(value, types))


def wrong_kind(context: Context, path: Path, value: Any, expected: str, hint: str, fitting: Any = None) -> None:
    """Report that a value is of another kind than expected. `fitting`: the same value in the kind that is."""
    edits = [] if fitting is None else [write(path, fitting)]
    facts: dict[str, Any] = {"found": shown(value, 40), "kind": kind_of(value), "expected": expected}
    context.problems.add(WRONG_KIND, path, edits=edits, otherwise=hint, **facts)


def report_control(context: Context, name: str, path: Path, edit: Edit) -> None:
    """Report that the name of something at `path` holds control characters, which the edit takes away."""
    context.problems.add(CONTROL_CHARACTER, path, found=shown(name, 60), edits=[edit])


def report_unknown_kind(context: Context, kind: Any, kinds: Collection[str], path: Path, found: str) -> None:
    """Report that what stands at `path`, or is missing there, is none of the kinds that are known."""
    near = did_you_mean(kind, kinds) if isinstance(kind, str) else None
    edits = [write(path, near)] if near else []
    context.problems.add(UNKNOWN_KIND, path, found=found, edits=edits, otherwise=f"Write one of {', '.join(kinds)}.")


def without_control(name: str) -> str:
    """A name without its control characters."""
    return CONTROL.sub("", name)


def objects(
    context: Context, value: Any, path: Path, hint: str, name_field: str = ""
) -> list[tuple[dict[str, Any], Path]]:
    """The objects of a list, with their paths; what is not one is reported. `name_field`: where each has its name."""
    if not isinstance(value, list):
        wrong_kind(context, path, value, "a list", hint, _as_list(value, name_field))
        return []
    found = []
    for number, entry in enumerate(value):
        if isinstance(entry, dict):
            found.append((entry, (*path, number)))
        elif entry is None:
            facts: dict[str, Any] = {"found": "This entry", "kind": "null", "expected": "an object"}
            context.problems.add(WRONG_KIND, (*path, number), edits=[remove((*path, number))], **facts)
        else:
            inner = "Write its entries into the list around it." if isinstance(entry, list) else hint
            wrong_kind(context, (*path, number), entry, "an object", inner)
    return found


def _as_list(value: Any, name_field: str) -> list[Any] | None:
    """One object, or objects by their names, as a list; None for what is neither."""
    if not isinstance(value, dict):
        return None
    if shape(value):
        return [value]
    if not name_field or not all(isinstance(one, dict) for one in value.values()):
        return None
    return [one if name_field in one else {name_field: name, **one} for name, one in value.items()]


def text(context: Context, raw: Mapping[str, Any], field: str, path: Path) -> str:
    """An optional text; empty when absent or null."""
    value = raw.get(field)
    if value is None or isinstance(value, str):
        return value or ""
    wrong_kind(context, (*path, field), value, "text", "Write text, or remove it.", _as_text(value))
    return ""


def _as_text(value: Any) -> str | None:
    """A number as text; None for anything else."""
    return json.dumps(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def texts(context: Context, raw: Mapping[str, Any], field: str, path: Path, example: str) -> tuple[str, ...]:
    """An optional list of texts; empty when absent or null."""
    value = raw.get(field)
    if value is None:
        return ()
    if not isinstance(value, list):
        fitting = [value] if isinstance(value, str) else None
        wrong_kind(context, (*path, field), value, "a list", f"Write a list, such as {example}.", fitting)
        return ()
    for number, entry in enumerate(value):
        if not isinstance(entry, str):
            wrong_kind(context, (*path, field, number), entry, "text", "Write text, or remove it.", _as_text(entry))
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
        fitting = _as_number(value, minimum, whole)
        wrong_kind(context, (*path, field), value, "a number", "Write a number, in digits, or remove it.", fitting)
        return None
    if not math.isfinite(value) or value < minimum or (whole and value != int(value)):
        what = "whole number" if whole else "number"
        hint = f"Write a {what} of at least {minimum}."
        context.problems.add(
            NUMBER_OUT_OF_RANGE, (*path, field), found=shown(value, 40), what=f"{what} from {minimum} up", hint=hint
        )
        return None
    return value


def _as_number(value: Any, minimum: int, whole: bool) -> int | float | None:
    """The number that a text is, if it is one that can stand here."""
    if not isinstance(value, str) or not _DIGITS.fullmatch(value.strip()):
        return None
    number = json.loads(value)
    return number if number >= minimum and not (whole and number != int(number)) else None


def required(
    context: Context,
    raw: Mapping[str, Any],
    field: str,
    path: Path,
    *,
    what: str,
    example: str,
    corrected: set[str],
    others: Collection[str] = (),
) -> str:
    """A text that must be there and not empty; empty (with a finding) when it is not.

    `corrected` holds fields that a misspelt field stands for: they are not reported as missing as well. `others`: names,
    as `squash` gives them, under which people write it too.
    """
    value = raw.get(field)
    if isinstance(value, str) and value.strip():
        return value
    if value is None or value == "" or isinstance(value, str):
        if field not in corrected:
            empty = "" if field not in raw else f" (it is {shown(value, 20)})"
            meant = [one for one in raw if one != field and squash(one) in others and isinstance(raw[one], str)]
            if len(meant) == 1:
                empty, here = f", but {shown(meant[0], 40)}", (*path, meant[0])
                edits = [rename(here, field)]
                context.problems.add(
                    MISSING_FIELD, here, at_key=True, what=what, field=f'"{field}"', empty=empty, edits=edits
                )
                return ""
            hint = f"Add {example}."
            context.problems.add(MISSING_FIELD, path, what=what, field=f'"{field}"', empty=empty, hint=hint)
    else:
        wrong_kind(context, (*path, field), value, "text", f"Write {example}.")
    return ""
