"""Reads one local secondary index: its name, its sort key beside the partition key of the table, its projection."""

from typing import Any

from scripts.contract.fields import check_fields
from scripts.contract.problem_collector import Path, shown
from scripts.contract.read_keys import LOCAL_INDEX, Declared, KeyPart, key_example, read_key, typed
from scripts.contract.read_name import index_name
from scripts.contract.read_projection import read_projection
from scripts.contract.rules.dynamodb import LOCAL_INDEX_SORTS_BY_TABLE_KEY
from scripts.contract.rules.form import LOCAL_PARTITION_KEY
from scripts.contract.values import Context, required
from scripts.model import Index, Keys

USUAL_NAME = "index_name"  # in every dialect: none has a field of its own for the name of a local secondary index
NAME_FIELDS = (USUAL_NAME, "name", "lsi_name")


def read_local_index(
    context: Context, raw: dict[str, Any], path: Path, declared: Declared, table: str, table_keys: Keys
) -> tuple[Index, Path]:
    """The index as far as it can be read, with the partition key of its table, and the path of its name."""
    dialect = context.dialect
    corrected = check_fields(raw, path, "local index", context.problems, long=dialect.key_objects)
    name, name_path = index_name(context, raw, path, corrected, USUAL_NAME, NAME_FIELDS)
    what = f"Index {shown(name)}" if name else "The index"
    _check_partition(context, raw, path, what, corrected, table_keys)
    used = {key.name for key in table_keys.attributes}
    sort = _sort(context, raw, path, what, corrected, [one for one in declared.possible_keys if one not in used])
    for part in sort:
        if part.name in used:
            is_partition = part.name in {key.name for key in table_keys.partition}
            word = "partition key" if is_partition else "sort key"
            context.problems.add(
                LOCAL_INDEX_SORTS_BY_TABLE_KEY,
                part.path,
                index=what,
                found=shown(part.name),
                key=word,
                field=dialect.sk,
            )
    keys = Keys(table_keys.partition, tuple(typed(context, part, declared, name or "?", used) for part in sort))
    own = {attribute.name for attribute in (*keys.attributes, *table_keys.attributes)}
    projection, included = read_projection(context, raw, path, own, declared, table, corrected)
    return Index(name, keys, projection, included), name_path


def _check_partition(
    context: Context, raw: dict[str, Any], path: Path, what: str, corrected: set[str], table_keys: Keys
) -> None:
    """The partition key need not be stated; a stated one must be that of the table."""
    field = context.dialect.pk
    if raw.get(field) is None:
        return
    parts = read_key(context, raw, field, path, of=LOCAL_INDEX, what=what, corrected=corrected)
    for part in parts:
        if table_keys.partition and part.name != table_keys.partition[0].name:
            right = shown(table_keys.partition[0].name)
            context.problems.add(
                LOCAL_PARTITION_KEY, part.path, index=what, found=shown(part.name), right=right, field=field
            )


def _sort(
    context: Context, raw: dict[str, Any], path: Path, what: str, corrected: set[str], names: list[str]
) -> tuple[KeyPart, ...]:
    field = context.dialect.sk
    if not raw.get(field):
        required(context, raw, field, path, what=what, example=key_example(context, field, names), corrected=corrected)
        return ()
    return read_key(context, raw, field, path, of=LOCAL_INDEX, what=what, corrected=corrected)
