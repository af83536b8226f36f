"""Point-in-time recovery, TTL and encryption through the direct API."""

from typing import Any

import boto3
import pytest
from botocore.config import Config

from .support import client, described, provokes, refusal, table


@pytest.fixture
def orders(aws: Any) -> Any:
    client("dynamodb").create_table(**table())
    return aws


def set_recovery(enabled: bool = True, **more: Any) -> dict[str, Any]:
    specification = {"PointInTimeRecoveryEnabled": enabled, **more}
    return {"TableName": "Orders", "PointInTimeRecoverySpecification": specification}


def recovery() -> tuple[str, int | None]:
    answer = client("dynamodb").describe_continuous_backups(TableName="Orders")["ContinuousBackupsDescription"]
    live = answer["PointInTimeRecoveryDescription"]
    return live["PointInTimeRecoveryStatus"], live.get("RecoveryPeriodInDays")


def set_ttl(attribute: str = "expires", enabled: bool = True) -> dict[str, Any]:
    return {"TableName": "Orders", "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute}}


def ttl() -> tuple[str, str | None]:
    live = client("dynamodb").describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    return live["TimeToLiveStatus"], live.get("AttributeName")


@pytest.mark.provokes("recovery-days")
@pytest.mark.usefixtures("orders")
def test_recovery_period() -> None:
    update = client("dynamodb").update_continuous_backups
    assert recovery() == ("DISABLED", None)
    update(**set_recovery())
    assert recovery() == ("ENABLED", 35)
    update(**set_recovery(RecoveryPeriodInDays=7))
    assert recovery() == ("ENABLED", 7)
    message = refusal(update, **set_recovery(RecoveryPeriodInDays=36))
    assert "Value '36' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays'" in message
    assert "less than or equal to 35" in message
    assert "when disabling" in refusal(update, **set_recovery(False, RecoveryPeriodInDays=7))
    assert recovery() == ("ENABLED", 7)
    update(**set_recovery(False))
    assert recovery() == ("DISABLED", None)


@provokes("recovery-days")
def test_recovery_of_a_table_that_does_not_exist() -> None:
    message = refusal(client("dynamodb").describe_continuous_backups, TableName="Orders")
    assert message == "TableNotFoundException: Table not found: Orders"


@pytest.mark.provokes("ttl-change")
def test_ttl_changes_one_step_at_a_time(orders: Any) -> None:
    orders.set_clock(ttl_interval=0)
    update = client("dynamodb").update_time_to_live
    assert ttl() == ("DISABLED", None)
    assert "already disabled" in refusal(update, **set_ttl(enabled=False))
    update(**set_ttl())
    assert ttl() == ("ENABLED", "expires")
    assert "already enabled" in refusal(update, **set_ttl())
    message = refusal(update, **set_ttl("other"))
    assert message.endswith("TimeToLive is active on a different AttributeName: current AttributeName is expires")
    update(**set_ttl(enabled=False))
    assert ttl() == ("DISABLED", None)
    update(**set_ttl("other"))
    assert ttl() == ("ENABLED", "other")


@pytest.mark.provokes("ttl-change")
def test_ttl_settles_in_its_own_time(orders: Any) -> None:
    orders.set_clock(ttl=2, ttl_interval=0)
    update = client("dynamodb").update_time_to_live
    update(**set_ttl())
    assert ttl() == ("ENABLING", "expires")
    assert "modified multiple times within a fixed interval" in refusal(update, **set_ttl(enabled=False))
    assert [ttl(), ttl()] == [("ENABLING", "expires"), ("ENABLED", "expires")]
    update(**set_ttl(enabled=False))
    assert [ttl(), ttl(), ttl()] == [("DISABLING", "expires"), ("DISABLING", "expires"), ("DISABLED", None)]


@pytest.mark.provokes("ttl-interval")
def test_ttl_changes_once_per_hour(orders: Any) -> None:
    update = client("dynamodb").update_time_to_live
    update(**set_ttl())
    orders.advance(59)
    assert "modified multiple times within a fixed interval" in refusal(update, **set_ttl(enabled=False))
    assert ttl() == ("ENABLED", "expires")
    orders.advance(1)
    update(**set_ttl(enabled=False))
    assert "modified multiple times within a fixed interval" in refusal(update, **set_ttl("other"))
    orders.advance(60)
    update(**set_ttl("other"))
    assert ttl() == ("ENABLED", "other")


@pytest.mark.provokes("service-model")
@pytest.mark.usefixtures("orders")
def test_ttl_needs_an_attribute() -> None:
    # boto3 refuses such a request by itself; other clients do not.
    unchecked = boto3.Session(region_name="eu-west-1").client("dynamodb", config=Config(parameter_validation=False))
    for specification in ({"Enabled": True}, {"Enabled": True, "AttributeName": ""}):
        request = {"TableName": "Orders", "TimeToLiveSpecification": specification}
        assert "timeToLiveSpecification.attributeName" in refusal(unchecked.update_time_to_live, **request)


@provokes("encryption-description")
def test_encryption_is_told_as_aws_tells_it() -> None:
    database, kms = client("dynamodb"), client("kms")
    database.create_table(**table())
    assert "SSEDescription" not in described()

    database.update_table(TableName="Orders", SSESpecification={"Enabled": True})
    managed = described()["SSEDescription"]
    assert managed["Status"] == "ENABLED"
    assert managed["SSEType"] == "KMS"
    assert managed["KMSMasterKeyArn"].startswith("arn:aws:kms:eu-west-1:111122223333:key/")
    assert kms.describe_key(KeyId=managed["KMSMasterKeyArn"])["KeyMetadata"]["KeyManager"] == "AWS"
    assert kms.describe_key(KeyId="alias/aws/dynamodb")["KeyMetadata"]["Arn"] == managed["KMSMasterKeyArn"]

    own = kms.create_key()["KeyMetadata"]
    assert own["KeyManager"] == "CUSTOMER"
    kms.create_alias(AliasName="alias/orders", TargetKeyId=own["KeyId"])
    for reference in (own["Arn"], own["KeyId"], "alias/orders"):
        request = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": reference}
        database.update_table(TableName="Orders", SSESpecification=request)
        assert described()["SSEDescription"]["KMSMasterKeyArn"] == own["Arn"]

    database.update_table(TableName="Orders", SSESpecification={"Enabled": False})
    assert "SSEDescription" not in described()


@provokes("describe-billing")
def test_billing_is_told_as_aws_tells_it() -> None:
    throughput = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 1}
    client("dynamodb").create_table(**table(BillingMode="PROVISIONED", ProvisionedThroughput=throughput))
    live = described()
    assert "BillingModeSummary" not in live
    assert live["ProvisionedThroughput"] == {**throughput, "NumberOfDecreasesToday": 0}
    client("dynamodb").update_table(TableName="Orders", BillingMode="PAY_PER_REQUEST")
    live = described()
    assert live["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert live["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


@provokes("deletion-protection")
def test_protected_table_is_not_deleted() -> None:
    database = client("dynamodb")
    database.create_table(**table(DeletionProtectionEnabled=True))
    message = refusal(database.delete_table, TableName="Orders")
    assert message == (
        "ValidationException: Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first."
    )
    assert described()["TableStatus"] == "ACTIVE"
    database.update_table(TableName="Orders", DeletionProtectionEnabled=False)
    database.delete_table(TableName="Orders")
    assert database.list_tables()["TableNames"] == []
