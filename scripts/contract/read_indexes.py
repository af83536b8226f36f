"""Reads the global secondary indexes of a table: names, keys and projections."""

from collections.abc import Mapping
from typing import Any

from scripts.contract.fields import check_fields
from scripts.contract.findings import Path, meant, path_text, shown
from scripts.contract.limits import INDEX_QUOTA, MAX_INCLUDED, MAX_INCLUDED_PER_TABLE, NAME
from scripts.contract.names import reject_name
from scripts.contract.read_keys import Declared, check_name, check_repeats, read_key, typed
from scripts.contract.values import Context, objects, required, wrong_kind
from scripts.model import ALL, INCLUDE, PROJECTIONS, Index, Keys

NAME_FIELDS = ("index_name", "name", "gsi_name")
INCLUDED_FIELDS = ("projected_attributes", "non_key_attributes", "projection_attributes", "included_attributes")
_TYPE_FIELDS = ("ProjectionType", "projection_type", "type")
_LIST_FIELDS = ("NonKeyAttributes", "non_key_attributes", "attributes")


def read_indexes(
    context: Context, raw: Mapping[str, Any], path: Path, declared: Declared, table: str, table_keys: Keys
) -> tuple[Index, ...]:
    """The indexes in field `gsis` of a table, as far as they can be read."""
    if "gsis" not in raw:
        return ()
    here = (*path, "gsis")
    if raw["gsis"] is None:
        context.findings.add("C505", here)
        return ()
    found: list[Index] = []
    first: dict[str, Path] = {}
    hint = 'Write "gsis": [{"index_name": "GSI1", "pk": "GSI1PK"}].'
    entries = objects(context, raw["gsis"], here, hint)
    for entry, there in entries:
        index, name_path = _index(context, entry, there, declared, table_keys, table)
        if index.name and index.name in first:
            context.findings.add("C305", name_path, found=shown(index.name), first=path_text(first[index.name]))
        if index.name:
            first.setdefault(index.name, there)
        found.append(index)
    if len(entries) > INDEX_QUOTA:
        context.findings.add("C405", here, at_key=True, table=shown(table), count=len(entries), limit=INDEX_QUOTA)
    total = sum(len(index.included) for index in found)
    if total > MAX_INCLUDED_PER_TABLE:
        facts = {"table": shown(table), "count": total, "limit": MAX_INCLUDED_PER_TABLE}
        context.findings.add("C315", here, at_key=True, **facts)
    return tuple(found)


def _index(
    context: Context, raw: dict[str, Any], path: Path, declared: Declared, table_keys: Keys, table: str
) -> tuple[Index, Path]:
    dialect = context.dialect
    corrected = check_fields(raw, path, "index", context.findings, long=dialect.key_objects)
    name, name_path = _name(context, raw, path, corrected)
    what = f"Index {shown(name)}" if name else "The index"
    partition = read_key(context, raw, dialect.pk, path, index=True, what=what, corrected=corrected)
    sort = read_key(context, raw, dialect.sk, path, index=True, what=what, corrected=corrected)
    check_repeats(context, (*partition, *sort))
    keys = Keys(
        tuple(typed(context, part, declared, name or "?") for part in partition),
        tuple(typed(context, part, declared, name or "?") for part in sort),
    )
    if partition and [part.name for part in keys.partition] == [p.name for p in table_keys.partition]:
        context.findings.add("C404", partition[0].path, index=shown(name), found=shown(partition[0].name))
    own = {attribute.name for attribute in (*keys.attributes, *table_keys.attributes)}
    projection, included = _projection(context, raw, path, own, declared, table, corrected)
    return Index(name, keys, projection, included), name_path


def _name(context: Context, raw: Mapping[str, Any], path: Path, corrected: set[str]) -> tuple[str, Path]:
    usual = context.dialect.index_name
    field = next((field for field in (usual, *NAME_FIELDS) if raw.get(field) is not None), usual)
    name = required(context, raw, field, path, what="The index", example=f'"{usual}": "GSI1"', corrected=corrected)
    here = (*path, field)
    if field not in (usual, "index_name"):
        context.findings.add("C504", here, at_key=True, found=field)
    if name and not NAME.fullmatch(name):
        reject_name(context, "C302", name, here)
    return name, here


