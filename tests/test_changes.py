"""What has to happen to a table: created, changed one index at a time, or left alone because it would be lost."""

import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.changes import BLOCKED, CREATE, INCLUDED_LIMIT, INDEX_LIMIT, UPDATE, Change, Step, change, index_steps
from scripts.model import INCLUDE, KEYS_ONLY, Index, Unknown
from tests import hypothesis_profiles
from tests.samples import STATE, keys

hypothesis_profiles.load()

BY_STATUS, BY_BOOK = STATE.indexes
NEW = Index("New", keys("email"))


def indexes(prefix: str, number: int, included: int = 0) -> tuple[Index, ...]:
    """Indexes with the given number of projected attributes each."""
    names = tuple(f"a{n}" for n in range(included))
    return tuple(Index(f"{prefix}{n}", keys("x"), INCLUDE if included else KEYS_ONLY, names) for n in range(number))


def test_a_new_table_has_all_its_indexes_at_once() -> None:
    assert change(STATE, None) == Change(CREATE, (Step(STATE.indexes),))


def test_nothing_to_do_with_indexes_is_one_step() -> None:
    assert change(STATE, STATE) == Change(UPDATE, (Step(STATE.indexes),))
    assert change(STATE, replace(STATE, indexes=STATE.indexes[::-1])) == Change(UPDATE, (Step(STATE.indexes),))


def test_an_index_more_and_one_less_are_two_steps_the_new_one_first() -> None:
    desired = replace(STATE, indexes=(NEW, BY_BOOK))
    assert change(desired, STATE) == Change(UPDATE, (Step((BY_STATUS, BY_BOOK, NEW)), Step((NEW, BY_BOOK))))


# the desired and the live indexes, by name: those in both are the same
pools = st.lists(st.integers(0, 29), max_size=INDEX_LIMIT, unique=True)


def _index(number: int) -> Index:
    names = tuple(f"a{n}" for n in range(number % 6))
    return Index(f"i{number}", keys(f"k{number}"), INCLUDE if names else KEYS_ONLY, names)


@given(desired=pools, live=pools)
def test_steps_lead_there_one_index_at_a_time(desired: list[int], live: list[int]) -> None:
    wanted, found = tuple(map(_index, desired)), tuple(map(_index, live))
    steps = index_steps(wanted, found)
    assert steps[-1] == wanted, "the last step is what the contract says, in its order"
    before = set(found)
    creating = True
    for step in steps:
        assert len(step) == len(set(step))
        changed = before ^ set(step)
        assert len(changed) <= 1, "CloudFormation refuses more than one index in an update"
        assert len(step) <= INDEX_LIMIT
        if changed and not changed <= set(step):
            assert changed <= set(found) - set(wanted), "only what the contract does not know goes"
            creating = False
        elif changed:
            assert creating or len(before) == INDEX_LIMIT - 1 or _included(step) + 5 > INCLUDED_LIMIT, "creations first"
        before = set(step)
    assert len(steps) == max(1, len(set(wanted) ^ set(found))), "no step more than needed"


def _included(step: tuple[Index, ...]) -> int:
    return sum(len(index.included) for index in step)


@pytest.mark.parametrize(("number", "sizes"), [(19, [20, 19]), (20, [19, 20])])
def test_an_index_goes_first_only_where_the_limit_leaves_no_room(number: int, sizes: list[int]) -> None:
    live = indexes("old", number)
    assert [len(step) for step in index_steps((*live[1:], NEW), live)] == sizes


@pytest.mark.parametrize(("included", "sizes"), [(16, [6, 5]), (20, [4, 5])])
def test_an_index_goes_first_where_the_projected_attributes_leave_no_room(included: int, sizes: list[int]) -> None:
    """20 attributes in each of 5 indexes is the limit of 100: a sixth can only come when one has gone."""
    live = indexes("old", 5, included)
    new = indexes("new", 1, included)
    steps = index_steps((*live[1:], *new), live)
    assert [len(step) for step in steps] == sizes
    assert all(_included(step) <= INCLUDED_LIMIT for step in steps)


