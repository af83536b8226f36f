"""What to do about a difference between the contract and a live table: for each property the command that mends it."""

import json
import shlex
from typing import Any

from scripts.comparison.compare import UNKNOWN, Finding
from scripts.comparison.finding_words import OF_A_STACK
from scripts.model import DesiredTable
from scripts.properties import BY_NAME
from scripts.templates.template import index_definition

NEW_TABLE = (
    "DynamoDB cannot change keys: give the table a new name in the contract, copy the items, switch applications over."
)
NEW_INDEX = "DynamoDB cannot change an index: add it under a new name in the contract, switch applications over, remove this one."
NEW_LOCAL_INDEX = (
    "DynamoDB makes local secondary indexes with the table and never changes them: correct the contract, or give the "
    "table a new name in it, copy the items, switch applications over."
)
THEN = " (then review and execute the change set)"
REVERT = (
    "aws cloudformation create-change-set --change-set-name revert-drift --use-previous-template "
    "--deployment-mode REVERT_DRIFT --stack-name {stack} --region {region}"
)
WHEN_UNKNOWN = "Run the validation again with a role that may read it; docs/aws-permissions.md lists what it needs."
WHEN_IN_PROGRESS = "Nothing is wrong yet: run the validation again when AWS is done, or let it wait longer with --wait."
DEPLOY = "make deploy ENV={environment}"
MISSING = "If it was not deployed yet: " + DEPLOY + ". If someone deleted it: " + REVERT
# Drift is only seen in what a template says, and it says nothing of these.
UNSTATED = "aws cloudwatch delete-alarms --alarm-names {subject} --region {region} (then make it again: " + REVERT + ")"
CLOUDFORMATION = " --stack-name {stack} --region {region}"
# What mends something beside the tables, by the property. {subject} is quoted for the shell.
AROUND = {
    "stack status": DEPLOY + " (it continues what was stopped, or says what the stack needs)",
    "termination protection": "aws cloudformation update-termination-protection --enable-termination-protection"
    + CLOUDFORMATION,
    "stack policy": "aws cloudformation set-stack-policy --stack-policy-body file://policies/stack-policy.json"
    + CLOUDFORMATION,
    "dashboard": REVERT + THEN,
    "key of the tables": "aws kms describe-key --key-id {subject} --region {region}",
    "suppressor": UNSTATED,
    "unit": UNSTATED,
    "backup coverage": "Mend the backup selection and the tag BackupPlan first, then run the validation again.",
}
# The same, by the property and what was found.
FOUND = {
    ("enabled", "False"): "aws cloudwatch enable-alarm-actions --alarm-names {subject} --region {region}",
    ("key of the tables", "enabled, not rotated"): "aws kms enable-key-rotation --region {region} --key-id "
    "$(aws kms describe-key --key-id {subject} --query KeyMetadata.KeyId --output text --region {region})",
    ("key of the tables", "Disabled"): "aws kms enable-key --region {region} --key-id "
    "$(aws kms describe-key --key-id {subject} --query KeyMetadata.KeyId --output text --region {region})",
    ("e-mail subscription", "not confirmed"): "Open the mail from AWS Notifications in that mailbox and confirm it. "
    "Without such a mail send it again: aws sns subscribe --protocol email --notification-endpoint {subject} "
    "--topic-arn {topic} --region {region}",
    ("e-mail subscription", "missing"): "aws sns subscribe --protocol email --notification-endpoint {subject} "
    "--topic-arn {topic} --region {region} (then open the mail that AWS sends and confirm it)",
}


def fix(finding: Finding, desired: DesiredTable, environment: str, region: str, stack: str, cause: str = "") -> str:
    """What to do about a finding that is no match: a command in most cases, a sentence otherwise.

    `cause`: `undeployed` when the stack of the table does not ask for what is wanted, so that a deployment is due.
    """
    if finding.outcome == UNKNOWN:
        return WHEN_IN_PROGRESS if finding.in_progress else WHEN_UNKNOWN
    if cause == "undeployed":
        return DEPLOY.format(environment=environment)
    if around := _around(finding, environment, region, stack):
        return around
    if finding.group == "Indexes" and finding.local:
        return NEW_LOCAL_INDEX
    command = _command(finding, desired)
    if command:
        return f"{command} --region {region}"
    if finding.group == "Keys":
        return NEW_TABLE if finding.property == "key schema" else DEPLOY.format(environment=environment)
    if finding.group == "Indexes":
        return NEW_INDEX
    return REVERT.format(stack=stack, region=region) + THEN


def shared_fix(
    finding: Finding, environment: str, region: str, stack: str, topic: str = "", deployed: bool = True
) -> str:
    """What to do about something that the tables share. `topic`: the ARN of the one for people. `deployed`: there is a stack."""
    if finding.outcome == UNKNOWN:
        return WHEN_IN_PROGRESS if finding.in_progress else WHEN_UNKNOWN
    if not deployed:
        return DEPLOY.format(environment=environment)
    if around := _around(finding, environment, region, stack, topic):
        return around
    if finding.live == "missing":
        return MISSING.format(environment=environment, stack=stack, region=region)
    return REVERT.format(stack=stack, region=region) + THEN


def _around(finding: Finding, environment: str, region: str, stack: str, topic: str = "") -> str:
    """The fix of what is beside the tables; empty for everything else, and for what has only the general one."""
    name = finding.property
    template = FOUND.get((name, str(finding.live))) or (
        DEPLOY if name.startswith(OF_A_STACK) else "" if finding.live == "missing" else AROUND.get(name, "")
    )
    if not template and name in ("stack status", "termination protection", "stack policy"):
        template = DEPLOY  # there is no stack
    # A subject of these is the name of another stack: that of one more dashboard.
    other = finding.subject if name in ("termination protection", "stack policy", "dashboard") else ""
    return template.format(
        environment=environment,
        region=region,
        stack=other or stack,
        subject=shlex.quote(finding.subject),
        topic=topic,
    )


def _command(finding: Finding, desired: DesiredTable) -> str:
    name = shlex.quote(desired.name)
    if finding.property in BY_NAME:
        return BY_NAME[finding.property].fix(name, finding.desired, finding.live)
    if finding.group == "Indexes" and finding.property == "existence":
        return f"aws dynamodb update-table --table-name {name} {_index_update(finding, desired)}"
    if finding.group == "Access" or finding.property == "status":
        return f"aws dynamodb describe-table --table-name {name}"
    return ""


def _index_update(finding: Finding, desired: DesiredTable) -> str:
    """The arguments that create an index that is missing, or delete one that the contract does not know."""
    index = next((index for index in desired.indexes if index.name == finding.subject), None)
    if index is None:
        return f"--global-secondary-index-updates {_json([{'Delete': {'IndexName': finding.subject}}])}"
    types = [{"AttributeName": key.name, "AttributeType": key.type} for key in index.keys.attributes]
    updates = [{"Create": index_definition(index)}]
    return f"--attribute-definitions {_json(types)} --global-secondary-index-updates {_json(updates)}"


def _json(value: Any) -> str:
    return shlex.quote(json.dumps(value, separators=(",", ":")))
