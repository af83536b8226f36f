"""Where a table, an index or a key that stands where nothing reads it is moved, as far as its value says so."""

from collections.abc import Mapping
from typing import Any

from scripts.contract.problem_collector import Path
from scripts.contract.renaming import key_name
from scripts.contract.shapes import INDEX, KEY, PARTITION_KEYS, SORT_KEYS, TABLE, key_schema, shape
from scripts.edit import END, Edit, insert, move, remove, rename
from scripts.problems import squash


def relocation(value: Any, raw: Mapping[str, Any], here: Path, scope: str, long: bool) -> list[Edit]:
    """The edits that write a value, which is in object `raw` at `here`, where it is read; none where that is not clear."""
    kinds = {shape(one) if isinstance(one, dict) else "" for one in _entries(value)}
    if kinds == {TABLE}:
        return _into(_tables(here, scope, long), value, here)
    if kinds == {INDEX} and (table := _table(raw, here, scope, long)):
        path, fields = table
        local = "lsi" in squash(str(here[-1])) or "local" in squash(str(here[-1]))
        return _into_field(path, fields, "lsis" if local else "gsis", value, here)
    if scope in (TABLE, "index", "local index") and not long and (KEY in kinds or isinstance(value, list)):
        return _key(value, raw, here)
    return []


def declared_type(key: Any, table: Mapping[str, Any]) -> str:
    """The type that the attributes of a table declare for its key; "" where they do not, or where they differ."""
    entities = table.get("entities")
    places = [table, *(one for one in (entities if isinstance(entities, list) else ()) if isinstance(one, dict))]
    lists = [place["attributes"] for place in places if isinstance(place.get("attributes"), list)]
    found = {str(one.get("type")) for each in lists for one in each if isinstance(one, dict) and one.get("name") == key}
    return found.pop() if len(found) == 1 else ""


def _entries(value: Any) -> list[Any]:
    """What is moved one by one: the entries of a list, the object itself, or the values of an object of such objects."""
    if isinstance(value, list):
        return value
    return [value] if shape(value) or not value else list(value.values())


def _tables(here: Path, scope: str, long: bool) -> Path | None:
    """The list of the tables of the file; None where the file is one table."""
    if scope == "root":
        return ("table_definitions" if long else "tables",)
    if here[0] in ("tables", "table_definitions"):
        return here[:1]
    return () if isinstance(here[0], int) else None


def _table(raw: Mapping[str, Any], here: Path, scope: str, long: bool) -> tuple[Path, Mapping[str, Any]] | None:
    """The table whose index it must be, with its path: the one that it stands in, or the only one of the file."""
    if scope == TABLE:
        return here[:-1], raw
    tables = raw.get("table_definitions" if long else "tables") if scope == "root" else None
    if isinstance(tables, list) and len(tables) == 1 and isinstance(tables[0], dict):
        return ("table_definitions" if long else "tables", 0), tables[0]
    return None


def _into_field(path: Path, fields: Mapping[str, Any], field: str, value: Any, here: Path) -> list[Edit]:
    if isinstance(fields.get(field), list):
        return _into((*path, field), value, here)
    if isinstance(value, list):
        return [rename(here, field)] if path == here[:-1] else [move(here, (*path, field))]
    return [remove(here), insert((*path, field), _entries(value))]


def _into(target: Path | None, value: Any, here: Path) -> list[Edit]:
    """Each entry goes behind those of a list, and what held them goes away."""
    if target is None:
        return []
    if isinstance(value, list):
        return [*(move((*here, 0), (*target, END)) for _ in value), remove(here)]
    if shape(value):
        return [move(here, (*target, END))]
    return [*(move((*here, name), (*target, END)) for name in value), remove(here)]


def _key(value: Any, raw: Mapping[str, Any], here: Path) -> list[Edit]:
    """The keys of a key schema, unless they contradict those that stand there."""
    stated = dict(zip(("pk", "sk"), key_schema(value), strict=True))
    word = squash(str(here[-1]))
    if name := key_name(value):
        stated["pk" if word in PARTITION_KEYS else "sk" if word in SORT_KEYS else ""] = name
    elif isinstance(value, dict) and value.keys() <= stated.keys():
        stated |= {field: one for field, one in value.items() if isinstance(one, str)}
    if stated["sk"] and word in SORT_KEYS and raw.get("pk"):
        stated["pk"] = str(raw["pk"])
    if not stated["pk"] or any(name and raw.get(field) not in (None, "", name) for field, name in stated.items()):
        return []
    missing = {field: name for field, name in stated.items() if field and name and raw.get(field) != name}
    return [remove(here), *(insert((*here[:-1], field), name) for field, name in missing.items())]