KEPT = "give the table a new name in the contract, copy the items, then switch the applications over."
# what is found, then what the one reason must say
REASONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "table keys": ({"keys": keys("PK")}, ["Its key schema is PK (S), the contract wants PK (S); sort SK (S).", KEPT]),
    "type of a table key": ({"keys": keys("PK", "SK:N")}, ["sort SK (N), the contract wants", KEPT]),
    "keys not told": ({"keys": Unknown("AccessDenied.")}, ["Its key schema is not known: AccessDenied."]),
    "index keys": (
        {"indexes": (replace(BY_STATUS, keys=keys("status")), BY_BOOK)},
        ['Index "ByStatus" exists with another definition (status (S), ALL;', "add it under a new name"],
    ),
    "projection": (
        {"indexes": (BY_STATUS, replace(BY_BOOK, included=("email",)))},
        ['Index "ByBook"', "INCLUDE email; wanted: isbn (B), INCLUDE email, total", "add it under a new name"],
    ),
    "type of an index key": (
        {"indexes": (Index("Old", keys("isbn:S")),)},
        ['Attribute "isbn" is a key of type S, the contract wants B.', "use another attribute name"],
    ),
    "other time to live": (
        {"ttl_attribute": "until"},
        ['Time to live is on for "until", wanted is "expires_at".', "aws dynamodb update-time-to-live"],
    ),
}


@pytest.mark.parametrize(("found", "parts"), REASONS.values(), ids=REASONS)
def test_what_dynamodb_cannot_change_is_blocked_with_a_way_out(found: dict[str, Any], parts: list[str]) -> None:
    blocked = change(STATE, replace(STATE, **found))
    assert (blocked.action, blocked.steps) == (BLOCKED, ())
    (reason,) = blocked.reasons
    for part in parts:
        assert part in reason


def test_time_to_live_that_is_not_wanted_is_blocked() -> None:
    (reason,) = change(replace(STATE, ttl_attribute=""), STATE).reasons
    assert "wanted is none. " in reason


def test_the_command_of_a_reason_is_safe_to_paste() -> None:
    hostile = "x'; rm -rf $(HOME) `id` \""
    (reason,) = change(STATE, replace(STATE, ttl_attribute=hostile)).reasons
    words = shlex.split(reason[reason.index("aws dynamodb") :])
    assert words[:3] == ["aws", "dynamodb", "update-time-to-live"]
    assert words[-1] == f"Enabled=false,AttributeName={hostile}"
    assert len(words) == 7


LOCAL = Index("ByTotal", keys("PK", "total:N"), INCLUDE, ("buyer",))
WAY_OUT = 'describe a new index in "gsis", or give the table a new name in the contract'
# the local secondary indexes that are wanted and found, then what the reason says of them
LOCAL_DIFFERENCES: dict[str, tuple[tuple[Index, ...], tuple[Index, ...], str]] = {
    "missing": ((LOCAL,), (), '"ByTotal" is not there.'),
    "too many": ((), (LOCAL,), '"ByTotal" is there, but the contract does not have it.'),
    "renamed": (
        (replace(LOCAL, name="ByPrice"),),
        (LOCAL,),
        '"ByPrice" is not there; "ByTotal" is there, but the contract does not have it.',
    ),
    "sort key": (
        (LOCAL,),
        (replace(LOCAL, keys=keys("PK", "amount:N")),),
        '"ByTotal" is PK (S); sort amount (N), INCLUDE buyer, the contract wants PK (S); sort total (N), INCLUDE buyer.',
    ),
    "type": (
        (LOCAL,),
        (replace(LOCAL, keys=keys("PK", "total:S")),),
        '"ByTotal" is PK (S); sort total (S), INCLUDE buyer, the contract wants PK (S); sort total (N), INCLUDE buyer.',
    ),
    "projection": (
        (LOCAL,),
        (replace(LOCAL, projection=KEYS_ONLY, included=()),),
        '"ByTotal" is PK (S); sort total (N), KEYS_ONLY, the contract wants PK (S); sort total (N), INCLUDE buyer.',
    ),
    "projected attributes": (
        (LOCAL,),
        (replace(LOCAL, included=("buyer", "email")),),
        '"ByTotal" is PK (S); sort total (N), INCLUDE buyer, email, the contract wants',
    ),
}


