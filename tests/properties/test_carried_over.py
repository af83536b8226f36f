"""What the next template says of capacity and warmth: never what CloudFormation would undo or AWS refuse."""

from dataclasses import replace
from typing import Any

from scripts.model import DesiredTable
from scripts.properties.carried_over import carry_over_capacity
from scripts.templates.template import table_template
from tests.for_each import for_each
from tests.samples import STATE, live_table

Units = tuple[tuple[str, int, int], ...]
MINIMUM: Units = (("", 5, 5), ("ByStatus", 5, 5), ("ByBook", 5, 5))
# What is wanted, what the template before has, what is live, and what the next template has.
WARM: dict[str, tuple[Units, Units, Units, Units]] = {
    "more": ((("", 20000, 6000),), (("", 15000, 5000),), (("", 15000, 5000),), (("", 20000, 6000),)),
    "more of one": ((("", 20000, 4000),), (("", 15000, 5000),), (("", 15000, 5000),), (("", 20000, 5000),)),
    "more of what has grown": ((("", 20000, 0),), (("", 15000, 5000),), (("", 18000, 9000),), (("", 20000, 9000),)),
    "less": ((("", 13000, 4000),), (("", 15000, 5000),), (("", 15000, 5000),), (("", 15000, 5000),)),
    "none": ((), (("", 15000, 5000),), (("", 15000, 5000),), (("", 15000, 5000),)),
    "there already": ((("", 13000, 0),), (), (("", 18000, 9000),), ()),
    "grown since": ((("", 17000, 0),), (("", 15000, 5000),), (("", 18000, 9000),), (("", 15000, 5000),)),
    "an index too": ((("ByBook", 13000, 0),), (("", 15000, 5000),), (("", 15000, 5000),), (("", 15000, 5000), ("ByBook", 13000, 0))),
    "an index that is gone": ((), (("Gone", 15000, 5000),), (), ()),
}  # fmt: skip


def kept(wanted: dict[str, Any], before: dict[str, Any], live: dict[str, Any]) -> DesiredTable:
    template = table_template(replace(STATE, **before), "shop", "prod")
    return carry_over_capacity(replace(STATE, **wanted), live_table(**live), template)


@for_each(("wanted", "before", "live", "after"), WARM.values(), ids=WARM)
def test_warm_throughput(wanted: Units, before: Units, live: Units, after: Units) -> None:
    found = kept({"warm_throughput": wanted}, {"warm_throughput": before}, {"warm_throughput": live})
    assert found.warm_throughput == after


def test_capacity_is_that_of_the_template_before() -> None:
    moved = (("", 40, 30), ("ByStatus", 5, 5), ("ByBook", 9, 9))
    wanted = (("", 8, 8), ("ByStatus", 8, 8), ("ByBook", 8, 8))
    found = kept({"throughput": wanted}, {"throughput": MINIMUM}, {"throughput": moved})
    assert found.throughput == MINIMUM


def test_a_new_index_and_a_table_that_becomes_provisioned_begin_with_the_minimum() -> None:
    assert kept({"throughput": MINIMUM}, {"throughput": MINIMUM[:2]}, {}).throughput == MINIMUM
    assert kept({"throughput": MINIMUM}, {}, {}).throughput == MINIMUM
    assert carry_over_capacity(replace(STATE, throughput=MINIMUM), live_table(), {}).throughput == MINIMUM


def test_a_table_that_becomes_on_demand_has_no_capacity() -> None:
    assert kept({}, {"throughput": MINIMUM}, {"throughput": MINIMUM}).throughput == ()
