import json
from importlib import resources

import pytest

from scripts.access.arns import PLACEHOLDERS, ArnScope, kind, partition, placeholders, via_service
from tests.for_each import for_each

AWS = json.loads(resources.files("botocore").joinpath("data/partitions.json").read_text())["partitions"]
REGIONS = [
    (region, one["id"], one["outputs"]["dnsSuffix"])
    for one in AWS
    for region in one["regions"]
    if not region.endswith("-global")
]
T = "arn:aws:dynamodb:eu-west-1:111122223333:table/prod-Orders"


@for_each(("region", "name", "domain"), REGIONS)
def test_the_partition_of_every_region_is_that_of_the_sdk(region, name, domain):
    assert partition(region) == name
    named = via_service(f"arn:{name}:kms:{region}:111122223333:key/abc")
    assert named[-1] == f"dynamodb.{region}.{domain}"
    assert named[0] == f"dynamodb.{region}.amazonaws.com"


def test_arns():
    place = ArnScope("cn-north-1", "111122223333")
    assert place.index("T", "I") == "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/T/index/I"
    assert place.complete
    assert ArnScope(None, None).table("T") == "arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT_ID}:table/T"
    assert placeholders(ArnScope(None, "111122223333").table("T")) == ("${PARTITION}", "${REGION}")
    assert not ArnScope("eu-west-1", None).complete


def test_no_region_or_partition_is_longer_than_what_the_size_allows_for():
    for region, name, _ in REGIONS:
        # Both change together: it is their sum that must not grow.
        assert len(region) + len(name) <= len(PLACEHOLDERS["${REGION}"]) + len(PLACEHOLDERS["${PARTITION}"])


@for_each(
    ("resource", "expected"),
    [
        (T, "table"),
        (f"{T}/index/ByStatus", "index"),
        (f"{T}/stream/*", "stream"),
        (f"{T}/stream/2026-01-31T12:00:00.000", "stream"),
        (f"{T}/backup/*", "backup"),
        (f"{T}/backup/01489602797149-73d8d5bc", "backup"),
        ("arn:aws:kms:eu-west-1:111122223333:key/mrk-12", "key"),
        (ArnScope(None, None).table("Orders"), "table"),
        ("*", None),
        (f"{T}*", None),
        (f"{T}/*", None),
        (f"{T}/index/*", None),
        (f"{T}/index/By?", None),
        (f"{T}/stream/2026*", None),
        (T.replace("eu-west-1", "*"), None),
        (T.replace("111122223333", "*"), None),
        (T.replace("111122223333", ""), None),
        (T.replace("aws", "*"), None),
        (T.replace("eu-west-1", "cn-north-1"), None),
        (T.replace("prod-Orders", "${aws:username}"), None),
        ("arn:aws:kms:eu-west-1:111122223333:key/*", None),
        ("arn:aws:kms:eu-west-1:111122223333:alias/a", None),
        ("arn:aws:s3:::bucket", None),
        ("", None),
        (f"{T}\n", None),
    ],
)
def test_the_kind_of_a_resource(resource, expected):
    assert kind(resource) == expected


def test_an_alias_is_no_key():
    with pytest.raises(ValueError, match=r"alias/orders.*is not the ARN of a KMS key\. Write arn:"):
        via_service("alias/orders")
