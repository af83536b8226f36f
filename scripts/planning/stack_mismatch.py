"""What a table and the template of its stack do not agree on, indexes before all: what a rollback left behind, or was changed by hand.

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
from scripts.planning.plan_rules import (
    DELETED,
    KINESIS_ON,
    LEFT_BEHIND,
    OTHER_BILLING,
    OTHER_TIME_TO_LIVE,
    SAME_ENCRYPTION,
    STREAM_OFF,
    STREAM_ON,
)
from scripts.planning.reasons import Reason, reason
from scripts.properties import BY_NAME
from scripts.properties.billing import PROVISIONED

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


def stack_mismatches(
    template: Mapping[str, Any], desired: DesiredTable, live: LiveTable, region: str
) -> Iterator[Reason]:
    """A reason with the command that settles it, for everything of which only one of the two knows; the command comes last."""
    properties = template.get("Resources", {}).get("Table", {}).get("Properties", {})
    stated = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    present = {index.name for index in live.indexes}
    wanted = {index.name for index in desired.indexes}
    where = f"--table-name {shlex.quote(live.name)} --region {region}"
    for name in sorted(present - stated.keys()):
        end = (
            "is in the contract, so the next deployment builds it again" if name in wanted else "is not in the contract"
        )
        yield reason(LEFT_BEHIND, name=name, end=end, where=where, updates=_json([{"Delete": {"IndexName": name}}]))
    for name in sorted(stated.keys() - present):
        index = {key: stated[name][key] for key in CREATED_WITH if key in stated[name]}
        keys = {key["AttributeName"] for key in index["KeySchema"]}
        types = [each for each in properties["AttributeDefinitions"] if each["AttributeName"] in keys]
        end = "" if name in wanted else ", which then removes it the orderly way"
        updates = _json([{"Create": index}])
        yield reason(DELETED, name=name, end=end, where=where, types=_json(types), updates=updates)
    yield from _settings(properties, desired, live, where)


def _settings(properties: Mapping[str, Any], desired: DesiredTable, live: LiveTable, where: str) -> Iterator[Reason]:
    """The same for a stream and for time to live: what was switched by hand, DynamoDB refuses to switch so again."""
    if live.stream and desired.stream and "StreamSpecification" not in properties:
        yield reason(STREAM_ON, view=live.stream, where=where)
    view = properties.get("StreamSpecification", {}).get("StreamViewType", "")
    if view and live.stream == desired.stream == "":
        yield reason(STREAM_OFF, view=view, where=where)
    if (
        live.kinesis_stream
        and live.kinesis_stream == desired.kinesis_stream
        and "KinesisStreamSpecification" not in properties
    ):
        yield reason(KINESIS_ON, stream=live.kinesis_stream, where=where)
    stated = properties.get("TimeToLiveSpecification", {})
    attribute = live.ttl_attribute
    if (
        stated.get("Enabled") is True
        and attribute
        and not isinstance(attribute, Unknown)
        and attribute != stated["AttributeName"]
    ):
        yield reason(
            OTHER_TIME_TO_LIVE,
            live=attribute,
            stated=stated["AttributeName"],
            where=where,
            specification=shlex.quote(f"Enabled=false,AttributeName={attribute}"),
        )

    yield from _billing(properties, desired, live, where)
    specification = BY_NAME["encryption"].render(desired).get("SSESpecification", {})
    refused = desired.encryption == "aws-owned" or "KMSMasterKeyId" in specification
    if live.encryption == desired.encryption and refused and specification != properties.get("SSESpecification", {}):
        yield reason(SAME_ENCRYPTION, live=live.encryption, where=where)


def _billing(properties: Mapping[str, Any], desired: DesiredTable, live: LiveTable, where: str) -> Iterator[Reason]:
    """That the billing mode was changed by hand, where a change depends on it: CloudFormation sends what differs between templates."""
    stated = properties.get("BillingMode", PROVISIONED)
    if live.billing == stated:
        return
    known = {index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])}
    added = [index.name for index in desired.indexes if index.name not in known]
    maximum = BY_NAME["on-demand maximum"].render(desired).get("OnDemandThroughput")
    what = f"index {added[0]}" if added else ""
    if not what and live.billing == PROVISIONED:
        if desired.billing == PROVISIONED:
            what = "the switch to provisioned"
        elif maximum != properties.get("OnDemandThroughput"):
            what = "the on-demand maximum"
    if what:
        words = {PROVISIONED: "provisioned"}
        facts = {"live": words.get(live.billing, "on demand"), "stated": words.get(stated, "on demand"), "what": what}
        yield reason(OTHER_BILLING, **facts, where=where, options=_billing_options(stated, properties))


def _billing_options(mode: str, properties: Mapping[str, Any]) -> str:
    """The options of update-table that switch to the billing mode of a template, with its capacity."""
    if mode != PROVISIONED:
        return f"--billing-mode {mode}"
    units = _json(properties["ProvisionedThroughput"])
    updates = [
        {"Update": {"IndexName": index["IndexName"], "ProvisionedThroughput": index["ProvisionedThroughput"]}}
        for index in properties.get("GlobalSecondaryIndexes", [])
    ]
    more = f" --global-secondary-index-updates {_json(updates)}" if updates else ""
    return f"--billing-mode {mode} --provisioned-throughput {units}{more}"


def _json(value: Any) -> str:
    return shlex.quote(json.dumps(value, separators=(",", ":")))
