"""Split a change of a template into stack updates of which each asks DynamoDB for one thing.

One UpdateTable request changes encryption, table class, deletion protection, warm throughput, the stream, capacity or an
index, and none of these together with another (API reference, UpdateTable; answers recorded on AWS in October 2026).
Whether CloudFormation asks for them one by one is not known, so no update relies on it.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.planning.template_diff import plain

Template = Mapping[str, Any]
Properties = dict[str, Any]
CAPACITY = ("BillingMode", "ProvisionedThroughput", "OnDemandThroughput")


def _indexes(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}


def _take(names: tuple[str, ...], of: Mapping[str, Any], into: Properties) -> None:
    """Make the properties of these names what they are in the other ones."""
    for name in names:
        into.pop(name, None)
        if name in of:
            into[name] = copy.deepcopy(of[name])


def _take_of_indexes(name: str, of: Mapping[str, Any], into: Properties) -> None:
    """The same for a property of the indexes that both have."""
    wanted = _indexes(of)
    for index in into.get("GlobalSecondaryIndexes", []):
        if index["IndexName"] in wanted:
            _take((name,), wanted[index["IndexName"]], index)


def _capacity(of: Mapping[str, Any], into: Properties) -> None:
    _take(CAPACITY, of, into)
    _take_of_indexes("ProvisionedThroughput", of, into)
    if of.get("BillingMode") != "PAY_PER_REQUEST":
        _take_of_indexes("OnDemandThroughput", of, into)  # a maximum goes with the mode


def _stream(of: Mapping[str, Any], into: Properties) -> None:
    _take(("StreamSpecification",), of, into)


def _index_set(of: Mapping[str, Any], into: Properties) -> None:
    present = _indexes(into)
    _take(("AttributeDefinitions", "GlobalSecondaryIndexes"), of, into)
    indexes = into.get("GlobalSecondaryIndexes", [])
    indexes[:] = [present.get(index["IndexName"], index) for index in indexes]


@dataclass(frozen=True, slots=True)
class UpdatePart:
    """What one UpdateTable request changes. `take` makes it in the second properties what it is in the first ones."""

    name: str
    take: Callable[[Mapping[str, Any], Properties], None]


def _alone(name: str, property: str) -> UpdatePart:
    return UpdatePart(name, lambda of, into: _take((property,), of, into))


PROTECTION = _alone("deletion protection", "DeletionProtectionEnabled")
PARTS = (
    UpdatePart("capacity", _capacity),
    UpdatePart("maximum of the indexes", lambda of, into: _take_of_indexes("OnDemandThroughput", of, into)),
    _alone("warm throughput", "WarmThroughput"),
    UpdatePart("warm throughput of the indexes", lambda of, into: _take_of_indexes("WarmThroughput", of, into)),
    _alone("table class", "TableClass"),
    _alone("encryption", "SSESpecification"),
    UpdatePart("the stream", _stream),
    UpdatePart("the indexes", _index_set),
)


def _properties(template: Template) -> Properties:
    return template.get("Resources", {}).get("Table", {}).get("Properties", {})


def _with(template: Template, part: UpdatePart, of: Template) -> dict[str, Any]:
    """The template with one part as it is in another one. What is not the table is that of the given template."""
    changed = copy.deepcopy(_properties(template))
    part.take(_properties(of), changed)
    resources = template["Resources"]
    return {**template, "Resources": {**resources, "Table": {**resources["Table"], "Properties": changed}}}


def updates(before: Template, after: Template) -> list[tuple[str, Template]]:
    """The templates from one to the next, the last of which is `after`, each with the part of the table that it changes.

    The name is empty where the update is the only one. What needs no UpdateTable comes with the last: auto scaling can
    be made only where capacity and indexes are there. Protection comes first, and goes last.
    """
    if not _properties(before) or _properties(before) == _properties(after):
        return [("", after)]
    on = _properties(after).get("DeletionProtectionEnabled") is True
    order = (PROTECTION, *PARTS) if on else (*PARTS, PROTECTION)
    made: list[tuple[str, Template]] = []
    # As plain objects: what boto3 has read is ordered, and then the order of the keys would count.
    now: Template = plain(before)
    for part in order:
        changed = _with(now, part, after)
        if changed != now:
            made.append((part.name, changed))
            now = changed
    if len(made) < 2:
        return [("", after)]
    return [*made[:-1], (made[-1][0], after)]
