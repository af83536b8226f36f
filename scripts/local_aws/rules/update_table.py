"""What an UpdateTable request may not say, given the table as it is."""

from typing import Any

from scripts.local_aws.rules import sources
from scripts.local_aws.rules.clock import TableClock
from scripts.local_aws.rules.create_table import INVALID, MAX_GLOBAL_INDEXES, key_names
from scripts.local_aws.rules.registry import Refused, Request, refuse_bad_table, rule

ONE_AT_A_TIME = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"


def _actions(request: Request, action: str) -> list[Request]:
    return [update[action] for update in request.get("GlobalSecondaryIndexUpdates") or [] if update.get(action)]


@rule(
    "one-index-per-update-table",
    "One UpdateTable creates or deletes one index, and only when no other index of the table is being built or deleted "
    "(an index that backfills may itself be deleted).",
    sources.UPDATE_TABLE,
)
def refuse_second_index(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused with LimitExceededException when more than one index of the table would change at a time."""
    created, deleted = _actions(request, "Create"), _actions(request, "Delete")
    if not created and not deleted:
        return
    running = set(TableClock.of(table).indexes) - {index["IndexName"] for index in deleted}
    if len(created) + len(deleted) > 1 or running:
        raise Refused(ONE_AT_A_TIME, "LimitExceededException")


@rule(
    "index-exists",
    "Creating an index whose name the table already has is refused.",
    sources.UPDATE_TABLE,
)
def refuse_existing_index(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when a created index exists, also when it exists because an earlier rollback left it."""
    present = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or []}
    if any(index["IndexName"] in present for index in _actions(request, "Create")):
        raise Refused("Attempting to create an index which already exists")


@rule(
    "stream-enabled",
    "Enabling a stream on a table that has one is refused: disable it first.",
    sources.TABLE_RESOURCE,
)
def refuse_second_stream(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when the request enables a stream and one is enabled."""
    wanted, present = request.get("StreamSpecification") or {}, table.get("StreamSpecification") or {}
    if wanted.get("StreamEnabled") and present.get("StreamEnabled"):
        raise Refused(
            f"{INVALID}Table already has an enabled stream: TableName: {table['TableName']}",
        )


@rule(
    "switch-to-provisioned",
    "BillingMode PROVISIONED on an on-demand table needs ProvisionedThroughput of the table and of every index.",
    sources.UPDATE_TABLE,
)
def refuse_switch_without_throughput(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when a switch to PROVISIONED does not say how much for the table. Indexes: index-throughput."""
    if request.get("BillingMode") == "PROVISIONED" and billing_mode(table) != "PROVISIONED":
        throughput = request.get("ProvisionedThroughput") or {}
        if not (throughput.get("ReadCapacityUnits") and throughput.get("WriteCapacityUnits")):
            raise Refused(
                f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified "
                "when BillingMode is PROVISIONED"
            )


def billing_mode(table: dict[str, Any]) -> str:
    """The billing mode of a table record."""
    return (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")


def resulting_request(request: Request, table: dict[str, Any]) -> Request:
    """The CreateTable request of the table that this UpdateTable request would lead to."""
    mode = request.get("BillingMode") or billing_mode(table)
    updates = {index["IndexName"]: index for index in _actions(request, "Update")}
    deleted = {index["IndexName"] for index in _actions(request, "Delete")}
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
        "OnDemandThroughput": request.get("OnDemandThroughput"),
        "SSESpecification": request.get("SSESpecification"),
        "GlobalSecondaryIndexes": indexes + _actions(request, "Create"),
        "LocalSecondaryIndexes": table.get("LocalSecondaryIndexes") or [],
    }
    # Definitions that only a deleted index needed go with it; those of the request must all be of use.
    used = key_names(result)
    given = {definition["AttributeName"]: definition for definition in request.get("AttributeDefinitions") or []}
    stored = {d["AttributeName"]: d for d in table["AttributeDefinitions"] if d["AttributeName"] in used}
    return result | {"AttributeDefinitions": list((given | stored).values())}


def refuse_bad_update(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused with the first message that AWS would answer to this UpdateTable request."""
    refuse_second_index(request, table)
    refuse_existing_index(request, table)
    refuse_second_stream(request, table)
    refuse_switch_without_throughput(request, table)
    result = resulting_request(request, table)
    if len(result["GlobalSecondaryIndexes"]) > MAX_GLOBAL_INDEXES:
        # The limit of CreateTable (index-count), under the other error code that UpdateTable has for it.
        raise Refused(
            f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of {MAX_GLOBAL_INDEXES}",
            "LimitExceededException",
        )
    refuse_bad_table(result)
