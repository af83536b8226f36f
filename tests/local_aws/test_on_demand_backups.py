"""On-demand backups of DynamoDB, the backup of a deleted table, and restores from them."""

from datetime import timedelta
from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .recovery_support import KINDS, UNITS, database, item, items, kept, kinds, put, recover, wait
from .support import client, described, index, provokes, refusal, table


def back_up(name: str = "before-release", of: str = "Orders") -> str:
    """The ARN of a backup that is AVAILABLE."""
    arn = database().create_backup(TableName=of, BackupName=name)["BackupDetails"]["BackupArn"]
    return available(arn)


def available(arn: str) -> str:
    for _ in range(5):
        if status(arn) == "AVAILABLE":
            return arn
    raise AssertionError(f"{arn} is not available")


def status(arn: str) -> str:
    return database().describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]


def restore(arn: str, name: str = "Restored", **more: Any) -> dict[str, Any]:
    made = database().restore_table_from_backup(TargetTableName=name, BackupArn=arn, **more)["TableDescription"]
    assert made["TableStatus"] == "CREATING"
    return wait(name)


def listed(**more: Any) -> list[str]:
    return [each["BackupName"] for each in database().list_backups(**more)["BackupSummaries"]]


@provokes("restore-keeps")
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_comes_back_as_it_was(kind: str) -> None:
    database().create_table(**kinds()[kind])
    put(1, 2)
    source = described()
    arn = back_up()
    put(3)
    database().delete_item(TableName="Orders", Key={name: item(1)[name] for name in _keys(source)})
    live = restore(arn)
    assert live["RestoreSummary"]["SourceBackupArn"] == arn
    assert live["RestoreSummary"]["SourceTableArn"] == source["TableArn"]
    assert kept(live) == kept(source)
    assert items("Restored") == [item(1), item(2)]
    assert items("Orders") == [item(2), item(3)]


def _keys(live: dict[str, Any]) -> list[str]:
    return [element["AttributeName"] for element in live["KeySchema"]]


@provokes("restore-keeps")
def test_settings_are_those_of_the_backup() -> None:
    own = client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": own}
    throughput = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS, "SSESpecification": encrypted}
    database().create_table(**table(index("by-name", "name", ProvisionedThroughput=UNITS), **throughput))
    arn = back_up()
    database().update_table(TableName="Orders", BillingMode="PAY_PER_REQUEST")
    database().update_table(TableName="Orders", SSESpecification={"Enabled": False})
    live = restore(arn)
    assert "BillingModeSummary" not in live
    for holder in (live, live["GlobalSecondaryIndexes"][0]):
        assert {name: holder["ProvisionedThroughput"][name] for name in UNITS} == UNITS
    assert live["SSEDescription"]["KMSMasterKeyArn"] == own


@provokes("backup-in-use")
def test_a_backup_is_made_described_and_deleted() -> None:
    database().create_table(**table(index("by-name", "name")))
    put(1, 2)
    made = database().create_backup(TableName="Orders", BackupName="before-release")["BackupDetails"]
    assert (made["BackupStatus"], made["BackupType"]) == ("CREATING", "USER")
    arn = made["BackupArn"]
    restoring = {"TargetTableName": "Restored", "BackupArn": arn}
    assert refusal(database().restore_table_from_backup, **restoring).startswith("BackupInUseException: ")
    assert refusal(database().delete_backup, BackupArn=arn).startswith("BackupInUseException: ")
    available(arn)
    told = database().describe_backup(BackupArn=arn)["BackupDescription"]
    source, features = told["SourceTableDetails"], told["SourceTableFeatureDetails"]
    assert (source["TableName"], source["ItemCount"], source["BillingMode"]) == ("Orders", 2, "PAY_PER_REQUEST")
    assert [each["IndexName"] for each in features["GlobalSecondaryIndexes"]] == ["by-name"]
    gone = database().delete_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert (gone["BackupArn"], gone["BackupStatus"]) == (arn, "DELETED")
    missing = f"BackupNotFoundException: Backup not found: {arn}"
    assert refusal(database().describe_backup, BackupArn=arn) == missing
    assert refusal(database().delete_backup, BackupArn=arn) == missing
    assert refusal(database().restore_table_from_backup, **restoring) == missing
    assert listed() == []


@provokes("backup-in-use")
def test_a_backup_needs_its_table(aws: LocalAws) -> None:
    create = database().create_backup
    assert refusal(create, TableName="Orders", BackupName="one") == "TableNotFoundException: Table not found: Orders"
    aws.set_clock(table=1)
    database().create_table(**table())
    assert refusal(create, TableName="Orders", BackupName="one").startswith("TableInUseException: ")
    wait("Orders")
    back_up()


