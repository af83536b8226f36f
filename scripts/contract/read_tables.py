"""Reads the tables of a contract, in any dialect, into the model."""

from functools import partial
from typing import Any

from scripts.contract.dialects import EXAMPLE, SUCCESSOR
from scripts.contract.document import Document
from scripts.contract.entity_keys import check_entity_keys
from scripts.contract.fields import check_fields
from scripts.contract.input_limits import NAME
from scripts.contract.lost_shapes import check_unread_key
from scripts.contract.placed_table import PlacedTable
from scripts.contract.problem_collector import Path, path_text, shown
from scripts.contract.read_attributes import read_attributes, read_entities
from scripts.contract.read_indexes import Owner, read_indexes
from scripts.contract.read_keys import TABLE, Declared, check_repeats, read_key, typed
from scripts.contract.read_name import reject_name
from scripts.contract.renaming import known_names
from scripts.contract.rules import TABLE_RULES
from scripts.contract.rules.doubts import UNEXPECTED_ENTITIES
from scripts.contract.rules.dynamodb import ILLEGAL_TABLE_NAME, REPEATED_TABLE, TABLES_DIFFER_IN_CASE
from scripts.contract.rules.form import INDEX_AS_TABLE, NO_ENTITIES, NO_KEY_NAMES, NO_TABLES, UNKNOWN_TABLE_TYPE
from scripts.contract.table_memory import TableMemory
from scripts.contract.values import Context, objects, required, text, texts, whole_number, wrong_kind
from scripts.edit import write
from scripts.model import ContractTable, Keys
from scripts.problems import did_you_mean

_NAMES = ("name", "tablename", "table", "title")
TYPES = ("single-entity", "multi-entity", "Table")


def read_tables(
    context: Context, document: Document, memory: TableMemory | None
) -> tuple[tuple[ContractTable, Path], ...]:
    """The tables of the file with their paths, in its order; everything wrong is in the problems. `memory`: has some of them."""
    dialect, value = context.dialect, document.value
    entries: list[tuple[dict[str, Any], Path]]
    if dialect.name == "C":
        entries = [(value, ())]
    else:
        tables = value
        for field in dialect.tables:
            tables = tables[field]
        hint = f'Write a list of tables, each an object with its "{dialect.table}" and "{dialect.pk}".'
        entries = objects(context, tables, dialect.tables, hint, dialect.table)
        if tables == []:
            context.problems.add(NO_TABLES, dialect.tables, found="There are no tables.", otherwise=EXAMPLE)
    found = []
    by_name: dict[str, Path] = {}
    by_folded: dict[str, str] = {}
    for raw, path in entries:
        read = partial(_table, context, raw, path)
        table, name = memory.table(read, path, document, dialect, context.problems) if memory else read()
        if name in by_name:
            where = (*path, dialect.table)
            context.problems.add(REPEATED_TABLE, where, found=shown(name), first=path_text(by_name[name]))
        elif name and name.casefold() in by_folded:
            other = by_folded[name.casefold()]
            context.problems.add(TABLES_DIFFER_IN_CASE, (*path, dialect.table), found=shown(name), other=shown(other))
        if name:
            by_name.setdefault(name, path)
            by_folded.setdefault(name.casefold(), name)
        if table:
            found.append((table, path))
    return tuple(found)


