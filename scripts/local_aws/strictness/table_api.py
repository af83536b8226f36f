"""Puts the rules of tables in front of the emulator's DynamoDB API."""

import functools
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import clock, sources, update_counts
from scripts.local_aws.strictness.clock import TableClock
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request, RequestRefused, refuse_bad_table, rule
from scripts.local_aws.strictness.update_counts import decreases_today, switches_to_on_demand
from scripts.local_aws.strictness.update_state import billing_mode
from scripts.local_aws.strictness.update_table import refuse_bad_update

Answer = tuple[Any, ...]
ON_DEMAND_SINCE = "LastUpdateToPayPerRequestDateTime"
DATA_PLANE = ("_put_item", "_get_item", "_update_item", "_delete_item", "_query", "_scan")


@rule(
    "deletion-protection",
    "DeleteTable of a protected table is refused; so a stack that would delete it ends DELETE_FAILED.",
    sources.DELETE_TABLE,
)
def refuse_protected(table: dict[str, Any]) -> None:
    """Raise Refused when the table is protected against deletion."""
    if table.get("DeletionProtectionEnabled"):
        raise RequestRefused(
            "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
        )


@rule(
    "describe-billing",
    "BillingModeSummary is absent from a table that has never been on-demand, and tells when it last became so of the "
    "others; throughput descriptions carry NumberOfDecreasesToday.",
    sources.DESCRIBE_TABLE,
)
def describe_billing(table: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    """Tell the billing of a table record as DescribeTable does. `description` is changed and returned."""
    summary = description.get("BillingModeSummary") or {}
    if summary.get("BillingMode") == "PROVISIONED" and "LastUpdateToPayPerRequestDateTime" not in summary:
        description.pop("BillingModeSummary", None)
    for holder in (description, *description.get("GlobalSecondaryIndexes", [])):
        if "ProvisionedThroughput" in holder:
            decreases = len(decreases_today(table, holder.get("IndexName", "")))
            holder["ProvisionedThroughput"] = {**holder["ProvisionedThroughput"], "NumberOfDecreasesToday": decreases}
    return description


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb
    from ministack.core.responses import error_response_json

    def answering(function: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        @functools.wraps(function)
        def answer(data: Request) -> Answer:
            try:
                return function(data)
            except RequestRefused as refusal:
                return error_response_json(refusal.code, str(refusal), 400)

        return answer

    def table_of(data: Request) -> dict[str, Any] | None:
        return dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))

    def create_table(data: Request, _original: Any = dynamodb._create_table) -> Answer:
        if data.get("TableName") not in dynamodb._tables:
            refuse_bad_table(data)
        answer = _original(data)
        if answer[0] >= 400:
            return answer
        # The answer itself always says CREATING; what DescribeTable says next is up to the clock.
        table = dynamodb._tables[data["TableName"]]
        table_clock = TableClock.of(table)
        table_clock.creating = 1
        answer = dynamodb.json_response({"TableDescription": dynamodb._table_description(data["TableName"])})
        table_clock.creating = clock.settings.table
        if billing_mode(table) == "PAY_PER_REQUEST":
            table["BillingModeSummary"] = table["BillingModeSummary"] | {ON_DEMAND_SINCE: int(now())}
        return answer

    def update_table(data: Request, _original: Any = dynamodb._update_table) -> Answer:
        table = table_of(data)
        if table is None:
            return _original(data)
        clock.refuse_busy_table(table, "updated")
        refuse_bad_update(data, table, dynamodb._replica_group(table))
        before = {index["IndexName"]: dict(index) for index in table["GlobalSecondaryIndexes"]}
        record = {**table, "GlobalSecondaryIndexes": list(before.values())}
        answer = _original(data)
        if answer[0] >= 400:
            return answer
        after = {index["IndexName"]: index for index in table["GlobalSecondaryIndexes"]}
        update_counts.count(data, table, record)
        if data.get("BillingMode"):
            since = (
                int(now()) if switches_to_on_demand(data, record) else record["BillingModeSummary"].get(ON_DEMAND_SINCE)
            )
            mode = {"BillingMode": data["BillingMode"]}
            table["BillingModeSummary"] = mode | ({} if since is None else {ON_DEMAND_SINCE: since})
        for name in after.keys() - before.keys():
            TableClock.of(table).index_created(name)
        for name in before.keys() - after.keys():
            TableClock.of(table).index_deleted(before[name])
        if data.get("BillingMode") == "PAY_PER_REQUEST":
            for index in after.values():
                index["ProvisionedThroughput"] = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
        return dynamodb.json_response({"TableDescription": dynamodb._table_description(table["TableName"])})

    def delete_table(data: Request, _original: Any = dynamodb._delete_table) -> Answer:
        if table := table_of(data):
            refuse_protected(table)
            clock.refuse_busy_table(table, "deleted")
        return _original(data)

    def describe_table(data: Request, _original: Any = dynamodb._describe_table) -> Answer:
        answer = _original(data)
        if table := table_of(data):
            TableClock.of(table).tick()
        return answer

    def table_description(name: str, _original: Any = dynamodb._table_description) -> dict[str, Any]:
        table = dynamodb._tables[name]
        described = describe_billing(table, clock.show(table, dict(_original(name))))
        # DynamoDB tells them by name, in whatever order they were given.
        definitions = sorted(described["AttributeDefinitions"], key=lambda each: each["AttributeName"])
        return described | {"AttributeDefinitions": definitions}

    def guarded(original: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
        def run(data: Request) -> Answer:
            if table := table_of(data):
                clock.refuse_unready_index(table, data.get("IndexName"))
            return original(data)

        return run

    dynamodb._create_table = create_table
    dynamodb._update_table = update_table
    dynamodb._delete_table = delete_table
    dynamodb._describe_table = describe_table
    dynamodb._table_description = table_description
    for name in DATA_PLANE:
        setattr(dynamodb, name, guarded(getattr(dynamodb, name)))
    answered = (
        *("_create_table", "_update_table", "_delete_table", *DATA_PLANE),
        *("_update_ttl", "_describe_ttl"),
        *("_update_contributor_insights", "_enable_kinesis_streaming_destination"),
    )
    for name in answered:
        setattr(dynamodb, name, answering(getattr(dynamodb, name)))
