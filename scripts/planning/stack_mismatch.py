"""What a table and the template of its stack do not agree on, indexes before all: what a rollback left behind, or someone changed by hand.

CloudFormation compares one template with the next, never with the table. It creates an index that the template gains,
although the table has it, and is refused; it deletes one that the template loses, although it is gone, and is refused;
and between two templates that agree it does nothing. So the table and the template must have the same indexes before
any step, and only a person can say what an index outside of the stack is for.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.model import DesiredTable, LiveTable, Unknown

# What UpdateTable takes when it creates an index (API reference, CreateGlobalSecondaryIndexAction).
CREATED_WITH = (
    "IndexName",
    "KeySchema",
    "Projection",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "WarmThroughput",
)


def settled(live: LiveTable) -> bool:
    """Whether neither the table nor one of its indexes is changing."""
    return not any(isinstance(status, Unknown) for status in (live.status, *dict(live.index_status).values()))


def stack_mismatches(template: Mapping[str, Any], desired: DesiredTable, live: LiveTable, region: str) -> Iterator[str]:
    """A reason with the command that settles it, for everything of which only one of the two knows; the command comes last."""
    properties = template.get("Resources", {}).get("Table", {}).get("Properties", {})
    stated = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    present = {index.name for index in live.indexes}
    wanted = {index.name for index in desired.indexes}
    where = f"--table-name {shlex.quote(live.name)} --region {region}"
    for name in sorted(present - stated.keys()):
        end = "is built again then" if name in wanted else "is not in the contract"
        updates = _json([{"Delete": {"IndexName": name}}])
        yield (
            f'Index "{name}" is on the table but not in the template of its stack: a creation that was rolled back has '
            "left it behind, or someone made it by hand. CloudFormation would refuse to create it again and cannot delete "
            f"it. It {end}. Make sure that nobody reads it, delete it, then deploy again: aws dynamodb update-table {where} "
            f"--global-secondary-index-updates {updates}"
        )
    for name in sorted(stated.keys() - present):
        index = {key: stated[name][key] for key in CREATED_WITH if key in stated[name]}
        keys = {key["AttributeName"] for key in index["KeySchema"]}
        types = [each for each in properties["AttributeDefinitions"] if each["AttributeName"] in keys]
        end = "" if name in wanted else ", which then removes it the orderly way"
        yield (
            f'Index "{name}" is in the template of the stack but no longer on the table: someone deleted it by hand, and '
            f"CloudFormation does not notice. Create it again, then deploy again{end}: "
            f"aws dynamodb update-table {where} --attribute-definitions {_json(types)} "
            f"--global-secondary-index-updates {_json([{'Create': index}])}"
        )
    yield from _settings(properties, desired, live, where)


def _settings(properties: Mapping[str, Any], desired: DesiredTable, live: LiveTable, where: str) -> Iterator[str]:
    """The same for a stream and for time to live: what was switched by hand, DynamoDB refuses to switch so again."""
    if live.stream and desired.stream and "StreamSpecification" not in properties:
        yield (
            f"The table has a stream ({live.stream}) that its stack does not know of: someone switched it on by hand, and DynamoDB "
            "would refuse to switch it on again. Switch it off, which ends its consumers, then deploy again: "
            f"aws dynamodb update-table {where} --stream-specification StreamEnabled=false"
        )
    view = properties.get("StreamSpecification", {}).get("StreamViewType", "")
    if view and live.stream == desired.stream == "":
        yield (
            f"The template of the stack has a stream ({view}) that is no longer on the table: someone switched it off by hand, and "
            "DynamoDB would refuse to switch it off again. Switch it on again, then deploy again, which then removes it the "
            f"orderly way: aws dynamodb update-table {where} --stream-specification StreamEnabled=true,StreamViewType={view}"
        )
    stated = properties.get("TimeToLiveSpecification", {})
    attribute = live.ttl_attribute
    if (
        stated.get("Enabled") is True
        and attribute
        and not isinstance(attribute, Unknown)
        and attribute != stated["AttributeName"]
    ):
        yield (
            f'Time to live is on for "{attribute}", but for "{stated["AttributeName"]}" in the template of the stack: someone '
            "changed it by hand, and DynamoDB refuses to switch off one that is not on. Switch it off, then deploy "
            f"again, which waits for the hour that AWS wants between two changes: aws dynamodb update-time-to-live {where} --time-to-live-specification "
            + shlex.quote(f"Enabled=false,AttributeName={attribute}")
        )


def _json(value: Any) -> str:
    return shlex.quote(json.dumps(value, separators=(",", ":")))