@provokes("restore-target", "restore-overrides")
def test_refused_restores_of_a_backup() -> None:
    database().create_table(**table(index("by-name", "name")))
    arn = back_up()
    restoring = database().restore_table_from_backup
    exists = refusal(restoring, TargetTableName="Orders", BackupArn=arn)
    assert exists == "TableAlreadyExistsException: Table already exists: Orders"
    wanted = {"TargetTableName": "Restored", "BackupArn": arn}
    assert "does not match" in refusal(restoring, **wanted, GlobalSecondaryIndexOverride=[index("by-more", "name")])
    assert "ProvisionedThroughput" in refusal(restoring, **wanted, BillingModeOverride="PROVISIONED")
    assert database().list_tables()["TableNames"] == ["Orders"]
    live = restore(arn, GlobalSecondaryIndexOverride=[])
    assert "GlobalSecondaryIndexes" not in live


@provokes("backup-list")
def test_list_of_backups(aws: LocalAws) -> None:
    for name in ("Orders", "Books"):
        database().create_table(**table(TableName=name))
    arns = [back_up(name) for name in ("one", "two")]
    middle = aws.advance(10) or database().describe_backup(BackupArn=back_up("three"))
    made = middle["BackupDescription"]["BackupDetails"]["BackupCreationDateTime"]
    back_up("other", "Books")
    assert listed() == ["one", "two", "three", "other"]
    assert listed(TableName="Orders", BackupType="ALL") == ["one", "two", "three"]
    assert listed(TableName="Orders", BackupType="SYSTEM") == []
    assert listed(TableName="None") == []
    minute = timedelta(minutes=1)
    assert listed(TimeRangeLowerBound=made - minute) == ["three", "other"]
    assert listed(TimeRangeUpperBound=made - minute) == ["one", "two"]
    page = database().list_backups(TableName="Orders", Limit=2)
    assert [each["BackupArn"] for each in page["BackupSummaries"]] == arns
    rest = database().list_backups(TableName="Orders", ExclusiveStartBackupArn=page["LastEvaluatedBackupArn"])
    assert [each["BackupName"] for each in rest["BackupSummaries"]] == ["three"]
    assert "LastEvaluatedBackupArn" not in rest


@provokes("backup-of-deleted-table")
def test_deleted_table_comes_back_under_its_own_name(aws: LocalAws) -> None:
    database().create_table(**kinds()["on demand with indexes"])
    recover()
    put(1, 2)
    source = described()
    database().delete_table(TableName="Orders")
    (backup,) = database().list_backups(TableName="Orders", BackupType="ALL")["BackupSummaries"]
    assert (backup["BackupName"], backup["BackupType"]) == ("Orders$DeletedTableBackup", "SYSTEM")
    days = (backup["BackupExpiryDateTime"] - backup["BackupCreationDateTime"]).days
    assert days == 35
    live = restore(available(backup["BackupArn"]), "Orders")
    assert kept(live) == kept(source)
    assert items("Orders") == [item(1), item(2)]
    assert live["TableId"] != source["TableId"]
    aws.advance(35 * 24 * 60 + 1)
    assert listed(BackupType="ALL") == []
    wanted = {"TargetTableName": "Late", "BackupArn": backup["BackupArn"]}
    assert "BackupNotFound" in refusal(database().restore_table_from_backup, **wanted)


@provokes("backup-of-deleted-table")
def test_table_without_recovery_is_gone_for_good() -> None:
    database().create_table(**table())
    recover()
    recover(enabled=False)
    database().delete_table(TableName="Orders")
    assert listed(BackupType="ALL") == []


@provokes("recovery-window")
def test_a_new_table_of_the_same_name_has_no_past(aws: LocalAws) -> None:
    aws.set_clock(recovery_lag=0)
    database().create_table(**table())
    recover()
    put(1)
    database().delete_table(TableName="Orders")
    aws.advance(10)
    database().create_table(**table())
    restoring = {"SourceTableName": "Orders", "TargetTableName": "Restored", "UseLatestRestorableTime": True}
    unavailable = refusal(database().restore_table_to_point_in_time, **restoring)
    assert unavailable.startswith("PointInTimeRecoveryUnavailableException: ")
    recover()
    put(2)
    database().restore_table_to_point_in_time(**restoring)
    wait("Restored")
    assert items("Restored") == [item(2)]


@provokes("restore-cross-region")
def test_backup_is_restored_in_another_region() -> None:
    database().create_table(**table())
    put(1)
    arn = back_up()
    there = database("eu-central-1")
    wanted = {"TargetTableName": "Orders", "BackupArn": arn}
    assert "SSESpecificationOverride" in refusal(there.restore_table_from_backup, **wanted)
    there.restore_table_from_backup(**wanted, SSESpecificationOverride={"Enabled": True, "SSEType": "KMS"})
    assert wait("Orders", "eu-central-1")["SSEDescription"]["KMSMasterKeyArn"].startswith("arn:aws:kms:eu-central-1:")
    assert items("Orders", "eu-central-1") == [item(1)]
    assert refusal(there.describe_backup, BackupArn=arn).startswith("BackupNotFoundException: ")
