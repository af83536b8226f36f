"""The dynamodb_data_model.json of the DynamoDB MCP server: tables as CreateTable takes them, sample items, access patterns.

Source: awslabs/mcp, src/dynamodb-mcp-server, prompts/json_generation_guide.md.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.contract.problem_collector import shown
from scripts.conversion.draft import ContractDraft, TableDraft
from scripts.conversion.foreign_file import SETTINGS, TYPES, ForeignFile
from scripts.model import Index, Keys
from scripts.operations import OPERATIONS

_TABLE = ("TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")
_INDEX = ("IndexName", "KeySchema", "Projection")
_ON_DEMAND = "PAY_PER_REQUEST"  # also what a table has without any setting


def mcp_contract(value: Mapping[str, Any]) -> ContractDraft:
    """The contract of a model. Raises NotConvertible with everything that is missing."""
    file = ForeignFile()
    items = file.group(value.get("items") or {}, "items")
    tables = []
    for path, table in file.groups(value["tables"], "tables"):
        tables.append(_table(file, table, path, items))
    patterns = tuple(_patterns(file, value.get("access_patterns")))
    file.left_out("", value, ("tables", "items", "access_patterns"), {})
    file.refuse()
    return ContractDraft(tuple(tables), patterns, tuple(file.told))


def _table(file: ForeignFile, table: Mapping[str, Any], path: str, items: Mapping[str, Any]) -> TableDraft:
    name = file.text(table.get("TableName"), f"{path}.TableName")
    types = {
        file.text(entry.get("AttributeName"), f"{at}.AttributeName"): entry.get("AttributeType")
        for at, entry in file.groups(table.get("AttributeDefinitions"), f"{path}.AttributeDefinitions")
    }

    def indexes(field: str) -> Iterator[Index]:
        for at, index in file.groups(table.get(field), f"{path}.{field}"):
            file.left_out(name, index, _INDEX, SETTINGS)
            yield file.index(index, _keys(file, index, types, at), at)

    attributes = _attributes(file, items.get(name), name, f"items.{name}")
    keys = _keys(file, table, types, path)
    draft = TableDraft(
        name, keys, (*indexes("GlobalSecondaryIndexes"),), (*indexes("LocalSecondaryIndexes"),), attributes
    )
    stated = {key: each for key, each in table.items() if (key, each) != ("BillingMode", _ON_DEMAND)}
    file.left_out(name, stated, _TABLE, SETTINGS)
    return draft


def _keys(file: ForeignFile, owner: Mapping[str, Any], types: Mapping[str, Any], path: str) -> Keys:
    parts: dict[str, list[Any]] = {"HASH": [], "RANGE": []}
    for at, entry in file.groups(owner.get("KeySchema"), f"{path}.KeySchema"):
        name, kind = entry.get("AttributeName"), entry.get("KeyType")
        type = types.get(name) if isinstance(name, str) else None
        if not isinstance(kind, str) or kind not in parts:
            file.lack(f"{at}.KeyType", "write HASH or RANGE.")
        else:
            parts[kind].append(file.key(name, type, at))
    if not parts["HASH"]:
        file.lack(f"{path}.KeySchema", "there is no partition key. Add an entry with KeyType HASH.")
    return Keys(tuple(parts["HASH"]), tuple(parts["RANGE"]))


def _attributes(file: ForeignFile, items: Any, table: str, path: str) -> dict[str, str]:
    """The types of attributes, as the sample items have them; NULL only where there is no other."""
    found: dict[str, set[str]] = {}
    for at, entry in file.groups(items, path):
        put = file.group(entry.get("PutRequest"), f"{at}.PutRequest")
        for name, typed in file.group(put.get("Item"), f"{at}.PutRequest.Item").items():
            kinds = set(typed) & set(TYPES) if isinstance(typed, dict) else set()
            if len(kinds) != 1:
                file.lack(f"{at}.PutRequest.Item.{name}", 'a value with its type is needed, such as {"S": "text"}.')
            found.setdefault(name, set()).update(kinds)
    several = {name: kinds - {"NULL"} for name, kinds in found.items() if len(kinds - {"NULL"}) > 1}
    for name, kinds in several.items():
        file.told.append(
            (table, f'"{name}" has types {" and ".join(sorted(kinds))} in the sample items: it is left out.')
        )
    if found:
        file.told.append((table, "Attributes and their types are those of the sample items: others may be missing."))
    else:
        file.told.append((table, "There are no sample items: only the attributes of keys are known."))
    return {name: min(kinds - {"NULL"}, default="NULL") for name, kinds in found.items() if name not in several}


def _patterns(file: ForeignFile, patterns: Any) -> Iterator[dict[str, Any]]:
    known = ("pattern", "description", "table", "index", "dynamodb_operation", "implementation", "reason")
    for path, pattern in file.groups(patterns, "access_patterns"):
        id = pattern.get("pattern")
        label = f'Access pattern "{id}"'
        if not isinstance(id, (str, int)) or isinstance(id, bool) or id == "":
            file.lack(f"{path}.pattern", "its name is needed here.")
        elif not pattern.get("table"):
            why = pattern.get("reason") or "it names no table"
            file.told.append(("", f"{label} is left out: {why}."))
        else:
            operation = pattern.get("dynamodb_operation") or ""
            if operation and (not isinstance(operation, str) or operation not in OPERATIONS):
                file.lack(f"{path}.dynamodb_operation", f"{shown(operation)} is none. Write {', '.join(OPERATIONS)}.")
            parts = {
                "description": pattern.get("description"),
                "operation": operation,
                "table": pattern["table"],
                "index": pattern.get("index"),
            }
            yield {"id": str(id), **{key: each for key, each in parts.items() if each}}
        file.left_out("", pattern, known, {})
    if patterns:
        file.told.append(("", "How often an access pattern happens is not in the file: add requests_per_second."))
        file.told.append(("", "The commands of access patterns (implementation) are not converted."))
