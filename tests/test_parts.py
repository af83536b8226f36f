"""Sharing out: nothing moves that need not, nothing is too full, and updating part by part loses nothing."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from scripts.parts import ALWAYS_FIRST, FOR_NEW, Parts, halve, share_out

ROOM = 40
# A name's length is what it needs, so that some need a part of their own and some parts hold many.
NAMES = st.sets(st.text("abcdefgh", min_size=1, max_size=14) | st.text("abc", min_size=45, max_size=45), max_size=40)


def shared(names: set[str], kept: Mapping[str, int] | None = None) -> Parts:
    return share_out(names, lambda _, part, share: sum(map(len, part)) <= ROOM * share, kept or {})


def kept(parts: Parts) -> dict[str, int]:
    return {name: number for number, members in parts.items() for name in members}


@given(st.lists(NAMES, min_size=1, max_size=4), st.dictionaries(st.text("abcdefgh", max_size=3), st.integers(1, 9)))
def test_everything_is_in_one_part_that_is_not_too_full(versions: list[set[str]], odd: dict[str, int]) -> None:
    parts = shared(set(), odd)
    for names in versions:
        parts = shared(names, {**odd, **kept(parts)})
        assert sorted(name for part in parts.values() for name in part) == sorted(names)
        assert all(sum(map(len, part)) <= ROOM or len(part) == 1 for part in parts.values())
        assert all(part == sorted(part) for part in parts.values())
        assert list(parts) == sorted(parts)
        assert 1 in parts or not names
        assert parts == shared(names, kept(parts)), "done again, nothing changes"


@given(NAMES, NAMES)
def test_what_is_there_stays_where_it_is(old: set[str], more: set[str]) -> None:
    before = shared(old)
    after = shared(old | more, kept(before))
    for number, members in before.items():
        assert {*members} <= {*after[number]}


@given(NAMES, NAMES, NAMES)
def test_new_parts_first_then_those_that_stay_then_deletions_lose_nothing(
    first: set[str], old: set[str], new: set[str]
) -> None:
    # What has grown is taken out of its part: it goes to one that is new.
    before = shared(old, kept(shared(first)))
    grown = share_out(new, lambda _, part, share: sum(map(len, part)) <= ROOM * share / 2, kept(before))
    for documents in updated_one_by_one(before, grown):
        there = {name for document in documents.values() for name in document}
        assert there >= old & new


@given(NAMES, st.sets(st.text("xyz", min_size=1, max_size=2)), st.sets(st.text("uvw", min_size=1, max_size=2)))
def test_what_two_branches_add_is_what_both_of_them_make(old: set[str], ours: set[str], theirs: set[str]) -> None:
    before = shared(old)
    one, other = shared(old | ours, kept(before)), shared(old | theirs, kept(before))
    merged = {**kept(one), **kept(other)}
    added: Parts = {}
    for name, number in merged.items():
        added.setdefault(number, []).append(name)
    if all(sum(map(len, part)) <= ROOM or len(part) == 1 for part in added.values()):
        assert kept(shared(old | ours | theirs, merged)) == merged


def test_two_branches_that_arrive_at_once_find_room() -> None:
    # However full a part is: both newcomers, of a tenth of its room, fit where one of them was put.
    names = [f"{'x' * 3}{letter}" for letter in "abcdefghij"]
    for count in range(1, len(names) - 1):
        before = shared(set(names[:count]))
        one, other = (shared({*names[:count], name}, kept(before)) for name in names[count : count + 2])
        merged = {**kept(one), **kept(other)}
        assert kept(shared(set(names[: count + 2]), merged)) == merged
    assert FOR_NEW < 1


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
    parts = share_out([*names, ALWAYS_FIRST], lambda number, part, _: len(part) <= (3 if number == 1 else 9))
    assert ALWAYS_FIRST in parts[1]
    assert len(parts[1]) <= 3
    assert sorted(name for part in parts.values() for name in part) == sorted([*names, ALWAYS_FIRST])
    assert share_out([], lambda _number, _part, _share: True) == {}
    assert [low + 1 == high for low, high in pairwise(parts)] == [True] * (len(parts) - 1), "at first without gaps"


@given(NAMES, st.text("abcdefgh", min_size=1, max_size=14))
def test_a_name_more_changes_one_half_and_makes_new_ones(names: set[str], new: str) -> None:
    before, after = (halve(some, lambda part: sum(map(len, part)) <= ROOM) for some in (names - {new}, names | {new}))
    assert sorted(name for part in after.values() for name in part) == sorted(names | {new})
    assert all(sum(map(len, part)) <= ROOM or len(part) == 1 for part in after.values())
    assert 1 in after
    changed = [number for number in before if before[number] != after.get(number)]
    assert len(changed) <= 1, (before, after)
