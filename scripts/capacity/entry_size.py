"""How large an entry of a secondary index is, judged by its projection."""

from collections.abc import Iterator

from scripts.model import ALL, Attribute, ContractTable, Index

# Bytes of a value of each type where only the type is known: a UUID or a short text; a number of 13 digits as in a
# time stamp (digits / 2 + 1); a small set, list or map. DynamoDB rounds writes up to 1 KB, so that this is rarely felt.
# Source of the encoding: Amazon DynamoDB Developer Guide, CapacityUnitCalculations.
TYPICAL_BYTES = {"S": 36, "N": 8, "B": 36, "BOOL": 1, "NULL": 1, "SS": 180, "NS": 40, "BS": 180, "L": 200, "M": 200}
_DEFAULT_TYPE = "S"


def entry_size(table: ContractTable, index: Index, item_size_bytes: int | None) -> int | None:
    """Bytes of one entry of `index`, without the overhead of storage, or None when it cannot be told.

    ALL: the whole item. KEYS_ONLY and INCLUDE: the names of the keys of table and index and of the included attributes,
    in UTF-8, and a typical value of the type of each; never more than the item.
    Source: Amazon DynamoDB Developer Guide, GSI (storage considerations).
    """
    if index.projection == ALL:
        return item_size_bytes
    types = {attribute.name: attribute.type for attribute in _attributes(table)}
    types |= {attribute.name: attribute.type for attribute in (*table.keys.attributes, *index.keys.attributes)}
    names = {attribute.name for attribute in (*table.keys.attributes, *index.keys.attributes)} | set(index.included)
    size = sum(len(name.encode()) + TYPICAL_BYTES[types.get(name, _DEFAULT_TYPE)] for name in names)
    return min(size, item_size_bytes) if item_size_bytes else size


def _attributes(table: ContractTable) -> Iterator[Attribute]:
    yield from table.attributes
    for entity in table.entities:
        yield from entity.attributes
