"""The key of a service: who may use it, and how."""

from scripts import names
from scripts.settings.deployment_file import Environment
from scripts.templates.encryption_key import key_outputs, key_resources
from scripts.templates.template import service_template
from tests.samples import STATE

KEY = key_resources("shop", "prod")["TableKey"]


def test_the_key_is_kept_rotated_and_not_deleted_at_once() -> None:
    assert (KEY["DeletionPolicy"], KEY["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert KEY["Properties"]["EnableKeyRotation"] is True
    assert KEY["Properties"]["PendingWindowInDays"] == 30  # the longest (KMS, ScheduleKeyDeletion)


def test_it_is_used_through_dynamodb_of_this_account_only() -> None:
    account, dynamodb, grants = KEY["Properties"]["KeyPolicy"]["Statement"]
    assert account["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    assert "Condition" not in account
    assert dynamodb["Principal"] == {"AWS": "*"}
    assert dynamodb["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": {"Ref": "AWS::AccountId"},
            "kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com"},
        }
    }
    assert (grants["Effect"], grants["Principal"], grants["Action"]) == ("Deny", {"AWS": "*"}, "kms:CreateGrant")
    assert not any(action in ("kms:*", "*") for action in dynamodb["Action"])
    assert not any("Delete" in action or "Put" in action for action in dynamodb["Action"])


def test_what_is_exported_is_what_tables_import() -> None:
    (output,) = key_outputs("shop", "prod").values()
    assert output["Export"]["Name"] == names.key_export(names.key_alias("prod", "shop"))
    assert output["Value"] == {"Fn::GetAtt": ["TableKey", "Arn"]}
    alias = key_resources("shop", "prod")["TableKeyAlias"]["Properties"]
    assert alias == {"AliasName": names.key_alias("prod", "shop"), "TargetKeyId": {"Ref": "TableKey"}}


def test_a_service_whose_tables_do_not_want_it_has_none() -> None:
    assert "TableKey" not in service_template("shop", Environment("prod"), [STATE])["Resources"]
