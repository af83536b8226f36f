"""Reads one global secondary index: its name, keys and projection."""

from typing import Any

from scripts.contract.fields import check_fields
from scripts.contract.lost_shapes import check_unread_key
from scripts.contract.problem_collector import Path, shown
from scripts.contract.read_keys import GLOBAL_INDEX, Declared, check_repeats, read_key, typed
from scripts.contract.read_name import index_name
from scripts.contract.read_projection import read_projection
from scripts.contract.rules.doubts import SAME_PARTITION_KEY
from scripts.contract.values import Context
from scripts.model import Index, Keys

NAME_FIELDS = ("index_name", "name", "gsi_name")


def read_global_index(
    context: Context, raw: dict[str, Any], path: Path, declared: Declared, table: str, table_keys: Keys
) -> tuple[Index, Path]:
    """The index as far as it can be read, and the path of its name."""
    dialect = context.dialect
    corrected = check_fields(raw, path, "index", context.problems, long=dialect.key_objects)
    name, name_path = index_name(context, raw, path, corrected, dialect.index_name, NAME_FIELDS)
    what = f"Index {shown(name)}" if name else "The index"
    own_key = {key.name for key in table_keys.partition}
    can_be = [attribute for attribute in declared.possible_keys if attribute not in own_key]
    corrected |= (
        check_unread_key(raw, path, dialect.pk, can_be, context.problems) if dialect.pk not in corrected else set()
    )
    partition = read_key(context, raw, dialect.pk, path, of=GLOBAL_INDEX, what=what, corrected=corrected, names=can_be)
    sort = read_key(context, raw, dialect.sk, path, of=GLOBAL_INDEX, what=what, corrected=corrected)
    check_repeats(context, (*partition, *sort))
    if dialect.sk not in corrected:
        check_unread_key(raw, path, dialect.sk, declared.types, context.problems)
    parts = {part.name for part in (*partition, *sort)}
    keys = Keys(
        tuple(typed(context, part, declared, name or "?", parts | own_key) for part in partition),
        tuple(typed(context, part, declared, name or "?", parts) for part in sort),
    )
    if partition and [part.name for part in keys.partition] == [p.name for p in table_keys.partition]:
        context.problems.add(SAME_PARTITION_KEY, partition[0].path, index=shown(name), found=shown(partition[0].name))
    own = {attribute.name for attribute in (*keys.attributes, *table_keys.attributes)}
    projection, included = read_projection(context, raw, path, own, declared, table, corrected)
    return Index(name, keys, projection, included), name_path
