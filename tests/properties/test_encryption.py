"""Encryption: whose key it is, from the setting to the live table and back."""

from tests.local_aws.support import client
from tests.properties.support import bring, deployment, live, table, update
from tests.shop import ENVIRONMENT, Shop

ALIAS = f"alias/dynamodb-{ENVIRONMENT}-shop"
OWN = {"Enabled": True, "SSEType": "KMS"}


def _key() -> str:
    return client("kms").create_key()["KeyMetadata"]["Arn"]


def _shared() -> dict[str, object]:
    return client("cloudformation").get_template(StackName=f"dynamodb-{ENVIRONMENT}-shop")["TemplateBody"]["Resources"]


def test_keys_of_others(orders: Shop) -> None:
    one, other = _key(), _key()
    live(
        orders,
        {"encryption": one},
        [(update(SSESpecification={**OWN, "KMSMasterKeyId": other}), "encryption")],
        {},
    )
    assert table()["SSEDescription"]["KMSMasterKeyArn"] not in (one, other)
    bring(orders, {"encryption": "aws-owned", "encryption_reason": "public data"})
    assert "SSEDescription" not in table()
    update(SSESpecification=OWN)()
    assert orders.problems() == ["Orders encryption mismatch"]


def test_the_key_of_the_service(orders: Shop) -> None:
    other = _key()
    bring(orders, {})
    assert "TableKey" not in _shared()
    live(
        orders,
        {"encryption": "service-key"},
        [(update(SSESpecification={**OWN, "KMSMasterKeyId": other}), "encryption")],
        {"encryption": "aws-owned", "encryption_reason": "public data"},
    )
    assert {"TableKey", "TableKeyAlias"} <= {*_shared()}, "who made backups with it needs it still"
    bring(orders, {"encryption": "service-key"})
    made = client("kms").describe_key(KeyId=ALIAS)["KeyMetadata"]
    assert table()["SSEDescription"]["KMSMasterKeyArn"] == made["Arn"]
    client("kms").delete_alias(AliasName=ALIAS)
    # The shared stack lacks its alias; which key the table should have cannot be told without it.
    shared = f"dynamodb-test-eu-west-1-shop {ALIAS} key of the tables mismatch"
    assert sorted(orders.problems()) == ["Orders encryption unknown", shared], "no alias is no match, and no riddle"


def test_a_key_that_is_not_there_stops_the_deployment_in_plain_words(orders: Shop) -> None:
    orders.write(
        deployment({"encryption": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"})
    )
    assert orders.deploy() == 1
    assert "Check that the key exists in this Region" in orders.err
