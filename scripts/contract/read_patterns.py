"""Reads access patterns, and checks that the tables satisfy them."""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.contract.pattern_fields import ID, INDEX, RATE, TABLE, check_pattern_fields, first_stated
from scripts.contract.problem_collector import Path, shown
from scripts.contract.rules.doubts import UNSATISFIED_PATTERN
from scripts.contract.rules.form import MISSING_FIELD
from scripts.contract.rules.notes import OUT_OF_SCOPE
from scripts.contract.values import Context, number, report_unknown_kind, text, whole_number, wrong_kind
from scripts.edit import write
from scripts.model import AccessPattern, ContractTable
from scripts.operations import OPERATIONS
from scripts.patterns_of import names_of, split_identity, subjects
from scripts.problems import did_you_mean
from scripts.text.edit_words import edit_words

_FIELD = "access_patterns"


def read_patterns(context: Context, root: Any, tables: Sequence[ContractTable]) -> tuple[AccessPattern, ...]:
    """The access patterns of the file, those that are in scope; what no table satisfies is reported."""
    value = root.get(_FIELD) if isinstance(root, dict) else None
    if value is None:
        return ()
    if not isinstance(value, list):
        fitting = [value] if isinstance(value, str) else None
        wrong_kind(context, (_FIELD,), value, "a list", 'Write a list, such as ["AP1: get a user by id"].', fitting)
        return ()
    satisfied = _satisfied(tables)
    by_name = {table.name: table for table in tables}
    found: list[AccessPattern] = []
    for number_, entry in enumerate(value):
        path = (_FIELD, number_)
        if isinstance(entry, dict) and entry.get("in_scope") is False:
            context.problems.add(OUT_OF_SCOPE, (*path, "in_scope"), found=shown(first_stated(entry, ID)[1], 30))
            continue
        pattern = _pattern(context, entry, path)
        if pattern:
            found.append(_placed(context, pattern, entry, path, by_name, satisfied))
    return tuple(found)


def named_place(root: Any, path: Path) -> Path:
    """The place of an access pattern with its id for its position in the list; any other place as it is."""
    if not isinstance(root, dict) or len(path) != 2 or path[0] != _FIELD or not isinstance(path[1], int):
        return path
    entry = root[_FIELD][path[1]]
    identity = first_stated(entry, ID)[1] if isinstance(entry, dict) else split_identity(str(entry))[0] or entry
    return (_FIELD, str(identity))


def _pattern(context: Context, entry: Any, path: Path) -> AccessPattern | None:
    if isinstance(entry, str):
        id, words = split_identity(entry)
        return AccessPattern(id, words) if id else AccessPattern(entry)
    if not isinstance(entry, dict):
        wrong_kind(context, path, entry, "an object or text", 'Write "AP1: get a user by id".')
        return None
    check_pattern_fields(entry, path, context.problems)
    identity = first_stated(entry, ID)[1]
    if isinstance(identity, (int, float)) and not isinstance(identity, bool):
        identity = str(identity)
    if not isinstance(identity, str) or not identity.strip():
        facts: dict[str, Any] = {"field": f'"{ID[0]}"', "hint": f'Add "{ID[0]}", by which the tables name it.'}
        context.problems.add(MISSING_FIELD, path, what="The access pattern", empty="", **facts)
        return None
    operation = text(context, entry, "operation", path)
    if operation and operation not in OPERATIONS:
        found = f"{shown(operation, 40)} is no known operation"
        report_unknown_kind(context, operation, OPERATIONS, (*path, "operation"), found)
        operation = ""
    rate_field = first_stated(entry, RATE)[0]
    return AccessPattern(
        id=identity,
        description=text(context, entry, "description", path),
        operation=operation,
        table=text(context, entry, first_stated(entry, TABLE)[0], path),
        index=text(context, entry, first_stated(entry, INDEX)[0], path),
        requests_per_second=number(context, entry, rate_field, path, minimum=0),
        item_size_bytes=whole_number(context, entry, "item_size_bytes", path, minimum=1),
    )


def _placed(
    context: Context,
    pattern: AccessPattern,
    entry: Any,
    path: Path,
    tables: Mapping[str, ContractTable],
    satisfied: frozenset[str],
) -> AccessPattern:
    """The pattern; without table and index when they do not exist, so that nothing is built for them."""
    label = shown(pattern.id, 40)
    if pattern.table and pattern.table not in tables:
        near = did_you_mean(pattern.table, tables)
        found = f"Access pattern {label} uses table {shown(pattern.table, 60)}, which does not exist."
        place = (*path, first_stated(entry, TABLE)[0])
        context.problems.add(UNSATISFIED_PATTERN, path, found=found, **_corrected(place, near, "add the table"))
    elif pattern.table and pattern.index and pattern.index not in _index_names(tables[pattern.table]):
        near = did_you_mean(pattern.index, _index_names(tables[pattern.table]))
        where = f"index {shown(pattern.index, 60)} of table {shown(pattern.table, 60)}"
        found = f"Access pattern {label} uses {where}, which does not exist."
        place = (*path, first_stated(entry, INDEX)[0])
        context.problems.add(UNSATISFIED_PATTERN, path, found=found, **_corrected(place, near, "add the index"))
    elif pattern.table or not names_of(pattern).isdisjoint(satisfied):
        return pattern
    else:
        found = f"No table satisfies access pattern {label}."
        hint = 'Add it to "satisfies" of the table that serves it, or remove it from the list.'
        context.problems.add(UNSATISFIED_PATTERN, path, found=found, hint=hint)
    return AccessPattern(
        pattern.id,
        pattern.description,
        pattern.operation,
        requests_per_second=pattern.requests_per_second,
        item_size_bytes=pattern.item_size_bytes,
    )


def _corrected(place: Path, near: str | None, otherwise: str) -> dict[str, Any]:
    """What a problem is told of a name that means nothing: what to write in its place, and what else can be done."""
    if near is None:
        return {"hint": f"Correct the name, or {otherwise}."}
    edits = [write(place, near)]
    return {"edits": edits, "hint": f"{edit_words(edits)} in {shown(place[-1])}, or {otherwise}."}


def _index_names(table: ContractTable) -> list[str]:
    return [index.name for index in (*table.indexes, *table.local_indexes)]


def _satisfied(tables: Sequence[ContractTable]) -> frozenset[str]:
    """Everything the tables say they satisfy: the sentences, also without their id, and each word of them."""
    sentences = [sentence for table in tables for sentence in table.satisfies]
    without_id = [split_identity(sentence)[1].casefold() for sentence in sentences]
    return frozenset(without_id).union(*map(subjects, sentences)) - {""}
