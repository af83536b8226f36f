"""What a live table has is kept when it is adopted: the lines of the plan, written into deployment.yaml, leave no difference."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import plan
from tests.local_aws.support import client
from tests.planning.test_adoption import index, make
from tests.shop import ENVIRONMENT, Shop

BY_HAND = "table/Orders"
SETTINGS = f"""\
# Ours.
environments:
  {ENVIRONMENT}: {{region: eu-west-1}}  # the only one
defaults: {{alarms: essential, stream: NEW_IMAGE}}
tables:
  Orders: {{ttl: expires_at, tags: {{Team: shop}}, on_demand_maximum: {{read: 7}}}}
"""


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The service with one table, whose indexes are those of the table that was made by hand."""
    del shop.contract["tables"][1], shop.orders["gsis"][1]
    shop.write(SETTINGS)
    return shop


def keep(shop: Shop, *options: str) -> int:
    return shop._run(plan.main, "--environment", ENVIRONMENT, "--keep", *options)


def planned(shop: Shop) -> dict[str, Any]:
    shop._run(plan.main, "--environment", ENVIRONMENT, "--format", "json")
    return next(each for each in json.loads(shop.out)["tables"] if each["table"] == "Orders")


def settings_file(shop: Shop) -> Path:
    return shop.root / "contracts" / "shop" / "deployment.yaml"


def everything() -> dict[str, Any]:
    """All that AWS tells of the table, but for what moves, our tags, and what ends with a stack of ours."""
    dynamodb = client("dynamodb")
    table = dynamodb.describe_table(TableName="Orders")["Table"]
    arn = table["TableArn"]
    tags = {tag["Key"]: tag["Value"] for tag in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    recovery = dynamodb.describe_continuous_backups(TableName="Orders")["ContinuousBackupsDescription"]
    recovery["PointInTimeRecoveryDescription"].pop("LatestRestorableDateTime")
    scaling = client("application-autoscaling").describe_scalable_targets(ServiceNamespace="dynamodb")
    return {
        "table": table,
        "tags": {key: value for key, value in tags.items() if key not in ("Service", "Environment")},
        "recovery": recovery,
        "ttl": dynamodb.describe_time_to_live(TableName="Orders")["TimeToLiveDescription"],
        "kinesis": dynamodb.describe_kinesis_streaming_destination(TableName="Orders")["KinesisDataStreamDestinations"],
        "insights": {
            each.get("IndexName"): each["ContributorInsightsStatus"].replace("ENABLING", "ENABLED")
            for each in dynamodb.list_contributor_insights(TableName="Orders")["ContributorInsightsSummaries"]
        },
        "policy": dynamodb.get_resource_policy(ResourceArn=arn)["Policy"],
        "scaling": {(t["ScalableDimension"], t["MinCapacity"], t["MaxCapacity"]) for t in scaling["ScalableTargets"]},
    }


def set_everything() -> None:
    """What can be set beside the creation."""
    dynamodb = client("dynamodb")
    on = {"Enabled": True, "AttributeName": "total"}
    dynamodb.update_time_to_live(TableName="Orders", TimeToLiveSpecification=on)
    days = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 3}
    dynamodb.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=days)
    client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    stream = client("kinesis").describe_stream_summary(StreamName="orders")["StreamDescriptionSummary"]["StreamARN"]
    dynamodb.enable_kinesis_streaming_destination(TableName="Orders", StreamArn=stream)
    for target in ({}, {"IndexName": "ByStatus"}):
        mode = {"ContributorInsightsAction": "ENABLE", "ContributorInsightsMode": "THROTTLED_KEYS"}
        dynamodb.update_contributor_insights(TableName="Orders", **target, **mode)
    arn = dynamodb.describe_table(TableName="Orders")["Table"]["TableArn"]
    reader = {"AWS": "arn:aws:iam::111122223333:role/reader"}
    statement = {"Effect": "Allow", "Principal": reader, "Action": ["dynamodb:GetItem"], "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    dynamodb.put_resource_policy(ResourceArn=arn, Policy=policy)


def key() -> str:
    return client("kms").create_key()["KeyMetadata"]["Arn"]


def create(**more: Any) -> None:
    make(
        index("ByStatus", "status", "placed_at") | more.pop("of_index", {}),
        TableClass="STANDARD_INFREQUENT_ACCESS",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key()},
        Tags=[{"Key": "Team", "Value": "old"}, {"Key": "Cost", "Value": "1"}],
        **more,
    )
    set_everything()


def adopt_with_keep(shop: Shop) -> None:
    """As an operator does it: plan with KEEP, generate, plan, deploy, validate."""
    before = everything()
    text = settings_file(shop).read_text()
    assert keep(shop) == 2, shop.err
    assert f"Written: {settings_file(shop).relative_to(shop.root)}. Run make generate" in shop.out
    assert "+        table_class: STANDARD_INFREQUENT_ACCESS" in shop.out  # the diff
    after = settings_file(shop).read_text()
    assert [line for line in text.splitlines() if line not in after.splitlines()] == [text.splitlines()[2]]
    assert f"  {ENVIRONMENT}:  # the only one\n    region: eu-west-1\n" in after
    shop.write(None)
    left = planned(shop)
    assert left["keep"]["lines"] == []
    assert [line.partition(":")[0] for line in left["keep"]["not_kept"]] in ([], ["Tags"], ["Auto scaling", "Tags"])
    assert {line.partition(":")[0] for line in left["changes"]} <= {"Tags", "Auto scaling", "3 alarms are added."}
    assert {risk["kind"] for risk in left["risks"]} == set()
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0, shop.out
    scaling = everything().pop("scaling"), before.pop("scaling")
    assert {**everything(), "scaling": None} == {**before, "scaling": None}
    assert not scaling[1] or scaling[0] == scaling[1]


