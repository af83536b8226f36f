"""Reads the secondary indexes of a table: the global ones in `gsis`, the local ones in `lsis`."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from scripts.contract.findings import Path, path_text, shown
from scripts.contract.input_limits import INDEX_QUOTA, MAX_INCLUDED_PER_TABLE, MAX_LOCAL_INDEXES
from scripts.contract.read_global_index import read_global_index
from scripts.contract.read_keys import Declared
from scripts.contract.read_local_index import read_local_index
from scripts.contract.values import Context, objects
from scripts.model import Index, Keys

GLOBAL, LOCAL = "gsis", "lsis"
_HINTS = {
    GLOBAL: 'Write "gsis": [{"index_name": "GSI1", "pk": "GSI1PK"}].',
    LOCAL: 'Write "lsis": [{"index_name": "ByDate", "sk": "placed_at"}].',
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
    if len(global_) > INDEX_QUOTA:
        facts = {"table": shown(owner.name), "count": len(global_), "limit": INDEX_QUOTA}
        context.findings.add("C405", (*owner.path, GLOBAL), at_key=True, **facts)
    if local:
        _check_local(context, owner, len(local), corrected)
    _check_names(context, [*global_, *local])
    indexes, local_indexes = tuple(index for index, _ in global_), tuple(index for index, _ in local)
    _check_included(context, owner, indexes, local_indexes)
    return indexes, local_indexes


def _read(context: Context, raw: dict[str, Any], field: str, owner: Owner, read: Reader) -> Placed:
    if field not in raw:
        return []
    here = (*owner.path, field)
    if raw[field] is None:
        context.findings.add("C505", here, field=field)
        return []
    entries = objects(context, raw[field], here, _HINTS[field])
    return [read(context, entry, there, owner.declared, owner.name, owner.keys) for entry, there in entries]


def _check_local(context: Context, owner: Owner, count: int, corrected: set[str]) -> None:
    """Whether the table can have local secondary indexes, and so many; what having them means."""
    here, sort = (*owner.path, LOCAL), context.dialect.sk
    if not owner.keys.sort and sort not in corrected:
        context.findings.add("C319", here, at_key=True, table=shown(owner.name), sort=sort)
    if count > MAX_LOCAL_INDEXES:
        facts = {"table": shown(owner.name), "count": count, "limit": MAX_LOCAL_INDEXES}
        context.findings.add("C321", here, at_key=True, **facts)
    context.findings.add("C515", here, at_key=True, table=shown(owner.name))


def _check_names(context: Context, placed: Placed) -> None:
    """Global and local secondary indexes of a table share one space of names (CreateTable, IndexName)."""
    first: dict[str, Path] = {}
    for index, path in placed:
        if index.name and index.name in first:
            context.findings.add("C305", path, found=shown(index.name), first=path_text(first[index.name]))
        if index.name:
            first.setdefault(index.name, path[:-1])


def _check_included(context: Context, owner: Owner, global_: Sequence[Index], local: Sequence[Index]) -> None:
    total = sum(len(index.included) for index in (*global_, *local))
    if total > MAX_INCLUDED_PER_TABLE:
        here = (*owner.path, GLOBAL if any(index.included for index in global_) else LOCAL)
        facts = {"table": shown(owner.name), "count": total, "limit": MAX_INCLUDED_PER_TABLE}
        context.findings.add("C315", here, at_key=True, **facts)
