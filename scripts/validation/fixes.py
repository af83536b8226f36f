"""What to do about a check that is no match. It follows from the cause; where nothing is known to help, a sentence says so."""

import json
import shlex
from dataclasses import dataclass
from typing import Any

from scripts.comparison.cause import LOST, UNDEPLOYED
from scripts.comparison.compare import UNKNOWN, Finding
from scripts.comparison.finding_words import OF_A_STACK
from scripts.model import CompositeAlarm, DesiredTable
from scripts.properties import BY_NAME
from scripts.properties.base import ARN
from scripts.templates.template import index_definition

NEW_TABLE = (
    "DynamoDB cannot change keys: give the table a new name in the contract, copy the items, switch applications over."
)
NEW_INDEX = "DynamoDB cannot change an index: add it under a new name in the contract, switch applications over, remove this one."
NEW_LOCAL_INDEX = (
    "DynamoDB makes local secondary indexes with the table and never changes them: correct the contract, or give the "
    "table a new name in it, copy the items, switch applications over."
)
DEPLOY = "make deploy ENV={environment}"
RESTORE = (
    "Restore it under the same name, from point-in-time recovery or a backup: the runbook of the service has the commands. "
    "Do not deploy before: CloudFormation does not make it again."
)
# A change set of its own name each time; it waits until the change set is ready, and until it is done.
REVERT = (
    "set=revert-drift-$(date +%s)-$RANDOM && aws cloudformation create-change-set --change-set-name $set --use-previous-template "
    "--deployment-mode REVERT_DRIFT {capabilities}--stack-name {stack} --region {region} && "
    "aws cloudformation wait change-set-create-complete --change-set-name $set --stack-name {stack} --region {region} && "
    "aws cloudformation execute-change-set --change-set-name $set --stack-name {stack} --region {region} && "
    "aws cloudformation wait stack-update-complete --stack-name {stack} --region {region}"
)
# Whose drift CloudFormation detects (user guide, resource-import-supported-resources); of nothing else is REVERT told.
REVERTED = ("alarm topic", "dashboard", "backup vault", "backup plan")
BY_HAND = (
    "CloudFormation does not detect this kind of change. Put it back by hand, as the template of the stack says: "
    "aws cloudformation get-template --stack-name {stack} --region {region}"
)
# Drift is only seen in what a template says, and it says nothing of these: the alarm is made again without them.
UNSTATED = "{over}aws cloudwatch delete-alarms --alarm-names {subject} --region {region} && " + REVERT
OVER = "aws cloudwatch delete-alarms --alarm-names {subject} --region {region} && "  # CloudWatch keeps what a composite names
REPLICAS = (
    "This project manages tables of one Region: take the table out of the contract and manage it elsewhere, or remove what "
    "the contract has no setting for. Nothing is deployed to what replicas share until then."
)
CLOUDFORMATION = " --stack-name {stack} --region {region}"
KEY_ID = "$(aws kms describe-key --key-id {subject} --query KeyMetadata.KeyId --output text --region {region})"
# What mends something beside the tables, by the property. {subject} is quoted for the shell.
AROUND = {
    "stack status": DEPLOY + " (it continues what was stopped, or says what the stack needs)",
    "termination protection": "aws cloudformation update-termination-protection --enable-termination-protection"
    + CLOUDFORMATION,
    "stack policy": "aws cloudformation set-stack-policy --stack-policy-body file://policies/stack-policy.json"
    + CLOUDFORMATION,
    "suppressor": UNSTATED,
    "unit": UNSTATED,
    "backup coverage": "Mend the backup selection and the tag BackupPlan first, then run the validation again.",
    **dict.fromkeys(OF_A_STACK, DEPLOY),
}
# The same, by the property and what was found.
FOUND = {
    ("enabled", "False"): "aws cloudwatch enable-alarm-actions --alarm-names {subject} --region {region}",
    ("key of the tables", "enabled, not rotated"): "aws kms enable-key-rotation --region {region} --key-id " + KEY_ID,
    ("key of the tables", "Disabled"): "aws kms enable-key --region {region} --key-id " + KEY_ID,
    ("key of the tables", "PendingDeletion"): "aws kms cancel-key-deletion --region {region} --key-id "
    + KEY_ID
    + " && aws kms enable-key --region {region} --key-id "
    + KEY_ID,
    ("e-mail subscription", "not confirmed"): "Open the mail from AWS Notifications in that mailbox and confirm it. "
    "Without such a mail send it again: aws sns subscribe --protocol email --notification-endpoint {subject} "
    "--topic-arn {topic} --region {region}",
    ("e-mail subscription", "missing"): "aws sns subscribe --protocol email --notification-endpoint {subject} "
    "--topic-arn {topic} --region {region} (then open the mail that AWS sends and confirm it)",
}
WHEN_IN_PROGRESS = "Nothing is wrong yet: run the validation again when AWS is done, or let it wait longer with --wait."
DENIED = "Run the validation again with a role that may read it; docs/aws-permissions.md lists what it needs."
THROTTLED = "AWS was asked too often, by this or by others: run the validation again in a few minutes."
NO_CREDENTIALS = "Sign in again, then run the validation again."
OF_AWS = "Run the validation again; if it stays so, look at the AWS Health Dashboard."
NOT_JUDGED = (
    "Nothing is known to be wrong: look at what the message names, and run a version of this project that knows it."
)
REASONS = (
    (DENIED, ("AccessDenied", "UnauthorizedOperation", "NotAuthorized", "AuthorizationError")),
    (THROTTLED, ("Throttl", "RequestLimitExceeded", "TooManyRequests", "LimitExceeded")),
    (NO_CREDENTIALS, ("Expired", "InvalidClientToken", "UnrecognizedClient", "Credentials", "SSOToken")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fix is to work. `capabilities`: whether the stack has a role, which a change set must be allowed to have."""

    environment: str
    region: str
    stack: str
    arn: str = ""  # of the table
    topic: str = ""  # the ARN of the one for people
    capabilities: bool = False

    def of(self, template: str, stack: str = "", subject: str = "", over: str = "") -> str:
        """A template of this module, filled in."""
        return template.format(
            environment=self.environment,
            region=self.region,
            stack=stack or self.stack,
            subject=shlex.quote(subject),
            topic=self.topic,
            over=over,
            capabilities="--capabilities CAPABILITY_IAM " if self.capabilities else "",
        )


def when_unknown(finding: Finding) -> str:
    """What to do about what is not known: wait, ask for a permission, ask later, sign in, or ask AWS."""
    if finding.in_progress:
        return WHEN_IN_PROGRESS
    if not finding.code:
        return NOT_JUDGED
    return next((text for text, codes in REASONS if any(code in finding.code for code in codes)), OF_AWS)


def fix(finding: Finding, desired: DesiredTable, place: Place, cause: str = "") -> str:
    """What to do about a finding of a table that is no match. `cause`: one of `scripts.comparison.cause`, or empty."""
    if finding.outcome == UNKNOWN:
        return when_unknown(finding)
    if cause == LOST:
        return RESTORE
    if finding.group == "Keys" and finding.property == "key schema":
        return NEW_TABLE
    if finding.group == "Indexes" and finding.local:
        return NEW_LOCAL_INDEX
    if finding.group == "Indexes" and finding.property not in ("existence", "status"):
        return NEW_INDEX
    if cause == UNDEPLOYED:
        return place.of(DEPLOY)
    above = (a.name for a in desired.alarms if isinstance(a, CompositeAlarm) and finding.subject in a.rule)
    over = "".join(place.of(OVER, subject=name) for name in above)
    if around := _around(finding, place, over):
        return around
    commands = _commands(finding, desired)
    if commands:
        lines = [
            line if line.startswith("sleep") else f"{line.replace(ARN, place.arn)} --region {place.region}"
            for line in commands.split("\n")
        ]
        return " && ".join(lines)
    if finding.group == "Keys":
        return place.of(DEPLOY)
    if finding.group == "Alarms" or finding.property in BY_NAME:
        return place.of(REVERT)
    return REPLICAS


def shared_fix(finding: Finding, place: Place, cause: str = "", deployed: bool = True) -> str:
    """What to do about something that the tables share. `deployed`: there is a stack."""
    if finding.outcome == UNKNOWN:
        return when_unknown(finding)
    if not deployed or cause == UNDEPLOYED:
        return place.of(DEPLOY)
    if around := _around(finding, place):
        return around
    stack = finding.subject if finding.property == "dashboard" else ""
    reverted = finding.group == "Alarms" and "alarm topic" not in finding.property
    return place.of(REVERT if reverted or finding.property in REVERTED else BY_HAND, stack)


def _around(finding: Finding, place: Place, over: str = "") -> str:
    """The fix of what is beside the tables; empty for everything else, and for what has only the general one."""
    name = finding.property
    template = FOUND.get((name, str(finding.live)))
    if not template:
        of_a_stack = next((start for start in OF_A_STACK if name.startswith(start)), "")
        template = "" if finding.live == "missing" and not of_a_stack else AROUND.get(of_a_stack or name, "")
    if not template and name in ("stack status", "termination protection", "stack policy"):
        template = DEPLOY  # there is no stack
    # A subject of these is the name of another stack: that of one more dashboard.
    other = finding.subject if name in ("termination protection", "stack policy") else ""
    return place.of(template, other, finding.subject, over)


def _commands(finding: Finding, desired: DesiredTable) -> str:
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
