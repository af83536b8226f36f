"""The page of a table: its keys, indexes, items and attributes, and what it is called in each environment."""

from collections.abc import Iterable

from scripts import names
from scripts.markdown import code, link, page, table, text
from scripts.model import Attribute, ContractTable, Entity
from scripts.pages import common
from scripts.project import Service
from scripts.settings_source import Environment

_ATTRIBUTES = ("Attribute", "Type", "From MySQL", "Remark")


def render(service: Service, value: ContractTable) -> str:
    """`generated/<service>/tables/<Table>.md`."""
    patterns = [f"- {text(pattern)}" for pattern in value.satisfies]
    return page(
        common.header(service.name),
        f"# {text(value.name)}",
        f"{common.keys_sentence(value.keys)}, {common.count(len(value.indexes), 'index', 'indexes')}. "
        f"Service {link(code(service.name), '../README.md')}.",
        ["## What was assumed", "", *common.notes(value.notes)] if value.notes else "",
        "## Indexes" if value.indexes else "",
        table(("Global secondary index", "Partition key", "Sort key", "Projection"), _indexes(value))
        if value.indexes
        else "",
        ["## Access patterns", "", *patterns] if patterns else "",
        "## Items",
        *_items(value),
        "## In each environment",
        table(
            ("Environment", "Table", "Recovery", "Encryption", "Class", "Time to live", "Stack"),
            _environments(service, value),
        ),
        "Everywhere: on-demand billing; deletion protection on; the table is kept when its stack is deleted or its resource replaced.",
    )


def _indexes(value: ContractTable) -> list[tuple[str, ...]]:
    return [(code(index.name), *common.keys(index.keys), common.projection(index)) for index in value.indexes]


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


def _environments(service: Service, value: ContractTable) -> list[tuple[str, ...]]:
    return [_environment(service, environment, value) for environment in service.environments]


def _environment(service: Service, environment: Environment, value: ContractTable) -> tuple[str, ...]:
    settings = service.settings.of(environment.name, value.name)
    stem = names.file_stem(value.name)
    return (
        link(code(environment.name), f"../{environment.name}/README.md"),
        link(code(environment.table_prefix + value.name), f"../{environment.name}/templates/tables/{stem}.yaml"),
        f"{settings['point_in_time_recovery_days']} days",
        text(settings["encryption"]),
        text(settings["table_class"]),
        code(settings["ttl"]) if settings["ttl"] else "off",
        code(names.table_stack(environment.name, service.name, value.name)),
    )
