"""A model of NoSQL Workbench for DynamoDB, as it exports it: `DataModel`, a list of tables with typed attributes and facets.

Source: the models of aws-samples/amazon-dynamodb-design-patterns.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.contract.problem_collector import shown
from scripts.conversion.draft import ContractDraft, TableDraft
from scripts.conversion.foreign_file import SETTINGS, TYPES, ForeignFile
from scripts.model import Index, Keys

_SERVICE = "Amazon DynamoDB"
_TABLE = (
    "TableName",
    "KeyAttributes",
    "NonKeyAttributes",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "DataAccess",
)
_REASONS = {
    **SETTINGS,
    "TableData": "sample items are no part of a contract",
    "TableFacets": "a facet is a view; where it stands for a kind of item, write it as one of entities",
}


def workbench_contract(value: Mapping[str, Any]) -> ContractDraft:
    """The contract of a model. Raises NotConvertible with everything that is missing."""
    file = ForeignFile()
    service = file.group(value.get("ModelMetadata", {}), "ModelMetadata").get("AWSService", _SERVICE)
    if service != _SERVICE:
        file.lack("ModelMetadata.AWSService", f"the model is of {service}. Only those of {_SERVICE} can be converted.")
    tables = tuple(_table(file, table, path) for path, table in file.groups(value["DataModel"], "DataModel"))
    file.left_out("", value, ("ModelName", "ModelMetadata", "DataModel"), {})
    file.refuse()
    return ContractDraft(tables, assumptions=tuple(file.told))


def _table(file: ForeignFile, table: Mapping[str, Any], path: str) -> TableDraft:
    name = file.text(table.get("TableName"), f"{path}.TableName")
    attributes: dict[str, str] = {}
    for at, entry in file.groups(table.get("NonKeyAttributes"), f"{path}.NonKeyAttributes"):
        attribute, type = file.text(entry.get("AttributeName"), f"{at}.AttributeName"), entry.get("AttributeType")
        if not isinstance(type, str) or type not in TYPES:
            file.lack(f"{at}.AttributeType", f"{shown(type)} is no type. Write one of {', '.join(TYPES)}.")
        attributes[attribute] = str(type)

    def indexes(field: str) -> Iterator[Index]:
        for at, index in file.groups(table.get(field), f"{path}.{field}"):
            file.left_out(name, index, ("IndexName", "KeyAttributes", "Projection"), SETTINGS)
            yield file.index(index, _keys(file, index, at), at)

    draft = TableDraft(
        name,
        _keys(file, table, path),
        (*indexes("GlobalSecondaryIndexes"),),
        (*indexes("LocalSecondaryIndexes"),),
        attributes,
    )
    file.one_type_each(draft, path)
    stated = {key: each for key, each in table.items() if (key, each) != ("BillingMode", "PAY_PER_REQUEST")}
    file.left_out(name, stated, _TABLE, _REASONS)
    return draft


def _keys(file: ForeignFile, owner: Mapping[str, Any], path: str) -> Keys:
    keys = file.group(owner.get("KeyAttributes"), f"{path}.KeyAttributes")
    found = []
    for part in ("PartitionKey", "SortKey"):
        if part == "SortKey" and keys.get(part) is None:
            continue
        at = f"{path}.KeyAttributes.{part}"
        entry = file.group(keys.get(part), at)
        found.append(file.key(entry.get("AttributeName"), entry.get("AttributeType"), at))
    for part in keys.keys() - {"PartitionKey", "SortKey"}:
        file.lack(f"{path}.KeyAttributes.{part}", "only PartitionKey and SortKey are read.")
    return Keys((found[0],), tuple(found[1:]))
