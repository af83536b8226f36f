"""The parts of a policy document, whatever stands in it."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from scripts.edit import Place
from scripts.problems import printable

FIELDS = ("Sid", "Effect", "Action", "Resource", "Condition")
SID = re.compile("[A-Za-z0-9]+")


class Allowing(NamedTuple):
    """A statement that allows something: its actions, resources and conditions (operator to key to values)."""

    actions: Sequence[str]
    resources: Sequence[str]
    condition: Mapping[str, Mapping[str, Any]]


def statements(document: Any) -> list[tuple[Place, Any]]:
    """The statements of a policy, with their places; none where something else stands."""
    found = document.get("Statement") if isinstance(document, Mapping) else None
    if isinstance(found, list):
        return [(("Statement", number), one) for number, one in enumerate(found)]
    return [(("Statement",), found)] if isinstance(found, Mapping) else []


def allowing(statement: Any) -> Allowing | None:
    """A statement that allows something; None for others: what denies gives nothing away, so it may be as wide as one likes."""
    if not isinstance(statement, Mapping) or statement.get("Effect") == "Deny":
        return None
    actions, resources = texts(statement.get("Action")), texts(statement.get("Resource"))
    return Allowing(actions, resources, conditions(statement) or {}) if actions and resources else None


def conditions(statement: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]] | None:
    """The conditions of a statement; None where something else stands."""
    found = statement.get("Condition", {})
    return found if isinstance(found, dict) and all(isinstance(keys, dict) for keys in found.values()) else None


def texts(value: Any) -> list[str]:
    """The texts of a field that may be one or a list; empty when it is anything else."""
    values = [value] if isinstance(value, str) else value
    return values if isinstance(values, list) and all(isinstance(one, str) for one in values) else []


def quoted(value: Any) -> str:
    """A value as JSON, for a message."""
    return printable(json.dumps(value, ensure_ascii=False, default=str), 300)
