"""Reads the secondary indexes of a table: the global ones in `gsis`, the local ones in `lsis`."""

from collections.abc import Callable
from typing import Any, NamedTuple

from scripts.contract.problem_collector import Path, path_text, shown
from scripts.contract.read_global_index import read_global_index
from scripts.contract.read_keys import Declared
from scripts.contract.read_local_index import read_local_index
from scripts.contract.rules.dynamodb import (
    LOCAL_INDEX_WITHOUT_SORT_KEY,
    REPEATED_INDEX,
)
from scripts.contract.rules.notes import NULL_INDEXES
from scripts.contract.values import Context, objects
from scripts.model import Index, Keys

GLOBAL, LOCAL = "gsis", "lsis"
_HINTS = {
    GLOBAL: 'Write a list of indexes, each an object with its "index_name" and "pk".',
    LOCAL: 'Write a list of indexes, each an object with its "index_name" and "sk".',
}


class Owner(NamedTuple):
    """The table whose indexes are read: its name, where it stands, its keys, and the attributes that it declares."""

    name: str
    path: Path
    keys: Keys
    declared: Declared


Reader = Callable[[Context, dict[str, Any], Path, Declared, str, Keys], tuple[Index, Path]]
Placed = list[tuple[Index, Path]]  # each index with the path of its name


def read_indexes(
    context: Context, raw: dict[str, Any], owner: Owner, corrected: set[str]
) -> tuple[tuple[Index, ...], tuple[Index, ...]]:
    """The global and the local secondary indexes of a table, as far as they can be read.

    `corrected` holds fields of the table that a misspelt field stands for.
    """
    global_ = _read(context, raw, GLOBAL, owner, read_global_index)
    local = _read(context, raw, LOCAL, owner, read_local_index)
    sort = context.dialect.sk
    if local and not owner.keys.sort and sort not in corrected:
        path = (*owner.path, LOCAL)
        context.problems.add(LOCAL_INDEX_WITHOUT_SORT_KEY, path, at_key=True, table=shown(owner.name), sort=sort)
    _check_names(context, [*global_, *local])
    return tuple(index for index, _ in global_), tuple(index for index, _ in local)


def _read(context: Context, raw: dict[str, Any], field: str, owner: Owner, read: Reader) -> Placed:
    if field not in raw:
        return []
    here = (*owner.path, field)
    if raw[field] is None:
        context.problems.add(NULL_INDEXES, here, field=field)
        return []
    name = context.dialect.index_name if field == GLOBAL else "index_name"
    entries = objects(context, raw[field], here, _HINTS[field], name)
    return [read(context, entry, there, owner.declared, owner.name, owner.keys) for entry, there in entries]


def _check_names(context: Context, placed: Placed) -> None:
    """Global and local secondary indexes of a table share one space of names (CreateTable, IndexName)."""
    first: dict[str, Path] = {}
    for index, path in placed:
        if index.name and index.name in first:
            context.problems.add(REPEATED_INDEX, path, found=shown(index.name), first=path_text(first[index.name]))
        if index.name:
            first.setdefault(index.name, path[:-1])
