"""What has to happen to a table: created, changed one index at a time, or left alone because it would be lost."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.model import INCLUDE, KEYS_ONLY, DesiredTable, Index, LiveTable, TtlTransition, Unknown
from scripts.planning.changes import (
    ADOPT,
    BLOCKED,
    CREATE,
    INCLUDED_LIMIT,
    INDEX_LIMIT,
    UPDATE,
    Decision,
    Step,
    change,
    index_steps,
)
from tests.for_each import for_each
from tests.samples import STATE, keys, live_table

BY_STATUS, BY_BOOK = STATE.indexes
NEW = Index("New", keys("email"))


def indexes(prefix: str, number: int, included: int = 0) -> tuple[Index, ...]:
    """Indexes with the given number of projected attributes each."""
    names = tuple(f"a{n}" for n in range(included))
    return tuple(Index(f"{prefix}{n}", keys("x"), INCLUDE if included else KEYS_ONLY, names) for n in range(number))


def test_a_new_table_has_all_its_indexes_at_once() -> None:
    assert change(STATE, None) == Decision(CREATE, (Step(STATE.indexes),))


def test_nothing_to_do_with_indexes_is_one_step() -> None:
    assert change(STATE, live_table()) == Decision(UPDATE, (Step(STATE.indexes),))
    assert change(STATE, live_table(indexes=STATE.indexes[::-1])) == Decision(UPDATE, (Step(STATE.indexes),))


def test_an_index_more_and_one_less_are_two_steps_the_new_one_first() -> None:
    desired = replace(STATE, indexes=(NEW, BY_BOOK))
    assert change(desired, live_table()) == Decision(UPDATE, (Step((BY_STATUS, BY_BOOK, NEW)), Step((NEW, BY_BOOK))))


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


KEPT = "give the table a new name in the contract, copy the items, then switch the applications over, as generated/<service>/runbook.md#change-a-key says."
# what is found, then what the one reason must say
REASONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "table keys": ({"keys": keys("PK")}, ["Its key schema is PK (S), the contract wants PK (S); sort SK (S).", KEPT]),
    "type of a table key": ({"keys": keys("PK", "SK:N")}, ["sort SK (N), the contract wants", KEPT]),
    "index keys": (
        {"indexes": (replace(BY_STATUS, keys=keys("status")), BY_BOOK)},
        ['Index "ByStatus" exists with another definition: status (S); ALL.', "add it under a new name"],
    ),
    "projection": (
        {"indexes": (BY_STATUS, replace(BY_BOOK, included=("email",)))},
        ['Index "ByBook"', "INCLUDE email. Wanted: isbn (B); INCLUDE email, total", "add it under a new name"],
    ),
    "type of an index key": (
        {"indexes": (Index("Old", keys("isbn:S")),)},
        ['Attribute "isbn" is a key of type S, the contract wants B.', "use another attribute name"],
    ),
}


@for_each(("found", "parts"), REASONS.values(), ids=REASONS)
def test_what_dynamodb_cannot_change_is_blocked_with_a_way_out(found: dict[str, Any], parts: list[str]) -> None:
    blocked = change(STATE, live_table(**found))
    assert (blocked.action, blocked.steps) == (BLOCKED, ())
    ((_, text),) = blocked.reasons
    for part in parts:
        assert part in text


OFF = {"ttl_attribute": "", "ttl_off": "until"}
TTL_ON = replace(STATE, ttl_attribute="until")
GOING_OFF = live_table(ttl_attribute=TtlTransition("DISABLING", True, "until", on=False))
COMING_ON = live_table(ttl_attribute=TtlTransition("ENABLING", True, "until", on=True))
NONE = replace(STATE, ttl_attribute="")
STAYS = STATE.indexes


@for_each(
    ("desired", "found", "steps"),
    [
        (STATE, live_table(TTL_ON), (Step(STAYS, OFF), Step(STAYS, waits_for_ttl=True))),
        (NONE, live_table(TTL_ON), (Step(STAYS, OFF), Step(STAYS, waits_for_ttl=True))),
        (STATE, live_table(NONE), (Step(STAYS),)),
        (STATE, live_table(), (Step(STAYS),)),
        # an earlier run was stopped in the middle
        (STATE, GOING_OFF, (Step(STAYS, waits_for_ttl=True),)),
        (NONE, GOING_OFF, (Step(STAYS, waits_for_ttl=True),)),
        # it was changed within the hour
        (STATE, COMING_ON, (Step(STAYS, OFF, waits_for_ttl=True), Step(STAYS, waits_for_ttl=True))),
        (TTL_ON, COMING_ON, (Step(STAYS),)),
        (STATE, live_table(ttl_attribute=Unknown("AccessDenied.")), (Step(STAYS),)),
    ],
)
def test_time_to_live_is_off_for_an_hour_before_it_changes(
    desired: DesiredTable, found: LiveTable, steps: tuple[Step, ...]
) -> None:
    assert change(desired, found) == Decision(UPDATE, steps)


def test_time_to_live_changes_beside_the_indexes_off_first_and_on_last() -> None:
    desired = replace(STATE, indexes=(NEW, BY_BOOK))
    first, last = index_steps(desired.indexes, STATE.indexes)
    assert change(desired, live_table(TTL_ON)).steps == (
        Step(first, OFF),
        Step(last, waits_for_ttl=True),
    )
    assert change(desired, GOING_OFF).steps == (Step(first, OFF), Step(last, waits_for_ttl=True))
    one = replace(STATE, indexes=(*STATE.indexes, NEW))
    assert change(one, live_table(TTL_ON)).steps == (Step(one.indexes, OFF), Step(one.indexes, waits_for_ttl=True))


def test_a_stream_of_another_view_type_takes_two_steps_with_nothing_slow_between() -> None:
    live = live_table(stream="KEYS_ONLY")
    desired = replace(STATE, stream="NEW_IMAGE")
    off = Step(STAYS, {"stream": ""})
    assert change(desired, live).steps == (off, Step(STAYS))
    assert change(desired, live_table()).steps == (Step(STAYS),)
    assert change(STATE, live).steps == (Step(STAYS),)
    more = replace(desired, indexes=(*STAYS, NEW))
    assert change(more, live).steps == (off, Step(STAYS), Step(more.indexes))
    slow = replace(desired, billing="PROVISIONED")
    assert change(slow, live).steps == (Step(STAYS, {"stream": "KEYS_ONLY"}), off, Step(STAYS))
    timed = replace(live, ttl_attribute="until")
    assert change(desired, timed).steps == (
        Step(STAYS, {"stream": "", **OFF}),
        Step(STAYS, OFF),
        Step(STAYS, waits_for_ttl=True),
    )


@for_each("name", ["billing", "table_class", "encryption"])
def test_what_moves_the_whole_table_comes_before_the_indexes(name: str) -> None:
    live = live_table(**{name: "another"})
    desired = replace(STATE, indexes=(*STAYS, NEW))
    assert change(desired, live).steps == (Step(STAYS), Step(desired.indexes))
    assert change(STATE, live).steps == (Step(STAYS),)
    assert change(desired, live_table(**{name: Unknown("AccessDenied.")})).steps == (Step(desired.indexes),)


def test_a_table_that_is_to_be_provisioned_stays_on_demand_while_its_indexes_change() -> None:
    desired = replace(STATE, billing="PROVISIONED", throughput=(("", 5, 5),), indexes=(NEW, BY_BOOK))
    live = live_table(on_demand_maximum=(("", 100, 100),))
    first, second = index_steps(desired.indexes, STATE.indexes)
    late = {"billing": "PAY_PER_REQUEST", "throughput": (), "scaling": (), "on_demand_maximum": (("", 100, 100),)}
    assert change(desired, live).steps == (Step(first, late), Step(second, late), Step(desired.indexes))
    assert change(replace(desired, indexes=STAYS), live).steps == (Step(STAYS),)
    back = change(replace(STATE, indexes=first), live_table(desired, indexes=STAYS))
    assert back.steps == (Step(STAYS), Step(first)), "the other way it is quicker at once"
    switched = replace(desired, ttl_attribute="expires_at", stream="NEW_IMAGE")
    steps = change(switched, replace(live, ttl_attribute="until", stream="KEYS_ONLY")).steps
    assert [step.overrides.get("billing") for step in steps] == ["PAY_PER_REQUEST"] * 4 + [None]
    assert [step.overrides.get("stream") for step in steps] == ["", None, None, None, None]
    assert [step.waits_for_ttl for step in steps] == [False] * 4 + [True]


def test_an_adopted_table_comes_to_what_is_wanted_after_its_import() -> None:
    live = live_table(TTL_ON, indexes=(BY_STATUS,))
    adopted = change(STATE, live, adopt=True)
    assert (adopted.action, adopted.steps) == (ADOPT, change(STATE, live).steps)
    assert change(STATE, live_table(), adopt=True) == Decision(ADOPT, (Step(STAYS),))
    blocked = change(STATE, replace(live, keys=keys("PK")), adopt=True)
    assert (blocked.action, len(blocked.reasons)) == (BLOCKED, 1)
    (reason,) = change(STATE, live_table(status="UPDATING"), adopt=True).reasons
    assert str(reason) == "B201: It is not ACTIVE (UPDATING), so it cannot be imported. Try again when it is."


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
        '"ByTotal" is PK (S); sort amount (N); INCLUDE buyer, the contract wants PK (S); sort total (N); INCLUDE buyer.',
    ),
    "type": (
        (LOCAL,),
        (replace(LOCAL, keys=keys("PK", "total:S")),),
        '"ByTotal" is PK (S); sort total (S); INCLUDE buyer, the contract wants PK (S); sort total (N); INCLUDE buyer.',
    ),
    "projection": (
        (LOCAL,),
        (replace(LOCAL, projection=KEYS_ONLY, included=()),),
        '"ByTotal" is PK (S); sort total (N); KEYS_ONLY, the contract wants PK (S); sort total (N); INCLUDE buyer.',
    ),
    "projected attributes": (
        (LOCAL,),
        (replace(LOCAL, included=("buyer", "email")),),
        '"ByTotal" is PK (S); sort total (N); INCLUDE buyer, email, the contract wants',
    ),
}


@for_each(("wanted", "found", "words"), LOCAL_DIFFERENCES.values(), ids=LOCAL_DIFFERENCES)
def test_local_secondary_indexes_of_a_table_that_exists_never_change(
    wanted: tuple[Index, ...], found: tuple[Index, ...], words: str
) -> None:
    blocked = change(replace(STATE, local_indexes=wanted), live_table(local_indexes=found))
    assert (blocked.action, blocked.steps) == (BLOCKED, ())
    (reason,) = blocked.reasons
    assert str(reason).startswith(f"B103: Its local secondary indexes differ: {words}")
    assert WAY_OUT in reason.text and reason.text.endswith(
        "switch the applications over, as generated/<service>/runbook.md#change-a-key says."
    )


def test_local_secondary_indexes_that_stay_block_nothing() -> None:
    other = replace(LOCAL, name="ByDate", keys=keys("PK", "placed_at:N"))
    desired, live = live_table(local_indexes=(LOCAL, other)), replace(STATE, local_indexes=(other, LOCAL))
    assert change(desired, live) == Decision(UPDATE, (Step(STATE.indexes),))
    assert change(desired, None) == Decision(CREATE, (Step(STATE.indexes),))


def test_other_table_keys_are_one_reason_not_one_for_each_local_secondary_index() -> None:
    live = live_table(keys=keys("id", "SK"), local_indexes=(replace(LOCAL, keys=keys("id", "total:N")),))
    (reason,) = change(replace(STATE, local_indexes=(LOCAL,)), live).reasons
    assert reason.text.startswith("Its key schema is id (S)")


def test_a_key_has_the_type_that_a_local_secondary_index_gave_it() -> None:
    by_total = Index("Cheapest", keys("total:S"))
    desired = replace(STATE, local_indexes=(LOCAL,), indexes=(*STATE.indexes, by_total))
    (reason,) = change(desired, live_table(local_indexes=(LOCAL,))).reasons
    assert 'Attribute "total" is a key of type N, the contract wants S.' in reason.text


@pytest.mark.parametrize(("local", "sizes"), [(20, [5, 4]), (21, [3, 4])])
def test_projected_attributes_of_local_secondary_indexes_take_room(local: int, sizes: list[int]) -> None:
    """80 attributes in 4 indexes after the first step: with 20 in a local one that is the limit, with 21 too many."""
    live, new = indexes("old", 4, 16), indexes("new", 1, 16)
    reserved = (Index("L", keys("PK", "x"), INCLUDE, tuple(f"a{n}" for n in range(local))),)
    steps = index_steps((*live[1:], *new), live, reserved)
    assert [len(step) for step in steps] == sizes
    states = replace(STATE, local_indexes=reserved)
    through = change(replace(states, indexes=(*live[1:], *new)), live_table(states, indexes=live))
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
]


@for_each("found", SAFE, ids=str)
def test_settings_change_in_one_step(found: dict[str, Any]) -> None:
    assert change(STATE, live_table(**found)) == Decision(UPDATE, (Step(STATE.indexes),))


def test_all_reasons_are_told_at_once() -> None:
    live = live_table(keys=keys("PK"), indexes=(replace(BY_STATUS, projection=KEYS_ONLY),), local_indexes=(LOCAL,))
    assert len(change(STATE, live).reasons) == 3
