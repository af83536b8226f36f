"""Restores to a point in time: of every kind of table, at every moment of the window, with overrides, and refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .recovery_support import KINDS, MAXIMUM, UNITS, database, item, items, kept, kinds, put, recover, wait
from .support import Stack, client, described, index, keys, provokes, refusal, table, template

TO_NOW = {"SourceTableName": "Orders", "TargetTableName": "Restored", "UseLatestRestorableTime": True}
DAY = 24 * 60  # minutes


def restore(**more: Any) -> dict[str, Any]:
    request = {name: value for name, value in (TO_NOW | more).items() if value is not None}
    return database().restore_table_to_point_in_time(**request)["TableDescription"]


def refused(**more: Any) -> str:
    request = {name: value for name, value in (TO_NOW | more).items() if value is not None}
    return refusal(database().restore_table_to_point_in_time, **request)


def window(name: str = "Orders") -> tuple[datetime, datetime]:
    answer = database().describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    found = answer["PointInTimeRecoveryDescription"]
    return found["EarliestRestorableDateTime"], found["LatestRestorableDateTime"]


Make = Callable[[str], dict[str, Any]]


@pytest.fixture
def make(aws: LocalAws) -> Make:
    """Makes a table of a kind with recovery and three items, and lets as much time go by as recovery lies behind."""

    def made(kind: str) -> dict[str, Any]:
        database().create_table(**kinds()[kind])
        recover()
        put(1, 2, 3)
        aws.advance(5)
        return described()

    return made


@pytest.mark.provokes("restore-keeps", "restore-progress")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_comes_back(make: Make, kind: str) -> None:
    source = make(kind)
    begun = restore()
    assert begun["TableStatus"] == "CREATING"
    assert begun["RestoreSummary"]["RestoreInProgress"] is True
    assert begun["RestoreSummary"]["SourceTableArn"] == source["TableArn"]
    assert described("Restored")["TableStatus"] == "CREATING"
    live = wait("Restored")
    assert live["RestoreSummary"]["RestoreInProgress"] is False
    assert kept(live) == kept(source)
    assert items("Restored") == items("Orders") == [item(1), item(2), item(3)]
    for each in source.get("GlobalSecondaryIndexes", []):
        assert items("Restored", index_name=each["IndexName"]) == items("Orders", index_name=each["IndexName"])


@pytest.mark.provokes("restore-progress")
def test_restored_table_cannot_be_used_before_it_is_active(make: Make) -> None:
    make("on demand")
    restore()
    key = {"pk": item(1)["pk"]}
    assert "ResourceNotFound" in refusal(database().get_item, TableName="Restored", Key=key)
    assert "ResourceInUse" in refusal(database().delete_table, TableName="Restored")
    wait("Restored")
    assert database().get_item(TableName="Restored", Key=key)["Item"] == item(1)


@provokes("restore-keeps", "restore-table-class")
def test_what_a_restored_table_has_lost(aws: LocalAws) -> None:
    features = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
    named = {"TableName": "Orders"}
    stream = client("kinesis")
    stream.create_stream(StreamName="orders", ShardCount=1)
    arn = stream.describe_stream(StreamName="orders")["StreamDescription"]["StreamARN"]
    made = database().create_table(
        **table(TableClass="STANDARD_INFREQUENT_ACCESS", DeletionProtectionEnabled=True, **features),
        Tags=[{"Key": "Service", "Value": "shop"}],
    )["TableDescription"]
    recover()
    database().update_time_to_live(**named, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    database().update_contributor_insights(**named, ContributorInsightsAction="ENABLE")
    database().enable_kinesis_streaming_destination(**named, StreamArn=arn)
    statement = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "dynamodb:DeleteTable", "Resource": "*"}
    document = str({"Version": "2012-10-17", "Statement": [statement]}).replace("'", '"')
    database().put_resource_policy(ResourceArn=made["TableArn"], Policy=document)
    aws.advance(5)
    restore()
    live, named = wait("Restored"), {"TableName": "Restored"}
    assert live.keys().isdisjoint({"StreamSpecification", "LatestStreamArn", "TableClassSummary"})
    assert live["DeletionProtectionEnabled"] is False
    assert database().list_tags_of_resource(ResourceArn=live["TableArn"])["Tags"] == []
    time_to_live = database().describe_time_to_live(**named)["TimeToLiveDescription"]
    assert time_to_live == {"TimeToLiveStatus": "DISABLED"}
    recovery = database().describe_continuous_backups(**named)["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert database().describe_contributor_insights(**named)["ContributorInsightsStatus"] == "DISABLED"
    assert database().describe_kinesis_streaming_destination(**named)["KinesisDataStreamDestinations"] == []
    assert "PolicyNotFound" in refusal(database().get_resource_policy, ResourceArn=live["TableArn"])


@pytest.mark.provokes("restore-keeps", "restore-overrides")
@pytest.mark.parametrize("encryption", ["managed", "own"])
def test_encryption_comes_back_or_is_overridden(aws: LocalAws, encryption: str) -> None:
    kms = client("kms")
    own, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    wanted = {"Enabled": True, "SSEType": "KMS", **({"KMSMasterKeyId": own} if encryption == "own" else {})}
    database().create_table(**table(SSESpecification=wanted))
    recover()
    put(1)
    aws.advance(5)
    restore()
    assert wait("Restored")["SSEDescription"] == described()["SSEDescription"]
    restore(TargetTableName="Other", SSESpecificationOverride={**wanted, "KMSMasterKeyId": other})
    assert wait("Other")["SSEDescription"]["KMSMasterKeyArn"] == other
    restore(TargetTableName="Plain", SSESpecificationOverride={"Enabled": False})
    assert "SSEDescription" not in wait("Plain")
    assert items("Restored") == items("Other") == items("Plain") == [item(1)]
    kms.disable_key(KeyId=other)
    override = {"SSESpecificationOverride": {**wanted, "KMSMasterKeyId": other}}
    assert "DisabledException" in refused(TargetTableName="Locked", **override)


@pytest.mark.provokes("recovery-window", "restore-time")
def test_items_are_those_of_the_moment(aws: LocalAws) -> None:
    database().create_table(**table())
    put(1)
    earliest = recover()["EarliestRestorableDateTime"]
    aws.advance(10)
    put(2)
    changed = {"TableName": "Orders", "Key": {"pk": item(1)["pk"]}}
    values = {":v": {"S": "new"}}
    database().update_item(**changed, UpdateExpression="SET more = :v", ExpressionAttributeValues=values)
    aws.advance(10)
    database().delete_item(TableName="Orders", Key={"pk": item(2)["pk"]})
    batch = [{"PutRequest": {"Item": item(3)}}, {"DeleteRequest": {"Key": {"pk": item(1)["pk"]}}}]
    database().batch_write_item(RequestItems={"Orders": batch})
    aws.advance(10)
    database().transact_write_items(TransactItems=[{"Put": {"TableName": "Orders", "Item": item(4)}}])
    second = {**item(1), "more": {"S": "new"}}
    by_minutes: dict[float, list[Any]] = {
        0: [item(1)], 9: [item(1)], 11: [second, item(2)], 19: [second, item(2)], 21: [item(3)], 25: [item(3)],
    }  # fmt: skip
    for minutes, expected in by_minutes.items():
        time = datetime.fromtimestamp(earliest.timestamp() + minutes * 60, UTC)
        name = f"at-{minutes}"
        live = restore(TargetTableName=name, UseLatestRestorableTime=None, RestoreDateTime=time)
        assert live["RestoreSummary"]["RestoreDateTime"] == time
        wait(name)
        assert items(name) == expected, minutes
    # The latest moment lies five minutes back: what was written since is not in it.
    restore()
    wait("Restored")
    assert items("Restored") == [item(3)]
    aws.set_clock(recovery_lag=0)
    restore(TargetTableName="Now")
    wait("Now")
    assert items("Now") == items("Orders") == [item(3), item(4)]


@pytest.mark.provokes("recovery-window", "restore-time")
def test_window_of_recovery(aws: LocalAws) -> None:
    database().create_table(**table())
    begun = recover(days=3)["EarliestRestorableDateTime"]
    assert window() == (begun, begun)
    aws.advance(2 * DAY)
    earliest, latest = window()
    assert earliest == begun
    assert (latest - begun).total_seconds() == pytest.approx(2 * 86_400 - 300, abs=1)
    aws.advance(2 * DAY)
    assert (window()[0] - begun).total_seconds() == pytest.approx(86_400, abs=1)
    recover(days=1)
    narrowed = window()[0]
    assert (narrowed - begun).total_seconds() == pytest.approx(3 * 86_400, abs=1)
    recover(days=30)
    assert window()[0] == narrowed
    for outside in (narrowed.timestamp() - 1, window()[1].timestamp() + 2):
        time = datetime.fromtimestamp(outside, UTC)
        assert refused(UseLatestRestorableTime=None, RestoreDateTime=time).startswith("InvalidRestoreTimeException: ")
    for inside in window():
        name = f"at-{inside.timestamp():.0f}"
        restore(TargetTableName=name, UseLatestRestorableTime=None, RestoreDateTime=inside)
    recover(enabled=False)
    begun_again = recover()["EarliestRestorableDateTime"]
    assert window() == (begun_again, begun_again)
    assert begun_again > narrowed


@provokes("recovery-window", "failed-update-is-undone")
def test_recovery_that_was_rolled_back_begins_when_it_is_enabled(aws: LocalAws) -> None:
    stack = Stack()
    stack.deploy(template(table()))
    failing = {"KinesisStreamSpecification": {"StreamArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/none"}}
    recovering = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    assert stack.deploy(template(table(**recovering, **failing))) == "UPDATE_ROLLBACK_COMPLETE"
    aws.advance(10)
    begun = recover()["EarliestRestorableDateTime"]
    assert window() == (begun, begun)


@pytest.mark.provokes("restore-overrides")
def test_overrides(make: Make) -> None:
    make("on demand with indexes")
    restore(GlobalSecondaryIndexOverride=[])
    live = wait("Restored")
    assert "GlobalSecondaryIndexes" not in live
    assert live["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]
    restore(TargetTableName="One", GlobalSecondaryIndexOverride=[index("by-name", "name")])
    assert [each["IndexName"] for each in wait("One")["GlobalSecondaryIndexes"]] == ["by-name"]
    provisioned = [index("by-name", "name", ProvisionedThroughput=UNITS)]
    restore(
        TargetTableName="Provisioned",
        BillingModeOverride="PROVISIONED",
        ProvisionedThroughputOverride=UNITS,
        GlobalSecondaryIndexOverride=provisioned,
    )
    live = wait("Provisioned")
    assert "BillingModeSummary" not in live
    for holder in (live, live["GlobalSecondaryIndexes"][0]):
        assert holder["ProvisionedThroughput"] == {**UNITS, "NumberOfDecreasesToday": 0}
    restore(TargetTableName="Maximum", OnDemandThroughputOverride={"MaxReadRequestUnits": 7})
    assert wait("Maximum")["OnDemandThroughput"]["MaxReadRequestUnits"] == 7
    assert items("One") == items("Provisioned") == items("Orders")


@pytest.mark.provokes("restore-overrides")
def test_local_indexes_can_be_left_out(make: Make) -> None:
    make("with local indexes")
    restore(LocalSecondaryIndexOverride=[])
    live = wait("Restored")
    assert "LocalSecondaryIndexes" not in live
    assert {each["AttributeName"] for each in live["AttributeDefinitions"]} == {"pk", "sk", "name"}
    assert items("Restored") == items("Orders")


@pytest.mark.provokes("restore-overrides")
def test_provisioned_table_comes_back_on_demand(make: Make) -> None:
    make("provisioned")
    restore(BillingModeOverride="PAY_PER_REQUEST")
    live = wait("Restored")
    assert live["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert live["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    restore(TargetTableName="More", ProvisionedThroughputOverride={"ReadCapacityUnits": 9, "WriteCapacityUnits": 8})
    assert wait("More")["ProvisionedThroughput"]["ReadCapacityUnits"] == 9


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "no source": ("restore-time", {"SourceTableName": None}, "one of SourceTableName"),
    "no time": ("restore-time", {"UseLatestRestorableTime": None}, "one of RestoreDateTime"),
    "two times": ("restore-time", {"RestoreDateTime": datetime(2026, 1, 1, tzinfo=UTC)}, "one of RestoreDateTime"),
    "unknown source": (
        "restore-unavailable", {"SourceTableName": "None"}, "TableNotFoundException: Table not found: None"),
    "target exists": (
        "restore-target", {"TargetTableName": "Orders"}, "TableAlreadyExistsException: Table already exists: Orders"),
    "other key": (
        "restore-overrides", {"GlobalSecondaryIndexOverride": [index("by-name", "city")]}, "does not match"),
    "other projection": (
        "restore-overrides", {"GlobalSecondaryIndexOverride": [index("by-name", "name", "KEYS_ONLY")]}, "not match"),
    "new index": ("restore-overrides", {"GlobalSecondaryIndexOverride": [index("by-more", "name")]}, "does not match"),
    "new local index": (
        "restore-overrides", {"LocalSecondaryIndexOverride": [index("by-age", keys("pk", "age"))]}, "does not match"),
    "provisioned without capacity": (
        "restore-overrides", {"BillingModeOverride": "PROVISIONED"}, "ProvisionedThroughput"),
    "provisioned without capacity of an index": (
        "restore-overrides", {"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": UNITS},
        "ProvisionedThroughput is not specified for index: by-name"),
    "capacity on demand": ("restore-overrides", {"ProvisionedThroughputOverride": UNITS}, "PAY_PER_REQUEST"),
    "empty maximum": ("restore-overrides", {"OnDemandThroughputOverride": {}}, "MaxReadRequestUnits"),
    "maximum of a provisioned table": (
        "restore-overrides",
        {"BillingModeOverride": "PROVISIONED", "ProvisionedThroughputOverride": UNITS,
         "GlobalSecondaryIndexOverride": [], "OnDemandThroughputOverride": MAXIMUM},
        "OnDemandThroughput cannot be specified"),
    "key without encryption": (
        "restore-overrides", {"SSESpecificationOverride": {"Enabled": False, "SSEType": "KMS"}}, "Enabled is false"),
    "warm throughput": (
        "restore-warm-throughput",
        {"GlobalSecondaryIndexOverride": [index("by-name", "name", WarmThroughput={"ReadUnitsPerSecond": 13_000})]},
        "WarmThroughput is not supported"),
}  # fmt: skip
CASES = [pytest.param(more, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, more, text) in REFUSED.items()]


@pytest.mark.parametrize(("more", "text"), CASES)
def test_refused_restores(make: Make, more: dict[str, Any], text: str) -> None:
    make("on demand with indexes")
    assert text in refused(**more)
    assert database().list_tables()["TableNames"] == ["Orders"]


@provokes("restore-unavailable", "restore-target", "restore-count")
def test_what_is_in_the_way_of_a_restore(aws: LocalAws) -> None:
    database().create_table(**table())
    assert refused() == (
        "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'Orders'"
    )
    recover()
    restore()
    assert refused().startswith("TableInUseException: ")
    wait("Restored")
    assert refused() == "TableAlreadyExistsException: Table already exists: Restored"
    for number in range(50):
        restore(TargetTableName=f"Restored-{number}")
    assert refused(TargetTableName="Restored-50").startswith("LimitExceededException: ")
    wait("Restored-0")
    restore(TargetTableName="Restored-50")


@pytest.mark.provokes("restore-cross-region")
def test_restore_into_another_region(make: Make) -> None:
    source = make("on demand with indexes")
    request = {"SourceTableArn": source["TableArn"], "TargetTableName": "Orders", "UseLatestRestorableTime": True}
    there = database("eu-central-1")
    assert "SSESpecificationOverride" in refusal(there.restore_table_to_point_in_time, **request)
    assert there.list_tables()["TableNames"] == []
    there.restore_table_to_point_in_time(**request, SSESpecificationOverride={"Enabled": False})
    live = wait("Orders", "eu-central-1")
    assert live["TableArn"] == source["TableArn"].replace("eu-west-1", "eu-central-1")
    assert items("Orders", "eu-central-1") == items("Orders")


@provokes("table-creating")
def test_settings_wait_until_the_table_is_active(aws: LocalAws) -> None:
    aws.set_clock(table=1)
    named, live = {"TableName": "Orders"}, database().create_table(**table())["TableDescription"]
    tagged, tags = {"ResourceArn": live["TableArn"]}, [{"Key": "Service", "Value": "shop"}]
    unavailable = "ContinuousBackupsUnavailableException: Backups are being enabled for the table: Orders"
    time_to_live = {"Enabled": True, "AttributeName": "expires"}
    stream = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
    statement = {"Effect": "Deny", "Principal": "*", "Action": "dynamodb:DeleteTable", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    calls: list[tuple[Any, dict[str, Any], str]] = [
        (recover, {}, unavailable),
        (database().update_time_to_live, {**named, "TimeToLiveSpecification": time_to_live}, "ResourceInUseException"),
        (database().put_resource_policy, {**tagged, "Policy": policy}, "ResourceInUseException"),
        (database().enable_kinesis_streaming_destination, {**named, "StreamArn": stream}, "ResourceInUseException"),
        (database().tag_resource, {**tagged, "Tags": tags}, "ResourceNotFoundException"),
        (database().list_tags_of_resource, tagged, "ResourceNotFoundException"),
    ]
    for call, request, text in calls:
        assert refusal(call, **request).startswith(text), call
    wait("Orders")
    recover()
    database().update_time_to_live(**named, TimeToLiveSpecification=time_to_live)
    database().tag_resource(**tagged, Tags=tags)
    assert database().list_tags_of_resource(**tagged)["Tags"] == tags


@provokes("export-time")
def test_export_needs_recovery(aws: LocalAws) -> None:
    arn = database().create_table(**table())["TableDescription"]["TableArn"]
    export, named = database().export_table_to_point_in_time, {"TableArn": arn, "S3Bucket": "exports"}
    assert refusal(export, **named) == (
        "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'Orders'"
    )
    earliest = recover()["EarliestRestorableDateTime"]
    aws.advance(10)
    for minutes in (-1, 12):
        time = datetime.fromtimestamp(earliest.timestamp() + minutes * 60, UTC)
        assert refusal(export, **named, ExportTime=time).startswith("InvalidExportTimeException: ")
    for more in ({}, {"ExportTime": earliest}):
        assert export(**named, **more)["ExportDescription"]["ExportStatus"] == "IN_PROGRESS"
