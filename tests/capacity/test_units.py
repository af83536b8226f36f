"""The rules of read and write units: the documented examples, and what must hold for all sizes and rates."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scripts.capacity.load import READ_KINDS, WRITE_KINDS, IndexLoad, Rate, TableLoad
from scripts.capacity.units import (
    index_units,
    read_units,
    table_units,
    write_units,
)
from tests.capacity.loads import rates, reads, sizes, table_loads, writes
from tests.for_each import for_each

READS = [
    (1, "strong", 1),
    (4096, "strong", 1),
    (4097, "strong", 2),
    (4096, "eventual", Decimal("0.5")),
    (9 * 1024, "eventual", Decimal("1.5")),
    (9 * 1024, "transactional", 6),
    (0, "strong", 1),
]
WRITES = [
    (1, "standard", 1),
    (1024, "standard", 1),
    (1025, "standard", 2),
    (2560, "transactional", 6),
    (0, "standard", 1),
]


@for_each(("size", "kind", "units"), READS)
def test_reads(size: int, kind: str, units: Decimal) -> None:
    assert read_units(size, kind) == units


@for_each(("size", "kind", "units"), WRITES)
def test_writes(size: int, kind: str, units: int) -> None:
    assert write_units(size, kind) == units


def _load(*indexes: IndexLoad) -> TableLoad:
    return TableLoad("Orders", reads(10, 20), writes(10, 20, 2048), indexes=indexes)


def test_an_index_is_written_as_often_as_its_shares_say() -> None:
    index = IndexLoad("ByStatus", (), 500, Decimal("0.05"), Decimal("0.5"), Decimal("0.3"))
    # half of 10 writes, each 1 unit, and 3 of 10 of them 2 units
    assert index_units(_load(index), index).write == Rate.of("6.5", 13)
    assert table_units(_load(index)).write == Rate.of(20, 40)


def test_a_local_index_uses_the_capacity_of_its_table() -> None:
    index = IndexLoad("ByDate", reads(4, 8, kind="strong"), 1500, local=True)
    load = _load(index)
    assert index_units(load, index).read == index_units(load, index).write == Rate.of(0)
    assert table_units(load).read == Rate.of(14, 28)
    assert table_units(load).write == Rate.of(40, 80)
    double = replace(load, writes=writes(10, 20, 2048, "transactional"))
    assert table_units(double).write == Rate.of(80, 160)


def test_a_write_to_an_index_is_rounded_by_the_size_of_its_entry() -> None:
    index = IndexLoad("ByStatus", (), 1500, key_changes=Decimal(1))
    # two units to delete the old entry, two to put the new one
    assert index_units(_load(index), index).write == Rate.of(40, 80)


def test_a_transaction_does_not_double_a_global_index() -> None:
    index = IndexLoad("ByStatus", (), 500)
    load = replace(_load(index), writes=writes(10, kind="transactional"))
    assert index_units(load, index).write == Rate.of(10)


def test_what_is_not_known_stays_so() -> None:
    index = IndexLoad("ByStatus")
    load = TableLoad("Orders", None, None, indexes=(index,))
    assert table_units(load).read is table_units(load).write is None
    assert index_units(load, index).read is index_units(load, index).write is None
    assert load.unknown == ("reads", "writes", "reads of index ByStatus")


def test_rates_are_exact() -> None:
    assert Rate.of(0.1) + Rate.of(0.2) == Rate.of(0.3)


@given(sizes, st.integers(0, 5000), st.sampled_from(READ_KINDS), st.sampled_from(WRITE_KINDS))
def test_units_grow_with_the_size(size: int, more: int, read: str, write: str) -> None:
    assert 0 < read_units(size, read) <= read_units(size + more, read)
    assert 0 < write_units(size, write) <= write_units(size + more, write)


@given(table_loads, rates)
def test_units_grow_with_the_rate(load: TableLoad, extra: Rate) -> None:
    bigger = replace(load, writes=tuple(replace(one, rate=one.rate + extra) for one in load.writes or ()))
    pairs = [(table_units(load), table_units(bigger))]
    pairs += [(index_units(load, index), index_units(bigger, index)) for index in load.indexes]
    for before, after in pairs:
        assert before.read == after.read
        assert before.write.average <= after.write.average
        assert before.write.peak <= after.write.peak


@given(table_loads)
def test_peaks_are_never_below_averages(load: TableLoad) -> None:
    for units in (table_units(load), *(index_units(load, index) for index in load.indexes)):
        assert 0 <= units.read.average <= units.read.peak
        assert 0 <= units.write.average <= units.write.peak
