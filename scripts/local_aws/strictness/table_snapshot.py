"""A table as it was, to go back to when an update of it fails halfway."""

import copy
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

# A new index stays when the update that made it rolls back, with what it needs.
OF_INDEXES = ("GlobalSecondaryIndexes", "AttributeDefinitions", "_local_aws_clock")
ITEMS = "items"


def _names(table: dict[str, Any]) -> set[str]:
    return {index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or []}


@rule(
    "failed-update-is-undone",
    "A table whose update fails is as it was before after the rollback, whatever of it had been changed already, but "
    "for an index that the update has made.",
    sources.TROUBLESHOOTING,
)
def snapshot(name: str) -> Callable[[], None]:
    """Remember a table and its settings; the function that is returned puts them back. Items are not touched."""
    import ministack.services.dynamodb as dynamodb

    table = dynamodb._tables[name]
    saved = {key: copy.deepcopy(value) for key, value in table.items() if key != ITEMS}
    beginnings = (name, table["TableArn"])
    stores = (
        *(dynamodb._pitr_settings, dynamodb._ttl_settings, dynamodb._kinesis_destinations),
        *(dynamodb._contributor_insights, dynamodb._resource_policies),
    )

    def mine(store: Any) -> list[str]:
        return [key for key in store if key in beginnings or key.startswith(tuple(f"{each}/" for each in beginnings))]

    kept = [(store, {key: copy.deepcopy(store[key]) for key in mine(store)}) for store in stores]

    def restore() -> None:
        stays = OF_INDEXES if _names(table) - _names(saved) else ()
        present = {key: table[key] for key in (ITEMS, *stays) if key in table}
        table.clear()
        table.update(saved | present)
        for store, values in kept:
            for key in mine(store):
                store.pop(key)
            for key, value in values.items():
                store[key] = value

    return restore
