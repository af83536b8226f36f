"""Whether a copy has the keys and indexes of its table: a restore is to bring them back."""

from collections.abc import Iterator
from typing import Any

INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def shape_differences(original: dict[str, Any], copy: dict[str, Any]) -> list[str]:
    """What differs, in words, of two tables as DescribeTable tells of them."""
    return list(_differences(original, copy))


def _differences(original: dict[str, Any], copy: dict[str, Any]) -> Iterator[str]:
    if _keys(original) != _keys(copy):
        yield "the copy has other keys"
    wanted, found = _indexes(original), _indexes(copy)
    for name in sorted(wanted.keys() | found.keys()):
        if name not in found:
            yield f"the copy has no index {name}"
        elif name not in wanted:
            yield f"only the copy has the index {name}"
        elif wanted[name] != found[name]:
            yield f"the copy has another index {name}"


def _indexes(table: dict[str, Any]) -> dict[str, Any]:
    """Keys and projection of each index, by its name."""
    return {index["IndexName"]: (_keys(index), _projection(index)) for kind in INDEXES for index in table.get(kind, [])}


def _keys(part: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key["AttributeName"], key["KeyType"]) for key in part["KeySchema"]]


def _projection(index: dict[str, Any]) -> tuple[str, list[str]]:
    return index["Projection"].get("ProjectionType", ""), sorted(index["Projection"].get("NonKeyAttributes", []))
