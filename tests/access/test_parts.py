"""Policies in several parts: a change touches few of them, and updating them one by one takes no grant away in between."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.access import Policies, policies
from scripts.access.documents import SIZE_LIMIT, size
from scripts.kept_parts import NOTHING_KEPT, KeptParts, kept_lines, kept_text
from tests.access.samples import ARGUMENTS, table
from tests.test_parts import updated_one_by_one

ROLES = ("read-only", "read-write", "data-migration", "operator")
NO_LINE: Mapping[str, int] = {}
Documents = Mapping[str, Mapping[str, Any]]
# The number of a table to how many indexes it has; with 20 of them it needs several documents by itself.
SERVICES = st.dictionaries(st.integers(0, 25), st.sampled_from([0, 1, 3, 20]), min_size=1, max_size=14)


def made(service: Mapping[int, int], kept: KeptParts = NOTHING_KEPT) -> Policies:
    names = {number: f"{number:03}{'Table' * 30}" for number in service}
    indexes = {number: [f"By{index:02}{'x' * 150}" for index in range(count)] for number, count in service.items()}
    tables = [(table(names[number], *indexes[number]), names[number]) for number in service]
    return policies(**{**ARGUMENTS, "tables": tables}, kept=kept)


def kept_of(made: Policies) -> KeptParts:
    """What the next run keeps to, by way of the file."""
    names = {name for parts in made.parts.values() for members in parts.values() for name in members if name}
    return dict.fromkeys(names, NO_LINE) | dict(kept_lines(kept_text(made.parts)))


def of_role(documents: Documents, role: str) -> dict[str, Mapping[str, Any]]:
    return {
        name: document for name, document in documents.items() if name == f"{role}.json" or name.startswith(f"{role}+")
    }


def grants(documents: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    return {
        (action, resource, json.dumps(statement.get("Condition")))
        for document in documents
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


@settings(max_examples=max(10, settings().max_examples // 10))
@given(SERVICES, SERVICES)
def test_no_grant_is_lost_between_two_updates(old: dict[int, int], new: dict[int, int]) -> None:
    first = made(old)
    before, after = first.documents, made(new, kept_of(first)).documents
    for role in ROLES:
        was, will_be = of_role(before, role), of_role(after, role)
        assert all(size(document) <= SIZE_LIMIT for document in will_be.values())
        kept = grants(was.values()) & grants(will_be.values())
        for attached in updated_one_by_one(was, will_be):
            assert kept <= grants(attached.values())


@settings(max_examples=max(10, settings().max_examples // 10))
@given(SERVICES, st.integers(0, 25), st.sampled_from([0, 1, 3]))
def test_a_table_more_changes_one_part_of_each_policy(service: dict[int, int], number: int, indexes: int) -> None:
    rest = {known: count for known, count in service.items() if known != number}
    first = made(rest)
    before, after = first.documents, made({**rest, number: indexes}, kept_of(first)).documents
    for role in ROLES:
        was, is_now = of_role(before, role), of_role(after, role)
        changed = {name for name in was if was[name] != is_now.get(name)}
        assert len(changed) <= 1, (role, changed)
        for name in changed:
            assert grants([was[name]]) <= grants([is_now[name]]), "nothing leaves the part"
    assert "read-only.json" in after
