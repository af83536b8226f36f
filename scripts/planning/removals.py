"""What a change of a template takes away: what an approver must have read before it happens."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from scripts.model import DesiredTable, LiveTable, TtlTransition
from scripts.planning.template_diff import WORDS

Template = Mapping[str, Any]
# Properties of a table that are there or not, and what people call them.
WHOLE = {
    "StreamSpecification": "the stream",
    "KinesisStreamSpecification": "the Kinesis stream",
    "ResourcePolicy": "the resource policy",
}


def removals(templates: Iterable[Template]) -> frozenset[str]:
    """What goes on the way from the first template to the last one, in words: `index ByTotal`, `tag Team`."""
    states = list(templates)
    return frozenset(what for before, after in pairwise(states) for what in sorted(_parts(before) - _parts(after)))


def live_removals(desired: DesiredTable, live: LiveTable | Any) -> frozenset[str]:
    """What a live table has and the wanted one has not; a template that is being changed may not tell it."""
    if not isinstance(live, LiveTable):
        return frozenset()
    gone = {_index(index.name) for index in live.indexes} - {_index(index.name) for index in desired.indexes}
    if live.stream and not desired.stream:
        gone.add(WHOLE["StreamSpecification"])
    ttl = live.ttl_attribute
    attribute = ttl.attribute if isinstance(ttl, TtlTransition) else ttl
    if isinstance(attribute, str) and attribute and attribute != desired.ttl_attribute:
        gone.add(_ttl(attribute))
    return frozenset(gone)


def _parts(template: Template) -> set[str]:
    """Everything in a template that can be taken away."""
    resources = template.get("Resources", {})
    return {*_resources(resources), *_properties(resources.get("Table", {}).get("Properties", {}))}


def _resources(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        called = properties.get("AlarmName", name)
        yield f"{WORDS.get(resource['Type'], (resource['Type'],))[0]} {called if isinstance(called, str) else name}"


def _properties(properties: Mapping[str, Any]) -> Iterator[str]:
    for index in properties.get("GlobalSecondaryIndexes", []):
        yield _index(index["IndexName"])
    for name, words in WHOLE.items():
        if name in properties:
            yield words
    ttl = properties.get("TimeToLiveSpecification", {})
    if ttl.get("Enabled") is True:
        yield _ttl(ttl["AttributeName"])
    for tag in properties.get("Tags", []):
        yield f"tag {tag['Key']}"


def _index(name: str) -> str:
    return f"index {name}"


def _ttl(attribute: str) -> str:
    return f'time to live by "{attribute}"'
