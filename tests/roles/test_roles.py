"""The table of what each role may and may not do."""

import json
import re

import pytest

from scripts import names
from scripts.validation.probe import VALUES
from tests.for_each import for_each
from tests.roles.asking import STACKS, arn, asked, may
from tests.roles.template import ACCOUNT, ENVIRONMENT, PREFIX, RAW, TEXT, Stack

OURS, OTHERS = arn("cloudformation", "stack/dynamodb-prod-shop-Orders/1"), arn("cloudformation", "stack/website/1")
CHANGE_SET, FOREIGN = (
    arn("cloudformation", f"changeSet/{names.change_set('prod', '0af')}/1"),
    arn("cloudformation", "changeSet/release/1"),
)
OTHERS_CHANGE_SET = arn("cloudformation", f"changeSet/{names.change_set('prod-eu', '0af')}/1")
TABLE, INDEX = arn("dynamodb", "table/prod-Orders"), arn("dynamodb", "table/prod-Orders/index/ByBook")
DEV_TABLE = arn("dynamodb", "table/dev-Orders")
KEY, VAULT = arn("kms", "key/1"), arn("backup", "backup-vault:dynamodb-prod-shop")
SERVICE, BOUNDARY = arn("iam", "role/ServiceRole"), arn("iam", "policy/BackupBoundary")
BACKUP, TCAT_BACKUP = arn("iam", "role/BackupRole"), arn("iam", "role/dynamodb-tcat-backup")
PLAN = arn("backup", "backup-plan:1")
BACKUPS = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
CFN, BACKUP_SERVICE = "cloudformation.amazonaws.com", "backup.amazonaws.com"
SCALING = arn("application-autoscaling", "scalable-target/1")
TCAT_STACK, TCAT_TABLE = (
    arn("cloudformation", "stack/dynamodb-tcat-1-0-shop/1"),
    arn("dynamodb", "table/tcat-1-0-Orders"),
)

