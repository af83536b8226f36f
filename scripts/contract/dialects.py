"""Which format a file is in: one of the dialects of the contract, or the format of another tool."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from scripts.contract.dialect import Dialect
from scripts.contract.problem_collector import ProblemCollector, shown
from scripts.contract.rules.form import FOREIGN_FORMAT, NO_TABLES, TWO_FORMATS
from scripts.contract.rules.notes import LIST_OF_TABLES, SINGLE_TABLE, SUCCESSOR_FORMAT
from scripts.contract.shapes import TABLE, shapes_in
from scripts.edit import Edit, rename

MAIN = Dialect("A", tables=("tables",))
LIST = Dialect("B", note=LIST_OF_TABLES, index_name="name", attributes_by_name=True)
SINGLE = Dialect("C", note=SINGLE_TABLE)
SUCCESSOR = Dialect(
    "D",
    note=SUCCESSOR_FORMAT,
    tables=("table_definitions",),
    table="table_name",
    pk="partition_key",
    sk="sort_key",
    index_name="gsi_name",
    item_size="item_size_bytes",
    key_objects=True,
    projection_required=True,
)


EXAMPLE = 'Give the contract its "tables": a list of objects, each with its name in "table" and its key in "pk".'


class Foreign(NamedTuple):
    """Another tool's format, known by fields of the file, and of any of its tables; each set is one way to know it."""

    name: str
    root: frozenset[str]
    table: tuple[frozenset[str], ...] = ()
    way_out: str = "Put the migrationContract.json of the data-modelling stage here."


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


CONVERTED = "Convert it: make contract FROM=path/to/this/file SERVICE=name, with another place for the file."
WORKBENCH = Foreign("a NoSQL Workbench model", _fields("DataModel"), way_out=CONVERTED)
MCP_MODEL = Foreign(
    "the dynamodb_data_model.json of the DynamoDB MCP server",
    _fields("tables"),
    (_fields("TableName"), _fields("KeySchema"), _fields("AttributeDefinitions")),
    CONVERTED,
)
FOREIGN = (
    WORKBENCH,
    MCP_MODEL,
    Foreign("the schema.json of the DynamoDB MCP server", _fields("tables"), (_fields("table_config"),)),
    Foreign("the input of a DynamoDB cost calculation", _fields("access_pattern_list")),
    Foreign("a CloudFormation template", _fields("Resources")),
    Foreign("a CloudFormation template", _fields("AWSTemplateFormatVersion")),
    Foreign("the output of `aws dynamodb describe-table`", _fields("Table")),
    Foreign("the input of `aws dynamodb create-table`", _fields("TableName")),
    Foreign("the output of `aws dynamodb list-tables`", _fields("TableNames")),
    Foreign(
        "a JSON Schema",
        _fields("$schema", "properties"),
        way_out="The schema describes contracts; put a contract here.",
    ),
    Foreign("the design of a document database", _fields("collections", "access_patterns")),
    Foreign("the design of a cache", _fields("key_designs")),
)


def recognise(value: Any, problems: ProblemCollector) -> Dialect | None:
    """The dialect of a file's value, with its note; or None, with the reason as an error."""
    dialect = _recognise(value, problems)
    if dialect and dialect.note:
        problems.add(dialect.note)
    return dialect


def _recognise(value: Any, problems: ProblemCollector) -> Dialect | None:
    if isinstance(value, list):
        foreign = foreign_format({"tables": value})
        if foreign:
            problems.add(FOREIGN_FORMAT, format=foreign.name, way_out=foreign.way_out)
            return None
        if any(isinstance(entry, dict) and isinstance(entry.get("tables"), list) for entry in value):
            found = "The file is a list of contracts, not of tables."
            problems.add(NO_TABLES, found=found, otherwise="Keep one contract, without the brackets around it.")
            return None
        return LIST
    if not isinstance(value, dict):
        problems.add(NO_TABLES, found=f"The file holds {shown(value, 40)}, not a contract.", otherwise=EXAMPLE)
        return None
    foreign = foreign_format(value)
    if foreign:
        problems.add(FOREIGN_FORMAT, format=foreign.name, way_out=foreign.way_out)
        return None
    if "tables" in value and "table_definitions" in value:
        problems.add(TWO_FORMATS, ("table_definitions",), at_key=True)
        return None
    if "tables" in value:
        return MAIN
    if "table_definitions" in value:
        return SUCCESSOR
    if "pk" in value or ("table" in value and not isinstance(value["table"], (list, dict))):
        return SINGLE
    found = 'The file has no "tables".' + _instead(value)
    problems.add(NO_TABLES, found=found, edits=_renamed(value), otherwise=_wrapped(value) or EXAMPLE)
    return None


def _renamed(value: Mapping[str, Any]) -> list[Edit]:
    """The edit that gives the only list of tables in the file its right name; none without such a list."""
    lists = [name for name, below in value.items() if isinstance(below, list) and shapes_in(below).keys() == {TABLE}]
    return [rename((lists[0],), "tables")] if len(lists) == 1 else []


def _wrapped(value: Mapping[str, Any]) -> str:
    around = [
        name for name, below in value.items() if isinstance(below, dict) and isinstance(below.get("tables"), list)
    ]
    return f"Keep what stands in {shown(around[0], 40)}, without what is around it." if around else ""


def _instead(value: Mapping[str, Any]) -> str:
    names = ", ".join(shown(name, 24) for name in list(value)[:5])
    return f" It has {names}{', ...' if len(value) > 5 else ''}." if names else " It is an empty object."


def foreign_format(value: Mapping[str, Any]) -> Foreign | None:
    """The other tool's format that the value of a file is in, or None."""
    tables = value.get("tables")
    tables = [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []
    for foreign in FOREIGN:
        if not foreign.root <= value.keys():
            continue
        if not foreign.table or any(fields <= table.keys() for table in tables for fields in foreign.table):
            return foreign
    return None
