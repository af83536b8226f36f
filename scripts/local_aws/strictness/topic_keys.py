"""The key of a topic, which the emulator leaves out when a template states it."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

TYPE, KEY = "AWS::SNS::Topic", "KmsMasterKeyId"


@rule(
    "topic-key",
    "KmsMasterKeyId of a topic in a template is applied, and taken away when the template no longer states it.",
    sources.TOPIC_RESOURCE,
)
def _key(attributes: dict[str, Any], properties: dict[str, Any]) -> None:
    if properties.get(KEY):
        attributes[KEY] = properties[KEY]
    else:
        attributes.pop(KEY, None)


def install() -> None:
    """Put this rule behind the emulator's own functions."""
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.sns as sns

    handlers = provisioners._RESOURCE_HANDLERS[TYPE]

    def create(
        logical_id: str, properties: dict[str, Any], stack: str, _original: Any = handlers["create"]
    ) -> tuple[Any, ...]:
        made = _original(logical_id, properties, stack)
        _key(sns._topics[made[0]]["attributes"], properties)
        return made

    def update(
        id: str,
        before: dict[str, Any],
        properties: dict[str, Any],
        stack: str,
        logical_id: str | None = None,
        _original: Any = handlers["update"],
    ) -> Any:
        made = _original(id, before, properties, stack, logical_id=logical_id)
        if id in sns._topics:
            _key(sns._topics[id]["attributes"], properties)
        return made

    handlers |= {"create": create, "update": update}
