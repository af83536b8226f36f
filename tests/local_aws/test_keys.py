"""Customer managed keys: made through the API and through CloudFormation, used by tables."""

from typing import Any

import pytest

from .support import Stack, client, described, provokes, refusal, table, template

MISSING = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"


def encrypted(key: Any) -> dict[str, Any]:
    """The SSESpecification of a request."""
    return {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}


def in_template(key: Any) -> dict[str, Any]:
    return table(SSESpecification={"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key})


def missing() -> str:
    return MISSING


def disabled() -> str:
    made = client("kms").create_key()["KeyMetadata"]
    client("kms").disable_key(KeyId=made["KeyId"])
    return made["Arn"]


def pending() -> str:
    made = client("kms").create_key()["KeyMetadata"]
    client("kms").schedule_key_deletion(KeyId=made["KeyId"])
    return made["Arn"]


def elsewhere() -> str:
    return client("kms", "us-east-1").create_key()["KeyMetadata"]["Arn"]


def for_signatures() -> str:
    return client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]


UNUSABLE = {
    missing: "NotFoundException: Key",
    disabled: "DisabledException",
    pending: "KMSInvalidStateException",
    elsewhere: "NotFoundException: Key",
    for_signatures: "not a symmetric encryption key",
}


@provokes("encryption-key")
@pytest.mark.parametrize("made", UNUSABLE, ids=lambda made: made.__name__)
def test_key_that_cannot_be_used(made: Any) -> None:
    key, text = made(), UNUSABLE[made]
    create = client("dynamodb").create_table
    message = refusal(create, **table(SSESpecification=encrypted(key)))
    assert message.startswith(
        ("ValidationException: KMS validation error: ", "ValidationException: KMS key disabled error: ")
    )
    assert text in message
    stack = Stack()
    assert stack.deploy(template(in_template(key))) == "ROLLBACK_COMPLETE"
    assert text in stack.failures()["Table"]
    create(**table())
    assert text in refusal(client("dynamodb").update_table, TableName="Orders", SSESpecification=encrypted(key))
    assert "SSEDescription" not in described()


@provokes("key-resources", "encryption-key", "table-properties")
def test_stack_with_a_key_an_alias_and_a_table() -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy, "EnableKeyRotation": True}}
    alias = {"Type": "AWS::KMS::Alias", "Properties": {"AliasName": "alias/orders", "TargetKeyId": {"Ref": "Key"}}}
    stack = Stack()
    body = template(in_template({"Fn::GetAtt": ["Key", "Arn"]}), "Delete", Key=key, Alias=alias)
    assert stack.deploy(body) == "CREATE_COMPLETE"
    arn = client("kms").describe_key(KeyId="alias/orders")["KeyMetadata"]["Arn"]
    assert described()["SSEDescription"] == {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": arn}
    assert client("kms").get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"] is True
    assert stack.delete() == "DELETE_COMPLETE"
    assert client("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"] == "PendingDeletion"
