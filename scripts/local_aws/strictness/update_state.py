"""What an UpdateTable request may not ask for because of what the table has: no change, or one that needs a step before."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.create_table import INVALID
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule, table_check
from scripts.local_aws.strictness.update_request import actions

UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")


def billing_mode(table: dict[str, Any]) -> str:
    """The billing mode of a table record."""
    return (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")


@rule(
    "stream-change",
    "A stream is enabled with a view type on a table that has none, and disabled without one on a table that has one; "
    "not on a replica of a global table.",
    sources.UPDATE_TABLE,
)
def refuse_stream_change(request: Request, table: dict[str, Any], replicas: list[str]) -> None:
    """Raise Refused when the stream cannot be switched so. `replicas`: the regions of a global table, none of another."""
    wanted = request.get("StreamSpecification")
    if wanted is None:
        return
    on = bool((table.get("StreamSpecification") or {}).get("StreamEnabled"))
    view, name = wanted.get("StreamViewType"), table["TableName"]
    if wanted["StreamEnabled"]:
        if not view:
            raise RequestRefused(f"{INVALID}If stream is being enabled then UpdateViewType is required")
        if on:
            raise RequestRefused(f"Table already has an enabled stream: TableName: {name}")
        return
    if view:
        raise RequestRefused(f"{INVALID}If stream is being disabled, then UpdateViewType must not be specified")
    if replicas:
        raise RequestRefused(f"{INVALID}Disabling Stream is not allowed for a Global Table replica.")
    if not on:
        raise RequestRefused(f"Table has no stream to disable: TableName: {name}")


@table_check(
    "stream-request",
    "A table that is created with a stream says its view type; without one, none.",
    sources.CREATE_TABLE,
)
def _stream(request: Request) -> str | None:
    wanted = request.get("StreamSpecification") or {}
    if wanted.get("StreamEnabled") and not wanted.get("StreamViewType"):
        return f"{INVALID}Table is being created with a stream enabled, UpdateViewType is required"
    if wanted and not wanted.get("StreamEnabled") and wanted.get("StreamViewType"):
        return f"{INVALID}Table is being created with a stream disabled, UpdateViewType should not be specified"
    return None


@rule(
    "throughput-change",
    "ProvisionedThroughput that a table or an index has already is refused.",
    sources.UPDATE_TABLE,
)
def refuse_same_throughput(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when a provisioned table, or an index of it, would keep its capacity."""
    if billing_mode(table) != "PROVISIONED":
        return
    present = {
        index["IndexName"]: index.get("ProvisionedThroughput") or {} for index in table["GlobalSecondaryIndexes"]
    }
    wanted = [
        ("the table", "the table", request.get("ProvisionedThroughput"), table.get("ProvisionedThroughput") or {})
    ]
    for update in actions(request, "Update"):
        name = update["IndexName"]
        throughput = update.get("ProvisionedThroughput")
        wanted.append((f"the index {name}", f"index {name}", throughput, present.get(name, {})))
    for subject, of, asked, found in wanted:
        if not asked or any(int(asked[unit]) != int(found.get(unit) or 0) for unit in UNITS):
            continue
        told = " ".join(
            f"Current {unit} provisioned for {of}: {found[unit]}. Requested {unit}: {asked[unit]}." for unit in UNITS
        )
        raise RequestRefused(
            f"The provisioned throughput for {subject} will not change. The requested value equals the current value. "
            f"{told} Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        )


@rule(
    "encryption-change",
    "Encryption with the key that a table has, by its ARN, and without a key on a table that has none, is refused.",
    sources.UPDATE_TABLE,
)
def refuse_same_encryption(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when the encryption would stay as it is."""
    wanted = request.get("SSESpecification")
    if wanted is None:
        return
    present = table.get("SSEDescription")
    if not wanted.get("Enabled") and not wanted.get("SSEType") and not present:
        raise RequestRefused(f"{INVALID}Table is already encrypted by default")
    key = wanted.get("KMSMasterKeyId")
    if key and key == (present or {}).get("KMSMasterKeyArn"):
        raise RequestRefused(
            f"{INVALID}Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want "
            "to change Master Key"
        )


@rule(
    "switch-to-provisioned",
    "BillingMode PROVISIONED comes with ProvisionedThroughput, and from on-demand with that of every index; none goes "
    "with PAY_PER_REQUEST.",
    sources.UPDATE_TABLE,
)
def refuse_billing(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when capacity is missing, or given to a table or index that is on demand afterwards."""
    mode = request.get("BillingMode") or billing_mode(table)
    if mode == "PAY_PER_REQUEST":
        if request.get("ProvisionedThroughput"):
            raise RequestRefused(
                f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                "PAY_PER_REQUEST"
            )
        for update in actions(request, "Update"):
            if update.get("ProvisionedThroughput"):
                raise RequestRefused(
                    f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: "
                    f"{update['IndexName']} when BillingMode is PAY_PER_REQUEST"
                )
        return
    if request.get("BillingMode") and not request.get("ProvisionedThroughput"):
        raise RequestRefused(f"{INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    if mode != billing_mode(table):
        given = {index["IndexName"] for index in actions(request, "Update") if index.get("ProvisionedThroughput")}
        given |= {index["IndexName"] for index in actions(request, "Delete")}
        for index in table["GlobalSecondaryIndexes"]:
            if index["IndexName"] not in given:
                raise RequestRefused(
                    f"{INVALID}ProvisionedThroughput must be specified for index: {index['IndexName']}"
                )


@rule(
    "index-names",
    "A created index has a name that no index of the table has, local ones included, and its key attributes are in the "
    "AttributeDefinitions of the request, of which those without use are ignored, as is another type of an attribute "
    "that the table has. What is updated or deleted is a global secondary index of the table.",
    sources.UPDATE_TABLE,
)
def refuse_index_names(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when an index is there already, or is not, or is a local one."""
    present = {index["IndexName"] for index in table.get("GlobalSecondaryIndexes") or []}
    local = {index["IndexName"] for index in table.get("LocalSecondaryIndexes") or []}
    definitions = request.get("AttributeDefinitions")
    defined = {each["AttributeName"] for each in definitions or []}
    for index in actions(request, "Create"):
        if index["IndexName"] in present | local:
            raise RequestRefused("Attempting to create an index which already exists")
        keys = [element["AttributeName"] for element in index["KeySchema"]]
        if definitions is None:
            raise RequestRefused(f"{INVALID}AttributeDefinitions is not specified for index: {index['IndexName']}")
        if not set(keys) <= defined:
            raise RequestRefused(
                f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
                f"Keys: [{', '.join(keys)}], AttributeDefinitions: [{', '.join(sorted(defined))}]"
            )
    for action in ("Update", "Delete"):
        for index in actions(request, action):
            name = index["IndexName"]
            if name in local:
                raise RequestRefused(f"Cannot {action.lower()} an index that is not a GlobalSecondaryIndex: {name}")
            if name not in present:
                message = f"Requested resource not found: Index {name} for table {table['TableName']}"
                raise RequestRefused(message, "ResourceNotFoundException")
