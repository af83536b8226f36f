"""The diagrams of a service and of a table: entities on the left, tables in the middle, indexes on the right."""

from collections.abc import Sequence

from scripts.model import Contract, ContractTable, Index
from scripts.pages.access_patterns import key_template
from scripts.pages.common import by_name
from scripts.pages.mermaid import ENTITY, INDEX, TABLE, Flowchart

# More nodes than these are no picture any more. So many that few services ever pass it: then the whole diagram goes, and with it
# what another branch changed there. GitHub's own limits are beyond: 500 edges and 50,000 characters (Mermaid, maxEdges and
# maxTextSize).
SERVICE_NODES = 240
TABLE_SIDE = 24  # entities, or indexes, of one table


def service_diagram(contract: Contract) -> list[str]:
    """All tables of a service with what is in them and how else it is reached; empty when that is too much to see."""
    if sum(1 + max(1, len(t.entities)) + len(_indexes(t)) for t in contract.tables) > SERVICE_NODES:
        return []
    chart = Flowchart()
    for table in by_name(contract.tables, lambda table: table.name):
        entities = [(entity.name, _source(entity.source_table, entity.name)) for entity in table.entities]
        entities = entities or ([(table.source_table, "")] if table.source_table else [])
        _add(chart, table, entities, [(index.name, "") for index in _indexes(table)])
    return chart.block()


def table_diagram(table: ContractTable) -> list[str]:
    """One table: the key values of each entity, the keys of the table, and the keys of each index."""
    names = [key.name for key in table.keys.attributes]
    entities = []
    for entity in table.entities:
        templates = [(name, key_template(table, entity, name)) for name in names]
        parts = [f"{name} = {template}" for name, template in templates if template]
        entities.append((entity.name, *(parts or [_source(entity.source_table, entity.name)])))
    if not entities and table.source_table:
        entities = [(f"MySQL {table.source_table}",)]
    indexes = [(index.name, _keys(index), _projection(index, table)) for index in _indexes(table)]
    chart = Flowchart()
    _add(chart, table, entities, indexes)
    return chart.block()


def _add(
    chart: Flowchart, table: ContractTable, entities: Sequence[Sequence[str]], indexes: Sequence[Sequence[str]]
) -> None:
    """One table with its neighbours on both sides; of very many only the first, and how many more there are."""
    left = [chart.node(ENTITY, table.name, *lines) for lines in _shown(entities, "entities")]
    middle = chart.node(TABLE, table.name, table.name, ", ".join(key.name for key in table.keys.attributes))
    right = [chart.node(INDEX, table.name, *lines) for lines in _shown(indexes, "indexes")]
    chart.edges(left, [middle])
    chart.edges([middle], right)


def _shown(lines: Sequence[Sequence[str]], what: str) -> list[Sequence[str]]:
    if len(lines) <= TABLE_SIDE:
        return list(lines)
    return [*lines[:TABLE_SIDE], (f"and {len(lines) - TABLE_SIDE} more {what}",)]


def _indexes(table: ContractTable) -> tuple[Index, ...]:
    return (*table.indexes, *table.local_indexes)


def _keys(index: Index) -> str:
    return ", ".join(key.name for key in index.keys.attributes)


def _projection(index: Index, table: ContractTable) -> str:
    return f"{index.projection}, local" if index in table.local_indexes else index.projection


def _source(source: str, name: str) -> str:
    return f"from {source}" if source and source != name else ""
