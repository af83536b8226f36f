"""Reads what an index holds of each item: its projection and the attributes that this includes."""

from collections.abc import Mapping
from typing import Any

from scripts.contract.input_limits import MAX_INCLUDED
from scripts.contract.near_miss import near_miss, odd_letters
from scripts.contract.problem_collector import Path, path_text, shown
from scripts.contract.read_keys import Declared, check_name
from scripts.contract.rules.doubts import UNKNOWN_INCLUDED
from scripts.contract.rules.dynamodb import (
    INCLUDED_TWICE,
    LIST_WITHOUT_INCLUDE,
    NOTHING_INCLUDED,
    ONLY_KEYS_INCLUDED,
    TOO_MANY_INCLUDED,
)
from scripts.contract.rules.form import LOST_FIELD, MISSING_FIELD, NEAR_MISS, TWO_PROJECTION_LISTS, UNKNOWN_PROJECTION
from scripts.contract.rules.notes import KEYS_INCLUDED, LOWER_CASE_PROJECTION, OTHER_LIST_FIELD, PROJECTION_OBJECT
from scripts.contract.values import Context, wrong_kind
from scripts.edit import remove, write
from scripts.model import ALL, INCLUDE, KEYS_ONLY, PROJECTIONS
from scripts.problems import did_you_mean
from scripts.text.edit_words import edit_words

INCLUDED_FIELDS = ("projected_attributes", "non_key_attributes", "projection_attributes", "included_attributes")
_ALLOWED = 'Write "ALL", "KEYS_ONLY", or "INCLUDE" with a list of attributes.'
_TYPE_FIELDS = ("ProjectionType", "projection_type", "type")
_LIST_FIELDS = ("NonKeyAttributes", "non_key_attributes", "attributes")


def read_projection(
    context: Context,
    raw: Mapping[str, Any],
    path: Path,
    keys: set[str],
    declared: Declared,
    table: str,
    corrected: set[str],
) -> tuple[str, tuple[str, ...]]:
    """The projection of an index and the sorted attributes it includes; `keys` are those of the index and the table.

    `table` is for messages; `corrected` holds fields that a misspelt field stands for.
    """
    projection, lists = _projection_type(context, raw, path, corrected)
    for field in INCLUDED_FIELDS:
        if raw.get(field) is not None:
            if field != INCLUDED_FIELDS[0]:
                context.problems.add(OTHER_LIST_FIELD, (*path, field), at_key=True, found=field)
            lists.append(((*path, field), raw[field]))
    if len(lists) > 1:
        fields = " and ".join(path_text(place[len(path) :]) for place, _ in lists)
        context.problems.add(TWO_PROJECTION_LISTS, lists[1][0], at_key=True, found=fields)
        return projection or ALL, ()
    place, value = lists[0] if lists else ((*path, "projection"), [])
    if not isinstance(value, list):
        fitting = [value] if isinstance(value, str) and value else None
        wrong_kind(context, place, value, "a list", "Write a list of names of attributes.", fitting)
        return projection or ALL, ()
    names = _included(context, value, place)
    if projection == INCLUDE:
        return INCLUDE, _stripped(context, value, names, place, keys, declared, table)
    if projection and value:
        count = "1 attribute is" if len(value) == 1 else f"{len(value)} attributes are"
        default = "" if raw.get("projection") is not None else " (as none is given)"
        context.problems.add(
            LIST_WITHOUT_INCLUDE, place, at_key=True, projection=projection, default=default, count=count
        )
    return projection or ALL, ()


def _projection_type(
    context: Context, raw: Mapping[str, Any], path: Path, corrected: set[str]
) -> tuple[str, list[tuple[Path, Any]]]:
    """The projection ("" when it could not be read), and a list of attributes inside a projection object."""
    here: Path = (*path, "projection")
    value = raw.get("projection")
    lists: list[tuple[Path, Any]] = []
    is_object = False
    if isinstance(value, dict):
        is_object = True
        lists = [((*here, field), value[field]) for field in _LIST_FIELDS if value.get(field) is not None]
        _check_object(context, value, here)
        field = next((field for field in _TYPE_FIELDS if field in value), None)
        here, value = ((*here, field), value[field]) if field else (here, None)
        if field is None:
            found = "An object without ProjectionType"
            context.problems.add(UNKNOWN_PROJECTION, here, found=found, otherwise=_ALLOWED)
            return "", lists
    elif value is None:
        if "projection" in corrected:
            return "", lists
        if context.dialect.projection_required:
            hint = 'Add "projection": "ALL", "KEYS_ONLY" or "INCLUDE".'
            context.problems.add(MISSING_FIELD, path, what="The index", field='"projection"', empty="", hint=hint)
        return ALL, lists
    if not isinstance(value, str):
        wrong_kind(context, here, value, "text", _ALLOWED)
        return "", lists
    if value.upper() not in PROJECTIONS:
        near = did_you_mean(value, PROJECTIONS)
        listed = lists or any(raw.get(field) for field in INCLUDED_FIELDS)
        fits = near and (near == INCLUDE) == bool(listed)
        edits = [write(here, near)] if fits else []
        context.problems.add(UNKNOWN_PROJECTION, here, edits=edits, otherwise=_ALLOWED, found=shown(value, 40))
        return "", lists
    if is_object:
        context.problems.add(PROJECTION_OBJECT, (*path, "projection"), right=value.upper())
    if value not in PROJECTIONS:
        context.problems.add(LOWER_CASE_PROJECTION, here, found=shown(value), right=value.upper())
    return value.upper(), lists