# role, action, resource, conditions, whether it is allowed
TABLE_OF_ACTIONS = [
    # plan looks, and changes nothing
    ("plan", "dynamodb:DescribeTable", TABLE, {}, True),
    ("plan", "dynamodb:DescribeTable", TABLE, {"region": "us-east-1"}, True),
    ("plan", "dynamodb:DescribeTable", TABLE, {"region": "ap-south-1"}, False),
    ("plan", "cloudformation:DescribeStacks", OURS, {}, True),
    ("plan", "cloudformation:GetTemplate", OTHERS, {}, False),
    ("plan", "cloudformation:CreateChangeSet", OURS, {"role": SERVICE}, False),
    ("plan", "cloudformation:DeleteStack", OURS, {}, False),
    ("plan", "cloudformation:UpdateTerminationProtection", OURS, {}, False),
    ("plan", "cloudformation:SetStackPolicy", OURS, {}, False),
    ("plan", "dynamodb:UpdateTable", TABLE, {}, False),
    ("plan", "dynamodb:DeleteTable", TABLE, {}, False),
    ("plan", "iam:PassRole", SERVICE, {"to": CFN}, False),
    # of the items only the key that the probe asks for
    *(("plan", "dynamodb:Query", r, {"leading": v}, True) for r in (TABLE, INDEX) for v in ("access-probe", "-1")),
    ("plan", "dynamodb:Query", INDEX, {"first": "access-probe"}, True),
    ("plan", "dynamodb:Query", INDEX, {"first": "CUSTOMER#7"}, False),
    ("plan", "dynamodb:Query", TABLE, {"leading": "CUSTOMER#7"}, False),
    ("plan", "dynamodb:Query", TABLE, {"leading": "CUSTOMER#7", "first": "access-probe"}, False),
    ("plan", "dynamodb:Query", TABLE, {}, False),
    *((role, f"dynamodb:{a}", TABLE, {"leading": "access-probe"}, False) for role in ("plan", "deploy") for a in ("GetItem", "Scan", "PutItem", "PartiQLSelect", "BatchGetItem")),
    # deploy changes stacks of its environment, through the service role only
    ("deploy", "cloudformation:CreateChangeSet", OURS, {"role": SERVICE}, True),
    ("deploy", "cloudformation:CreateChangeSet", OURS, {"role": arn("iam", "role/Admin")}, False),
    ("deploy", "cloudformation:CreateChangeSet", OURS, {}, False),
    ("deploy", "cloudformation:CreateChangeSet", OURS, {"role": SERVICE, "region": "us-east-1"}, False),
    ("deploy", "cloudformation:CreateChangeSet", OTHERS, {"role": SERVICE}, False),
    *(("deploy", f"cloudformation:{a}", OURS, {"tag": "prod"}, True) for a in ("ExecuteChangeSet", "SetStackPolicy", "UpdateTerminationProtection", "DeleteStack", "DescribeStackEvents")),
    *(("deploy", f"cloudformation:{a}", OTHERS, {}, False) for a in ("ExecuteChangeSet", "SetStackPolicy", "UpdateTerminationProtection", "DeleteStack")),
    ("deploy", "cloudformation:ExecuteChangeSet", arn("cloudformation", "stack/dynamodb-prod-eu-shop/1"), {"tag": "prod-eu"}, False),
    ("deploy", "cloudformation:ExecuteChangeSet", arn("cloudformation", "stack/dynamodb-dev-shop/1"), {}, False),
    ("deploy", "cloudformation:ExecuteChangeSet", CHANGE_SET, {}, True),
    *(("deploy", "cloudformation:ExecuteChangeSet", r, {}, False) for r in (FOREIGN, OTHERS_CHANGE_SET)),
    # why a change set was refused: AWS asks about the change set, the stack, or both
    *(("deploy", "cloudformation:DescribeEvents", r, {}, allowed) for r, allowed in ((OURS, True), (CHANGE_SET, True), (OTHERS, False), (FOREIGN, False))),
    *(("service", f"{a}", "*", {}, True) for a in ("servicequotas:GetServiceQuota", "cloudwatch:GetMetricData")),
    ("deploy", "cloudformation:CreateStack", OURS, {"role": SERVICE}, False),
    ("deploy", "cloudformation:UpdateStack", OURS, {"role": SERVICE}, False),
    ("deploy", "dynamodb:DescribeTable", TABLE, {}, True),
    *(("deploy", f"dynamodb:{a}", TABLE, {}, False) for a in ("CreateTable", "UpdateTable", "DeleteTable", "DeleteBackup")),
    ("deploy", "iam:PassRole", SERVICE, {"to": CFN}, True),
    ("deploy", "iam:PassRole", SERVICE, {"to": "lambda.amazonaws.com"}, False),
    ("deploy", "iam:PassRole", arn("iam", "role/Admin"), {"to": CFN}, False),
    ("deploy", "iam:CreateRole", BACKUP, {"boundary": BOUNDARY}, False),
    ("deploy", "kms:ScheduleKeyDeletion", KEY, {"tag": "prod"}, False),
    # the service role makes and changes, and deletes nothing that holds data
    ("service", "dynamodb:CreateTable", TABLE, {}, True),
    ("service", "dynamodb:UpdateTable", TABLE, {}, True),
    ("service", "dynamodb:UpdateTable", DEV_TABLE, {}, False),
    ("service", "dynamodb:UpdateTable", TABLE, {"region": "us-east-1"}, False),
    *(("service", f"dynamodb:{a}", TABLE, {}, False) for a in ("DeleteTable", "DeleteTableReplica", "DeleteBackup", "GetItem", "Scan", "Query", "PutItem", "ExportTableToPointInTime", "RestoreTableToPointInTime")),
    *(("service", f"kms:{a}", KEY, {"tag": "prod"}, False) for a in ("ScheduleKeyDeletion", "DisableKey", "DisableKeyRotation", "Decrypt")),
    ("service", "kms:Decrypt", KEY, {"via": "dynamodb.eu-west-1.amazonaws.com"}, True),
    ("service", "kms:Decrypt", KEY, {"via": "s3.eu-west-1.amazonaws.com"}, False),
    ("service", "kms:CreateKey", "*", {"new_tag": "prod"}, True),
    ("service", "kms:CreateKey", "*", {}, False),
    ("service", "kms:TagResource", KEY, {"new_tag": "prod"}, True),
    ("service", "kms:TagResource", KEY, {"new_tag": "prod", "tag": "dev"}, False),
    ("service", "kms:PutKeyPolicy", KEY, {"tag": "prod"}, True),
    ("service", "kms:PutKeyPolicy", KEY, {"tag": "dev"}, False),
    ("service", "kms:PutKeyPolicy", KEY, {}, False),
    ("service", "backup:CreateBackupVault", VAULT, {}, True),
    *(("service", f"backup:{a}", VAULT, {}, False) for a in ("DeleteRecoveryPoint", "DeleteBackupVaultLockConfiguration", "PutBackupVaultAccessPolicy")),
    ("service", "backup:DeleteBackupPlan", PLAN, {"tag": "prod"}, True),
    ("service", "backup:DeleteBackupPlan", PLAN, {"tag": "dev"}, False),
    ("service", "backup:TagResource", PLAN, {"new_tag": "prod"}, True),
    ("service", "backup:TagResource", PLAN, {"new_tag": "prod", "tag": "dev"}, False),
    *(("service", "backup:TagResource", r, {"new_tag": "dev", "tag": "prod"}, False) for r in (PLAN, VAULT)),
    ("service", "backup:UntagResource", PLAN, {"tag": "prod", "tag_keys": "Environment"}, False),
    ("service", "backup:UntagResource", PLAN, {"tag": "prod", "tag_keys": "Team"}, True),
    ("service", "sns:SetTopicAttributes", arn("sns", "dynamodb-prod-eu-shop-alarms"), {"tag": "prod-eu"}, False),
    ("service", "cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:dynamodb-prod-eu-shop"), {"tag": "prod-eu"}, False),
    # a key of the account that somebody tagged in another way is still used through DynamoDB
    ("service", "kms:CreateGrant", KEY, {"tag": "Production", "via": "dynamodb.eu-west-1.amazonaws.com"}, True),
    # the backup role makes backups of the environment's tables, and copies none anywhere
    *(("backup", f"dynamodb:{a}", TABLE, {}, True) for a in ("CreateBackup", "StartAwsBackupJob", "DescribeTable")),
    *(("backup", f"dynamodb:{a}", DEV_TABLE, {}, False) for a in ("CreateBackup", "StartAwsBackupJob", "DescribeTable")),
    ("backup", "dynamodb:CreateBackup", TABLE, {"region": "us-east-1"}, False),
    ("backup", "dynamodb:DeleteBackup", f"{TABLE}/backup/1", {}, True),
    ("backup", "backup:CopyFromBackupVault", arn("backup", "recovery-point:1"), {"copy_to": VAULT}, False),
    *(("backup", f"dynamodb:{a}", TABLE, {}, False) for a in ("GetItem", "Scan", "DeleteTable", "RestoreTableFromAwsBackup")),
    ("service", "cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:prod-Orders-errors"), {}, True),
    ("service", "cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:website-down"), {}, False),
    ("service", "sns:CreateTopic", arn("sns", "dynamodb-prod-shop-alarms"), {}, True),
    ("service", "sns:SetTopicAttributes", arn("sns", "orders"), {}, False),
    ("service", "application-autoscaling:RegisterScalableTarget", SCALING, {"namespace": "dynamodb"}, True),
    ("service", "application-autoscaling:RegisterScalableTarget", SCALING, {"namespace": "ecs"}, False),
    ("service", "iam:CreateServiceLinkedRole", arn("iam", "role/aws-service-role/x"), {"service": "dynamodb.application-autoscaling.amazonaws.com"}, True),
    ("service", "iam:CreateServiceLinkedRole", arn("iam", "role/aws-service-role/x"), {"service": "ecs.amazonaws.com"}, False),
    # no role is made or changed; the one for AWS Backup is there already
    *(("service", f"iam:{a}", r, {"boundary": BOUNDARY, "policy": BACKUPS}, False) for r in (BACKUP, SERVICE) for a in ("CreateRole", "DeleteRole", "AttachRolePolicy", "PutRolePolicy", "UpdateAssumeRolePolicy", "DeleteRolePermissionsBoundary")),
    ("service", "iam:PassRole", BACKUP, {"to": BACKUP_SERVICE}, True),
    ("service", "iam:PassRole", BACKUP, {"to": "ec2.amazonaws.com"}, False),
    ("service", "iam:PassRole", SERVICE, {"to": BACKUP_SERVICE}, False),
    *(("service", f"cloudformation:{a}", OURS, {}, False) for a in ("UpdateTerminationProtection", "SetStackPolicy", "DeleteStack")),
    ("service", "kinesis:PutRecords", arn("kinesis", "stream/orders"), {}, False),
    # the sandbox may delete, by name
    ("sandbox", "cloudformation:CreateStack", TCAT_STACK, {}, True),
    ("sandbox", "cloudformation:DeleteStack", TCAT_STACK, {}, True),
    ("sandbox", "cloudformation:DeleteStack", OURS, {}, False),
    ("sandbox", "dynamodb:DeleteTable", TCAT_TABLE, {}, True),
    ("sandbox", "dynamodb:DeleteTable", TCAT_TABLE, {"region": "ap-south-1"}, False),
    ("sandbox", "dynamodb:DeleteTable", TABLE, {}, False),
    ("sandbox", "s3:DeleteBucket", arn("s3", "tcat-1-templates"), {}, True),
    ("sandbox", "s3:GetObject", arn("s3", "backups/customers.csv"), {}, False),
    ("sandbox", "kms:ScheduleKeyDeletion", KEY, {"tag": "tcat-1-0"}, True),
    ("sandbox", "kms:ScheduleKeyDeletion", KEY, {}, False),
    *(("sandbox", f"iam:{a}", TCAT_BACKUP, {"policy": ADMIN}, False) for a in ("CreateRole", "AttachRolePolicy", "DeleteRole")),
    ("sandbox", "iam:PassRole", TCAT_BACKUP, {"to": BACKUP_SERVICE}, True),
    ("sandbox", "kms:TagResource", KEY, {"new_tag": "tcat-1-0", "tag": "website"}, False),
]  # fmt: skip


