"""Which changed properties need a new resource: those that the provider schema of the type calls create-only."""

from typing import Any

from scripts.local_aws.strictness import provider_schema, sources
from scripts.local_aws.strictness.registry import rule


class FromSchema(dict[str, Any]):
    """Create-only properties by resource type; for a type that nobody has named, from its provider schema."""

    def get(self, resource_type: str, default: Any = None) -> Any:
        """The create-only properties of a type, `default` when AWS has no schema for it."""
        if resource_type not in self:
            found = provider_schema.create_only(resource_type)
            if found is None:
                return default
            self[resource_type] = found
        return self[resource_type]


@rule(
    "replacement",
    "A change set says Replacement True for a changed create-only property of the provider schema, False for others; "
    "the update then makes a new resource, or changes the one there is.",
    sources.UPDATE_BEHAVIORS,
)
def install() -> None:
    """Let the emulator ask the schemas for what it does not know itself."""
    import ministack.services.cloudformation.provisioners as provisioners

    provisioners._REPLACING_PROPERTIES = FromSchema(provisioners._REPLACING_PROPERTIES)
