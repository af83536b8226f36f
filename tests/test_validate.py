"""Validation against the local AWS: it matches after a deployment, and every tampering is named, alone."""

import json
from typing import Any

import pytest

from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop


@pytest.fixture
def deployed(shop: Shop) -> Shop:
    assert shop.deploy() == 0, shop.err
    return shop


def test_after_a_deployment_everything_matches(deployed: Shop) -> None:
    assert deployed.validate() == 0
    assert f"{ENVIRONMENT}: all " in deployed.out
    assert "Orders" in deployed.out
    assert "Books" in deployed.out


def test_before_a_deployment_nothing_matches(shop: Shop) -> None:
    assert shop.validate() == 1
    assert "Orders: the table does not exist.\n  Fix: make deploy ENV=test-eu-west-1" in shop.out


def _dynamodb() -> Any:
    return client("dynamodb")


def _no_recovery() -> None:
    off = {"PointInTimeRecoveryEnabled": False}
    _dynamodb().update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=off)


def _shorter_recovery() -> None:
    days = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 3}
    _dynamodb().update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=days)


def _no_protection() -> None:
    _dynamodb().update_table(TableName="Orders", DeletionProtectionEnabled=False)


def _table_gone() -> None:
    _dynamodb().update_table(TableName="Books", DeletionProtectionEnabled=False)
    _dynamodb().delete_table(TableName="Books")