def _check_object(context: Context, value: Mapping[str, Any], here: Path) -> None:
    """Report the attributes in a projection object that stand under a name that nothing reads."""
    for name, content in value.items():
        if name not in (*_TYPE_FIELDS, *_LIST_FIELDS) and isinstance(content, (list, dict)) and content:
            hint = f'Rename it to "{_LIST_FIELDS[1]}" beside "type": "INCLUDE", or remove it.'
            context.problems.add(LOST_FIELD, (*here, name), at_key=True, lost="what it says", otherwise=hint)


def _included(context: Context, value: list[Any], place: Path) -> list[str]:
    """The names in a list of projected attributes, with everything reported that each name alone tells."""
    names: list[str] = []
    for number, name in enumerate(value):
        here = (*place, number)
        if not isinstance(name, str) or not name.strip():
            wrong_kind(context, here, name, "the name of an attribute", "Write the name in double quotes.")
            continue
        check_name(context, name, here, here)
        if name in names:
            context.problems.add(INCLUDED_TWICE, here, found=shown(name), edits=[remove(here)])
        else:
            names.append(name)
    return names


def _stripped(
    context: Context, value: list[Any], names: list[str], place: Path, keys: set[str], declared: Declared, table: str
) -> tuple[str, ...]:
    """The included attributes without keys, sorted; checks that DynamoDB accepts them and that they exist."""
    if not value:
        context.problems.add(NOTHING_INCLUDED, place)
        return ()
    rest = [name for name in names if name not in keys]
    stripped = [shown(name) for name in names if name in keys]
    if not rest and stripped:
        context.problems.add(ONLY_KEYS_INCLUDED, place, **_keys_only(place))
        return ()
    if stripped:
        verb = "is" if len(stripped) == 1 else "are"
        context.problems.add(KEYS_INCLUDED, place, found=f"{', '.join(stripped)} {verb}")
    if len(rest) > MAX_INCLUDED:
        context.problems.add(TOO_MANY_INCLUDED, place, count=len(rest), limit=MAX_INCLUDED)
    if declared.types:
        for number, name in enumerate(value):
            if isinstance(name, str) and name in rest and name not in declared.types:
                _report_unknown(context, name, (*place, number), {*names, *keys}, declared, table)
    return tuple(sorted(rest))


def _keys_only(place: Path) -> dict[str, Any]:
    """What projects the same without a list: an index always has the keys."""
    if place[-1] != INCLUDED_FIELDS[0]:
        return {"hint": "Project KEYS_ONLY without a list, or list attributes that are no keys."}
    edits = [write((*place[:-1], "projection"), KEYS_ONLY), remove(place)]
    return {"edits": edits, "hint": f"{edit_words(edits)}, or list attributes that are no keys."}


def _report_unknown(context: Context, name: str, path: Path, listed: set[str], declared: Declared, table: str) -> None:
    """Report a projected attribute that no attribute declares. `listed`: those that are projected already."""
    right = near_miss(name, declared.names)
    near = right or did_you_mean(name, [one for one in declared.names if one not in listed])
    edits = [] if near is None else [remove(path) if near in listed else write(path, near)]
    if right:
        facts: dict[str, Any] = {"found": shown(name), "odd": odd_letters(name, right), "right": shown(right)}
        context.problems.add(NEAR_MISS, path, edits=edits, **facts)
        return
    hint = f"{edit_words(edits) or 'Correct the name'}, or declare the attribute."
    context.problems.add(UNKNOWN_INCLUDED, path, edits=edits, hint=hint, table=shown(table), found=shown(name))