@pytest.mark.parametrize(("wanted", "found", "words"), LOCAL_DIFFERENCES.values(), ids=LOCAL_DIFFERENCES)
def test_local_secondary_indexes_of_a_table_that_exists_never_change(
    wanted: tuple[Index, ...], found: tuple[Index, ...], words: str
) -> None:
    blocked = change(replace(STATE, local_indexes=wanted), replace(STATE, local_indexes=found))
    assert (blocked.action, blocked.steps) == (BLOCKED, ())
    (reason,) = blocked.reasons
    assert reason.startswith(f"Its local secondary indexes differ: {words}")
    assert WAY_OUT in reason and reason.endswith("switch the applications over.")


def test_local_secondary_indexes_that_stay_block_nothing() -> None:
    other = replace(LOCAL, name="ByDate", keys=keys("PK", "placed_at:N"))
    desired, live = replace(STATE, local_indexes=(LOCAL, other)), replace(STATE, local_indexes=(other, LOCAL))
    assert change(desired, live) == Change(UPDATE, (Step(STATE.indexes),))
    assert change(desired, None) == Change(CREATE, (Step(STATE.indexes),))


def test_other_table_keys_are_one_reason_not_one_for_each_local_secondary_index() -> None:
    live = replace(STATE, keys=keys("id", "SK"), local_indexes=(replace(LOCAL, keys=keys("id", "total:N")),))
    (reason,) = change(replace(STATE, local_indexes=(LOCAL,)), live).reasons
    assert reason.startswith("Its key schema is id (S)")


def test_a_key_has_the_type_that_a_local_secondary_index_gave_it() -> None:
    by_total = Index("Cheapest", keys("total:S"))
    live = replace(STATE, local_indexes=(LOCAL,))
    (reason,) = change(replace(live, indexes=(*STATE.indexes, by_total)), live).reasons
    assert 'Attribute "total" is a key of type N, the contract wants S.' in reason


@pytest.mark.parametrize(("local", "sizes"), [(20, [5, 4]), (21, [3, 4])])
def test_projected_attributes_of_local_secondary_indexes_take_room(local: int, sizes: list[int]) -> None:
    """80 attributes in 4 indexes after the first step: with 20 in a local one that is the limit, with 21 too many."""
    live, new = indexes("old", 4, 16), indexes("new", 1, 16)
    reserved = (Index("L", keys("PK", "x"), INCLUDE, tuple(f"a{n}" for n in range(local))),)
    steps = index_steps((*live[1:], *new), live, reserved)
    assert [len(step) for step in steps] == sizes
    states = replace(STATE, local_indexes=reserved)
    through = change(replace(states, indexes=(*live[1:], *new)), replace(states, indexes=live))
    assert through.steps == tuple(map(Step, steps))


SAFE: list[dict[str, Any]] = [
    {"billing": "PROVISIONED"},
    {"table_class": "STANDARD_INFREQUENT_ACCESS"},
    {"deletion_protection": False},
    {"recovery_days": 0},
    {"encryption": "aws-owned"},
    {"ttl_attribute": ""},
    {"tags": ()},
    {"alarms": ()},
    {"ttl_attribute": Unknown("it is ENABLING", True)},
]


@pytest.mark.parametrize("found", SAFE, ids=str)
def test_settings_change_in_one_step(found: dict[str, Any]) -> None:
    assert change(STATE, replace(STATE, **found)) == Change(UPDATE, (Step(STATE.indexes),))


def test_all_reasons_are_told_at_once() -> None:
    live = replace(STATE, keys=keys("PK"), indexes=(replace(BY_STATUS, projection=KEYS_ONLY),), ttl_attribute="until")
    assert len(change(STATE, live).reasons) == 3
