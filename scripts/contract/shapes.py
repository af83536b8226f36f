"""Tables, indexes and keys that stand where nothing reads them, known by the shape of the value, whatever it is called."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.contract.input_limits import MAX_DEPTH
from scripts.problems import squash

TABLE, INDEX, ENTITY, KEY = "table", "index", "entity", "key"
_PLURALS = {TABLE: "tables", INDEX: "indexes", ENTITY: "entities", KEY: "keys"}

# Names as `squash` gives them: without case, spaces, `_`, `-` and `.`.
PARTITION_KEYS = frozenset(("pk", "partitionkey", "hashkey", "primarykey"))
SORT_KEYS = frozenset(("sk", "sortkey", "rangekey"))
KEY_SCHEMA = "keyschema"
KEYS = PARTITION_KEYS | SORT_KEYS | {KEY_SCHEMA}
INDEX_NAMES = frozenset(("indexname", "gsiname", "lsiname"))
_KEY_PARTS = ("", "name", "attribute", "attributename", "type", "attributetype", "datatype")
# `pk_type`, `sort_key_name`: what belongs to a key, in one text.
KEY_FACTS = frozenset(key + part for key in PARTITION_KEYS | SORT_KEYS for part in _KEY_PARTS) | {KEY_SCHEMA}
KEY_TYPES = frozenset(fact for fact in KEY_FACTS if fact.endswith("type"))
LOCAL_INDEX_WORDS = frozenset(("lsi", "local", "localindex", "localsecondaryindex", "localsecondary"))
GLOBAL_INDEX_WORDS = frozenset(("gsi", "global", "globalindex", "globalsecondaryindex", "globalsecondary"))
_TABLE_NAMES = {"table", "tablename"}
INDEX_LISTS = {
    *("gsi", "gsis", "lsi", "lsis", "indexes", "secondaryindexes"),
    *("globalsecondaryindex", "globalsecondaryindexes", "localsecondaryindex", "localsecondaryindexes"),
}
_CONTENTS = {"attributes", "entities", "attributedefinitions"}
_PROJECTIONS = {"projection", "projectiontype", "projectedattributes"}
_KEY_PART = ({"attributename", "keytype"}, {"attributename", "attributetype"})


def shape(value: Mapping[str, Any]) -> str:
    """What an object is by its fields: a table, an index, an entity, a key, or nothing of these ("")."""
    words = {squash(name) for name in value if type(name) is str and len(name) < 40}
    keys = not words.isdisjoint(KEYS)
    if not words.isdisjoint(_INDEX_NAMES_OR_NAME) and not words.isdisjoint(_CONTENTS) and keys:
        return TABLE
    if not words.isdisjoint(INDEX_NAMES) and (keys or not words.isdisjoint(_PROJECTIONS)):
        return INDEX
    if not words.isdisjoint(_TABLE_NAMES) and (keys or not words.isdisjoint(_CONTENTS | INDEX_LISTS)):
        return TABLE
    if keys and not words.isdisjoint(_CONTENTS | INDEX_LISTS):
        return TABLE
    if keys and ("name" in words or not words.isdisjoint(_PROJECTIONS)):
        return INDEX
    if "entitytype" in words and not words.isdisjoint({"attributes", "pktemplate", "sktemplate"}):
        return ENTITY
    return KEY if keys or any(part <= words for part in _KEY_PART) else ""


_INDEX_NAMES_OR_NAME = {"name", "tablename", "table"}


def shapes_in(value: Any) -> Counter[str]:
    """How many tables, indexes, entities and keys a value holds, at any depth; what they hold in turn is not counted."""
    return Counter(_shapes(value, 0))


def _shapes(value: Any, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        kind = shape(value)
        if kind:
            yield kind
            return
        for below in value.values():
            if isinstance(below, (dict, list)):
                yield from _shapes(below, depth + 1)
    elif isinstance(value, list):
        found = [kind for below in value if isinstance(below, (dict, list)) for kind in _shapes(below, depth + 1)]
        # The parts of one key are a list: [{"AttributeName": ..., "KeyType": "HASH"}, ...].
        yield from [KEY] if found and set(found) == {KEY} else found


def counted(found: Mapping[str, int]) -> str:
    """`2 tables and 1 index`."""
    parts = [f"{n} {kind if n == 1 else _PLURALS[kind]}" for kind in _PLURALS if (n := found.get(kind, 0))]
    return " and ".join((", ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else parts)


def key_schema(value: Any) -> tuple[str, str]:
    """The names of the partition and of the sort key in a list of {attribute name, key type}; "" for what it lacks."""
    names = {"hash": "", "range": ""}
    for part in value if isinstance(value, list) else ():
        fields = {squash(name): one for name, one in part.items()} if isinstance(part, dict) else {}
        name, kind = fields.get("attributename"), str(fields.get("keytype", "")).casefold()
        if isinstance(name, str) and kind in names:
            names[kind] = name
    return names["hash"], names["range"]
