"""Who gains and who loses access when a policy document is exchanged for another: each permission by itself, with wildcards."""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

_ROOT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):root")  # how AWS writes an account as a principal


class Permission(NamedTuple):
    """One effect for one principal, action and resource, under one condition (JSON); whole parts that negate stay together."""

    effect: str
    principal: str
    action: str
    resource: str
    condition: str

    def __str__(self) -> str:
        """`arn:aws:iam::111122223333:role/reader: dynamodb:GetItem`."""
        return f"{self.principal}: {self.action}"

    def covers(self, other: "Permission") -> bool:
        """Whether this one says all that the other says. `*` and `?` stand for anything (IAM, policy elements)."""
        same = (self.effect, self.condition) == (other.effect, other.condition)
        pairs = zip(self[1:4], other[1:4], strict=True)
        return same and all(fnmatchcase(theirs, ours) for ours, theirs in pairs)


def access_change(before: str, after: str) -> tuple[tuple[Permission, ...], tuple[Permission, ...]]:
    """What is allowed only after, and what only before, of two policy documents (JSON; empty: none).

    A denial that comes takes access away, and one that goes gives it.
    """
    old, new = (tuple(_permissions(json.loads(text or "{}"))) for text in (before, after))
    come = [one for one in new if not any(other.covers(one) for other in old)]
    gone = [one for one in old if not any(other.covers(one) for other in new)]
    gained = (*(one for one in come if one.effect == "Allow"), *(one for one in gone if one.effect != "Allow"))
    lost = (*(one for one in gone if one.effect == "Allow"), *(one for one in come if one.effect != "Allow"))
    return gained, lost


def _permissions(document: Mapping[str, Any]) -> Iterator[Permission]:
    for statement in _listed(document.get("Statement", [])):
        condition = json.dumps(statement.get("Condition", {}), sort_keys=True)
        for principal in _principals(statement):
            for action in _part(statement, "Action"):
                for resource in _part(statement, "Resource"):
                    yield Permission(statement.get("Effect", ""), principal, action, resource, condition)


def _principals(statement: Mapping[str, Any]) -> list[str]:
    value = statement.get("Principal")
    if isinstance(value, dict):
        return [_ROOT.sub(r"\1", str(one)) for kind in value.values() for one in _listed(kind)]
    return _part(statement, "Principal")


def _part(statement: Mapping[str, Any], name: str) -> list[str]:
    if name in statement:
        return [str(one) for one in _listed(statement[name])]
    negated = statement.get(f"Not{name}")
    return ["*" if negated is None else f"all but {json.dumps(negated, sort_keys=True)}"]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
