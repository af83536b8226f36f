"""What the shared stack keeps although no setting asks for it any more: what the data of tables and backups depends on."""

from collections.abc import Mapping
from typing import Any


def retain_resources(template: Mapping[str, Any], deployed: Mapping[str, Any]) -> dict[str, Any]:
    """A template with the resources of the deployed one that are to be retained, and the outputs that name them.

    Without its key a table, and any backup of it, can never be read again; and CloudFormation does not let an export go
    while the stack of a table still imports it. Who wants them gone removes them by hand.
    """
    wanted = template["Resources"]
    kept = {
        id: resource
        for id, resource in deployed.get("Resources", {}).items()
        if id not in wanted and resource.get("DeletionPolicy") == "Retain"
    }
    outputs = {
        id: output
        for id, output in deployed.get("Outputs", {}).items()
        if id not in template.get("Outputs", {}) and _names(output["Value"]) in kept
    }
    return {**template, "Resources": {**wanted, **kept}, "Outputs": {**template.get("Outputs", {}), **outputs}}


def _names(value: Any) -> str:
    """The resource that the value of an output refers to; empty for none."""
    if not isinstance(value, dict):
        return ""
    return value.get("Ref") or next(iter(value.get("Fn::GetAtt", ())), "")
