"""Maximum throughput of on-demand tables, and warm throughput: of tables and of their global secondary indexes."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.create_table import INVALID, global_indexes
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule, table_check
from scripts.local_aws.strictness.update_state import billing_mode

# Of a new on-demand table, per second.
ON_DEMAND_WARM = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}
UNITS = {"ReadUnitsPerSecond": "ReadCapacityUnits", "WriteUnitsPerSecond": "WriteCapacityUnits"}
CURRENT = "current WarmThroughput"
INITIAL = f"initial throughput for OnDemand. See: {sources.WARM}"
MAXIMUM = ("MaxReadRequestUnits", "MaxWriteRequestUnits")


@table_check(
    "on-demand-throughput",
    "OnDemandThroughput of a table or index is refused with PROVISIONED; its numbers are at least 1, or -1 for none.",
    sources.ON_DEMAND,
)
def _maximum(request: Request) -> str | None:
    for holder in (request, *global_indexes(request)):
        given = holder.get("OnDemandThroughput") or {}
        index = f"index : {holder['IndexName']}" if "IndexName" in holder else ""
        for unit in [unit for unit in MAXIMUM if unit in given]:
            if request.get("BillingMode", "PROVISIONED") != "PAY_PER_REQUEST":
                return (
                    f"{INVALID}{unit} for OnDemandThroughput {f'for {index} ' if index else ''}cannot be specified when "
                    "the table BillingMode is PROVISIONED"
                )
            if int(given[unit]) < 1 and int(given[unit]) != -1:
                return (
                    f"{INVALID}Requested {unit} for OnDemandThroughput for {index or 'table'} is outside of valid range"
                )
    return None


def warm(holder: dict[str, Any], mode: str) -> dict[str, int]:
    """The warm throughput of a table or index record, per second: what was set, or what its mode begins with."""
    provisioned = holder.get("ProvisionedThroughput") or {}
    begins = {name: int(provisioned.get(unit) or 0) for name, unit in UNITS.items()}
    begins = ON_DEMAND_WARM if mode == "PAY_PER_REQUEST" else begins
    present = holder.get("WarmThroughput") or {}
    return {name: max(begins[name], int(present.get(name) or 0)) for name in UNITS}


@rule(
    "warm-throughput",
    "WarmThroughput of a table or index begins at 12,000 reads and 4,000 writes per second on demand, at its capacity "
    "when provisioned, and can only grow.",
    sources.WARM,
)
def refuse_less(wanted: Request, present: dict[str, int], what: str, than: str = "") -> None:
    """Raise Refused when less is wanted than there is. `what`: table or index <name>; `than`: what there is, of a new one."""
    for name, units in present.items():
        if name in wanted and int(wanted[name]) < units:
            lower = than.format(UNITS[name]) or f"{CURRENT}, decreasing WarmThroughput is not supported"
            raise RequestRefused(f"{INVALID}Requested {name} for WarmThroughput for {what} is lower than {lower}")


def _refuse_all_less(request: Request, table: dict[str, Any], mode: str) -> None:
    refuse_less(request.get("WarmThroughput") or {}, warm(table, mode), "table")
    indexes = {index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or []}
    for update in request.get("GlobalSecondaryIndexUpdates") or []:
        wanted = update.get("Update") or update.get("Create") or {}
        name = wanted.get("IndexName")
        refuse_less(wanted.get("WarmThroughput") or {}, warm(indexes.get(name, {}), mode), f"index {name}")


def _apply(holder: dict[str, Any], request: Request, mode: str) -> None:
    if request.get("WarmThroughput"):
        holder["WarmThroughput"] = warm(holder, mode) | request["WarmThroughput"]
    if "OnDemandThroughput" in request:
        present = dict.fromkeys(MAXIMUM, -1) | (holder.get("OnDemandThroughput") or {})
        holder["OnDemandThroughput"] = present | (request["OnDemandThroughput"] or {})
    if mode != "PAY_PER_REQUEST" or set((holder.get("OnDemandThroughput") or {}).values()) == {-1}:
        holder.pop("OnDemandThroughput", None)


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb

    def create_table(data: Request, _original: Any = dynamodb._create_table) -> tuple[Any, ...]:
        mode = data.get("BillingMode", "PROVISIONED")
        than = INITIAL if mode == "PAY_PER_REQUEST" else "{} of ProvisionedThroughput"
        refuse_less(data.get("WarmThroughput") or {}, warm(data, mode), "table", than)
        for index in global_indexes(data):
            refuse_less(index.get("WarmThroughput") or {}, warm(index, mode), f"index {index['IndexName']}", than)
        answer = _original(data)
        if answer[0] < 400:
            _apply(dynamodb._tables[data["TableName"]], data, mode)
        return answer

    def update_table(data: Request, _original: Any = dynamodb._update_table) -> tuple[Any, ...]:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
        if table is None:
            return _original(data)
        _refuse_all_less(data, table, data.get("BillingMode") or billing_mode(table))
        answer = _original(data)
        if answer[0] >= 400:
            return answer
        mode = billing_mode(table)
        _apply(table, data, mode)
        changed = [update.get("Update") for update in data.get("GlobalSecondaryIndexUpdates") or []]
        updates = {update["IndexName"]: update for update in changed if update}
        for index in table.get("GlobalSecondaryIndexes") or []:
            _apply(index, updates.get(index["IndexName"], {}), mode)
        return answer

    def table_description(name: str, _original: Any = dynamodb._table_description) -> dict[str, Any]:
        description, table = _original(name), dynamodb._tables[name]
        mode = billing_mode(table)
        told: dict[str, Any] = {"WarmThroughput": warm(table, mode) | {"Status": "ACTIVE"}}
        if description.get("GlobalSecondaryIndexes"):
            told["GlobalSecondaryIndexes"] = [
                {**index, "WarmThroughput": warm(index, mode) | {"Status": "ACTIVE"}}
                for index in description["GlobalSecondaryIndexes"]
            ]
        return description | told

    dynamodb._create_table = create_table
    dynamodb._update_table = update_table
    dynamodb._table_description = table_description