@pytest.mark.parametrize("wanted", [True, False], ids=["allowed", "denied"])
def test_each_role_may_do_its_job_and_no_more(wanted):
    rows = [row for row in TABLE_OF_ACTIONS if row[4] is wanted]
    wrong = [row[:4] for row in rows if may(row[0], row[1], row[2], **row[3]) is not wanted]
    assert wrong == []


def test_the_probe_asks_for_nothing_that_the_roles_do_not_know():
    known = {"S": VALUES["S"]["S"], "N": VALUES["N"]["N"], "B": "YWNjZXNzLXByb2Jl"}
    assert VALUES["B"]["B"] == b"access-probe"
    for value in known.values():
        assert may("plan", "dynamodb:Query", TABLE, leading=value)


def test_only_the_environments_own_jobs_become_its_roles():
    for purpose, role, environment in (
        ("account", "PlanRole", "plan"),
        ("environment", "DeployRole", "prod"),
        ("sandbox", "SandboxRole", "sandbox"),
    ):
        trust = STACKS[purpose].trust(role)
        assert trust["Principal"] == {"Federated": arn("iam", "oidc-provider/token.actions.githubusercontent.com")}
        assert trust["Condition"] == {
            "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": f"{PREFIX}:environment:{environment}",
            }
        }
    assert STACKS["environment"].trust("ServiceRole")["Principal"] == {"Service": CFN}


