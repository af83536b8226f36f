"""Every rule of an UpdateTable request, in the order in which they are asked."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.create_table import MAX_GLOBAL_INDEXES, key_names
from scripts.local_aws.strictness.registry import Request, RequestRefused, refuse_bad_table, rule
from scripts.local_aws.strictness.update_counts import refuse_too_often
from scripts.local_aws.strictness.update_request import actions, refuse_index_updates, refuse_mixture
from scripts.local_aws.strictness.update_state import (
    billing_mode,
    refuse_billing,
    refuse_index_names,
    refuse_same_encryption,
    refuse_same_throughput,
    refuse_stream_change,
)

ONE_AT_A_TIME = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"


@rule(
    "one-index-per-update-table",
    "One UpdateTable creates or deletes one index, and only when no other index of the table is being built or deleted "
    "(an index that backfills may itself be deleted).",
    sources.UPDATE_TABLE,
)
def refuse_second_index(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused with LimitExceededException when more than one index of the table would change at a time."""
    created, deleted = actions(request, "Create"), actions(request, "Delete")
    if not created and not deleted:
        return
    running = set(TableClock.of(table).indexes) - {index["IndexName"] for index in deleted}
    if len(created) + len(deleted) > 1 or running:
        raise RequestRefused(ONE_AT_A_TIME, "LimitExceededException")


def resulting_request(request: Request, table: dict[str, Any]) -> Request:
    """The CreateTable request of the table that this UpdateTable request would lead to."""
    mode = request.get("BillingMode") or billing_mode(table)
    updates = {index["IndexName"]: index for index in actions(request, "Update")}
    deleted = {index["IndexName"] for index in actions(request, "Delete")}
    indexes = []
    for index in table.get("GlobalSecondaryIndexes") or []:
        if index["IndexName"] in deleted:
            continue
        kept = {name: index[name] for name in ("IndexName", "KeySchema", "Projection") if name in index}
        throughput = updates.get(index["IndexName"], {}).get("ProvisionedThroughput")
        if throughput is None and mode == billing_mode(table) == "PROVISIONED":
            throughput = index.get("ProvisionedThroughput")
        kept |= {"ProvisionedThroughput": throughput} if throughput else {}
        maximum = updates.get(index["IndexName"], {}).get("OnDemandThroughput")
        indexes.append(kept | ({"OnDemandThroughput": maximum} if maximum else {}))
    result = {
        "TableName": table["TableName"],
        "KeySchema": table["KeySchema"],
        "BillingMode": mode,
        "ProvisionedThroughput": request.get("ProvisionedThroughput"),
        "OnDemandThroughput": request.get("OnDemandThroughput"),
        "SSESpecification": request.get("SSESpecification"),
        "LocalSecondaryIndexes": table.get("LocalSecondaryIndexes") or None,
    }
    result["GlobalSecondaryIndexes"] = (indexes + actions(request, "Create")) or None
    # Definitions that only a deleted index needed go with it; of those of the request only the new ones count.
    used = key_names(result)
    given = {definition["AttributeName"]: definition for definition in request.get("AttributeDefinitions") or []}
    known = given | {definition["AttributeName"]: definition for definition in table["AttributeDefinitions"]}
    return result | {"AttributeDefinitions": [known[name] for name in sorted(used & known.keys())]}


def refuse_bad_update(request: Request, table: dict[str, Any], replicas: list[str]) -> None:
    """Raise Refused with the first message that AWS would answer to this UpdateTable request.

    `replicas`: the regions of a global table, none of another.
    """
    refuse_index_updates(request)
    refuse_second_index(request, table)
    refuse_mixture(request)
    refuse_index_names(request, table)
    refuse_stream_change(request, table, replicas)
    refuse_billing(request, table)
    refuse_same_throughput(request, table)
    refuse_same_encryption(request, table)
    refuse_too_often(request, table)
    result = resulting_request(request, table)
    if len(result["GlobalSecondaryIndexes"] or []) > MAX_GLOBAL_INDEXES:
        # The limit of CreateTable (index-count), under the other error code that UpdateTable has for it.
        raise RequestRefused(
            f"Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of "
            f"{MAX_GLOBAL_INDEXES}",
            "LimitExceededException",
        )
    refuse_bad_table(result)
