"""Read the live state of a table from AWS, normalised so that nothing that AWS does by itself looks like a difference."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from scripts.model import ACTIVE, INCLUDE, DesiredTable, Index, KeyAttribute, Keys, LiveTable, Unknown
from scripts.observe.aws import FAILURES, Aws, error_code, unreadable
from scripts.observe.batch_reader import BatchReader
from scripts.observe.live_alarms import read_alarms
from scripts.properties import PROPERTIES, Reading
from scripts.properties.aws_answers import settled
from scripts.properties.state_fields import FIELDS, unwanted

T = TypeVar("T")
ABSENT = {"ResourceNotFoundException", "TableNotFoundException"}


def read_table(aws: Aws, desired: DesiredTable, listed: BatchReader | None = None) -> LiveTable | Unknown | None:
    """The live state of the table that `desired` names; None if it does not exist, Unknown if that cannot be told.

    What cannot be read, or is still changing, is Unknown in the state: never an error, and never a match. `listed`: what
    was asked once for several tables; without it everything is asked for this table alone.
    """
    dynamodb = aws.client("dynamodb")
    try:
        answer = dynamodb.describe_table(TableName=desired.name)
    except FAILURES as error:
        return None if error_code(error) in ABSENT else unreadable(error)
    table, strange = answer["Table"], list[str]()
    reading = Reading(aws, table, desired, listed, strange)
    reading.look_at("describe_table", answer)
    indexes = table.get("GlobalSecondaryIndexes", [])
    types = {item["AttributeName"]: item["AttributeType"] for item in table["AttributeDefinitions"]}
    settings: dict[str, Any] = {property.field: _known(partial(property.read, reading)) for property in PROPERTIES}
    return LiveTable(
        name=desired.name,
        keys=read_keys(table["KeySchema"], types),
        indexes=tuple(_index(index, types) for index in indexes),
        local_indexes=tuple(_index(index, types) for index in table.get("LocalSecondaryIndexes", [])),
        status=settled(table["TableStatus"], {ACTIVE}, "the table"),
        index_status=tuple((i["IndexName"], settled(i.get("IndexStatus", ""), {ACTIVE}, "the index")) for i in indexes),
        **settings,
        alarms=_known(lambda: listed.alarms(desired.alarms) if listed else read_alarms(aws, desired.alarms)),
        beyond=tuple(unwanted(FIELDS["DescribeTable"], answer)),
        unclassified=tuple(dict.fromkeys(strange)),
        item_count=table.get("ItemCount"),
        size_bytes=table.get("TableSizeBytes"),
        created=table.get("CreationDateTime"),
    )


def _known(read: Callable[[], T]) -> T | Unknown:
    try:
        return read()
    except FAILURES as error:
        return unreadable(error)


def read_keys(schema: list[dict[str, str]], types: dict[str, str]) -> Keys:
    """A KeySchema, with the types that AttributeDefinitions has; a type that is not there is `?`."""
    parts = {
        kind: tuple(
            KeyAttribute(k["AttributeName"], types.get(k["AttributeName"], "?")) for k in schema if k["KeyType"] == kind
        )
        for kind in ("HASH", "RANGE")
    }
    return Keys(parts["HASH"], parts["RANGE"])


def _index(index: dict[str, Any], types: dict[str, str]) -> Index:
    projection = index["Projection"]
    kind = projection.get("ProjectionType", "ALL")
    included = tuple(sorted(projection.get("NonKeyAttributes", ()))) if kind == INCLUDE else ()
    return Index(index["IndexName"], read_keys(index["KeySchema"], types), kind, included)
