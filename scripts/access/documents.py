"""Policy documents from grants: equal grants share a statement, and no document exceeds the size limit of IAM."""

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.access.arns import PLACEHOLDERS
from scripts.files import json_text
from scripts.limits import POLICY_CHARACTERS
from scripts.parts import NOTHING, Parts, halve, share_out

SIZE_LIMIT = POLICY_CHARACTERS.most
VERSION = "2012-10-17"
Condition = tuple[tuple[str, str, tuple[str, ...]], ...]  # (operator, key, values)
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
_Statement = tuple[str, tuple[str, ...], Condition]  # purpose, actions, condition
_Part = tuple[_Statement, str]  # a statement, and one of its resources
# Purposes that have different actions on different resources.
ITEMS, INDEXES, TRANSACTIONS = SEVERAL = ("Items", "Indexes", "Transactions")


class Grant(NamedTuple):
    """Actions on one resource, for a purpose in one or two words, which names the statement."""

    purpose: str
    actions: tuple[str, ...]
    resource: str
    condition: Condition = ()


class Documents(NamedTuple):
    """Documents by what tells them apart, `1`, `2`, and the names of the tables in each; see `scripts.parts`."""

    by_name: dict[str, dict[str, Any]]
    parts: Parts


def documents(origin: str, grants: Mapping[str, Iterable[Grant]], kept: Mapping[str, int] = NOTHING) -> Documents:
    """The documents that hold the grants of all tables; none for no grants.

    `grants`: those of each table by its name; those of none under `ALWAYS_FIRST`. A table's are together, unless they are too
    many for one document: then its further ones are called `2.2`, `2.5`. `kept`: the document that each table was in. The order
    of everything in a document depends on what it says.
    `origin` (letters and digits) begins every Sid, so that an attached policy tells where it comes from.
    """
    each = {name: found for name, some in grants.items() if (found := _parts(some))}
    parts = share_out(each, lambda _, names, share: _fits(origin, _together(each, names), share), kept)
    packed: dict[str, list[_Part]] = {}
    for number, names in parts.items():
        whole = _together(each, names)
        if _fits(origin, whole):
            packed[str(number)] = whole
            continue
        # What is still too large is one table's, and is divided by its resources.
        rest = _by_resource(whole)
        for more, some in halve(rest, functools.partial(_fits_together, origin, rest)).items():
            packed[str(number) if more == 1 else f"{number}.{more}"] = _together(rest, some)
    made = {name: {"Version": VERSION, "Statement": _statements(origin, some)} for name, some in packed.items()}
    return Documents(made, parts)


def _together(parts: Mapping[str, Sequence[_Part]], names: Iterable[str]) -> list[_Part]:
    return [part for name in names for part in parts[name]]


def _by_resource(parts: Iterable[_Part]) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    for part in parts:
        found.setdefault(part[1], []).append(part)
    return found


def _parts(grants: Iterable[Grant]) -> list[_Part]:
    return [((grant.purpose, tuple(sorted(grant.actions)), grant.condition), grant.resource) for grant in grants]


def _fits_together(origin: str, parts: Mapping[str, Sequence[_Part]], names: Iterable[str]) -> bool:
    return _fits(origin, _together(parts, names))


def _fits(origin: str, parts: Iterable[_Part], share: float = 1) -> bool:
    """Whether it fits into so much of one document."""
    room = int(SIZE_LIMIT * share) - size({"Version": VERSION, "Statement": []}) + 1  # the last statement has no comma
    seen: set[_Statement | _Part] = set()
    for part in parts:
        if part in seen:
            continue
        statement, resource = part
        room -= _length_of_name(resource) + (0 if statement in seen else _length_of_statement(origin, statement))
        if room < 0:
            return False
        seen |= {part, statement}
    return True


def size(document: Any) -> int:
    """The characters that IAM counts, with placeholders at their longest."""
    return _length(document) - 1


def to_json(document: dict[str, Any]) -> str:
    """A document as the text of its file."""
    return json_text(document)


def _statements(origin: str, parts: Iterable[_Part]) -> list[dict[str, Any]]:
    """The statements in the order of their Sids."""
    resources: dict[_Statement, set[str]] = {}
    for statement, resource in parts:
        resources.setdefault(statement, set()).add(resource)
    found = sorted((_sid(origin, statement), statement) for statement in resources)
    return [_statement(sid, statement, sorted(resources[statement])) for sid, statement in found]


def _sid(origin: str, statement: _Statement) -> str:
    """Of statements for one purpose that allow different things each says what: a number would depend on the others."""
    purpose, actions, _ = statement
    told = "".join(action.partition(":")[2].replace("Item", "") for action in actions) if purpose in SEVERAL else ""
    return f"{origin}{purpose}{told}"


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
@functools.lru_cache(maxsize=20_000)
def _length_of_name(resource: str) -> int:
    return _length(resource)


@functools.lru_cache(maxsize=1_000)
def _length_of_statement(origin: str, key: _Statement) -> int:
    """A statement without resources, and the comma after it; its resources have one comma less than there are of them."""
    return _length(_statement(_sid(origin, key), key, [])) - 1


def _length(value: Any) -> int:
    """The length of a value and the comma after it, as compact JSON, placeholders at their longest."""
    text = "".join(_COMPACT.encode(value).split())
    for placeholder, longest in PLACEHOLDERS.items():
        text = text.replace(placeholder, longest)
    return len(text) + 1
