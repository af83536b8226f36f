"""Policy documents from grants: equal grants share a statement, and no document exceeds the size limit of IAM."""

import functools
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from scripts.access.arns import PLACEHOLDERS
from scripts.files import json_text

# Characters of a customer managed policy, white space not counted. IAM User Guide, "IAM and AWS STS quotas".
SIZE_LIMIT = 6144
VERSION = "2012-10-17"
Condition = tuple[tuple[str, str, tuple[str, ...]], ...]  # (operator, key, values)
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_Statement = tuple[str, tuple[str, ...], Condition]


class Grant(NamedTuple):
    """Actions on one resource, for a purpose in one or two words, which names the statement."""

    purpose: str
    actions: tuple[str, ...]
    resource: str
    condition: Condition = ()


def documents(origin: str, grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """As few documents as hold the grants in their order; none for no grants.

    `origin` (letters and digits) begins every Sid, so that an attached policy tells where it comes from.
    """
    packed: list[dict[_Statement, dict[str, None]]] = []
    room = 0
    for grant in grants:
        key = (grant.purpose, tuple(sorted(grant.actions)), grant.condition)
        if packed and grant.resource in packed[-1].get(key, {}):
            continue
        needed = _length_of_name(grant.resource)
        if not packed or needed + (0 if key in packed[-1] else _length_of_statement(origin, key)) > room:
            packed.append({})
            room = SIZE_LIMIT - size({"Version": VERSION, "Statement": []})
        room -= needed + (0 if key in packed[-1] else _length_of_statement(origin, key))
        packed[-1].setdefault(key, {})[grant.resource] = None
    return [{"Version": VERSION, "Statement": _statements(origin, statements)} for statements in packed]


def size(document: Any) -> int:
    """The characters that IAM counts, with placeholders at their longest."""
    return _length(document) - 1


def to_json(document: dict[str, Any]) -> str:
    """A document as the text of its file."""
    return json_text(document)


def _statements(origin: str, found: dict[_Statement, dict[str, None]]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    statements = []
    for key, resources in found.items():
        number = seen[key[0]] = seen.get(key[0], 0) + 1
        sid = f"{origin}{key[0]}{number if number > 1 else ''}"
        statements.append(_statement(sid, key, list(resources)))
    return statements


def _statement(sid: str, key: _Statement, resources: list[str]) -> dict[str, Any]:
    _, actions, condition = key
    statement: dict[str, Any] = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resources}
    if condition:
        operators: dict[str, dict[str, list[str]]] = {}
        for operator, name, values in condition:
            operators.setdefault(operator, {})[name] = list(values)
        statement["Condition"] = operators
    return statement


# A service names each resource in several policies, and has few different statements.
@functools.lru_cache(maxsize=1_000)
def _length_of_name(resource: str) -> int:
    return _length(resource)


@functools.lru_cache(maxsize=1_000)
def _length_of_statement(origin: str, key: _Statement) -> int:
    """A statement without resources, with the longest number that its name can end in, and the comma after it."""
    return _length(_statement(f"{origin}{key[0]}9999", key, [])) + 1


def _length(value: Any) -> int:
    """The length of a value and the comma after it, as compact JSON, placeholders at their longest."""
    text = "".join(_COMPACT.encode(value).split())
    for placeholder, longest in PLACEHOLDERS.items():
        text = text.replace(placeholder, longest)
    return len(text) + 1
