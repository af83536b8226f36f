"""A stack is healthy, protected and tells the truth, or the report says which of it is not so."""

import json
from typing import Any

import pytest

from scripts.comparison.expectation import check
from scripts.comparison.stack_expectations import POLICY, StackFacts
from scripts.observe import stacks
from tests.for_each import for_each

OUTPUTS = {"TableArn": "arn:one"}
GOOD = {"status": "UPDATE_COMPLETE", "protected": True, "outputs": OUTPUTS}
KEPT = {"Table": {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}}
ALL = [
    "stack status",
    "termination protection",
    "stack policy",
    "stack output TableArn",
    "DeletionPolicy of Table",
    "UpdateReplacePolicy of Table",
]


class Cloud:
    """An `Aws` that knows one stack policy and one template."""

    def __init__(self, policy: str | None, table: dict[str, str]) -> None:
        self._policy, self._table = policy, table

    def client(self, _: str) -> Any:
        return self

    def get_template(self, **_: Any) -> dict[str, Any]:
        return {"TemplateBody": {"Resources": {"Table": self._table}} if self._table is not None else "Resources: {}"}

    def get_stack_policy(self, **_: Any) -> dict[str, Any]:
        return {"StackPolicyBody": self._policy} if self._policy else {}


def look(
    monkeypatch: pytest.MonkeyPatch,
    found: dict[str, Any] | None,
    policy: str | None = "",
    table: Any = KEPT["Table"],
) -> dict[str, str]:
    """The outcome of each fact, by its property."""
    stack = found and stacks.Stack(name="s", id="id", tags={}, **found)
    monkeypatch.setattr(stacks, "describe", lambda *_: stack)
    policy = POLICY.read_text() if policy == "" else policy
    facts = StackFacts(Cloud(policy, table), "s").facts(OUTPUTS, KEPT)  # type: ignore[arg-type]
    return {fact.property: check("Orders", fact).outcome for fact in facts}


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "as wanted": ({}, []),
    "created": ({"status": "CREATE_COMPLETE"}, []),
    "imported": ({"status": "IMPORT_COMPLETE"}, []),
    "an update that was taken back": ({"status": "UPDATE_ROLLBACK_COMPLETE"}, []),
    "a creation that failed": ({"status": "ROLLBACK_COMPLETE"}, ["stack status"]),
    "an update that got stuck": ({"status": "UPDATE_ROLLBACK_FAILED"}, ["stack status"]),
    "a deletion that failed": ({"status": "DELETE_FAILED"}, ["stack status"]),
    "unprotected": ({"protected": False}, ["termination protection"]),
    "another table": ({"outputs": {"TableArn": "arn:other"}}, ["stack output TableArn"]),
    "no outputs": ({"outputs": {}}, ["stack output TableArn"]),
}


@for_each(("changes", "wrong"), CASES.values(), ids=CASES)
def test_each_thing_by_itself(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], wrong: list[str]) -> None:
    found = look(monkeypatch, GOOD | changes)
    assert found == {name: "mismatch" if name in wrong else "match" for name in ALL}


# The Table of the deployed template, and the outcomes of its two policies.
TEMPLATES: list[tuple[Any, str, str]] = [
    ({"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Retain"}, "mismatch", "match"),
    ({"DeletionPolicy": "Retain"}, "match", "mismatch"),
    ({"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Snapshot"}, "mismatch", "mismatch"),
    ({}, "mismatch", "mismatch"),
    (None, "unknown", "unknown"),
]


@for_each(("table", "deletion", "replacement"), TEMPLATES)
def test_what_the_deployed_template_does_with_the_table(
    monkeypatch: pytest.MonkeyPatch, table: Any, deletion: str, replacement: str
) -> None:
    found = look(monkeypatch, GOOD, table=table)
    assert (found["DeletionPolicy of Table"], found["UpdateReplacePolicy of Table"]) == (deletion, replacement)


def test_what_nobody_has_judged_of_a_stack_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    found = look(monkeypatch, GOOD | {"unclassified": ("Stacks.NewThing",)})
    assert found["state of the stack beyond the settings"] == "unknown"


@pytest.mark.parametrize("found", [None, GOOD | {"status": "REVIEW_IN_PROGRESS"}])
def test_no_stack_is_said_once(monkeypatch: pytest.MonkeyPatch, found: dict[str, Any] | None) -> None:
    assert look(monkeypatch, found) == {"stack status": "mismatch"}


def test_what_is_in_progress_is_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(monkeypatch, GOOD | {"status": "UPDATE_IN_PROGRESS"})["stack status"] == "unknown"


@pytest.mark.parametrize("policy", [None, json.dumps({"Statement": []})])
def test_another_policy(monkeypatch: pytest.MonkeyPatch, policy: str | None) -> None:
    assert [name for name, outcome in look(monkeypatch, GOOD, policy).items() if outcome != "match"] == ["stack policy"]


def test_the_same_policy_in_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    found = look(monkeypatch, GOOD, json.dumps(json.loads(POLICY.read_text()), indent=1, sort_keys=True))
    assert found["stack policy"] == "match"
