"""Reads attributes and entities of a table."""

from collections.abc import Mapping
from typing import Any

from scripts.contract.fields import check_fields
from scripts.contract.input_limits import ATTRIBUTE_TYPES
from scripts.contract.problem_collector import Path, shown
from scripts.contract.read_keys import Declared
from scripts.contract.read_lineage import read_lineage
from scripts.contract.rules.doubts import REPEATED_ATTRIBUTE, REPEATED_ENTITY
from scripts.contract.rules.form import MISSING_FIELD, UNKNOWN_ATTRIBUTE_TYPE
from scripts.contract.rules.notes import ATTRIBUTES_OBJECT
from scripts.contract.values import (
    CONTROL,
    Context,
    objects,
    report_control,
    required,
    text,
    without_control,
    wrong_kind,
)
from scripts.edit import remove, rename, write
from scripts.model import Attribute, Entity
from scripts.problems import did_you_mean

_TYPE = '"type": "S" for text, "N" for a number, or another type of DynamoDB'
_NAMES, _TYPES, _KINDS = ("attributename", "attribute"), ("attributetype", "datatype"), ("name", "entity", "entityname")
_TYPE_NAMES = {
    "string": "S",
    "str": "S",
    "varchar": "S",
    "text": "S",
    "number": "N",
    "int": "N",
    "integer": "N",
    "float": "N",
    "decimal": "N",
    "bigint": "N",
    "binary": "B",
    "blob": "B",
    "boolean": "BOOL",
    "map": "M",
    "object": "M",
    "json": "M",
    "list": "L",
    "array": "L",
    "stringset": "SS",
    "numberset": "NS",
    "s": "S",
    "n": "N",
    "b": "B",
}


def read_attributes(context: Context, raw: Mapping[str, Any], path: Path, declared: Declared) -> tuple[Attribute, ...]:
    """The attributes in field `attributes` of a table or entity; each is also added to `declared`."""
    value = raw.get("attributes")
    here = (*path, "attributes")
    if value is None:
        return ()
    if isinstance(value, dict):
        return _by_name(context, value, here, declared)
    found: list[Attribute] = []
    first: dict[str, Path] = {}
    for entry, there in objects(context, value, here, 'Write an object with its "name" and "type".'):
        corrected = check_fields(entry, there, "attribute", context.problems)
        name = required(
            context,
            entry,
            "name",
            there,
            what="The attribute",
            example='"name", its name',
            corrected=corrected,
            others=_NAMES,
        )
        attribute = _attribute(context, name, entry, there, (*there, "type"), declared, corrected)
        if not name:
            continue
        if name in first:
            same = entry == value[first[name][-1]]
            facts: dict[str, Any] = {"edits": [remove(there)]} if same else {"hint": "Keep one: they differ."}
            where = there if same else (*there, "name")
            context.problems.add(
                REPEATED_ATTRIBUTE, where, found=shown(name), first=context.within_table(first[name]), **facts
            )
        first.setdefault(name, there)
        found.append(attribute)
    return tuple(found)


def _by_name(context: Context, value: dict[str, Any], here: Path, declared: Declared) -> tuple[Attribute, ...]:
    if not context.dialect.attributes_by_name:
        context.problems.add(ATTRIBUTES_OBJECT, here)
    found = []
    for name, entry in value.items():
        there = (*here, name)
        if not name.strip():
            example = "its name"
            facts: dict[str, Any] = {"what": "The attribute", "field": "name", "empty": "", "hint": f"Add {example}."}
            context.problems.add(MISSING_FIELD, there, **facts)
            continue
        place = there if isinstance(entry, str) else (*there, "type")
        if isinstance(entry, str):
            entry = {"type": entry}
        if not isinstance(entry, dict):
            wrong_kind(context, there, entry, "an object", 'Write an object with its "type".')
            continue
        corrected = check_fields(entry, there, "attribute", context.problems)
        found.append(_attribute(context, name, entry, there, place, declared, corrected))
    return tuple(found)


def _attribute(
    context: Context,
    name: str,
    entry: Mapping[str, Any],
    path: Path,
    place: Path,
    declared: Declared,
    corrected: set[str],
) -> Attribute:
    """The attribute that stands at `path`, and whose type stands at `place`."""
    if CONTROL.search(name):
        by_name = isinstance(path[-1], str)
        clean = without_control(name)
        report_control(context, name, path, rename(path, clean) if by_name else write((*path, "name"), clean))
    type_ = entry.get("type")
    if isinstance(type_, str) and type_ and type_ not in ATTRIBUTE_TYPES:
        near = _TYPE_NAMES.get(type_.strip().casefold()) or did_you_mean(type_, ATTRIBUTE_TYPES)
        edits = [write(place, near)] if near else []
        hint = f"Write one of {', '.join(ATTRIBUTE_TYPES)}."
        context.problems.add(UNKNOWN_ATTRIBUTE_TYPE, place, edits=edits, otherwise=hint, found=shown(type_, 40))
        type_ = ""
    elif type_ not in ATTRIBUTE_TYPES:
        type_ = required(
            context, entry, "type", path, what="The attribute", example=_TYPE, corrected=corrected, others=_TYPES
        )
    if name:
        declared.add(name, type_, path)
    join, calculation, transformation = read_lineage(context, entry, path)
    return Attribute(
        name=name,
        type=type_,
        source_table=text(context, entry, "source_table", path),
        source_column=_source_column(context, entry, path),
        justification=text(context, entry, "justification", path),
        join=join,
        calculation=calculation,
        transformation=transformation,
    )


def _source_column(context: Context, entry: Mapping[str, Any], path: Path) -> str:
    """One column, or (for joins over several) a list of columns, as one text."""
    value = entry.get("source_column")
    if isinstance(value, list) and all(isinstance(column, str) for column in value):
        return ", ".join(value)
    return text(context, entry, "source_column", path)


def read_entities(
    context: Context, raw: Mapping[str, Any], path: Path, declared: Declared, table: str
) -> tuple[Entity, ...]:
    """The entities in field `entities` of a table; their attributes are also added to `declared`."""
    value = raw.get("entities")
    if value is None:
        return ()
    found: list[Entity] = []
    first: dict[str, Path] = {}
    hint = 'Write an object with its "entity_type" and "attributes".'
    for entry, here in objects(context, value, (*path, "entities"), hint):
        corrected = check_fields(entry, here, "entity", context.problems)
        name = required(
            context,
            entry,
            "entity_type",
            here,
            what="The entity",
            example='"entity_type", its name',
            others=_KINDS,
            corrected=corrected,
        )
        if CONTROL.search(name):
            where = (*here, "entity_type")
            report_control(context, name, where, write(where, without_control(name)))
        if name in first:
            where = (*here, "entity_type")
            earlier = context.within_table(first[name])
            context.problems.add(REPEATED_ENTITY, where, found=shown(name), table=shown(table), first=earlier)
        if name:
            first.setdefault(name, here)
        found.append(
            Entity(
                name=name,
                source_table=text(context, entry, "source_table", here),
                partition_template=text(context, entry, "pk_template", here),
                sort_template=text(context, entry, "sk_template", here),
                attributes=read_attributes(context, entry, here, declared),
            )
        )
    return tuple(found)