def _table(context: Context, raw: dict[str, Any], path: Path) -> tuple[ContractTable | None, str]:
    """The table, as far as it can be read (None when it is none), and its name ("" when it has none)."""
    dialect = context.dialect
    if raw.get("type") == "GSI":
        context.problems.add(INDEX_AS_TABLE, (*path, "type"))
        return None, ""
    corrected = check_fields(raw, path, "table", context.problems, long=dialect.key_objects)
    name = required(
        context,
        raw,
        dialect.table,
        path,
        what="The table",
        example=f'"{dialect.table}", its name',
        corrected=corrected,
        others=_NAMES,
    )
    if name and not NAME.fullmatch(name):
        reject_name(context, ILLEGAL_TABLE_NAME, name, (*path, dialect.table))
    label = shown(name) if name else path_text(path) or "of this file"
    _check_type(context, raw, path, label, corrected)
    declared = Declared()
    attributes = read_attributes(context, raw, path, declared)
    entities = read_entities(context, raw, path, declared, name)
    keys = _keys(context, raw, path, declared, label, corrected)
    indexes, local_indexes = read_indexes(context, raw, Owner(name, path, keys, declared), corrected)
    parts = [
        key.name for one in (keys, *(index.keys for index in (*indexes, *local_indexes))) for key in one.attributes
    ]
    check_entity_keys(context, raw, path, parts)
    satisfies = texts(context, raw, "satisfies", path, '["AP1", "AP2"]')
    item_size = whole_number(context, raw, dialect.item_size, path, minimum=1)
    item_count = whole_number(context, raw, "item_count", path, minimum=0)
    source = ", ".join(texts(context, raw, "source_tables", path, '["users"]')) or text(
        context, raw, "source_table", path
    )
    table = ContractTable(
        name=name,
        keys=keys,
        indexes=indexes,
        local_indexes=local_indexes,
        entities=entities,
        attributes=attributes,
        satisfies=satisfies,
        source_table=source,
        item_size_bytes=item_size,
        item_count=item_count,
    )
    context.problems.check(TABLE_RULES, PlacedTable(table, dialect), path)
    return table, name


def _check_type(context: Context, raw: dict[str, Any], path: Path, label: str, corrected: set[str]) -> None:
    if context.dialect is SUCCESSOR:
        return
    kind = raw.get("type")
    has_entities = bool(raw.get("entities"))
    if kind is not None and not isinstance(kind, str):
        wrong_kind(context, (*path, "type"), kind, "text", 'Write "single-entity" or "multi-entity".')
    elif kind is not None and kind not in TYPES:
        allowed = '"single-entity", or "multi-entity" for a table with "entities"'
        near = did_you_mean(kind, TYPES[:2])
        fits = near == ("multi-entity" if has_entities else "single-entity")
        edits = [write((*path, "type"), near)] if fits else []
        hint = f"Write {allowed}."
        context.problems.add(UNKNOWN_TABLE_TYPE, (*path, "type"), edits=edits, otherwise=hint, found=shown(kind, 40))
    elif kind == "multi-entity" and not has_entities and "entities" not in corrected:
        context.problems.add(NO_ENTITIES, (*path, "type"), table=label)
    elif kind == "single-entity" and has_entities:
        edit = write((*path, "type"), "multi-entity")
        context.problems.add(UNEXPECTED_ENTITIES, (*path, "type"), table=label, edits=[edit])


def _keys(
    context: Context, raw: dict[str, Any], path: Path, declared: Declared, label: str, corrected: set[str]
) -> Keys:
    dialect = context.dialect
    if dialect.pk not in raw and dialect.pk not in corrected and _has_templates(raw):
        known = known_names(declared.possible_keys)
        context.problems.add(NO_KEY_NAMES, path, table=label, known=f": {known}" if known else "")
        return Keys(())
    what = f"Table {label}"
    if dialect.pk not in corrected:
        corrected |= check_unread_key(raw, path, dialect.pk, declared.possible_keys, context.problems)
    partition = read_key(
        context, raw, dialect.pk, path, of=TABLE, what=what, corrected=corrected, names=declared.possible_keys
    )
    sort = read_key(context, raw, dialect.sk, path, of=TABLE, what=what, corrected=corrected)
    check_repeats(context, (*partition, *sort))
    if dialect.sk not in corrected:
        check_unread_key(raw, path, dialect.sk, declared.types, context.problems)
    parts = {part.name for part in (*partition, *sort)}
    return Keys(
        tuple(typed(context, part, declared, taken=parts) for part in partition),
        tuple(typed(context, part, declared, taken=parts) for part in sort),
    )


def _has_templates(raw: dict[str, Any]) -> bool:
    entities = raw.get("entities")
    places = [raw, *(entities if isinstance(entities, list) else [])]
    return any(isinstance(place, dict) and ("pk_template" in place or "sk_template" in place) for place in places)