@for_each(
    ("prefix", "fits"),
    [
        ("repo:acme/tables", True),
        ("repo:acme@42/tables@4711", True),
        ("repo:acme/*", False),
        ("repo:acme/tables:*", False),
        ("repo:acme", False),
    ],
)
def test_the_subject_names_one_repository(prefix, fits):
    assert bool(re.fullmatch(RAW["Parameters"]["SubjectPrefix"]["AllowedPattern"], prefix)) is fits


def test_each_purpose_makes_only_its_own_roles():
    made = {purpose: set(stack.resources) for purpose, stack in STACKS.items()}
    assert made["account"] == {"ReadPolicy", "NeverPolicy", "PlanRole"}
    assert made["sandbox"] == {"SandboxRole", "SandboxPolicy", "SandboxBackupRole"}
    asked_for = {"KeyPolicy", "BackupPolicy", "BackupRole", "BackupBoundary"}
    always = {
        "ReadPolicy",
        "NeverPolicy",
        "DeployRole",
        "ServiceRole",
        "ServiceBoundary",
        "TablePolicy",
        "SharedPolicy",
    }
    assert made["environment"] == always | asked_for
    plain = {**ENVIRONMENT, "Backups": "no", "Keys": "no"}
    assert set(Stack(plain).resources) == always
    created = Stack({**ENVIRONMENT, "IdentityProvider": "create"}).resources["GitHub"]
    assert created["DeletionPolicy"] == "Retain"