def _projection(
    context: Context,
    raw: Mapping[str, Any],
    path: Path,
    keys: set[str],
    declared: Declared,
    table: str,
    corrected: set[str],
) -> tuple[str, tuple[str, ...]]:
    """The projection and the sorted attributes it includes."""
    projection, lists = _projection_type(context, raw, path, corrected)
    for field in INCLUDED_FIELDS:
        if raw.get(field) is not None:
            if field != INCLUDED_FIELDS[0]:
                context.findings.add("C508", (*path, field), at_key=True, found=field)
            lists.append(((*path, field), raw[field]))
    if len(lists) > 1:
        names = " and ".join(path_text(place[len(path) :]) for place, _ in lists)
        context.findings.add("C216", lists[1][0], at_key=True, found=names)
        return projection or ALL, ()
    place, value = lists[0] if lists else ((*path, "projection"), [])
    if not isinstance(value, list):
        wrong_kind(context, place, value, "a list", f'Write "{INCLUDED_FIELDS[0]}": ["email"].')
        return projection or ALL, ()
    names = _included(context, value, place)
    if projection == INCLUDE:
        return INCLUDE, _stripped(context, value, names, place, keys, declared, table)
    if projection and value:
        count = "1 attribute is" if len(value) == 1 else f"{len(value)} attributes are"
        default = "" if raw.get("projection") is not None else " (as none is given)"
        context.findings.add("C316", place, at_key=True, projection=projection, default=default, count=count)
    return projection or ALL, ()


def _projection_type(
    context: Context, raw: Mapping[str, Any], path: Path, corrected: set[str]
) -> tuple[str, list[tuple[Path, Any]]]:
    """The projection ("" when it could not be read), and a list of attributes inside a projection object."""
    here, value = (*path, "projection"), raw.get("projection")
    lists: list[tuple[Path, Any]] = []
    is_object = isinstance(value, dict)
    if is_object:
        lists = [((*here, field), value[field]) for field in _LIST_FIELDS if value.get(field) is not None]
        field = next((field for field in _TYPE_FIELDS if field in value), None)
        here, value = ((*here, field), value[field]) if field else (here, None)
        if field is None:
            context.findings.add("C213", here, found="An object without ProjectionType", meant="")
            return "", lists
    elif value is None:
        if "projection" in corrected:
            return "", lists
        if context.dialect.projection_required:
            facts = {"what": "The index", "field": '"projection"', "empty": "", "example": '"projection": "ALL"'}
            context.findings.add("C206", path, **facts)
        return ALL, lists
    if not isinstance(value, str):
        hint = "Write ALL, KEYS_ONLY or INCLUDE in double quotes."
        wrong_kind(context, here, value, "text", hint)
        return "", lists
    if value.upper() not in PROJECTIONS:
        context.findings.add("C213", here, found=shown(value, 40), meant=meant(value, PROJECTIONS))
        return "", lists
    if is_object:
        context.findings.add("C507", (*path, "projection"), right=value.upper())
    if value not in PROJECTIONS:
        context.findings.add("C506", here, found=shown(value), right=value.upper())
    return value.upper(), lists


def _included(context: Context, value: list[Any], place: Path) -> list[str]:
    """The names in a list of projected attributes, with everything reported that each name alone tells."""
    names: list[str] = []
    for number, name in enumerate(value):
        here = (*place, number)
        if not isinstance(name, str) or not name.strip():
            wrong_kind(context, here, name, "the name of an attribute", "Write the name in double quotes.")
            continue
        check_name(context, name, here)
        if name in names:
            context.findings.add("C317", here, found=shown(name))
        else:
            names.append(name)
    return names


def _stripped(
    context: Context, value: list[Any], names: list[str], place: Path, keys: set[str], declared: Declared, table: str
) -> tuple[str, ...]:
    """The included attributes without keys, sorted; checks that DynamoDB accepts them and that they exist."""
    if not value:
        context.findings.add("C313", place)
        return ()
    rest = [name for name in names if name not in keys]
    stripped = [shown(name) for name in names if name in keys]
    if not rest and stripped:
        context.findings.add("C318", place)
        return ()
    if stripped:
        verb = "is" if len(stripped) == 1 else "are"
        context.findings.add("C512", place, found=f"{', '.join(stripped)} {verb}")
    if len(rest) > MAX_INCLUDED:
        context.findings.add("C314", place, count=len(rest), limit=MAX_INCLUDED)
    if declared.types:
        for number, name in enumerate(value):
            if isinstance(name, str) and name in rest and name not in declared.types:
                near = meant(name, declared.names)
                facts = {"table": shown(table), "found": shown(name), "meant": near}
                context.findings.add("C408", (*place, number), **facts)
    return tuple(sorted(rest))
