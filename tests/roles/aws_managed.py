"""AWS's own policies that a role may get: of each what it grants on tables, backups and keys, as read on 2026-11-26.

AWS Managed Policy Reference, AWSBackupServiceRolePolicyForBackup (version 20) and AWSBackupServiceRolePolicyForRestores.
"""

from typing import Any


def _policy(*statements: tuple[list[str], str]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource} for actions, resource in statements],
    }


ADMINISTRATOR = "AdministratorAccess"
BACKUPS, RESTORES = "AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"
AWS_MANAGED = {
    ADMINISTRATOR: _policy((["*"], "*")),
    BACKUPS: _policy(
        (["dynamodb:DescribeTable", "dynamodb:CreateBackup"], "arn:aws:dynamodb:*:*:table/*"),
        (["dynamodb:DescribeBackup", "dynamodb:DeleteBackup"], "arn:aws:dynamodb:*:*:table/*/backup/*"),
        (["dynamodb:StartAwsBackupJob", "dynamodb:ListTagsOfResource"], "arn:aws:dynamodb:*:*:table/*"),
        (["backup:DescribeBackupVault", "backup:CopyIntoBackupVault"], "arn:aws:backup:*:*:backup-vault:*"),
        (["backup:CopyFromBackupVault", "backup:TagResource", "tag:GetResources"], "*"),
    ),
    RESTORES: _policy(
        (
            [
                *(f"dynamodb:{name}" for name in ("Scan", "Query", "UpdateItem", "PutItem", "GetItem", "DeleteItem")),
                *(f"dynamodb:{name}" for name in ("BatchWriteItem", "DescribeTable")),
            ],
            "arn:aws:dynamodb:*:*:table/*",
        ),
        (["dynamodb:RestoreTableFromBackup"], "arn:aws:dynamodb:*:*:table/*/backup/*"),
        (["dynamodb:RestoreTableFromAwsBackup"], "arn:aws:dynamodb:*:*:table/*"),
    ),
}