def test_an_on_demand_table_stays_as_it_was_made_by_hand(shop: Shop) -> None:
    limits = {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 50}
    create(
        OnDemandThroughput=limits,
        WarmThroughput={"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000},
        of_index={"OnDemandThroughput": {"MaxReadRequestUnits": 90, "MaxWriteRequestUnits": 40}},
    )
    adopt_with_keep(shop)


def test_a_provisioned_table_stays_as_it_was_made_by_hand(shop: Shop) -> None:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}
    create(
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units,
        of_index={"ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}},
    )
    adopt_with_keep(shop)
    found = client("application-autoscaling").describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert {(t["MinCapacity"], t["MaxCapacity"]) for t in found} == {(5, 5), (4, 4), (3, 3), (2, 2)}


def test_limits_and_target_of_auto_scaling_by_hand_are_kept_while_it_has_to_be_removed(shop: Shop) -> None:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}
    make(
        index("ByStatus", "status", "placed_at") | {"ProvisionedThroughput": units},
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units,
    )
    where = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": BY_HAND,
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    scaling = client("application-autoscaling")
    scaling.register_scalable_target(**where, MinCapacity=5, MaxCapacity=70)
    scaling.put_scaling_policy(
        **where,
        PolicyName="someone's own",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 55,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
        },
    )
    assert keep(shop) in (2, 3)
    assert "capacity: {read: {min: 5, max: 70, target: 55}, write: {min: 4, max: 4}, indexes: {ByStatus: " in shop.out
    shop.write(None)
    assert planned(shop)["action"] == "blocked"
    scaling.deregister_scalable_target(**where)
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0, shop.out


def test_what_no_line_keeps_is_said_with_what_to_do(shop: Shop) -> None:
    make(
        index("ByBuyer", "buyer"),
        LocalSecondaryIndexes=[index("Local", "PK", "placed_at") | {"Projection": {"ProjectionType": "KEYS_ONLY"}}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": type}
            for name, type in {"PK": "S", "SK": "S", "placed_at": "N", "buyer": "S"}.items()
        ],
    )
    dynamodb = client("dynamodb")
    dynamodb.update_contributor_insights(TableName="Orders", ContributorInsightsAction="ENABLE")
    said = "\n".join(planned(shop)["keep"]["not_kept"])
    assert said.splitlines() == [
        "Point-in-time recovery: every table has it, from 1 to 35 days; the price does not depend on the days.",
        "Contributor Insights: one setting holds for the table and all indexes: table ACCESSED_AND_THROTTLED_KEYS, index "
        "ByStatus off becomes table ACCESSED_AND_THROTTLED_KEYS, index ByStatus ACCESSED_AND_THROTTLED_KEYS.",
        "Tags: those that say whose the table is, and those of more general places, are added: "
        "Environment=test-eu-west-1, Service=shop.",
        'Index ByBuyer is not in the contract. To keep it, add to gsis in migrationContract.json: {"index_name": "ByBuyer", '
        '"pk": "buyer", "projection": "ALL"} (the types of its keys: buyer (S))',
        'Index Local is not in the contract. To keep it, add to lsis in migrationContract.json: {"index_name": "Local", '
        '"pk": "PK", "sk": "placed_at", "projection": "KEYS_ONLY"} (the types of its keys: PK (S), placed_at (N))',
    ]


def test_a_service_without_settings_gets_a_file_with_its_region(shop: Shop) -> None:
    make(index("ByStatus", "status", "placed_at"))
    settings_file(shop).unlink()
    shop.write(None)
    assert shop._run(plan.main, "--region", "eu-west-1", "--keep") == 2, shop.err
    assert settings_file(shop).read_text() == (
        "environments:\n  default:\n    region: eu-west-1\n    tables:\n      Orders:\n"
        "        deletion_protection: false\n"
        "        deletion_protection_reason: it was so when the table was adopted\n"
        "        encryption: aws-owned\n"
        "        encryption_reason: it was so when the table was adopted\n"
    )
    shop.write(None)
    assert planned_default(shop)["keep"]["lines"] == []


def planned_default(shop: Shop) -> dict[str, Any]:
    shop._run(plan.main, "--format", "json")
    return json.loads(shop.out)["tables"][0]


def test_nothing_is_written_where_nothing_has_to_be_kept(shop: Shop) -> None:
    text = settings_file(shop).read_text()
    assert keep(shop) == 2
    assert shop.out.endswith("Nothing to keep: no line of deployment.yaml would keep more of a live table.\n")
    assert settings_file(shop).read_text() == text


def test_a_file_with_problems_or_changed_meanwhile_is_left_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    make(index("ByStatus", "status", "placed_at"))
    settings_file(shop).write_text(SETTINGS + "<<<<<<< HEAD\n")
    assert keep(shop) == 1
    assert settings_file(shop).read_text() == SETTINGS + "<<<<<<< HEAD\n"

    settings_file(shop).write_text(SETTINGS)
    from scripts.planning import kept_settings_file

    real = kept_settings_file.FileChange.diff

    def meanwhile(change: Any) -> str:
        settings_file(shop).write_text(SETTINGS + "# more\n")
        return real(change)

    monkeypatch.setattr(kept_settings_file.FileChange, "diff", meanwhile)
    assert keep(shop) == 1
    assert "deployment.yaml was changed meanwhile. Run the same command again." in shop.err
    assert settings_file(shop).read_text() == SETTINGS + "# more\n"


def test_keep_is_about_live_tables(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        plan.main(["--keep", "--against", "main"])
    assert "--keep looks at live tables: leave --against out" in capsys.readouterr().err
