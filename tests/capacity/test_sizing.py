"""Minimum and maximum of provisioned capacity."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from scripts.capacity.load import IndexLoad, TableLoad
from scripts.capacity.sizing import TARGET, ScalingTarget, TableCapacity, provisioned
from scripts.capacity.units import index_units, table_units
from tests.capacity.loads import fixed, reads, table_loads, writes


def test_the_average_sets_the_minimum_and_the_peak_the_maximum() -> None:
    capacity = provisioned(TableLoad("Orders", reads(70, 140), writes(7, 71)))
    assert capacity.table.read == ScalingTarget(100, 200, 70)
    assert capacity.table.write == ScalingTarget(10, 102, 70)
    assert capacity.warnings == ()


def test_nothing_still_needs_one_unit() -> None:
    load = TableLoad("Orders", (), (), indexes=(IndexLoad("ByStatus", ()),))
    assert provisioned(load) == TableCapacity(fixed(1, 1), (("ByStatus", fixed(1, 1)),))


def test_an_index_keeps_up_with_all_that_its_table_may_take() -> None:
    index = IndexLoad("ByStatus", (), 100, key_changes=Decimal(1))
    load = TableLoad("Orders", (), writes("0.1"), indexes=(index,))
    # the table gets 1 unit, and could take one write a second, each of which costs the index two
    capacity = provisioned(load)
    assert (capacity.table.write.maximum, capacity.indexes[0][1].write.maximum) == (1, 2)


def test_a_local_index_has_no_capacity_of_its_own() -> None:
    load = TableLoad("Orders", (), writes(7), indexes=(IndexLoad("ByDate", (), 100, local=True),))
    assert provisioned(load) == TableCapacity(replace(fixed(1, 20), read=ScalingTarget(1, 1)))


def test_the_quota_cuts_and_says_so() -> None:
    index = IndexLoad("ByStatus", (), 1024)
    load = TableLoad("Orders", reads(1), writes(20_000, 30_000), indexes=(index,))
    capacity = provisioned(load)
    assert capacity.table.write == capacity.indexes[0][1].write == ScalingTarget(28_572, 40_000)
    assert capacity.warnings == (
        "The write capacity of table Orders would have to reach 42,858 units, but the quota is 40,000: it is set to that.",
        "The write capacity of index ByStatus of table Orders would have to reach 42,858 units,"
        " but the quota is 40,000: it is set to that.",
    )
    assert provisioned(load, quota=None).table.write.maximum == 42_858


def test_unknown_traffic_is_refused() -> None:
    with pytest.raises(ValueError, match="reads of index ByStatus"):
        provisioned(TableLoad("Orders", (), (), indexes=(IndexLoad("ByStatus"),)))


@given(table_loads)
def test_capacity_carries_the_load(load: TableLoad) -> None:
    capacity = provisioned(load, quota=None)
    by_name = dict(capacity.indexes)
    own = [(table_units(load), capacity.table)]
    own += [(index_units(load, index), by_name[index.name]) for index in load.indexes if not index.local]
    for units, part in own:
        for rate, scaling in ((units.read, part.read), (units.write, part.write)):
            assert 1 <= scaling.minimum <= scaling.maximum
            assert rate.average * 100 <= scaling.minimum * TARGET
            assert rate.peak * 100 <= scaling.maximum * TARGET
    peak = table_units(load).write.peak
    for index in load.indexes:
        if not index.local and peak:
            needed = capacity.table.write.maximum * index_units(load, index).write.peak
            assert by_name[index.name].write.maximum * peak >= needed


@given(table_loads)
def test_nothing_exceeds_the_quota_unsaid(load: TableLoad) -> None:
    capacity, wanted = provisioned(load), provisioned(load, quota=None)
    parts = [capacity.table, *(part for _, part in capacity.indexes)]
    assert all(scaling.maximum <= 40_000 for part in parts for scaling in (part.read, part.write))
    assert bool(capacity.warnings) == (replace(capacity, warnings=()) != wanted)