def test_the_documents_fit_into_iam():
    """Quotas of IAM: a managed policy 6,144 characters, all inline policies of a role 10,240, a trust policy 2,048."""
    longest = {**ENVIRONMENT, "Environment": "e" * 60, "TablePrefix": "p" * 64, "WriteProbe": "yes"}
    longest["KinesisStreams"] = [arn("kinesis", "stream/" + "s" * 128)]
    longest["BackupCopies"] = [arn("backup", f"backup-vault:{number}{'v' * 49}") for number in range(5)]
    for stack in (*STACKS.values(), Stack(longest, "aws-us-gov")):
        for id, resource in stack.resources.items():
            properties = resource["Properties"]
            if resource["Type"] == "AWS::IAM::ManagedPolicy":
                assert _size(properties["PolicyDocument"]) <= 6144, id
                assert len(properties["Description"]) <= 1000
            elif resource["Type"] == "AWS::IAM::Role":
                assert sum(_size(policy["PolicyDocument"]) for policy in properties.get("Policies", [])) <= 10240, id
                assert _size(properties["AssumeRolePolicyDocument"]) <= 2048
                assert len(properties["Description"]) <= 1000
    assert len(TEXT.encode()) < 51_200


def _size(document):
    return len(json.dumps(document, separators=(",", ":")))


def test_no_partition_is_written_down():
    assert "arn:aws:" not in TEXT
    china = Stack({**ENVIRONMENT, "Audience": "sts.amazonaws.com.cn"}, "aws-cn")
    assert "arn:aws:" not in json.dumps(
        [p for role in ("DeployRole", "ServiceRole") for p in china.policies(role)]
    ).replace(f"arn:aws:iam::{ACCOUNT}", "")


def test_what_is_asked_for_by_parameter():
    probing = Stack({**ENVIRONMENT, "WriteProbe": "yes", "KinesisStreams": [arn("kinesis", "stream/orders")]})
    copies = arn("backup", "backup-vault:copies", account="444455556666")
    copying, point = Stack({**ENVIRONMENT, "BackupCopies": [copies]}), arn("backup", "recovery-point:1")
    assert asked(copying, "BackupRole", "backup:CopyFromBackupVault", point, "eu-west-1", {"copy_to": copies})
    assert not asked(copying, "BackupRole", "backup:CopyFromBackupVault", point, "eu-west-1", {"copy_to": VAULT})
    plain = Stack({**ENVIRONMENT, "Keys": "no", "Backups": "no", "ResourcePolicies": "no"})
    for action, on, keys in (
        ("kms:PutKeyPolicy", KEY, {"tag": "prod"}),
        ("kms:TagResource", KEY, {"new_tag": "prod"}),
        ("backup:DeleteBackupPlan", PLAN, {"tag": "prod"}),
        ("dynamodb:PutResourcePolicy", TABLE, {}),
    ):
        assert may("service", action, on, **keys)
        assert not asked(plain, "ServiceRole", action, on, "eu-west-1", keys)

    item = {"leading": "validation_probe-0af"}
    assert asked(probing, "DeployRole", "dynamodb:PutItem", TABLE, "eu-west-1", item)
    assert not asked(probing, "DeployRole", "dynamodb:PutItem", TABLE, "eu-west-1", {"leading": "CUSTOMER#7"})
    assert not asked(probing, "DeployRole", "dynamodb:PutItem", DEV_TABLE, "eu-west-1", item)
    assert not may("deploy", "dynamodb:PutItem", TABLE, **item)
    assert asked(probing, "ServiceRole", "kinesis:PutRecords", arn("kinesis", "stream/orders"), "eu-west-1", {})
    assert not asked(probing, "ServiceRole", "kinesis:PutRecords", arn("kinesis", "stream/other"), "eu-west-1", {})
