"""The page of a table: its keys, indexes, items and attributes, and what it is called in each environment."""

from collections.abc import Iterable, Mapping

from scripts import names
from scripts.markdown import code, link, page, table, text
from scripts.model import Attribute, ContractTable, Entity, Index, TableState
from scripts.monitoring.fit import remarks
from scripts.pages import common, cost
from scripts.project import Service
from scripts.properties import PROPERTIES

_INDEX = ("Partition key", "Sort key", "Projection")
# Amazon DynamoDB Developer Guide, LSI: consistent reads, made with the table, the limit of an item collection.
_LOCAL = (
    "A local secondary index can be read consistently and uses the capacity of the table. It is made with the table and can "
    "never be added, changed or removed; the items of one partition key, with their index entries, are limited to 10 GB."
)
_ALWAYS = {"billing", "table_class", "deletion_protection", "recovery_days", "encryption", "ttl_attribute", "tags"}
_ATTRIBUTES = ("Attribute", "Type", "From MySQL", "Remark")


def render(
    service: Service, value: ContractTable, states: Mapping[str, TableState], costs: cost.Costs | None = None
) -> str:
    """`generated/<service>/tables/<Table>.md`. `states`: the table in each environment, by the environment's name."""
    patterns = [f"- {text(pattern)}" for pattern in value.satisfies]
    return page(
        common.header(service.name),
        f"# {text(value.name)}",
        f"{common.keys_sentence(value.keys)}, "
        f"{common.count(len(value.indexes) + len(value.local_indexes), 'index', 'indexes')}. "
        f"Service {link(code(service.name), '../README.md')}.",
        ["## What was assumed", "", *common.notes(value.notes)] if value.notes else "",
        *_indexes(value),
        ["## Access patterns", "", *patterns] if patterns else "",
        "## Items",
        *_items(value),
        "## In each environment",
        _environments(service, value, states),
        [f"- {text(remark)}" for remark in _alarm_remarks(value, states)],
        "Everywhere the table is kept when its stack is deleted or its resource replaced.",
        *(cost.table_section(service, value, costs) if costs else ()),
    )


def _indexes(value: ContractTable) -> Iterable[list[str] | str]:
    if value.indexes or value.local_indexes:
        yield "## Indexes"
    if value.indexes:
        yield table(("Global secondary index", *_INDEX), map(_index, value.indexes))
    if value.local_indexes:
        yield table(("Local secondary index", *_INDEX), map(_index, value.local_indexes))
        yield _LOCAL


def _index(value: Index) -> tuple[str, ...]:
    return code(value.name), *common.keys(value.keys), common.projection(value)


def _items(value: ContractTable) -> Iterable[list[str] | str]:
    if not value.entities:
        yield (
            table(_ATTRIBUTES, map(_attribute, value.attributes))
            if value.attributes
            else "The contract lists no attributes."
        )
    for entity in value.entities:
        yield f"### {text(entity.name)}"
        yield _templates(value, entity)
        yield table(_ATTRIBUTES, map(_attribute, entity.attributes)) if entity.attributes else ""


def _templates(value: ContractTable, entity: Entity) -> str:
    parts = [
        f"{code(key.name)} = {code(template)}"
        for key, template in zip(value.keys.attributes, (entity.partition_template, entity.sort_template), strict=False)
        if template
    ]
    source = f"from MySQL table {code(entity.source_table)}" if entity.source_table else ""
    return ", ".join([*parts, source] if source else parts)


def _attribute(value: Attribute) -> tuple[str, ...]:
    source = ".".join(part for part in (value.source_table, value.source_column) if part)
    return code(value.name), value.type, code(source) if source else "", text(value.justification)


def _environments(service: Service, value: ContractTable, states: Mapping[str, TableState]) -> list[str]:
    """A row for each thing that is set somewhere, a column for each environment."""
    stem = names.file_stem(value.name)
    found = [(environment.name, states[environment.name]) for environment in service.environments]
    rows = [
        ("Table", *(link(code(s.name), f"../{name}/templates/tables/{stem}.yaml") for name, s in found)),
        ("Stack", *(code(names.table_stack(name, service.name, value.name)) for name, _ in found)),
    ]
    for property in PROPERTIES:
        values = [property.shown(getattr(state, property.field)) for _, state in found]
        if property.field in _ALWAYS or set(values) - {"off", "none"}:
            rows.append((property.name, *map(text, values)))
    exceptions = [[f"{what}: {reason}" for what, reason in state.exceptions] for _, state in found]
    if any(exceptions):
        rows.append(("**departs from policy**", *(text("; ".join(each)) or "no" for each in exceptions)))
    return table(("", *(link(code(name), f"../{name}/README.md") for name, _ in found)), rows)


def _alarm_remarks(value: ContractTable, states: Mapping[str, TableState]) -> list[str]:
    """What is watched in less detail than usual, because a template has only so much room."""
    indexes = [index.name for index in value.indexes]
    return list(dict.fromkeys(text for state in states.values() for text in remarks(indexes, state.alarms)))
