"""Policies in several parts: a change touches few of them, and updating them one by one takes no grant away in between."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.access.documents import SIZE_LIMIT, size
from tests.access.samples import made, table
from tests.test_parts import updated_one_by_one

ROLES = ("read-only", "read-write", "data-migration", "operator")
Documents = Mapping[str, Mapping[str, Any]]
# The number of a table to how many indexes it has; with 20 of them it needs several documents by itself.
SERVICES = st.dictionaries(st.integers(0, 25), st.sampled_from([0, 1, 3, 20]), min_size=1, max_size=14)


def policies(service: Mapping[int, int]) -> dict[str, dict[str, Any]]:
    names = {number: f"{number:03}{'Table' * 30}" for number in service}
    indexes = {number: [f"By{index:02}{'x' * 150}" for index in range(count)] for number, count in service.items()}
    return made(tables=[(table(names[number], *indexes[number]), names[number]) for number in service])


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
    before, after = policies(old), policies(new)
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
    before, after = policies(rest), policies({**rest, number: indexes})
    for role in ROLES:
        was, is_now = of_role(before, role), of_role(after, role)
        # A table that needs several documents by itself has them as 3, 3.2, 3.5 and so on; the first part has no number.
        changed = {name.partition(".")[0].partition("+")[2] or "1" for name in was if was[name] != is_now.get(name)}
        assert len(changed) <= 1, (role, changed)
    assert "read-only.json" in after
