"""Indexes that a table and the template of its stack do not agree on: what a rollback left behind, or someone changed by hand.

CloudFormation compares one template with the next, never with the table. It creates an index that the template gains,
although the table has it, and is refused; it deletes one that the template loses, although it is gone, and is refused;
and between two templates that agree it does nothing. So the table and the template must have the same indexes before
any step, and only a person can say what an index outside of the stack is for.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.model import TableState, Unknown

# What UpdateTable takes when it creates an index (API reference, CreateGlobalSecondaryIndexAction).
CREATED_WITH = (
    "IndexName",
    "KeySchema",
    "Projection",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "WarmThroughput",
)


def settled(live: TableState) -> bool:
    """Whether neither the table nor one of its indexes is changing."""
    return not any(isinstance(status, Unknown) for status in (live.status, *dict(live.index_status).values()))


def leftovers(template: Mapping[str, Any], desired: TableState, live: TableState, region: str) -> Iterator[str]:
    """A reason with the command that settles it, for every index of which only one of the two knows."""
    properties = template.get("Resources", {}).get("Table", {}).get("Properties", {})
    stated = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    present = {index.name for index in live.indexes}
    wanted = {index.name for index in desired.indexes}
    where = f"--table-name {shlex.quote(live.name)} --region {region}"
    for name in sorted(present - stated.keys()):
        end = "It is built anew then." if name in wanted else "The contract does not have it."
        updates = _json([{"Delete": {"IndexName": name}}])
        yield (
            f'Index "{name}" is on the table but not in the template of its stack: a creation that was rolled back has '
            "left it behind, or someone made it by hand. CloudFormation would refuse to create it again and cannot delete "
            f"it. Make sure that nobody reads it, delete it, then deploy again: aws dynamodb update-table {where} "
            f"--global-secondary-index-updates {updates} ({end})"
        )
    for name in sorted(stated.keys() - present):
        index = {key: stated[name][key] for key in CREATED_WITH if key in stated[name]}
        keys = {key["AttributeName"] for key in index["KeySchema"]}
        types = [each for each in properties["AttributeDefinitions"] if each["AttributeName"] in keys]
        end = "" if name in wanted else " (The deployment then removes it the orderly way.)"
        yield (
            f'Index "{name}" is in the template of the stack but no longer on the table: someone deleted it by hand, and '
            "CloudFormation does not notice. Create it again, then deploy again: "
            f"aws dynamodb update-table {where} --attribute-definitions {_json(types)} "
            f"--global-secondary-index-updates {_json([{'Create': index}])}{end}"
        )


def _json(value: Any) -> str:
    return shlex.quote(json.dumps(value, separators=(",", ":")))
