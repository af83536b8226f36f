"""What to do about a difference between the contract and a live table: for each property the command that mends it."""

import json
import shlex
from typing import Any

from scripts.compare import UNKNOWN, Finding
from scripts.model import TableState
from scripts.template import index_definition

NEW_TABLE = (
    "DynamoDB cannot change keys: give the table a new name in the contract, copy the items, switch applications over."
)
NEW_INDEX = "DynamoDB cannot change an index: add it under a new name in the contract, switch applications over, remove this one."
THEN = " (then review and execute the change set)"
REVERT = (
    "aws cloudformation create-change-set --change-set-name revert-drift --use-previous-template "
    "--deployment-mode REVERT_DRIFT --stack-name {stack} --region {region}"
)
# {name}: the table, {value}: the desired value, {live}: the value found.
COMMANDS = {
    "billing mode": "aws dynamodb update-table --table-name {name} --billing-mode {value}",
    "table class": "aws dynamodb update-table --table-name {name} --table-class {value}",
    "deletion protection": "aws dynamodb update-table --table-name {name} --deletion-protection-enabled",
    "point-in-time recovery": "aws dynamodb update-continuous-backups --table-name {name} "
    "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays={value}",
}
WHEN_UNKNOWN = (
    "Run the validation again when it has settled, or with a role that may read it (docs/aws-permissions.md)."
)


def fix(finding: Finding, desired: TableState, environment: str, region: str, stack: str) -> str:
    """What to do about a finding that is no match: a command in most cases, a sentence otherwise."""
    if finding.outcome == UNKNOWN:
        return WHEN_UNKNOWN
    command = _command(finding, desired)
    if command:
        return f"{command} --region {region}"
    if finding.group == "Keys":
        return NEW_TABLE if finding.property == "key schema" else f"make deploy ENV={environment}"
    if finding.group == "Indexes":
        return NEW_INDEX
    return REVERT.format(stack=stack, region=region) + THEN


def _command(finding: Finding, desired: TableState) -> str:
    name, value = shlex.quote(desired.name), finding.desired
    if finding.group == "Settings" and finding.property in COMMANDS:
        return COMMANDS[finding.property].format(name=name, value=value)
    if finding.property == "encryption":
        customer = f",KMSMasterKeyId={value}" if value.startswith("arn:") else ""
        return f"aws dynamodb update-table --table-name {name} --sse-specification Enabled=true,SSEType=KMS{customer}"
    if finding.property == "time to live" and value and not finding.live:
        specification = shlex.quote(f"Enabled=true,AttributeName={value}")
        return f"aws dynamodb update-time-to-live --table-name {name} --time-to-live-specification {specification}"
    if finding.group == "Indexes" and finding.property == "existence":
        return f"aws dynamodb update-table --table-name {name} {_index_update(finding, desired)}"
    if finding.group == "Access" or finding.property == "status":
        return f"aws dynamodb describe-table --table-name {name}"
    return ""


def _index_update(finding: Finding, desired: TableState) -> str:
    """The arguments that create an index that is missing, or delete one that the contract does not know."""
    index = next((index for index in desired.indexes if index.name == finding.subject), None)
    if index is None:
        return f"--global-secondary-index-updates {_json([{'Delete': {'IndexName': finding.subject}}])}"
    types = [{"AttributeName": key.name, "AttributeType": key.type} for key in index.keys.attributes]
    updates = [{"Create": index_definition(index)}]
    return f"--attribute-definitions {_json(types)} --global-secondary-index-updates {_json(updates)}"


def _json(value: Any) -> str:
    return shlex.quote(json.dumps(value, separators=(",", ":")))
