"""What to do about a difference between the contract and a live table: for each property the command that mends it."""

import json
import shlex
from typing import Any

from scripts.compare import UNKNOWN, Finding
from scripts.model import TableState
from scripts.properties import BY_NAME
from scripts.template import index_definition

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
WHEN_UNKNOWN = (
    "Run the validation again when it has settled, or with a role that may read it (docs/aws-permissions.md)."
)


def fix(finding: Finding, desired: TableState, environment: str, region: str, stack: str) -> str:
    """What to do about a finding that is no match: a command in most cases, a sentence otherwise."""
    if finding.outcome == UNKNOWN:
        return WHEN_UNKNOWN
    if finding.group == "Indexes" and finding.local:
        return NEW_LOCAL_INDEX
    command = _command(finding, desired)
    if command:
        return f"{command} --region {region}"
    if finding.group == "Keys":
        return NEW_TABLE if finding.property == "key schema" else f"make deploy ENV={environment}"
    if finding.group == "Indexes":
        return NEW_INDEX
    return REVERT.format(stack=stack, region=region) + THEN


def shared_fix(finding: Finding, environment: str, region: str, stack: str) -> str:
    """What to do about something that the tables share."""
    if finding.outcome == UNKNOWN:
        return WHEN_UNKNOWN
    if finding.live == "missing":
        return (
            f"make deploy ENV={environment}, or if it was deployed before: {REVERT.format(stack=stack, region=region)}"
        )
    return REVERT.format(stack=stack, region=region) + THEN


def _command(finding: Finding, desired: TableState) -> str:
    name = shlex.quote(desired.name)
    if finding.group == "Settings":
        return BY_NAME[finding.property].fix(name, finding.desired, finding.live)
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
