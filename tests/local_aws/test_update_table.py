"""What one UpdateTable request may not ask for: too much at once, nothing new, or once too often."""

from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .support import client, definitions, described, index, keys, provokes, refusal, settle, table

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
MORE = {"ReadCapacityUnits": 6, "WriteCapacityUnits": 5}
STREAM = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
WARM = {"ReadUnitsPerSecond": 20_000, "WriteUnitsPerSecond": 20_000}
ON_DEMAND = {"BillingMode": "PAY_PER_REQUEST"}
MAXIMUM = {"MaxReadRequestUnits": 10}
ENCRYPTED = {"Enabled": True, "SSEType": "KMS"}
NEW = {"AttributeDefinitions": definitions("b"), "GlobalSecondaryIndexUpdates": [{"Create": index("by-b", "b")}]}
DELETE = {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-a"}}]}
INVALID = "ValidationException: One or more parameter values were invalid: "


def update(**request: Any) -> Any:
    """UpdateTable of the table; of its description, which is told afterwards, nothing is used."""
    answer = client("dynamodb").update_table(TableName="Orders", **request)
    settle()
    return answer


def refused(**request: Any) -> str:
    return refusal(client("dynamodb").update_table, TableName="Orders", **request)


def provisioned(**more: Any) -> dict[str, Any]:
    made = index("by-a", "a", ProvisionedThroughput=UNITS)
    return table(made, BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, **more)


def of_index(**update: Any) -> dict[str, Any]:
    return {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by-a", **update}}]}


# Of an on-demand table, and of a provisioned one: what is asked for together, and what is refused of it.
ONLY = "must be the only operation in the request"
ON_DEMAND_PAIRS: dict[str, tuple[dict[str, Any], str]] = {
    "class": ({"TableClass": "STANDARD_INFREQUENT_ACCESS", "StreamSpecification": STREAM}, f"TableClass modification {ONLY}"),
    "its own class": ({"TableClass": "STANDARD", "StreamSpecification": STREAM}, f"TableClass modification {ONLY}"),
    "encryption": ({"SSESpecification": ENCRYPTED, "TableClass": "STANDARD"}, f"Server-Side Encryption modification {ONLY}"),
    "protection": ({"DeletionProtectionEnabled": True, **ON_DEMAND}, f"DeletionProtection modification {ONLY}"),
    "warm": ({"WarmThroughput": WARM, "DeletionProtectionEnabled": True}, f"DeletionProtection modification {ONLY}"),
    "warm and maximum": ({"WarmThroughput": WARM, "OnDemandThroughput": MAXIMUM}, f"WarmThroughput {ONLY}"),
    "warm and an index": ({"WarmThroughput": WARM, **NEW}, "Create global secondary index cannot be specified when updating"),
    "warm of the table and of an index": ({"WarmThroughput": WARM, **of_index(WarmThroughput=WARM)}, f"WarmThroughput {ONLY}"),
    "maximum and stream": ({"OnDemandThroughput": MAXIMUM, "StreamSpecification": STREAM}, "can only be combined with BillingMode"),
    "maximum of the table and of an index": (
        {"OnDemandThroughput": MAXIMUM, **of_index(OnDemandThroughput=MAXIMUM)}, "can only be combined with BillingMode"),
    "an index and encryption": ({"SSESpecification": ENCRYPTED, **NEW}, f"Server-Side Encryption modification {ONLY}"),
    "an index and the stream": ({"StreamSpecification": STREAM, **NEW}, "You cannot create or delete index while changing stream status"),
    "an index less and the stream": ({"StreamSpecification": STREAM, **DELETE}, "while changing stream status"),
    "a replica": ({"ReplicaUpdates": [{"Create": {"RegionName": "eu-central-1"}}], "TableClass": "STANDARD"}, f"Replica modification {ONLY}"),
}  # fmt: skip
PROVISIONED_PAIRS: dict[str, tuple[dict[str, Any], str]] = {
    "capacity and stream": ({"ProvisionedThroughput": MORE, "StreamSpecification": STREAM}, "You cannot modify stream status while updating table IOPS"),
    "capacity and an index": ({"ProvisionedThroughput": MORE, **NEW}, "You cannot create or delete index while updating table IOPS"),
    "capacity and an index less": ({"ProvisionedThroughput": MORE, **DELETE}, "while updating table IOPS"),
    "capacity and class": ({"ProvisionedThroughput": MORE, "TableClass": "STANDARD"}, f"TableClass modification {ONLY}"),
}  # fmt: skip
PAIRS = [(table(index("by-a", "a")), *case) for case in ON_DEMAND_PAIRS.values()]
PAIRS += [(provisioned(), *case) for case in PROVISIONED_PAIRS.values()]


@provokes("update-together")
@pytest.mark.parametrize(("made", "request_", "text"), PAIRS, ids=[*ON_DEMAND_PAIRS, *PROVISIONED_PAIRS])
def test_what_does_not_go_together(made: dict[str, Any], request_: dict[str, Any], text: str) -> None:
    client("dynamodb").create_table(**made)
    before = described()
    message = refused(**request_)
    assert message.startswith(INVALID)
    assert text in message
    assert described() == before
    if "ReplicaUpdates" not in request_:
        for name, value in request_.items():
            if name not in ("AttributeDefinitions", "GlobalSecondaryIndexUpdates"):
                update(**{name: value})


@provokes("update-together")
def test_what_goes_together() -> None:
    client("dynamodb").create_table(**provisioned())
    update(ProvisionedThroughput=MORE, **of_index(ProvisionedThroughput=MORE))
    update(**ON_DEMAND, OnDemandThroughput=MAXIMUM)
    assert described()["OnDemandThroughput"] == {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": -1}
    update(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, **of_index(ProvisionedThroughput=UNITS))
    assert "OnDemandThroughput" not in described()
    update(**ON_DEMAND, StreamSpecification=STREAM)
    update(**ON_DEMAND, **NEW)
    assert described()["StreamSpecification"] == STREAM
    assert described()["AttributeDefinitions"] == definitions("a", "b", "pk")
    assert "At least one of ProvisionedThroughput, BillingMode, " in refused()
    assert "At least one of " in refused(AttributeDefinitions=definitions("pk"))


@provokes("index-updates", "index-names")
def test_index_updates_that_are_none() -> None:
    client("dynamodb").create_table(**table(
        index("by-a", "a"), KeySchema=keys("pk", "sk"), LocalSecondaryIndexes=[index("local", keys("pk", "at"))]))  # fmt: skip
    cases: list[tuple[list[dict[str, Any]], str]] = [
        ([], f"{INVALID}List of GlobalSecondaryIndexUpdates is empty"),
        ([{}], f"{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
               "GlobalSecondaryIndexUpdate.Delete must not be null"),
        ([{"Delete": {"IndexName": "by-a"}, "Update": {"IndexName": "by-a"}}],
         f"{INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"),
        ([{"Delete": {"IndexName": "by-a"}}, {"Update": {"IndexName": "by-a"}}],
         f"{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: by-a"),
        ([{"Delete": {"IndexName": "none"}}],
         "ResourceNotFoundException: Requested resource not found: Index none for table Orders"),
        ([{"Delete": {"IndexName": "local"}}],
         "ValidationException: Cannot delete an index that is not a GlobalSecondaryIndex: local"),
        ([{"Create": index("local", "a")}], "ValidationException: Attempting to create an index which already exists"),
        ([{"Create": index("by-b", "b")}], f"{INVALID}AttributeDefinitions is not specified for index: by-b"),
    ]  # fmt: skip
    for updates, message in cases:
        assert refused(GlobalSecondaryIndexUpdates=updates) == message
    assert refused(
        GlobalSecondaryIndexUpdates=NEW["GlobalSecondaryIndexUpdates"], AttributeDefinitions=definitions("c")
    ) == (
        f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [b], AttributeDefinitions: [c]"
    )


@provokes("index-names")
def test_definitions_of_no_use_and_another_type_are_ignored() -> None:
    client("dynamodb").create_table(**table())
    update(**NEW | {"AttributeDefinitions": definitions("b", "spare", pk="N")})
    assert described()["AttributeDefinitions"] == definitions("b", "pk")


@provokes("throughput-change")
def test_capacity_that_is_there_already() -> None:
    client("dynamodb").create_table(**provisioned())
    assert refused(ProvisionedThroughput=UNITS) == (
        "ValidationException: The provisioned throughput for the table will not change. The requested value equals the "
        "current value. Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current "
        "WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon DynamoDB "
        "Developer Guide for current limits and how to request higher limits."
    )
    message = refused(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    assert "The provisioned throughput for the table will not change." in message
    message = refused(**of_index(ProvisionedThroughput=UNITS))
    assert "The provisioned throughput for the index by-a will not change." in message
    assert "Current ReadCapacityUnits provisioned for index by-a: 5." in message
    update(ProvisionedThroughput=MORE)


@provokes("switch-to-provisioned")
def test_capacity_on_demand() -> None:
    client("dynamodb").create_table(**table(index("by-a", "a")))
    nothing = "can be specified when BillingMode is PAY_PER_REQUEST"
    assert (
        refused(ProvisionedThroughput=UNITS) == f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits {nothing}"
    )
    assert "can be specified for index: by-a when" in refused(**of_index(ProvisionedThroughput=UNITS))
    update(**ON_DEMAND)  # no change, and no error


@provokes("stream-change", "stream-request")
def test_streams_are_switched_on_once_and_off_once(aws: LocalAws) -> None:
    database = client("dynamodb")
    viewless = {"StreamEnabled": True}
    message = refusal(database.create_table, **table(StreamSpecification=viewless))
    assert message == f"{INVALID}Table is being created with a stream enabled, UpdateViewType is required"
    message = refusal(database.create_table, **table(StreamSpecification={**STREAM, "StreamEnabled": False}))
    assert message == f"{INVALID}Table is being created with a stream disabled, UpdateViewType should not be specified"
    database.create_table(**table())
    off = {"StreamEnabled": False}
    assert refused(StreamSpecification=off) == "ValidationException: Table has no stream to disable: TableName: Orders"
    assert "If stream is being enabled then UpdateViewType is required" in refused(StreamSpecification=viewless)
    assert "UpdateViewType must not be specified" in refused(StreamSpecification={**STREAM, **off})
    update(StreamSpecification=STREAM)
    on_already = "ValidationException: Table already has an enabled stream: TableName: Orders"
    for view in ("KEYS_ONLY", "NEW_IMAGE"):
        assert refused(StreamSpecification={**STREAM, "StreamViewType": view}) == on_already
    update(StreamSpecification=off)


@provokes("stream-change")
def test_the_stream_of_a_global_table_stays() -> None:
    both = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    client("dynamodb").create_table(**table(StreamSpecification=both))
    update(ReplicaUpdates=[{"Create": {"RegionName": "eu-central-1"}}])
    message = f"{INVALID}Disabling Stream is not allowed for a Global Table replica."
    assert refused(StreamSpecification={"StreamEnabled": False}) == message


@provokes("encryption-change")
def test_encryption_that_is_there_already() -> None:
    client("dynamodb").create_table(**table())
    for nothing in ({"Enabled": False}, {}):
        assert refused(SSESpecification=nothing) == f"{INVALID}Table is already encrypted by default"
    key = client("kms").create_key()["KeyMetadata"]
    update(SSESpecification={**ENCRYPTED, "KMSMasterKeyId": key["Arn"]})
    assert "Table is already encrypted with given KMSMasterKeyId." in refused(
        SSESpecification={**ENCRYPTED, "KMSMasterKeyId": key["Arn"]}
    )
    update(SSESpecification={**ENCRYPTED, "KMSMasterKeyId": key["KeyId"]})  # by its id it is another request


@provokes("table-class-changes")
def test_two_changes_of_the_table_class_in_30_days(aws: LocalAws) -> None:
    client("dynamodb").create_table(**table())
    update(TableClass="STANDARD")  # no change
    for name in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        update(TableClass=name)
    limit = (
        "LimitExceededException: Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s)."
    )
    for name in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        assert refused(TableClass=name) == limit
    aws.advance(minutes=30 * 24 * 60)
    update(TableClass="STANDARD_INFREQUENT_ACCESS")


@provokes("on-demand-switches")
def test_four_switches_to_on_demand_a_day(aws: LocalAws) -> None:
    aws.advance(0)
    client("dynamodb").create_table(**table(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS))
    for _ in range(4):
        update(**ON_DEMAND)
        update(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS)
    message = refused(**ON_DEMAND)
    assert message.startswith(
        "LimitExceededException: Subscriber limit exceeded: Update to PayPerRequest mode are limited"
    )
    aws.advance(minutes=24 * 60)
    update(**ON_DEMAND)


@provokes("encryption-changes")
def test_four_changes_of_the_encryption_a_day_then_one_in_six_hours(aws: LocalAws) -> None:
    client("dynamodb").create_table(**table())
    for _ in range(4):
        update(SSESpecification=ENCRYPTED)
    message = refused(SSESpecification=ENCRYPTED)
    assert message.startswith(
        "LimitExceededException: Subscriber limit exceeded: Encryption mode changes are limited in"
    )
    update(SSESpecification={"Enabled": False})
    assert "Encryption mode changes" in refused(SSESpecification=ENCRYPTED)
    aws.advance(minutes=6 * 60)
    update(SSESpecification=ENCRYPTED)
    assert "Number of updates today: 5." in refused(SSESpecification=ENCRYPTED)


@provokes("capacity-decreases", "describe-billing")
def test_four_decreases_a_day_then_one_an_hour(aws: LocalAws) -> None:
    aws.advance(minutes=24 * 60 - described_minutes())
    client("dynamodb").create_table(**provisioned() | {"ProvisionedThroughput": {**UNITS, "ReadCapacityUnits": 20}})
    for units in range(19, 15, -1):
        update(ProvisionedThroughput={**UNITS, "ReadCapacityUnits": units})
    assert described()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 4
    fifth = {"ProvisionedThroughput": {**UNITS, "ReadCapacityUnits": 14}}
    message = refused(**fifth)
    assert message.startswith("LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are")
    update(**of_index(ProvisionedThroughput={**UNITS, "ReadCapacityUnits": 4}))  # counted by itself
    live = described()["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
    assert live["NumberOfDecreasesToday"] == 1
    aws.advance(minutes=60)
    update(**fifth)
    assert "Number of decreases today: 5." in refused(ProvisionedThroughput={**UNITS, "ReadCapacityUnits": 13})
    aws.advance(minutes=24 * 60)
    assert described()["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0
    update(ProvisionedThroughput={**UNITS, "ReadCapacityUnits": 13})


def described_minutes() -> int:
    """Minutes since midnight (UTC): a day of the local AWS that has just begun ends in none of the tests."""
    import time

    return int(time.time()) % 86_400 // 60


@provokes("describe-billing")
def test_when_a_table_became_on_demand() -> None:
    client("dynamodb").create_table(**provisioned())
    assert "BillingModeSummary" not in described()
    update(**ON_DEMAND)
    told = described()["BillingModeSummary"]
    assert told.keys() == {"BillingMode", "LastUpdateToPayPerRequestDateTime"}
    update(BillingMode="PROVISIONED", ProvisionedThroughput=UNITS, **of_index(ProvisionedThroughput=UNITS))
    assert described()["BillingModeSummary"] == {**told, "BillingMode": "PROVISIONED"}
    client("dynamodb").create_table(**table(TableName="Items"))
    assert "LastUpdateToPayPerRequestDateTime" in described("Items")["BillingModeSummary"]


@provokes("tag-keys", "tag-list", "tags")
def test_tags() -> None:
    database = client("dynamodb")

    def tags(*keys: str) -> list[dict[str, str]]:
        return [{"Key": key, "Value": "v"} for key in keys]

    reserved = "ValidationException: Tag Key cannot be prefixed with aws:, Key: aws:x"
    assert refusal(database.create_table, **table(Tags=tags("aws:x"))) == reserved
    twice = "ValidationException: Duplicate Tag Keys provided as input: Duplicate Tag Key found x"
    assert refusal(database.create_table, **table(Tags=tags("x", "y", "x"))) == twice
    arn = database.create_table(**table())["TableDescription"]["TableArn"]
    assert refusal(database.tag_resource, ResourceArn=arn, Tags=tags("aws:x")) == reserved
    assert refusal(database.tag_resource, ResourceArn=arn, Tags=tags("x", "x")) == twice
    assert "Atleast one Tag needs to be" in refusal(database.tag_resource, ResourceArn=arn, Tags=[])
    assert "Atleast one Tag Key needs to be" in refusal(database.untag_resource, ResourceArn=arn, TagKeys=[])
    assert "The Tag Key provided is invalid, Key: " in refusal(
        database.tag_resource, ResourceArn=arn, Tags=tags("k" * 129)
    )
    long = [{"Key": "k", "Value": "v" * 257}]
    assert "The Tag Value provided is invalid, Value: v" in refusal(database.tag_resource, ResourceArn=arn, Tags=long)
    database.tag_resource(ResourceArn=arn, Tags=tags(*(f"k{n}" for n in range(50))))
    database.tag_resource(ResourceArn=arn, Tags=tags("k0"))
    assert "Number of Tags exceed the current limit" in refusal(database.tag_resource, ResourceArn=arn, Tags=tags("x"))
    assert len(database.list_tags_of_resource(ResourceArn=arn)["Tags"]) == 50


@provokes("table-in-use")
def test_a_table_is_not_deleted_while_an_index_builds(aws: LocalAws) -> None:
    aws.set_clock(index=6)
    client("dynamodb").create_table(**table())
    client("dynamodb").update_table(TableName="Orders", **NEW)
    while described()["TableStatus"] != "ACTIVE":
        pass
    assert "Cannot delete table while indexes are being" in refusal(client("dynamodb").delete_table, TableName="Orders")
