"""Changes of a template that CloudFormation does not recognise as an update."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

POLICIES = frozenset({"DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy"})


@rule(
    "no-update",
    "A template that differs only in deletion, replace, update or creation policies, conditions or outputs is no "
    "update: the change set fails as one without changes, UpdateStack says that there are no updates.",
    sources.TROUBLESHOOTING,
)
def recognised(template: dict[str, Any]) -> dict[str, Any]:
    """What of a template counts when it is compared with the one before."""
    kept = {key: value for key, value in template.items() if key not in ("Conditions", "Outputs")}
    resources = template.get("Resources") or {}
    kept["Resources"] = {
        logical_id: {key: value for key, value in resource.items() if key not in POLICIES}
        for logical_id, resource in resources.items()
    }
    return kept


def changes_anything(changes: list[dict[str, Any]]) -> bool:
    """Whether one of these changes is of more than policies."""
    each = (change["ResourceChange"] for change in changes)
    return any(change["Action"] != "Modify" or not POLICIES.issuperset(change["Scope"]) for change in each)


def install() -> None:
    """Narrow what the emulator takes for a change."""
    from ministack.services.cloudformation import changesets, handlers

    diff, no_updates = changesets._diff_resources, handlers._stack_has_no_updates

    def diff_resources(*args: Any, **options: Any) -> list[dict[str, Any]]:
        changes = diff(*args, **options)
        return changes if changes_anything(changes) else []

    def has_no_updates(stack: dict[str, Any], template: dict[str, Any], *args: Any, **options: Any) -> bool:
        current = stack.get("_template") or {}
        same = recognised(template) == recognised(current)
        return no_updates(stack, current if same else template, *args, **options)

    changesets._diff_resources = diff_resources
    handlers._stack_has_no_updates = has_no_updates
