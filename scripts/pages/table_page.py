"""The page of a table: how it is reached, its indexes and items, its alarms, and what it is in each environment."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

from scripts import names
from scripts.model import Attribute, ContractTable, DesiredTable, Entity, Index
from scripts.monitoring.fit import dropped_remark, remarks
from scripts.pages import common, cost_section
from scripts.pages.access_patterns import HEAD, HOW_TO_STATE, NOT_STATED, key_template, listed, uses
from scripts.pages.alarm_section import alarm_section
from scripts.pages.diagram import table_diagram
from scripts.pages.snippets import LANGUAGES, target
from scripts.pages.value_source import value_source
from scripts.project.limit_rules import dropped_alarms
from scripts.project.services import Service
from scripts.properties import PROPERTIES
from scripts.text.markdown import code, codes, details, fence, link, page, table, text

_INDEX = ("Partition key", "Sort key", "Projection", "Holds")
# Amazon DynamoDB Developer Guide, LSI: consistent reads, made with the table, the limit of an item collection.
_LOCAL = (
    "A local secondary index can be read consistently and uses the capacity of the table. It is made with the table and can "
    "never be added, changed or removed; the items of one partition key, with their index entries, are limited to 10 GB."
)
_ALWAYS = {"billing", "table_class", "deletion_protection", "recovery_days", "encryption", "ttl_attribute", "tags"}
# What AWS calls it, and what people do.
_WORDS = {
    "PAY_PER_REQUEST": "on-demand",
    "PROVISIONED": "provisioned",
    "STANDARD": "standard",
    "STANDARD_INFREQUENT_ACCESS": "standard, infrequent access",
    "aws-owned": "key owned by AWS",
    "aws-managed": "key managed by AWS",
}
_ATTRIBUTES = ("Attribute", "Type", "From MySQL", "Remark")
ATTRIBUTES_SHOWN = 40  # of one entity; more are folded


class TableExtent(NamedTuple):
    """How much a page says of a table with very many attributes, entities or access patterns: they are in the contract."""

    attributes: bool = True
    items: bool = True


# From the fullest to the shortest, which what the contract says of items does not make longer.
EXTENTS = (TableExtent(), TableExtent(attributes=False), TableExtent(False, items=False))


def render(
    service: Service, value: ContractTable, states: Mapping[str, DesiredTable], costs: cost_section.Costs | None = None
) -> str:
    """`generated/<service>/tables/<Table>.md`. `states`: the table in each environment, by the environment's name."""
    return common.fitting(partial(_page, service, value, states, costs, extent) for extent in EXTENTS)


def _page(
    service: Service,
    value: ContractTable,
    states: Mapping[str, DesiredTable],
    costs: cost_section.Costs | None,
    extent: TableExtent,
) -> str:
    return page(
        common.header(service.name),
        f"# {text(value.name)}",
        _summary(service, value, states, costs),
        _neighbours(service),
        table_diagram(value),
        *(common.assumed(value.notes) if extent.items else ()),
        *(_patterns(service, value) if extent.items else ()),
        *_indexes(value),
        "## Items",
        *_items(value, extent),
        *alarm_section(states),
        [f"- {text(remark)}" for remark in _alarm_remarks(service, value, states)],
        "## In each environment",
        _environments(service, value, states),
        "Everywhere the table is kept when its stack is deleted or its resource replaced.",
        *(cost_section.table_section(service, value, costs) if costs else ()),
        *_programs(service, value, states),
        common.footer(service, _path(value)),
    )


def _path(value: ContractTable) -> str:
    return f"tables/{names.file_stem(value.name)}.md"


def _summary(
    service: Service, value: ContractTable, states: Mapping[str, DesiredTable], costs: cost_section.Costs | None
) -> str:
    """One sentence: keys, indexes, and how the last environment, which usually is production, bills it."""
    parts = [
        common.keys_sentence(value.keys),
        common.count(len(value.indexes) + len(value.local_indexes), "index", "indexes"),
    ]
    last = service.environments[-1].name
    parts.append(cost_section.BILLING_WORDS[states[last].billing])
    if costs:
        parts.append(f"{costs.tables[last, value.name].estimate.total.shown} a month in {code(last)}")
    return f"{', '.join(parts)}."


def _neighbours(service: Service) -> str:
    return common.neighbours(
        f"Service {link(code(service.name), '../README.md')}",
        *common.environments(service, "../"),
        link("runbook", "../runbook.md"),
    )


