"""Sharing out: everything is in one part, a name more changes one part, and updating part by part loses nothing."""

from collections.abc import Mapping
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from scripts.parts import ALWAYS_FIRST, share_out

ROOM = 12
# A name's length is what it needs, so that some need a part of their own and some parts hold many.
NAMES = st.sets(st.text("abcdefgh", min_size=1, max_size=14), max_size=60)


def shared(names: set[str]) -> dict[int, list[str]]:
    return share_out(names, lambda _, part: sum(map(len, part)) <= ROOM)


@given(NAMES)
def test_everything_is_in_one_part_that_is_not_too_full(names: set[str]) -> None:
    parts = shared(names)
    assert sorted(name for part in parts.values() for name in part) == sorted(names)
    assert all(sum(map(len, part)) <= ROOM or len(part) == 1 for part in parts.values())
    assert all(part == sorted(part) for part in parts.values())
    assert list(parts) == sorted(parts)
    assert 1 in parts or not names
    assert parts == share_out(sorted(names, reverse=True), lambda _, part: sum(map(len, part)) <= ROOM)


@given(NAMES, st.text("abcdefgh", min_size=1, max_size=14))
def test_a_name_more_changes_one_part_and_makes_new_ones(names: set[str], new: str) -> None:
    before, after = shared(names - {new}), shared(names | {new})
    changed = [number for number in before if before[number] != after.get(number)]
    assert len(changed) <= 1, (before, after)


@given(NAMES, NAMES)
def test_new_parts_first_then_those_that_stay_then_deletions_lose_nothing(old: set[str], new: set[str]) -> None:
    before, after = shared(old), shared(new)
    for documents in updated_one_by_one(before, after):
        there = {name for document in documents.values() for name in document}
        assert there >= old & new


Number = TypeVar("Number", int, str)
Document = TypeVar("Document")


def updated_one_by_one(
    before: Mapping[Number, Document], after: Mapping[Number, Document]
) -> list[dict[Number, Document]]:
    """What is there after each step of an update: new ones first, then those that stay, then deletions."""
    now = dict(before)
    steps = [dict(now)]
    for number in sorted(after, key=lambda each: each in before):
        now[number] = after[number]
        steps.append(dict(now))
    for number in before.keys() - after.keys():
        del now[number]
        steps.append(dict(now))
    return steps


def test_the_first_place_can_be_reserved() -> None:
    names = [f"Table{number}" for number in range(50)]
    parts = share_out([*names, ALWAYS_FIRST], lambda number, part: len(part) <= (3 if number == 1 else 9))
    assert ALWAYS_FIRST in parts[1]
    assert len(parts[1]) <= 3
    assert sorted(name for part in parts.values() for name in part) == sorted([*names, ALWAYS_FIRST])
    assert share_out([], lambda _number, _part: True) == {}
