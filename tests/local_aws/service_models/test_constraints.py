"""Requests against the constraints of their service's model. No AWS runs here."""

import re
from typing import Any

from scripts.local_aws.service_models import model_exceptions
from scripts.local_aws.service_models.constraints import OwnWords, compiled, violations
from scripts.local_aws.service_models.model_shapes import SERVICES, description, shape
from tests.for_each import for_each

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}]
DEFINED = [{"AttributeName": "pk", "AttributeType": "S"}]
TABLE = {"TableName": "Orders", "KeySchema": KEYS, "AttributeDefinitions": DEFINED}
INDEX = {"IndexName": "by-pk", "KeySchema": KEYS, "Projection": {"ProjectionType": "ALL"}}

CASES: dict[str, tuple[str, str, dict[str, Any], str | None]] = {
    "nothing wrong": ("dynamodb", "CreateTable", TABLE, None),
    "operation without a request": ("sts", "GetCallerIdentity", {}, None),
    "unknown operation": ("dynamodb", "Guess", {"x": 1}, None),
    "null is absent": ("dynamodb", "CreateTable", TABLE | {"BillingMode": None}, None),
    "required below": (
        "dynamodb", "UpdateTable", {"TableName": "Orders", "ProvisionedThroughput": {"ReadCapacityUnits": 4}},
        "1 validation error detected: Value null at 'provisionedThroughput.writeCapacityUnits' failed to satisfy "
        "constraint: Member must not be null"),
    "required by the service alone": (
        "dynamodb", "CreateTable", {"TableName": "Orders", "KeySchema": KEYS},
        "1 validation error detected: Value null at 'attributeDefinitions' failed to satisfy constraint: Member must "
        "not be null"),
    "two at once": (
        "dynamodb", "UpdateTable",
        {"TableName": "Orders", "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}},
        "2 validation errors detected: Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1; Value '0' at "
        "'provisionedThroughput.writeCapacityUnits' failed to satisfy constraint: Member must have value greater than "
        "or equal to 1"),
    "enumeration in a list": (
        "dynamodb", "CreateTable", TABLE | {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "BOOL"}]},
        "1 validation error detected: Value 'BOOL' at 'attributeDefinitions.1.member.attributeType' failed to satisfy "
        "constraint: Member must satisfy enum value set: [B, N, S]"),
    "pattern and length": (
        "dynamodb", "CreateTable", TABLE | {"GlobalSecondaryIndexes": [INDEX | {"IndexName": "!"}]},
        "2 validation errors detected: Value '!' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value '!' at "
        "'globalSecondaryIndexes.1.member.indexName' failed to satisfy constraint: Member must have length greater "
        "than or equal to 3"),
    "a key of 256": (
        "dynamodb", "CreateTable", TABLE | {"KeySchema": [{"AttributeName": "k" * 256, "KeyType": "HASH"}]},
        f"1 validation error detected: Value '{'k' * 256}' at 'keySchema.1.member.attributeName' failed to satisfy "
        "constraint: Member must have length less than or equal to 255"),
    "a list that is too short": (
        "dynamodb", "CreateTable", TABLE | {"KeySchema": []},
        "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: Member must have length "
        "greater than or equal to 1"),
    "a map": (
        "dynamodb", "BatchWriteItem", {"RequestItems": {"Orders": []}},
        "1 validation error detected: Value '[]' at 'requestItems.Orders.member' failed to satisfy constraint: Member "
        "must have length greater than or equal to 1"),
    "words of the service's own": (
        "dynamodb", "TagResource",
        {"ResourceArn": "arn:aws:dynamodb:eu-west-1:1:table/Orders", "Tags": [{"Key": "k" * 129, "Value": ""}]},
        f"The Tag Key provided is invalid, Key: {'k' * 129}"),
    "a stream without a known view": (
        "dynamodb", "UpdateTable",
        {"TableName": "Orders", "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "ALL"}},
        "1 validation error detected: Value 'ALL' at 'streamSpecification.streamViewType' failed to satisfy constraint: "
        "Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]"),
    "TTL name of 256": (
        "dynamodb", "UpdateTimeToLive",
        {"TableName": "Orders", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t" * 256}},
        f"1 validation error detected: Value '{'t' * 256}' at 'timeToLiveSpecification.attributeName' failed to satisfy "
        "constraint: Member must have length less than or equal to 255"),
    "an alarm": (
        "monitoring", "PutMetricAlarm", {"AlarmName": "a", "EvaluationPeriods": 0, "ComparisonOperator": "LessThanThreshold"},
        "1 validation error detected: Value '0' at 'evaluationPeriods' failed to satisfy constraint: Member must have "
        "value greater than or equal to 1"),
    "a stack": (
        "cloudformation", "CreateChangeSet", {"StackName": "2nd", "ChangeSetName": "one"},
        "1 validation error detected: Value '2nd' at 'stackName' failed to satisfy constraint: Member must satisfy "
        r"regular expression pattern: ([a-zA-Z][-a-zA-Z0-9]*)|(arn:\b(aws|aws-us-gov|aws-cn)\b:[-a-zA-Z0-9:/._+]*)"),
    "a role": (
        "iam", "GetRole", {"RoleName": "a b"},
        "1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy "
        r"regular expression pattern: [\w+=,.@-]+"),
    "a namespace": (
        "application-autoscaling", "DescribeScalableTargets", {"ServiceNamespace": "dynamo"},
        "1 validation error detected: Value 'dynamo' at 'serviceNamespace' failed to satisfy constraint: Member must "
        "satisfy enum value set: [ecs, elasticmapreduce, ec2, appstream, dynamodb, rds, sagemaker, custom-resource, "
        "comprehend, lambda, cassandra, kafka, elasticache, neptune, workspaces]"),
}  # fmt: skip


@for_each(("service", "operation", "request_", "message"), CASES.values(), ids=CASES)
def test_message(service: str, operation: str, request_: dict[str, Any], message: str | None) -> None:
    assert violations(service, operation, request_) == message


def test_no_more_than_ten_are_told() -> None:
    tags = [{} for _ in range(6)]
    message = violations("kms", "CreateKey", {"Tags": tags}) or ""
    assert message.startswith("10 validation errors detected: ")
    assert message.count("failed to satisfy") == 10


EMPTY = {"structure": {}, "map": {}, "list": [], "string": "", "blob": "", "boolean": False}


def of_length(service: str, described: dict[str, Any], length: int) -> Any:
    """A value of a shape that has a length."""
    if described["type"] in ("string", "blob"):
        return "a" * length
    part = "value" if described["type"] == "map" else "member"
    item = EMPTY.get(shape(service, described[part]["shape"])["type"], 0)
    return {str(n): item for n in range(length)} if part == "value" else [item] * length


def broken_values(service: str, described: dict[str, Any]) -> list[tuple[Any, str]]:
    """Values that break one constraint of a shape each, with the end of the sentence."""
    kind, number = described["type"], described["type"] in ("integer", "long", "double", "float")
    made: list[tuple[Any, str]] = []
    if kind == "structure":
        made += [({}, "exactly one of its members set")] if described.get("union") else []
        required = [f"{name[0].lower()}{name[1:]}" for name in described.get("required", ())]
        return made + [({}, f"{name}' failed to satisfy constraint: Member must not be null") for name in required]
    if described.get("enum"):
        made.append(("no such value", "enum value set: ["))
    if described.get("min"):
        value = described["min"] - 1
        told = f"greater than or equal to {described['min']}"
        made.append((value if number else of_length(service, described, value), told))
    if described.get("max") is not None and described["max"] < 100_000:
        value = described["max"] + 1
        told = f"less than or equal to {described['max']}"
        made.append((value if number else of_length(service, described, value), told))
    if pattern := described.get("pattern"):
        fits = re.compile(model_exceptions.PATTERNS.get(pattern, pattern)).fullmatch
        made += [(text, "regular expression pattern: ") for text in ("\x00\x07\n", "") if not fits(text)][:1]
    return made


@for_each("service", SERVICES)
def test_every_constraint_of_every_shape_is_held(service: str) -> None:
    count = 0
    for name, described in description(service)["shapes"].items():
        if (service, name) in model_exceptions.UNCHECKED:
            continue
        for value, end in broken_values(service, described):
            check, found = compiled(service, name), list[str]()
            assert check is not None, name
            try:
                check(value, "it", found)
            except OwnWords as words:
                found.append(f"{words} {end}")
            assert any(end in sentence for sentence in found), (name, value, end, found)
            count += 1
    assert count > 20


def test_exceptions_are_about_shapes_and_patterns_that_exist() -> None:
    for service, name in (*model_exceptions.OWN_WORDS, *model_exceptions.UNCHECKED, *model_exceptions.ENUM_ORDER):
        shape(service, name)
    for (service, name), values in model_exceptions.ENUM_ORDER.items():
        assert sorted(values) == sorted(shape(service, name)["enum"])
    patterns = {each.get("pattern") for service in SERVICES for each in description(service)["shapes"].values()}
    assert set(model_exceptions.PATTERNS) <= patterns