def _patterns(service: Service, value: ContractTable) -> Iterable[list[str] | str]:
    found = uses(value, service.contract.access_patterns)
    if not found:
        return
    yield "## Access patterns"
    stated, rest = [use for use in found if use.stated], [use for use in found if not use.stated]
    if stated:
        yield table(HEAD, [use.cells for use in stated])
    if rest:
        yield f"{NOT_STATED}. {HOW_TO_STATE}"
        yield [f"- {use.to}" for use in rest] if any(" " in use.to for use in rest) else listed(rest)


def _indexes(value: ContractTable) -> Iterable[list[str] | str]:
    for name, indexes, remark in (
        ("Global secondary index", value.indexes, ""),
        ("Local secondary index", value.local_indexes, _LOCAL),
    ):
        if indexes:
            if indexes is value.indexes or not value.indexes:
                yield "## Indexes"
            yield common.narrow((name, *_INDEX), [_index(index, value) for index in indexes])
            yield remark


def _index(index: Index, value: ContractTable) -> tuple[str, ...]:
    """A row for an index. It holds the items that have all of its key attributes, where the contract lists attributes."""
    needed = {key.name for key in (*index.keys.attributes, *value.keys.attributes)}
    keys = {key.name for key in value.keys.attributes}
    listed = [(entity, keys | {a.name for a in entity.attributes}) for entity in value.entities if entity.attributes]
    holds = [entity.name for entity, attributes in listed if needed <= attributes]
    shown = codes(holds) if listed and len(listed) == len(value.entities) else ""
    return code(index.name), *common.keys(index.keys), common.projection(index), shown


def _items(value: ContractTable, extent: TableExtent) -> Iterable[list[str] | str]:
    if not extent.attributes:
        yield "There are so many attributes that GitHub would not show a page with them: see the contract."
    if not extent.items:
        return
    if not value.entities and extent.attributes:
        yield _attributes("Attributes", value.attributes) or "The contract lists no attributes."
        return
    if not value.entities:
        return
    keys = [code(key.name) for key in value.keys.attributes]
    yield common.narrow(("Entity", *keys, "From MySQL table"), [_entity(value, entity) for entity in value.entities])
    for entity in value.entities:
        if entity.attributes and extent.attributes:
            yield f"### {text(entity.name)}"
            yield _attributes(entity.name, entity.attributes)


def _entity(value: ContractTable, entity: Entity) -> tuple[str, ...]:
    templates = [key_template(value, entity, key.name) for key in value.keys.attributes]
    source = code(entity.source_table) if entity.source_table else ""
    return text(entity.name), *(code(template) if template else "" for template in templates), source


def _attributes(name: str, attributes: tuple[Attribute, ...]) -> list[str] | str:
    if not attributes:
        return ""
    shown = common.narrow(_ATTRIBUTES, [_attribute(attribute) for attribute in attributes])
    return shown if len(attributes) <= ATTRIBUTES_SHOWN else details(f"{name}: {len(attributes)} attributes", shown)


def _attribute(value: Attribute) -> tuple[str, ...]:
    return code(value.name), value.type, value_source(value), text(value.justification)


def _environments(service: Service, value: ContractTable, states: Mapping[str, DesiredTable]) -> list[str]:
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
            rows.append((property.name, *(_WORDS.get(value) or text(value) for value in values)))
    exceptions = [[f"{what}: {reason}" for what, reason in state.exceptions] for _, state in found]
    if any(exceptions):
        rows.append(("**departs from policy**", *(text("; ".join(each)) or "no" for each in exceptions)))
    return table(("", *(link(code(name), f"../{name}/README.md") for name, _ in found)), rows)


def _alarm_remarks(service: Service, value: ContractTable, states: Mapping[str, DesiredTable]) -> list[str]:
    """What is watched in less detail than usual, or not at all, because a template has only so much room."""
    indexes = [index.name for index in value.indexes]
    found: dict[str, None] = {}
    for environment, state in states.items():
        found |= dict.fromkeys(remarks(indexes, state.alarms))
        if sections := dropped_alarms(service, environment, value.name, state):
            found[dropped_remark(sections)] = None
    return list(found)


def _programs(service: Service, value: ContractTable, states: Mapping[str, DesiredTable]) -> Iterable[list[str] | str]:
    """One program for each SDK. They name the first environment, where people try things before they go further."""
    environment = service.environments[0]
    state = states[environment.name]
    reads = target(value, state.name, environment.region)
    others = [name for name in dict.fromkeys(state.name for state in states.values()) if name != state.name]
    yield "## Read it"
    yield (
        f"In {code(environment.name)}"
        + (f"; elsewhere the table is named {' or '.join(map(code, others))}" if others else "")
        + f". Region, endpoint, policies and network: {link('the environment', f'../{environment.name}/README.md')}."
    )
    for language in LANGUAGES:
        yield details(language.name, fence(language.fence, language.program(reads)))
