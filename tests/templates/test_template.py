"""The templates: exact, self-contained, and accepted by cfn-lint."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given

from scripts.model import INCLUDE, KEYS_ONLY, DesiredTable, Index
from scripts.settings.deployment_file import Environment
from scripts.templates.desired import table_states
from scripts.templates.template import service_template, table_template, to_json, to_yaml
from tests import samples, strategies
from tests.for_each import for_each
from tests.linting import lint

BACKUPS = {
    "retention_days": 400,
    "cold_after_days": 30,
    "schedule": "monthly",
    "copy_to": ["arn:aws:backup:eu-central-1:111122223333:backup-vault:copies"],
    "lock": {"min_retention_days": 35, "changeable_for_days": 7},
}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"
MANY_KEYS = Index("Wide", samples.keys("tenant region:N", "day:N status id:B"), INCLUDE, ("a", "ü b", "yes"))
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::444455556666:role/reporting"},
    "Action": "dynamodb:Query",
    "Resource": "*",
}
PLACE = Environment("prod", "eu-west-1", alarm_emails=("a@example.com", "b-c@example.com"))


def table(state: DesiredTable = samples.STATE) -> dict[str, Any]:
    return table_template(state, "shop", "prod")["Resources"]["Table"]


def properties(**changes: Any) -> dict[str, Any]:
    return table(replace(samples.STATE, **changes))["Properties"]


def test_a_table_in_full() -> None:
    assert table() == {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "TableName": "Orders",
            "AttributeDefinitions": [
                {"AttributeName": "PK", "AttributeType": "S"},
                {"AttributeName": "SK", "AttributeType": "S"},
                {"AttributeName": "status", "AttributeType": "S"},
                {"AttributeName": "placed_at", "AttributeType": "N"},
                {"AttributeName": "isbn", "AttributeType": "B"},
            ],
            "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "ByStatus",
                    "KeySchema": [
                        {"AttributeName": "status", "KeyType": "HASH"},
                        {"AttributeName": "placed_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                },
                {
                    "IndexName": "ByBook",
                    "KeySchema": [{"AttributeName": "isbn", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["email", "total"]},
                },
            ],
            "BillingMode": "PAY_PER_REQUEST",
            "TableClass": "STANDARD",
            "DeletionProtectionEnabled": True,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35},
            "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"},
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            "Tags": [{"Key": "Environment", "Value": "prod"}, {"Key": "Service", "Value": "shop"}],
        },
    }


def test_a_table_without_sort_key_indexes_and_time_to_live() -> None:
    found = properties(keys=samples.keys("id:N"), indexes=(), ttl_attribute="")
    assert found["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert found["AttributeDefinitions"] == [{"AttributeName": "id", "AttributeType": "N"}]
    assert "GlobalSecondaryIndexes" not in found, "DynamoDB refuses an empty list"
    assert "TimeToLiveSpecification" not in found


def test_an_attribute_in_several_keys_is_defined_once() -> None:
    found = properties(indexes=(Index("A-A", samples.keys("SK", "PK")), Index("B-B", samples.keys("SK", "x:N"))))
    assert [(d["AttributeName"], d["AttributeType"]) for d in found["AttributeDefinitions"]] == [
        ("PK", "S"),
        ("SK", "S"),
        ("x", "N"),
    ]


def test_local_secondary_indexes_are_their_definition_and_nothing_more() -> None:
    local = (
        Index("ByTotal", samples.keys("PK", "total:N"), INCLUDE, ("buyer", "paid")),
        Index("ByDate", samples.keys("PK", "placed_at:N"), KEYS_ONLY),
    )
    # Even a state that has throughput of one (no desired state does) gives it none: DynamoDB refuses it.
    throughput = (("", 5, 6), ("ByStatus", 7, 8), ("ByTotal", 9, 9))
    found = properties(local_indexes=local, billing="PROVISIONED", throughput=throughput)
    hash_key = {"AttributeName": "PK", "KeyType": "HASH"}
    assert found["LocalSecondaryIndexes"] == [
        {
            "IndexName": "ByTotal",
            "KeySchema": [hash_key, {"AttributeName": "total", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["buyer", "paid"]},
        },
        {
            "IndexName": "ByDate",
            "KeySchema": [hash_key, {"AttributeName": "placed_at", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ]
    assert [(d["AttributeName"], d["AttributeType"]) for d in found["AttributeDefinitions"]] == [
        ("PK", "S"),
        ("SK", "S"),
        ("status", "S"),
        ("placed_at", "N"),
        ("isbn", "B"),
        ("total", "N"),
    ]
    assert "LocalSecondaryIndexes" not in properties(), "DynamoDB refuses an empty list"


def test_keys_of_several_attributes() -> None:
    found = properties(indexes=(MANY_KEYS,))
    (index,) = found["GlobalSecondaryIndexes"]
    assert [(key["AttributeName"], key["KeyType"]) for key in index["KeySchema"]] == [
        ("tenant", "HASH"),
        ("region", "HASH"),
        ("day", "RANGE"),
        ("status", "RANGE"),
        ("id", "RANGE"),
    ]
    assert index["Projection"]["NonKeyAttributes"] == ["a", "ü b", "yes"]
    types = {d["AttributeName"]: d["AttributeType"] for d in found["AttributeDefinitions"]}
    assert types == {"PK": "S", "SK": "S", "tenant": "S", "region": "N", "day": "N", "status": "S", "id": "B"}


# a change of the state, and the property of the template that it makes
SETTINGS: list[tuple[dict[str, Any], str, Any]] = [
    ({"encryption": KEY}, "SSESpecification", {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}),
    ({"encryption": "aws-owned"}, "SSESpecification", {"SSEEnabled": False}),
    (
        {"encryption": "alias/dynamodb-prod-shop"},
        "SSESpecification",
        {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Fn::ImportValue": "dynamodb-prod-shop-key-arn"}},
    ),
    (
        {"recovery_days": 7},
        "PointInTimeRecoverySpecification",
        {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7},
    ),
    ({"recovery_days": 0}, "PointInTimeRecoverySpecification", {"PointInTimeRecoveryEnabled": False}),
    ({"table_class": "STANDARD_INFREQUENT_ACCESS"}, "TableClass", "STANDARD_INFREQUENT_ACCESS"),
    ({"deletion_protection": False}, "DeletionProtectionEnabled", False),
    ({"name": "prod-Orders"}, "TableName", "prod-Orders"),
    ({"tags": ()}, "Tags", []),
    ({"stream": "OLD_IMAGE"}, "StreamSpecification", {"StreamViewType": "OLD_IMAGE"}),
    ({"kinesis_stream": "arn:x"}, "KinesisStreamSpecification", {"StreamArn": "arn:x"}),
    ({"resource_policy": '{"Statement":[]}'}, "ResourcePolicy", {"PolicyDocument": {"Statement": []}}),
    ({"on_demand_maximum": (("", 9, 0),)}, "OnDemandThroughput", {"MaxReadRequestUnits": 9}),
    (
        {"warm_throughput": (("", 9, 8),)},
        "WarmThroughput",
        {"ReadUnitsPerSecond": 9, "WriteUnitsPerSecond": 8},
    ),
    ({"throughput": (("", 9, 8),)}, "ProvisionedThroughput", {"ReadCapacityUnits": 9, "WriteCapacityUnits": 8}),
    (
        {"insights": (("", "THROTTLED_KEYS"), ("ByBook", "off"))},
        "ContributorInsightsSpecification",
        {"Enabled": True, "Mode": "THROTTLED_KEYS"},
    ),
]


@for_each(("changed", "name", "wanted"), SETTINGS, ids=[str(changed) for changed, _, _ in SETTINGS])
def test_every_setting_makes_its_own_property_and_no_other(changed: dict[str, Any], name: str, wanted: Any) -> None:
    found, before = properties(**changed), properties()
    assert found[name] == wanted
    assert {key for key in {*before, *found} if before.get(key) != found.get(key)} == {name}


# a change of the state, and the property of the index ByBook that it makes
INDEX_SETTINGS: list[tuple[dict[str, Any], str, Any]] = [
    ({"on_demand_maximum": (("ByBook", 0, 9),)}, "OnDemandThroughput", {"MaxWriteRequestUnits": 9}),
    ({"warm_throughput": (("ByBook", 9, 0),)}, "WarmThroughput", {"ReadUnitsPerSecond": 9}),
    ({"throughput": (("ByBook", 9, 8),)}, "ProvisionedThroughput", {"ReadCapacityUnits": 9, "WriteCapacityUnits": 8}),
    (
        {"insights": (("ByBook", "ACCESSED_AND_THROTTLED_KEYS"),)},
        "ContributorInsightsSpecification",
        {"Enabled": True, "Mode": "ACCESSED_AND_THROTTLED_KEYS"},
    ),
]


@for_each(("changed", "name", "wanted"), INDEX_SETTINGS, ids=[str(changed) for changed, _, _ in INDEX_SETTINGS])
def test_every_setting_of_an_index_makes_its_own_property_there_and_nowhere_else(
    changed: dict[str, Any], name: str, wanted: Any
) -> None:
    found, before = properties(**changed), properties()
    status, book = found.pop("GlobalSecondaryIndexes")
    assert book.pop(name) == wanted
    assert [status, book] == before.pop("GlobalSecondaryIndexes")
    assert found == before


def test_reasons_stand_beside_the_table_and_nowhere_else() -> None:
    reasons = (("deletion_protection", "rebuilt every night"),)
    found = table(replace(samples.STATE, exceptions=reasons))
    assert found.pop("Metadata") == {"Exceptions": {"deletion_protection": "rebuilt every night"}}
    assert found == table()


def test_alarms_have_the_exact_dimensions(tmp_path: Path) -> None:
    state = samples.states(samples.service(tmp_path))["Orders"]
    resources = table_template(state, "shop", samples.ENVIRONMENT)["Resources"]
    alarms = {
        value["Properties"]["AlarmName"]: value["Properties"]
        for value in resources.values()
        if value["Type"] == "AWS::CloudWatch::Alarm"
    }
    index = alarms["prod-Orders/ByBook-throttled"]
    assert index.pop("AlarmDescription")
    assert index.pop("AlarmActions")
    dimensions = [
        {"Name": "TableName", "Value": {"Ref": "Table"}},
        {"Name": "GlobalSecondaryIndexName", "Value": "ByBook"},
    ]
    assert index.pop("Metrics") == [
        {"Id": "watched", "Expression": "MAX([FILL(m0,0),FILL(m1,0)])", "ReturnData": True},
        *(
            {
                "Id": f"m{n}",
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/DynamoDB", "MetricName": metric, "Dimensions": dimensions},
                    "Period": 60,
                    "Stat": "Sum",
                },
                "ReturnData": False,
            }
            for n, metric in enumerate(("ReadThrottleEvents", "WriteThrottleEvents"))
        ),
    ]
    assert index == {
        "AlarmName": "prod-Orders/ByBook-throttled",
        "EvaluationPeriods": 7,
        "DatapointsToAlarm": 5,
        "Threshold": 10,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
    (of_table, *_) = (query["MetricStat"]["Metric"] for query in alarms["prod-Orders-throttled"]["Metrics"][1:])
    assert of_table["Dimensions"] == [{"Name": "TableName", "Value": {"Ref": "Table"}}]


def test_the_alarms_of_a_table_notify_topics_of_its_service(tmp_path: Path) -> None:
    service = samples.service(tmp_path)
    place = service.environments[1]
    shared = service_template(service.name, place)["Resources"].values()
    topics = {r["Properties"]["TopicName"] for r in shared if r["Type"] == "AWS::SNS::Topic"}
    actions = [
        action["Fn::Sub"]
        for state in table_states(service, place)
        for resource in table_template(state, service.name, place.name)["Resources"].values()
        for action in resource["Properties"].get("AlarmActions", ())
    ]
    assert actions
    assert {action.rpartition(":")[2] for action in actions} <= topics


def test_the_shared_stack() -> None:
    resources = service_template("shop", PLACE)["Resources"]
    (statement,) = resources["AlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    addresses = [r["Properties"]["Endpoint"] for r in resources.values() if r["Type"] == "AWS::SNS::Subscription"]
    assert addresses == ["a@example.com", "b-c@example.com"]


@given(contract=strategies.valid_contracts())
def test_files_and_what_is_submitted_say_the_same(contract: dict[str, Any], tmp_path_factory: Any) -> None:
    service = samples.service(tmp_path_factory.mktemp("random"), contract, "environments: {prod: {region: eu-west-1}}")
    for state in table_states(service, service.environments[0]):
        template = table_template(state, service.name, "prod")
        text = to_yaml(template, service.name)
        assert yaml.load(text, Loader=yaml.CSafeLoader) == template
        assert json.loads(to_json(template)) == template
        assert text.startswith("# Generated from contracts/shop/ by `make generate`.")
        events = list(yaml.parse(text, Loader=yaml.CSafeLoader))
        assert not any(isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) for event in events)
        resources = template["Resources"]
        assert [id for id, value in resources.items() if value["Type"] == "AWS::DynamoDB::Table"] == ["Table"]
        table = resources["Table"]["Properties"]
        parts = [table, *table.get("GlobalSecondaryIndexes", ()), *table.get("LocalSecondaryIndexes", ())]
        used = {key["AttributeName"] for part in parts for key in part["KeySchema"]}
        assert sorted(d["AttributeName"] for d in table["AttributeDefinitions"]) == sorted(used)
        for part in parts:
            kinds = [key["KeyType"] for key in part["KeySchema"]]
            assert kinds[0] == "HASH"
            assert kinds == sorted(kinds), "partition key attributes come first"


def test_cfn_lint_accepts_every_kind_of_template(tmp_path: Path) -> None:
    service = samples.service(tmp_path)
    odd = replace(
        samples.STATE,
        name="a.b_c-" + "x" * 249,
        keys=samples.keys("größe"),
        indexes=(MANY_KEYS, Index("---", samples.keys("y"), KEYS_ONLY), Index("i" * 255, samples.keys("No", "1:N"))),
        encryption=KEY,
        table_class="STANDARD_INFREQUENT_ACCESS",
        stream="KEYS_ONLY",
        exceptions=(("deletion_protection", "rebuilt every night"),),
        deletion_protection=False,
        warm_throughput=(("", 20000, 5000), ("---", 20000, 0)),
        on_demand_maximum=(("---", 0, 50),),
        insights=(("", "THROTTLED_KEYS"), ("---", "ACCESSED_AND_THROTTLED_KEYS")),
        resource_policy=json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]}),
    )
    templates = [table_template(state, "shop", "prod") for state in (*samples.states(service).values(), odd)]
    templates += [service_template("shop", place, [odd]) for place in (PLACE, Environment("dev"))]
    place = {
        "region": "eu-west-1",
        "backups": BACKUPS,
        "encryption": "service-key",
        "encryption_policy": "customer-key",
    }
    whole = samples.service(tmp_path / "whole", settings=to_json({"environments": {samples.ENVIRONMENT: place}}))
    states = list(samples.states(whole).values())
    templates += [table_template(state, "shop", "prod") for state in states]
    templates.append(service_template("shop", whole.environments[0], states))
    paths = [tmp_path / f"{number}.yaml" for number in range(len(templates))]
    for path, template in zip(paths, templates, strict=True):
        path.write_text(to_yaml(template, "shop"), encoding="utf-8")
    broken = tmp_path / "broken.yaml"
    broken.write_text(paths[0].read_text(encoding="utf-8").replace("KeyType: HASH", "KeyType: HUSH", 1))
    found = lint([*paths, broken], regions=["eu-west-1"])
    assert found, "the linter looks"
    assert [match for match in found if str(broken) not in match] == []


def test_a_normal_table_fits_into_a_request(tmp_path: Path) -> None:
    indexes = [{"index_name": f"Index{n:02}", "pk": "amount", "projection": "ALL"} for n in range(20)]
    contract = {"tables": [{**samples.PRICES, "table": "T" * 60, "gsis": indexes}]}
    service = samples.service(tmp_path, contract, "environments: {prod: {region: eu-west-1}}")
    (state,) = table_states(service, service.environments[0])
    assert (
        len(to_json(table_template(state, "shop", "prod")).encode()) < 51_200
    )  # CloudFormation quotas: inline template
