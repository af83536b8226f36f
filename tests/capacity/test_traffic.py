"""Loads from contracts and settings: who wins, what is assumed, and what stays unknown."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.capacity.advice import ON_DEMAND, PROVISIONED, advise
from scripts.capacity.load import AVERAGES, NOTHING, PEAKS, IndexLoad, Rate, Requests, TableLoad, decimal, total
from scripts.capacity.rates import READS, WRITES
from scripts.capacity.traffic import from_contract, from_settings
from scripts.capacity.traffic_check import problems
from scripts.model import AccessPattern, ContractTable, Index
from scripts.operations import OPERATIONS
from tests.capacity.loads import PRICES, reads, writes
from tests.capacity.tables import ORDERS, PATTERNS, pattern
from tests.for_each import for_each
from tests.samples import keys

BARE = replace(ORDERS, item_size_bytes=None, item_count=None)
SETTINGS: dict[str, Any] = {
    "item_size_bytes": 480,
    "item_count": 2_000_000,
    "reads": {"average": 50, "peak": 200, "consistency": "strong"},
    "writes": {"average": 10, "peak": 40, "transactional": True},
    "indexes": {
        "ByStatus": {
            "reads": {"average": 5, "peak": 20},
            "entry_size_bytes": 200,
            "share_of_items": 0.05,
            "key_changes": 0.3,
        }
    },
}


def index(load: TableLoad, name: str) -> IndexLoad:
    return next(one for one in load.indexes if one.name == name)


def test_every_operation_of_a_contract_reads_or_writes() -> None:
    assert sorted((*READS, *WRITES)) == sorted(OPERATIONS)


def test_a_contract_gives_rates_sizes_and_counts() -> None:
    load = from_contract(ORDERS, PATTERNS)
    assert load.reads == reads(100, size=900, kind="eventual")
    assert load.writes == writes(30, size=900)
    assert (load.item_size_bytes, load.item_count) == (900, 1_000_000)
    assert index(load, "ByStatus").reads == reads("20.5", size=20_000, kind="eventual")
    assert index(load, "ByMail").reads == ()
    assert load.unknown == ()
    assert load.guessed == {AVERAGES, NOTHING}


def test_what_a_contract_leaves_open_is_said() -> None:
    load = from_contract(
        ORDERS, (*PATTERNS, pattern("AP5", "Query"), pattern("AP6", "", 3), pattern("AP7", "BatchGetItem", 1))
    )
    assert load.assumptions == (
        "An entry of index ByStatus is taken to have 352 bytes, judged by the types of its attributes.",
        "Writes are taken not to change the key of index ByStatus: one that does counts twice.",
        "The contract has no access pattern for the reads of index ByMail: none are counted.",
        "Writes are taken not to change the key of index ByMail: one that does counts twice.",
        "An entry of index ByDay is taken to have 115 bytes, judged by the types of its attributes.",
        "The contract has no access pattern for the reads of index ByDay: none are counted.",
        "Writes are taken not to change the key of index ByDay: one that does counts twice.",
        "The contract has peak rates only: they are taken as averages too, so that costs are upper bounds.",
        "Reads are taken to be eventually consistent: strongly consistent ones cost twice as much.",
        "AP5: no rate is stated, not counted.",
        "AP6: no operation is stated, not counted.",
        "AP7: the rate is taken to count items, not batches.",
    )


def test_a_rate_that_cannot_be_meant_is_not_counted() -> None:
    load = from_contract(ORDERS, (PATTERNS[0], pattern("AP9", "PutItem", 1e300)))
    assert load.writes is None
    assert "AP9: more than 10,000,000 requests per second are stated, not counted." in load.assumptions


def test_long_lists_of_patterns_are_cut() -> None:
    many = tuple(pattern(f"AP{number}", "GetItem") for number in range(2, 9))
    load = from_contract(ORDERS, (PATTERNS[0], *many))
    assert "AP2, AP3, AP4, AP5, AP6 and 2 more: no rate is stated, not counted." in load.assumptions


def test_the_ids_of_patterns_are_cut_to_forty_characters() -> None:
    ids = ("A" * 40, "B" * 41)
    load = from_contract(ORDERS, (PATTERNS[0], *(pattern(id, "GetItem") for id in ids)))
    assert f"{ids[0]}, {'B' * 37}...: no rate is stated, not counted." in load.assumptions


def test_an_index_of_which_nothing_is_stated_has_every_item_and_every_write() -> None:
    stated = {**SETTINGS, "indexes": {"ByMail": {"reads": {"average": 1, "peak": 1}}}}
    for load in (from_contract(ORDERS, PATTERNS), from_settings(ORDERS, stated, PATTERNS)):
        mail = index(load, "ByMail")
        assert (mail.share_of_items, mail.share_of_writes, mail.key_changes) == (1, 1, 0)


def test_a_contract_without_numbers_says_nothing() -> None:
    assert from_contract(BARE, ()) is None
    assert from_contract(BARE, (pattern("AP1", "GetItem"), PATTERNS[3])) is None
    assert from_contract(ORDERS, ()).unknown == (
        "reads",
        "writes",
        "reads of index ByStatus",
        "reads of index ByMail",
        "reads of index ByDay",
    )


def test_patterns_without_rates_are_unknown_not_nothing() -> None:
    load = from_contract(ORDERS, (PATTERNS[0], pattern("AP2", "PutItem")))
    assert load.writes is None
    assert load.unknown == ("writes",)


def test_kinds_and_sizes_of_patterns() -> None:
    load = from_contract(
        BARE,
        (
            pattern("AP1", "GetItem", 0.1, 700),
            pattern("AP2", "GetItem", 0.2, 700),
            pattern("AP3", "TransactGetItems", 1, 300),
            pattern("AP4", "Scan", 1, 90_000),
            pattern("AP5", "TransactWriteItems", 2, index="ByMail"),
        ),
    )
    assert load.reads == (
        Requests("eventual", Rate.of("0.3"), 700),
        Requests("transactional", Rate.of(1), 300),
        Requests("eventual", Rate.of(1), 90_000),
    )
    assert load.writes == writes(2, size=700, kind="transactional")
    assert load.item_size_bytes == 700
    assert "The largest item of an access pattern, 700 bytes, is taken for the size of all items." in load.assumptions


def test_settings_alone() -> None:
    load = from_settings(BARE, SETTINGS)
    assert load.reads == reads(50, 200, 480, "strong")
    assert load.writes == writes(10, 40, 480, "transactional")
    assert (load.item_size_bytes, load.item_count) == (480, 2_000_000)
    by_status = IndexLoad(
        "ByStatus", reads(5, 20, 200, "eventual"), 200, Decimal("0.05"), Decimal("0.05"), Decimal("0.3")
    )
    assert index(load, "ByStatus") == by_status
    assert load.unknown == ("reads of index ByMail", "reads of index ByDay")
    assert "Index ByStatus is taken to have the same share of the writes as of the items." in load.assumptions
    assert load.guessed == frozenset()


def test_settings_win_value_by_value() -> None:
    load = from_settings(ORDERS, {"reads": {"average": 40}, "item_count": 5}, PATTERNS)
    assert load.reads == reads(40, 100, 900, "eventual")
    assert load.writes == writes(30, size=900)
    assert (load.item_size_bytes, load.item_count) == (900, 5)
    assert from_settings(ORDERS, {"item_count": 0}, PATTERNS).item_count == 0


def test_settings_state_the_rate_and_the_contract_how_it_is_composed() -> None:
    patterns = (pattern("AP1", "GetItem", 30, 700), pattern("AP2", "Query", 10, 9000))
    load = from_settings(ORDERS, {"reads": {"average": 20, "peak": 80}}, patterns)
    assert load.reads == (Requests("eventual", Rate.of(15, 60), 700), Requests("eventual", Rate.of(5, 20), 9000))
    assert AVERAGES not in load.guessed
    smaller = from_settings(ORDERS, {"item_size_bytes": 100, "reads": {"consistency": "strong"}}, patterns)
    assert smaller.reads == (Requests("strong", Rate.of(30), 100), Requests("strong", Rate.of(10), 9000))


def test_a_peak_below_that_of_the_contract_lowers_the_average_too() -> None:
    assert total(from_settings(ORDERS, {"reads": {"peak": 10}}, PATTERNS).reads) == Rate.of(10)
    assert total(from_settings(ORDERS, {"reads": {"average": 300}}, PATTERNS).reads) == Rate.of(300)


ONE_FIGURE = [
    ({"peak": 7}, AVERAGES, "Only the peak of the writes is stated: it is taken as the average too."),
    ({"average": 7}, PEAKS, "Only the average of the writes is stated: it is taken as the peak too."),
]


@pytest.mark.parametrize(("stated", "guessed", "sentence"), ONE_FIGURE)
def test_one_figure_stands_for_the_other(stated: dict[str, int], guessed: str, sentence: str) -> None:
    load = from_settings(ORDERS, {"writes": stated})
    assert load.writes == writes(7, size=900)
    assert load.guessed == {guessed}
    assert sentence in load.assumptions


def test_nothing_is_assumed_about_what_the_settings_state() -> None:
    both = {"average": 1, "peak": 2}
    every = {name: {"reads": both, "entry_size_bytes": 9, "key_changes": 0} for name in ("ByStatus", "ByMail", "ByDay")}
    load = from_settings(ORDERS, {"reads": both, "writes": both, "indexes": every}, PATTERNS)
    assert load.assumptions == ()
    assert load.guessed == frozenset()


BOTH = {"average": 70, "peak": 70}
LOOKUPS = {name: {"reads": BOTH} for name in ("ByStatus", "ByMail", "ByDay")}
READS_ONLY = (pattern("AP1", "GetItem", 70),)
SILENT: list[tuple[dict[str, Any], str]] = [
    ({"writes": BOTH, "indexes": {"ByStatus": {"reads": BOTH}, "ByMail": {"reads": BOTH}}}, "reads of index ByDay"),
    ({"indexes": LOOKUPS}, "writes"),
    ({"writes": {"transactional": True}, "indexes": LOOKUPS}, "writes"),
]


@for_each(("stated", "what"), SILENT)
def test_that_nobody_does_it_is_a_guess_which_decides_nothing(stated: dict[str, Any], what: str) -> None:
    load = from_settings(ORDERS, {"reads": BOTH, **stated}, READS_ONLY)
    assert f"The contract has no access pattern for the {what}: none are counted." in load.assumptions
    assert load.guessed == {NOTHING}
    assert advise(load, PRICES).billing == ON_DEMAND


def test_zero_in_the_settings_is_no_guess() -> None:
    none = {"average": 0, "peak": 0}
    load = from_settings(ORDERS, {"reads": BOTH, "writes": none, "indexes": LOOKUPS}, READS_ONLY)
    assert load.guessed == frozenset()
    assert advise(load, PRICES).billing == PROVISIONED


def test_an_unknown_size_is_one_kilobyte_and_said() -> None:
    load = from_settings(BARE, {"reads": {"average": 1, "peak": 1}})
    assert load.reads == reads(1, size=1024, kind="eventual")
    assert load.item_size_bytes is None
    assert "No item size is stated: 1 KB is assumed. State traffic.item_size_bytes." in load.assumptions


rates_stated = st.none() | st.floats(0, 1e9)
stated_patterns = st.lists(
    st.builds(
        pattern,
        st.sampled_from(["AP1", "AP2"]),
        st.sampled_from(["", *OPERATIONS]),
        rates_stated,
        st.none() | st.integers(1, 10**6),
        st.sampled_from(["", "ByStatus", "ByMail"]),
    ),
    max_size=6,
)
figures = st.fixed_dictionaries({}, optional={"average": st.floats(0, 100), "peak": st.floats(100, 1e7)})
settings_stated = st.fixed_dictionaries(
    {},
    optional={
        "item_size_bytes": st.integers(1, 409_600),
        "item_count": st.integers(0, 10**12),
        "reads": figures,
        "writes": figures,
        "indexes": st.fixed_dictionaries({}, optional={"ByStatus": st.fixed_dictionaries({"reads": figures})}),
    },
)


@given(st.sampled_from([ORDERS, BARE]), settings_stated, stated_patterns)
def test_any_mix_of_contract_and_settings_makes_a_load(
    table: ContractTable, settings: dict[str, Any], patterns: list[AccessPattern]
) -> None:
    load = from_settings(table, settings, patterns)
    for what in ("reads", "writes"):
        found, stated = getattr(load, what), settings.get(what, {})
        assert all(0 <= one.rate.average <= one.rate.peak for one in found or ())
        for figure in stated:
            assert getattr(total(found), figure) == pytest.approx(decimal(stated[figure]), rel=Decimal("1e-20"))
    assert list(problems(table, settings)) == []
    advise(load, None)


def test_local_indexes_come_after_the_global_ones() -> None:
    load = from_settings(replace(ORDERS, local_indexes=(Index("ByDate", keys("PK", "date")),)), SETTINGS)
    assert [(one.name, one.local) for one in load.indexes][-2:] == [("ByDay", False), ("ByDate", True)]
