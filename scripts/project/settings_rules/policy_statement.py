"""The statements of a table's resource policy, as its rules look at them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from scripts.access.statement import conditions, statements, texts
from scripts.edit import Edit, Place, remove, write
from scripts.project.settings_rules.case import Case
from scripts.text.edit_words import edit_words

POLICY = "resource_policy"
RESOLVED = re.compile(r"\{\{\s*resolve\s*:", re.IGNORECASE)  # AWS CloudFormation User Guide, dynamic references
_ACCOUNT = re.compile(r"(?:arn:[a-z-]+:(?:iam|sts)::)?([0-9]{12})(?::.*)?", re.DOTALL)


class PolicyStatement(NamedTuple):
    """One statement: its place in the settings, and what stands in it (anything, where it is wrong)."""

    place: Place
    fields: Mapping[str, Any]

    @property
    def allows(self) -> bool:
        """Whether it gives access."""
        return self.fields.get("Effect") == "Allow"

    def entries(self, field: str) -> list[tuple[Place, str]]:
        """Each text of a field, with its place; none where something else stands."""
        value = self.fields.get(field)
        listed = isinstance(value, list)
        return [((*self.place, field, *((n,) if listed else ())), text) for n, text in enumerate(texts(value))]

    def without(self, places: Sequence[Place]) -> list[Edit]:
        """The edits that take entries of a list in it away; none where none would be left."""
        entries = self.fields.get(str(places[0][len(self.place)]))
        if not isinstance(entries, list) or len(places) >= len(entries):
            return []
        return [remove(place) for place in reversed(places)]

    def principals(self) -> Iterator[tuple[Place, str, str]]:
        """Each principal with its place and kind (AWS, Service, ...); `*` for everybody is of the kind AWS."""
        value = self.fields.get("Principal")
        if isinstance(value, str):
            yield (*self.place, "Principal"), "AWS", value
        elif isinstance(value, dict):
            for kind, names in value.items():
                for number, name in enumerate(texts(names)):
                    yield (*self.place, "Principal", kind, *((number,) if isinstance(names, list) else ())), kind, name

    @property
    def conditions(self) -> list[tuple[Place, str, str, Any]]:
        """Each condition: its place, operator, key and value."""
        return [
            ((*self.place, "Condition", operator, key), operator, key, value)
            for operator, keys in (conditions(self.fields) or {}).items()
            for key, value in keys.items()
        ]


def policy_statements(case: Case) -> list[PolicyStatement]:
    """The statements of the policy of a table; none while the policy holds what nobody could send."""
    if not isinstance(case.settings[POLICY].get("Statement"), list) or any(unusable(case.settings[POLICY])):
        return []
    return [
        PolicyStatement((POLICY, *place), one if isinstance(one, dict) else {})
        for place, one in statements(case.settings[POLICY])
    ]


def unusable(value: Any, place: Place = ()) -> Iterator[tuple[Place, str, str | Edit]]:
    """What is no JSON, or what CloudFormation would replace, anywhere in a policy: each with its place and what to do."""
    if isinstance(value, dict):
        for key, content in value.items():
            if key == "Ref" or key.startswith("Fn::"):
                yield (*place, key), f"CloudFormation would replace {key} in the policy.", "Write the value itself."
            yield from unusable(key, (*place, key))
            yield from unusable(content, (*place, key))
    elif isinstance(value, list):
        for number, content in enumerate(value):
            yield from unusable(content, (*place, number))
    elif isinstance(value, str):
        if RESOLVED.search(value):
            found = "CloudFormation would replace a {{resolve:...}} in the policy by a secret or parameter."
            yield place, found, "Write the value itself."
    elif not isinstance(value, (bool, int)):
        # YAML reads 2012-10-17 as a date, which is written as it was.
        quoted = write((POLICY, *place), value.isoformat()) if type(value) is date else "Put it in quotes."
        yield place, f"{value} in the policy is no text.", quoted


def told(way_out: str | Edit | Sequence[Edit], more: str = "") -> dict[str, Any]:
    """What a breach is told of a way out: edits, in words and perhaps with `more` of them, or a sentence."""
    if isinstance(way_out, str):
        return {"hint": way_out}
    edits = [way_out] if isinstance(way_out, Edit) else list(way_out)
    return {"edits": edits, "hint": f"{edit_words(edits, bare=True)}{more}."}


def account_of(principal: str) -> str | None:
    """The account of a principal: an account, its root user, a user, role or session; None: none is named."""
    match = _ACCOUNT.fullmatch(principal)
    return match[1] if match else None


def matches(pattern: str, text: str, *, case: bool = False) -> bool:
    """Whether an action or ARN is one that a pattern of a policy stands for: `*` is any text, `?` any character.

    `case`: capitals count, as they do in ARNs; in actions they do not (IAM User Guide, reference_policies_elements_resource
    and reference_policies_elements_action).
    """
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(translated, text, re.DOTALL | (0 if case else re.IGNORECASE)) is not None
