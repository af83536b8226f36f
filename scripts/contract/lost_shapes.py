"""Reports tables, indexes and keys in fields that nothing reads, and says where to write them."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from scripts.contract.problem_collector import Path, ProblemCollector, shown
from scripts.contract.relocation import declared_type, relocation
from scripts.contract.renaming import Renaming, renaming
from scripts.contract.rules.form import INDEX_AS_TABLE, INDEX_OF_OTHER_KIND, LOST_KEY_TYPE, LOST_SHAPE
from scripts.contract.shapes import (
    ENTITY,
    GLOBAL_INDEX_WORDS,
    INDEX,
    INDEX_LISTS,
    INDEX_NAMES,
    KEY,
    KEY_FACTS,
    KEY_SCHEMA,
    KEY_TYPES,
    LOCAL_INDEX_WORDS,
    PARTITION_KEYS,
    TABLE,
    counted,
    key_schema,
    shapes_in,
)
from scripts.edit import remove
from scripts.problems import squash
from scripts.text.edit_words import edit_words

# In what else holds fields of its own, a key can be the value of a key: a table or an index is meant as one everywhere.
_WITHOUT_KEYS = ("access pattern", "lineage")
_LIKE_A_KEY = re.compile("key|sort|range|^sk", re.IGNORECASE)
_LIKE_A_PARTITION_KEY = re.compile("hash|partition|key|keyname|keyattribute|hashattribute|partitionattribute|on|by")
_INDEXES = ("index", "local index")


def check_shape(
    name: str, value: Any, raw: Mapping[str, Any], path: Path, scope: str, problems: ProblemCollector, long: bool
) -> set[str]:
    """Report what field `name` of `raw`, which nothing reads, would lose; gives the fields that it stands for.

    `scope` and `long`: see `check_fields`; or the scope is `access pattern` or `lineage`.
    """
    here = (*path, name)
    if isinstance(value, (dict, list)):
        found = shapes_in(value)
        if scope in _WITHOUT_KEYS:
            del found[KEY]
        if found:
            edits = relocation(value, raw, here, scope, long)
            hint = _hint(name, value, raw, found, scope, long)
            lost = counted(found)
            problems.add(LOST_SHAPE, here, at_key=True, found=name[:60], lost=lost, edits=edits, otherwise=hint)
            return _keys(long) if set(found) == {KEY} and scope in (TABLE, *_INDEXES) else set()
    flag = value is True and scope in _INDEXES  # `"local": true` says what kind of index it is
    if scope == "root" and value and squash(name) in INDEX_LISTS:
        hint = 'Write each index, an object, into "gsis" or "lsis" of its table.'
        problems.add(LOST_SHAPE, here, at_key=True, found=name[:60], lost="what it says of indexes", otherwise=hint)
    if not value or (isinstance(value, (bool, int, float)) and not flag) or scope in _WITHOUT_KEYS:
        return set()
    return _check_word(squash(name), value, raw, here, scope, problems, long)


def check_unread_key(
    raw: Mapping[str, Any], path: Path, right: str, names: Collection[str], problems: ProblemCollector
) -> set[str]:
    """Report a text that nothing reads, where there is no key in field `right`, when the field is called like such a key
    and its value like one of the attributes `names`; gives the field that it stands for.
    """
    if raw.get(right):
        return set()
    partition = right in ("pk", "partition_key")
    has_partition = partition or bool(raw.get("pk" if right == "sk" else "partition_key"))
    for name, value in raw.items():
        first = bool(_LIKE_A_PARTITION_KEY.fullmatch(squash(name)))
        like = first if partition else _like_a_key(name) and (has_partition or not first)
        if isinstance(value, str) and value in names and name != right and like:
            how = renaming(raw, path, name, right)
            hint = f"{edit_words(how.edits) or how.hint.rstrip('.')}; if it is something else, give it another name."
            problems.add(
                LOST_SHAPE, (*path, name), at_key=True, found=name[:60], lost="1 key", edits=how.edits, hint=hint
            )
            if partition:
                return {right}
    return set()


def _like_a_key(name: str) -> bool:
    """Whether a field is called like a key; what is told by its name alone, and what is that of a source, is not."""
    others = name.startswith(("pk_", "sk_", "partition", "source")) or squash(name) in KEY_FACTS
    return bool(_LIKE_A_KEY.search(name)) and not others


def _check_word(
    word: str, value: Any, raw: Mapping[str, Any], here: Path, scope: str, problems: ProblemCollector, long: bool
) -> set[str]:
    """What one text under a name of its own may say about a key or an index."""
    partition, sort = sorted(_keys(long))
    found = str(here[-1])[:60]
    if word in KEY_TYPES:
        field = partition if any(word.startswith(key) for key in PARTITION_KEYS) else sort
        edits = [remove(here)] if declared_type(raw.get(field), raw) == value else []
        hint = "Decide which is right: remove this, or declare the attribute with this type and remove this."
        problems.add(LOST_KEY_TYPE, here, at_key=True, found=found, edits=edits, otherwise=hint)
    elif word == KEY_SCHEMA:
        where = f'in "{partition}" and "{sort}"' + (f" of this {scope}" if scope in (TABLE, *_INDEXES) else "")
        problems.add(LOST_SHAPE, here, at_key=True, found=found, lost="1 key", otherwise=f"Write the key {where}.")
        return {partition, sort}
    elif word in KEY_FACTS:
        right = partition if any(word.startswith(key) for key in PARTITION_KEYS) else sort
        how = Renaming(hint=f'Move it into the table or index whose key it is, as "{right}".')
        if scope in (TABLE, *_INDEXES):
            how = renaming(raw, here[:-1], str(here[-1]), right)
        elif scope == ENTITY and isinstance(value, str) and not long:
            how = renaming(raw, here[:-1], str(here[-1]), f"{right[:2]}_template")
        problems.add(LOST_SHAPE, here, at_key=True, found=found, lost="1 key", edits=how.edits, otherwise=how.hint)
        return {right}
    elif scope == TABLE and word in INDEX_NAMES:
        problems.add(INDEX_AS_TABLE, here, at_key=True)
    elif scope in _INDEXES and (isinstance(value, str) or value is True):
        other = LOCAL_INDEX_WORDS if scope == "index" else GLOBAL_INDEX_WORDS
        if (squash(value) if isinstance(value, str) else word.removeprefix("is")) in other:
            kinds = ("local", "gsis", "lsis") if scope == "index" else ("global", "lsis", "gsis")
            facts: dict[str, Any] = dict(zip(("kind", "list", "right"), kinds, strict=True))
            problems.add(INDEX_OF_OTHER_KIND, here, at_key=True, found=shown(value, 40), **facts)
    return set()


def _hint(name: str, value: Any, raw: Mapping[str, Any], found: Mapping[str, int], scope: str, long: bool) -> str:
    """Where what was found is written; never which attribute is the key, unless the value says so."""
    tables, keys = "table_definitions" if long else "tables", sorted(_keys(long))
    if found.keys() & {TABLE}:
        return f'Move each table into "{tables}".'
    if found.keys() & {INDEX}:
        local = "lsi" in squash(name) or "local" in squash(name)
        of = "of this table" if scope == TABLE else "of the table that it belongs to"
        return f'Move each index into "{"lsis" if local else "gsis"}" {of}.'
    if found.keys() & {ENTITY}:
        return 'Move each entity into "entities" of its table.'
    partition, sort = key_schema(value)
    if partition and not long:
        written = f'"{keys[0]}": {shown(partition)}' + (f', "{keys[1]}": {shown(sort)}' if sort else "")
        return f"Decide which is the key, that of {shown(keys[0])} and {shown(keys[1])} or {written}, and remove this."
    if scope == TABLE and raw.get(keys[0]):
        return f'Decide what it is: an index goes into "gsis", with a name; a key into "{keys[0]}" and "{keys[1]}".'
    whose = "of this " + ("table" if scope == TABLE else "index") if scope in (TABLE, *_INDEXES) else "of its table"
    return f'Write the key in "{keys[0]}" and "{keys[1]}" {whose}, and remove this.'


def _keys(long: bool) -> set[str]:
    return {"partition_key", "sort_key"} if long else {"pk", "sk"}
