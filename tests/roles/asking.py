"""Asking the roles what they may do: an action, on a representative resource, in a request with context keys."""

from typing import Any

from tests.access.evaluator import allows
from tests.roles.template import ACCOUNT, ACCOUNT_WIDE, ENVIRONMENT, PARTITION, REGION, SANDBOX, Stack

STACKS = {"account": Stack(ACCOUNT_WIDE), "environment": Stack(ENVIRONMENT), "sandbox": Stack(SANDBOX)}
ROLES = {
    "plan": ("account", "PlanRole"),
    "deploy": ("environment", "DeployRole"),
    "service": ("environment", "ServiceRole"),
    "backup": ("environment", "BackupRole"),
    "sandbox": ("sandbox", "SandboxRole"),
}


def may(role: str, action: str, resource: str, /, *, region: str = REGION, **context: Any) -> bool:
    """Whether the role may do this. `context`: condition keys with _ for : and without the service, see KEYS."""
    purpose, id = ROLES[role]
    return asked(STACKS[purpose], id, action, resource, region, context)


def asked(stack: Stack, id: str, action: str, resource: str, region: str, context: dict[str, Any]) -> bool:
    keys = {KEYS[name]: (value,) if isinstance(value, str) else tuple(value) for name, value in context.items()}
    keys["aws:RequestedRegion"] = (region,)
    attached, boundary = stack.policies(id), stack.boundary(id)
    inside = not boundary or allows(boundary, action, resource, keys)
    return inside and allows(attached, action, resource, keys)


KEYS = {
    "role": "cloudformation:RoleArn",
    "tag": "aws:ResourceTag/Environment",
    "new_tag": "aws:RequestTag/Environment",
    "to": "iam:PassedToService",
    "boundary": "iam:PermissionsBoundary",
    "policy": "iam:PolicyARN",
    "service": "iam:AWSServiceName",
    "leading": "dynamodb:LeadingKeys",
    "first": "dynamodb:FirstPartitionKeyValues",
    "via": "kms:ViaService",
    "namespace": "application-autoscaling:service-namespace",
    "tag_keys": "aws:TagKeys",
    "copy_to": "backup:CopyTargets",
}


def arn(service: str, resource: str, region: str = REGION, account: str = ACCOUNT) -> str:
    """An ARN as AWS writes it: IAM and dashboards have no Region, buckets have neither."""
    if service == "iam" or resource.startswith("dashboard/"):
        region = ""
    if service == "s3":
        region = account = ""
    return f"arn:{PARTITION}:{service}:{region}:{account}:{resource}"