def _index_gone() -> None:
    _dynamodb().update_table(TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ByBook"}}])
    _wait()


def _index_too_many() -> None:
    create = {
        "IndexName": "ByNobody",
        "KeySchema": [{"AttributeName": "nobody", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    definitions = _dynamodb().describe_table(TableName="Orders")["Table"]["AttributeDefinitions"]
    _dynamodb().update_table(
        TableName="Orders",
        AttributeDefinitions=[*definitions, {"AttributeName": "nobody", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": create}],
    )
    _wait()


def _wait() -> None:
    while True:
        table = _dynamodb().describe_table(TableName="Orders")["Table"]
        statuses = [index.get("IndexStatus") for index in table.get("GlobalSecondaryIndexes", [])]
        if {table["TableStatus"], *statuses} == {"ACTIVE"}:
            return


def _no_ttl() -> None:
    off = {"Enabled": False, "AttributeName": "expires_at"}
    _dynamodb().update_time_to_live(TableName="Orders", TimeToLiveSpecification=off)


def _owned_key() -> None:
    _dynamodb().update_table(TableName="Orders", SSESpecification={"Enabled": False})


def _other_class() -> None:
    _dynamodb().update_table(TableName="Orders", TableClass="STANDARD_INFREQUENT_ACCESS")


def _provisioned() -> None:
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    _dynamodb().update_table(TableName="Books", BillingMode="PROVISIONED", ProvisionedThroughput=throughput)


def _no_tag() -> None:
    arn = _dynamodb().describe_table(TableName="Orders")["Table"]["TableArn"]
    _dynamodb().untag_resource(ResourceArn=arn, TagKeys=["Team"])


def _no_alarm() -> None:
    # CloudWatch deletes no alarm that a composite alarm names.
    for name in ("Orders-unhealthy", "Orders/ByBook-write-throttled"):
        client("cloudwatch").delete_alarms(AlarmNames=[name])


def _silent_alarm() -> None:
    client("cloudwatch").disable_alarm_actions(AlarmNames=["Orders-read-throttled"])


def _blind_alarm() -> None:
    cloudwatch = client("cloudwatch")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["Books-read-throttled"])["MetricAlarms"]
    model = cloudwatch.meta.service_model.operation_model("PutMetricAlarm")
    given = {name: value for name, value in alarm.items() if name in model.input_shape.members}
    cloudwatch.put_metric_alarm(**given | {"Threshold": 1000000})


TAMPERING = {
    _no_recovery: ["Orders point-in-time recovery mismatch"],
    _shorter_recovery: ["Orders point-in-time recovery mismatch"],
    _no_protection: ["Orders deletion protection mismatch"],
    _table_gone: ["Books existence mismatch"],
    _index_gone: ["Orders ByBook existence mismatch", "Orders ByBook query mismatch"],
    _index_too_many: ["Orders ByNobody existence mismatch"],
    _no_ttl: ["Orders time to live mismatch"],
    _owned_key: ["Orders encryption mismatch"],
    _other_class: ["Orders table class mismatch"],
    _provisioned: ["Books billing mode mismatch"],
    _no_tag: ["Orders tags mismatch"],
    _no_alarm: [
        "Orders Orders/ByBook-write-throttled existence mismatch",
        "Orders Orders-unhealthy existence mismatch",
    ],
    _silent_alarm: ["Orders Orders-read-throttled enabled mismatch"],
    _blind_alarm: ["Books Books-read-throttled threshold mismatch"],
}


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_tampering_is_named_and_nothing_else(deployed: Shop, tamper: Any) -> None:
    tamper()
    assert deployed.problems() == TAMPERING[tamper]
    assert deployed.validate() == 1
    assert "Fix: " in deployed.out


def test_the_fix_for_recovery_can_be_copied(deployed: Shop) -> None:
    _no_recovery()
    deployed.validate()
    assert "Orders: point-in-time recovery is off, wanted: on, 14 days." in deployed.out
    assert (
        "  Fix: aws dynamodb update-continuous-backups --table-name Orders --point-in-time-recovery-specification "
        "PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=14 --region eu-west-1" in deployed.out
    )


def test_an_index_that_is_being_built_is_not_known_yet(deployed: Shop, aws: Any) -> None:
    _index_gone()
    aws.set_clock(index=1000)
    definitions = _dynamodb().describe_table(TableName="Orders")["Table"]["AttributeDefinitions"]
    keys = [{"AttributeName": "isbn", "KeyType": "HASH"}]
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["buyer", "total"]}
    isbn = {"AttributeName": "isbn", "AttributeType": "B"}
    _dynamodb().update_table(
        TableName="Orders",
        AttributeDefinitions=[*(d for d in definitions if d["AttributeName"] != "isbn"), isbn],
        GlobalSecondaryIndexUpdates=[{"Create": {"IndexName": "ByBook", "KeySchema": keys, "Projection": projection}}],
    )
    problems = deployed.problems()
    assert "Orders ByBook status unknown" in problems
    assert "Orders ByBook existence mismatch" not in problems


# What may not be called, and the property that is not known then.
DENIED = {
    "describe_scalable_targets": "auto scaling",
    "describe_continuous_backups": "point-in-time recovery",
    "describe_time_to_live": "time to live",
    "describe_kinesis_streaming_destination": "Kinesis stream",
    "list_contributor_insights": "Contributor Insights",
    "get_resource_policy": "resource policy",
    "list_tags_of_resource": "tags",
}


def test_what_may_not_be_read_is_not_known_and_never_a_match(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    from scripts.aws import Aws

    limits = "{min: 5, max: 50}"
    shop.write(
        f"environments: {{{ENVIRONMENT}: {{region: eu-west-1}}}}\n"
        f"defaults: {{billing: provisioned, capacity: {{read: {limits}, write: {limits}}}}}\n"
    )
    assert shop.deploy() == 0, shop.err
    real = Aws.client

    def denied(**_: Any) -> Any:
        error = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized to perform this"}}
        raise ClientError(error, "Read")

    def client(self: Aws, service: str) -> Any:
        found = real(self, service)
        for operation in DENIED:
            if hasattr(found, operation):
                monkeypatch.setattr(found, operation, denied)
        return found

    monkeypatch.setattr(Aws, "client", client)
    assert shop.problems() == [f"{table} {name} unknown" for table in ("Orders", "Books") for name in DENIED.values()]
    assert shop.validate() == 2
    assert "docs/aws-permissions.md" in shop.out


def test_the_report_is_written_as_json_and_markdown(deployed: Shop) -> None:
    assert deployed.validate("--report", "reports") == 0
    report = json.loads((deployed.root / "reports" / "validation.json").read_text())
    assert report["counts"]["match"] > 30
    assert report["counts"]["mismatch"] == report["counts"]["unknown"] == 0
    page = (deployed.root / "reports" / "validation.md").read_text()
    assert page.startswith(f"## {ENVIRONMENT}: all {report['counts']['match']} checks match\n")
    assert "| `Orders` | match | match | match | match | 3 of 3 |" in page


def test_without_a_connection_it_says_so_in_one_line(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert shop.validate() == 2
    assert shop.err == (
        "AWS cannot be reached: Unable to locate credentials. There are no AWS credentials. "
        "Sign in (aws sso login) or set AWS_PROFILE.\nNothing was validated.\n"
    )
