"""Requests as they are written on the wire, read by the model. No AWS runs here."""

from typing import Any
from urllib.parse import urlencode

import pytest

from scripts.local_aws.service_models import wire
from scripts.local_aws.service_models.model_shapes import input_shape
from scripts.local_aws.service_models.types import type_problem
from tests.for_each import for_each


def form(service: str, operation: str, **parameters: str) -> Any:
    body = urlencode({"Action": operation, "Version": "2010-05-15"} | parameters).encode()
    return wire.from_form(service, input_shape(service, operation) or "", body)


def test_form_with_lists_structures_and_numbers() -> None:
    read = form("cloudformation", "CreateStack", **{
        "StackName": "one", "TimeoutInMinutes": "5", "DisableRollback": "true", "Capabilities.member.1": "CAPABILITY_IAM",
        "Tags.member.2.Key": "b", "Tags.member.1.Key": "a", "Tags.member.1.Value": "x=y&z",
    })  # fmt: skip
    assert read == {
        "StackName": "one", "TimeoutInMinutes": 5, "DisableRollback": True, "Capabilities": ["CAPABILITY_IAM"],
        "Tags": [{"Key": "a", "Value": "x=y&z"}, {"Key": "b"}],
    }  # fmt: skip


def test_form_with_a_map_and_an_empty_list() -> None:
    read = form("sns", "CreateTopic", **{
        "Name": "alarms", "Attributes.entry.1.key": "KmsMasterKeyId", "Attributes.entry.1.value": "k", "Tags": "",
    })  # fmt: skip
    assert read == {"Name": "alarms", "Attributes": {"KmsMasterKeyId": "k"}, "Tags": []}


def test_form_with_no_number() -> None:
    with pytest.raises(wire.UnreadableBody, match="STRING_VALUE cannot be converted to Integer"):
        form("cloudformation", "CreateStack", StackName="one", TimeoutInMinutes="five")


def test_path_query_and_body() -> None:
    name = input_shape("backup", "ListRecoveryPointsByBackupVault") or ""
    read = wire.from_path("backup", name, "GET", "/backup-vaults/or%20ders/recovery-points/", b"maxResults=5", b"")
    assert read == {"BackupVaultName": "or ders", "MaxResults": 5}
    name = input_shape("backup", "CreateBackupVault") or ""
    read = wire.from_path("backup", name, "PUT", "/backup-vaults/orders", b"", b'{"BackupVaultTags": {"a": "b"}}')
    assert read == {"BackupVaultName": "orders", "BackupVaultTags": {"a": "b"}}


@pytest.mark.parametrize(("body", "message"), [(b"{", "Could not parse"), (b"[]", "Unexpected value type in payload")])
def test_json_that_is_none(body: bytes, message: str) -> None:
    with pytest.raises(wire.UnreadableBody, match=message):
        wire.from_json(body)


TYPES: dict[str, tuple[Any, str | None]] = {
    "right": ({"TableName": "Orders", "BillingMode": None, "Unknown": [1]}, None),
    "number for text": ({"TableName": 5}, "NUMBER_VALUE cannot be converted to String"),
    "fraction for text": ({"TableName": 5.5}, "DECIMAL_VALUE cannot be converted to String"),
    "list for text": ({"TableName": []}, "Unrecognized collection type class java.lang.String"),
    "object for text": ({"TableName": {}}, "Start of structure or map found where not expected"),
    "truth for text": ({"TableName": True}, "TRUE_VALUE cannot be converted to String"),
    "text for truth": ({"DeletionProtectionEnabled": "true"}, "STRING_VALUE cannot be converted to Boolean"),
    "text for number": (
        {"ProvisionedThroughput": {"ReadCapacityUnits": "5"}}, "STRING_VALUE cannot be converted to Long"),
    "text for a list": ({"KeySchema": "pk"}, "Unexpected field type"),
    "text for a structure": ({"ProvisionedThroughput": "5"}, "Unexpected field type"),
}  # fmt: skip


@for_each(("request_", "problem"), TYPES.values(), ids=TYPES)
def test_types(request_: Any, problem: str | None) -> None:
    assert type_problem("dynamodb", "CreateTableInput", request_) == problem
