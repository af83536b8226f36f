"""The KMS key of a service: for tables whose setting is `encryption: service-key`."""

from typing import Any

from scripts import names

# What DynamoDB does with a key on behalf of whoever uses the table (developer guide, encryption.usagenotes). The
# key that AWS manages has the same statement, so that no application needs permissions on the key itself.
DYNAMODB_ACTIONS = (
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncrypt*",
    "kms:GenerateDataKey*",
    "kms:CreateGrant",
    "kms:DescribeKey",
)


def key_resources(service: str, environment: str) -> dict[str, Any]:
    """The key with its alias. It is kept when the stack goes: without it the tables could never be read again."""
    alias = names.key_alias(environment, service)
    account = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    statements = [
        {
            "Sid": "AccountAdministersTheKey",
            "Effect": "Allow",
            "Principal": {"AWS": account},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "UseThroughDynamoDBOnly",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": list(DYNAMODB_ACTIONS),
            "Resource": "*",
            "Condition": {
                "StringEquals": {
                    "kms:CallerAccount": {"Ref": "AWS::AccountId"},
                    "kms:ViaService": {"Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com"},
                }
            },
        },
        {
            # Control Tower, CT.KMS.PR.3: nobody hands the use of the key on, except to what AWS itself does for them.
            "Sid": "NoGrantsButForAWSServices",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "kms:CreateGrant",
            "Resource": "*",
            "Condition": {"BoolIfExists": {"kms:GrantIsForAWSResource": "false", "aws:PrincipalIsAWSService": "false"}},
        },
    ]
    tags = [{"Key": "Environment", "Value": environment}, {"Key": "Service", "Value": service}]
    return {
        "TableKey": {
            "Type": "AWS::KMS::Key",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "Description": f"Encrypts the DynamoDB tables of {service} in {environment}",
                "EnableKeyRotation": True,
                "PendingWindowInDays": 30,
                "KeyPolicy": {"Version": "2012-10-17", "Statement": statements},
                "Tags": tags,
            },
        },
        "TableKeyAlias": {
            "Type": "AWS::KMS::Alias",
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"AliasName": alias, "TargetKeyId": {"Ref": "TableKey"}},
        },
    }


def key_outputs(service: str, environment: str) -> dict[str, Any]:
    """The export from which the stacks of the tables take the key."""
    export = names.key_export(names.key_alias(environment, service))
    value = {"Fn::GetAtt": ["TableKey", "Arn"]}
    return {"TableKeyArn": {"Description": "ARN of the tables' key", "Value": value, "Export": {"Name": export}}}
