"""The roles are enough: for every call that the commands make, and for whatever CloudFormation does for them."""

import json
import re
from pathlib import Path

from botocore.client import BaseClient

from scripts import drift, names, plan
from scripts.local_aws.strictness.provider_schema import schema
from tests.local_aws.support import client
from tests.roles.asking import STACKS, arn, may
from tests.shop import ENVIRONMENT

RULE = Path(__file__).parents[2] / "policies" / "allowed_resource_types.guard"
# A role is made only where an environment names none for its backups, which the roles of policies/roles.yaml do not allow.
TYPES = [
    type for type in re.findall(r'"(AWS::[A-Za-z:]+)"', RULE.read_text(encoding="utf-8")) if type != "AWS::IAM::Role"
]

# Of what AWS's provider schemas list for these types, what these templates never need, and why the role goes without.
ITEMS = "items: for replicas and imports from S3, which the templates do not have"
LOGS = "writes the log of an import from S3"
FUNCTIONS = "for functions, not for tables"
FIREHOSE = "the role of a subscription by Firehose, or of the feedback on deliveries"
DATA = "never: it would lose data"
NOT_NEEDED = {
    **dict.fromkeys(("dynamodb:Scan", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:PutItem"), ITEMS),
    **dict.fromkeys(("dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"), ITEMS),
    **dict.fromkeys(("dynamodb:CreateTableReplica", "dynamodb:AssociateTableReplica", "dynamodb:ImportTable"), ITEMS),
    **dict.fromkeys(("s3:GetObject", "s3:GetObjectMetadata", "s3:ListBucket"), ITEMS),
    **dict.fromkeys((f"logs:{a}" for a in ("CreateLogGroup", "CreateLogStream", "DescribeLogGroups")), LOGS),
    **dict.fromkeys((f"logs:{a}" for a in ("DescribeLogStreams", "PutLogEvents", "PutRetentionPolicy")), LOGS),
    **dict.fromkeys((f"lambda:{a}ProvisionedConcurrencyConfig" for a in ("Get", "Put", "Delete")), FUNCTIONS),
    **dict.fromkeys(("kinesis:DescribeStream", "kinesis:PutRecords"), "given by the parameter KinesisStreams"),
    **dict.fromkeys(("dynamodb:DeleteTable", "kms:ScheduleKeyDeletion", "kms:DisableKey"), DATA),
    "kms:DisableKeyRotation": "keys are always rotated",
    **dict.fromkeys((f"application-autoscaling:{a}ScheduledAction" for a in ("Put", "Delete")), "none is scheduled"),
    "sns:PutDataProtectionPolicy": "topics have no data protection policy",
    **dict.fromkeys(
        (f"backup:{a}BackupVault{b}" for a in ("Put", "Delete") for b in ("AccessPolicy", "Notifications")),
        "vaults have neither",
    ),
    "backup:DeleteBackupVaultLockConfiguration": DATA,
}
BACKUP_ROLE = arn("iam", "role/BackupRole")
# Where each service's actions are tried: resources of the environment, with what such requests carry.
PLACES = {
    "dynamodb": [(arn("dynamodb", "table/prod-Orders"), {})],
    "cloudwatch": [
        (arn("cloudwatch", "alarm:prod-Orders-errors"), {}),
        (arn("cloudwatch", "dashboard/dynamodb-prod-shop"), {}),
    ],
    "sns": [(arn("sns", "dynamodb-prod-shop-alarms"), {})],
    "kms": [
        (arn("kms", "key/1"), {"tag": "prod", "new_tag": "prod"}),
        (arn("kms", "key/1"), {"via": "dynamodb.eu-west-1.amazonaws.com"}),
    ],
    "backup": [
        (arn("backup", "backup-vault:dynamodb-prod-shop"), {}),
        (arn("backup", "backup-plan:1"), {"tag": "prod", "new_tag": "prod"}),
    ],
    "backup-storage": [("*", {})],
    "application-autoscaling": [
        (arn("application-autoscaling", "scalable-target/1"), {"namespace": "dynamodb"}),
    ],
    "iam": [
        (BACKUP_ROLE, {}),
        (BACKUP_ROLE, {"to": "backup.amazonaws.com"}),
        (arn("iam", "role/aws-service-role/x"), {"service": "backup.amazonaws.com"}),
    ],
    "cloudformation": [
        (arn("cloudformation", "stack/dynamodb-prod-shop-Orders/1"), {"role": arn("iam", "role/ServiceRole")}),
    ],
}


def anywhere(role: str, action: str) -> bool:
    """Whether the role may do this to something of its environment."""
    return any(may(role, action, where, **given) for where, given in PLACES.get(action.partition(":")[0], []))


def handled() -> dict[str, set[str]]:
    """What CloudFormation's handlers may call, by resource type: the provider schemas that come with cfn-lint."""
    return {
        type: {
            action
            for name in ("create", "read", "update", "delete")
            for action in schema(type)["handlers"].get(name, {}).get("permissions", [])
        }
        | set(schema(type).get("tagging", {}).get("permissions", []))
        for type in TYPES
    }


def test_the_service_role_can_do_what_cloudformation_does():
    found = handled()
    assert {type for type, actions in found.items() if not actions} == set(), "a type without handlers proves nothing"
    missing = {
        (type, action)
        for type, actions in found.items()
        for action in actions
        if action not in NOT_NEEDED and not anywhere("service", action)
    }
    assert missing == set()


def test_what_the_service_role_goes_without_it_does_not_have():
    every = set().union(*handled().values())
    assert set(NOT_NEEDED) - every == set(), "no type lists these any more"
    assert [action for action in NOT_NEEDED if anywhere("service", action)] == []


# Services whose requests are signed with another name than the one in IAM.
IAM_NAMES = {"monitoring": "cloudwatch"}
OPEN = {"sts:GetCallerIdentity"}  # needs no permission


def actions(calls: list[str]) -> set[str]:
    """The IAM actions of recorded API calls, as `service:Operation`."""
    pairs = (call.partition(":") for call in calls)
    return {f"{IAM_NAMES.get(service, service)}:{operation}" for service, _, operation in pairs} - OPEN


def permitted(role: str, action: str) -> bool:
    """As `anywhere`, with the probe's key for queries."""
    return anywhere(role, action) or may(role, action, arn("dynamodb", "table/prod-Orders"), leading="access-probe")


RICH = f"""\
environments:
  {ENVIRONMENT}:
    region: eu-west-1
    backups: {{retention_days: 40, role: "arn:aws:iam::111122223333:role/BackupRole"}}
    alarm_emails: [oncall@example.com]
defaults: {{encryption: service-key, contributor_insights: throttled-keys, contributor_insights_shows_keys: accepted}}
tables:
  Orders:
    ttl: expires_at
    billing: provisioned
    capacity: {{read: {{min: 5, max: 100}}, write: {{min: 5, max: 100}}}}
"""


def test_every_call_of_the_commands_is_permitted(shop, aws, monkeypatch):
    roles, change_sets = [], []
    call = BaseClient._make_api_call

    def noted(self, operation, request):
        if operation == "CreateChangeSet":
            roles.append(request.get("RoleARN"))
            change_sets.append(request["ChangeSetName"])
        return call(self, operation, request)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    monkeypatch.setenv("CFN_SERVICE_ROLE_ARN", arn("iam", "role/ServiceRole"))
    trust = json.dumps(STACKS["environment"].resources["BackupRole"]["Properties"]["AssumeRolePolicyDocument"])
    client("iam").create_role(RoleName="BackupRole", AssumeRolePolicyDocument=trust)
    begun = len(aws.calls())
    shop.write(RICH)
    assert plan.main(["--environment", ENVIRONMENT]) == 2
    planned = actions(aws.calls()[begun:])
    assert shop.deploy() == 0, shop.err
    deployed = actions(aws.calls()[begun:])
    count = len(aws.calls())
    # Every change set names the service role, without which the role that deploys may make none.
    assert len(roles) >= 3
    assert set(roles) == {arn("iam", "role/ServiceRole")}
    # And each has a name by which another environment's role must leave it alone.
    assert {name.rpartition("-")[0] for name in change_sets} == {names.change_set(ENVIRONMENT, "").rstrip("-")}
    assert drift.main(["--environment", ENVIRONMENT, "--report", "build/drift"]) in (0, 1)
    assert plan.main(["--environment", ENVIRONMENT]) == 0
    looked = actions(aws.calls()[count:])
    # The commands did look at, and change, what this is about.
    assert {"cloudformation:ExecuteChangeSet", "cloudformation:SetStackPolicy"} <= deployed
    assert {"dynamodb:Query", "backup:GetBackupPlan", "kms:DescribeKey", "cloudwatch:DescribeAlarms"} <= looked
    assert {action for action in planned | looked if not permitted("plan", action)} == set()
    assert {action for action in deployed | looked if not permitted("deploy", action)} == set()
