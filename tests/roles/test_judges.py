"""What other judges of templates are told to pass over: each finding has its reason, and nothing else is passed over."""

import re
from collections.abc import Iterator
from typing import Any

from tests.roles.template import RAW


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _allowing(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for statement in document["Statement"]:
        parts = statement["Fn::If"][1:] if "Fn::If" in statement else [statement]
        yield from (part for part in parts if part.get("Effect") == "Allow")


def _findings(resource: dict[str, Any]) -> set[str]:
    """The rules of cfn_nag that a resource breaks, of those about what policies allow and about names."""
    properties = resource["Properties"]
    found = {"W28"} if "RoleName" in properties else set()
    for statement in _allowing(properties.get("PolicyDocument", {"Statement": []})):
        if "*" in _list(statement["Resource"]):
            found.add("W13")
        if any(re.fullmatch(r"\*|.+:\*", str(action)) for action in _list(statement["Action"])):
            found.add("F5")
    return found


def test_cfn_nag_is_told_about_what_it_finds_and_nothing_else() -> None:
    found = {id: _findings(resource) for id, resource in RAW["Resources"].items()}
    told = {
        id: {rule["id"] for rule in resource.get("Metadata", {}).get("cfn_nag", {}).get("rules_to_suppress", ())}
        for id, resource in RAW["Resources"].items()
    }
    assert told == found
    assert {"W13", "F5", "W28"} == set().union(*found.values())


def test_every_exception_has_its_reason() -> None:
    for resource in RAW["Resources"].values():
        metadata = resource.get("Metadata", {})
        for rule in metadata.get("cfn_nag", {}).get("rules_to_suppress", ()):
            assert len(rule["reason"]) > 20
        for rule in metadata.get("checkov", {}).get("skip", ()):
            assert len(rule["comment"]) > 20
