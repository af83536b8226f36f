"""Estimates: sums that are known to the cent, what is counted, and what is said of the rest."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from scripts.capacity.advice import ON_DEMAND, PROVISIONED, advise
from scripts.capacity.backup_lines import BackupPlan
from scripts.capacity.cost_lines import Estimate, Line
from scripts.capacity.estimate import SharedOptions, TableOptions, shared_estimate, table_estimate
from scripts.capacity.load import IndexLoad, TableLoad
from scripts.capacity.money import Span
from scripts.capacity.prices import INFREQUENT_ACCESS_CLASS, prices
from scripts.capacity.sizing import TableCapacity, provisioned
from scripts.capacity.throughput import on_demand_cost, provisioned_cost
from tests.capacity.loads import fixed, reads, table_loads, writes
from tests.for_each import for_each
from tests.golden import Golden

US = prices("us-east-1")
GB = 1024**3
PLAIN = TableOptions(point_in_time_recovery=False)


def line(estimate: Estimate, what: str) -> Line:
    return next(one for one in estimate.lines if one.what == what)


KNOWN = [
    (TableLoad("T", reads(770), ()), "$249.48"),
    (TableLoad("T", reads(620), ()), "$200.88"),
    (TableLoad("T", (), writes(120)), "$194.40"),
    (TableLoad("T", reads(100, size=9 * 1024, kind="eventual"), ()), "$48.60"),
    (TableLoad("T", (), writes(1, size=2560), indexes=(IndexLoad("ByAll", (), 2560),)), "$9.72"),
]


@for_each(("load", "dollars"), KNOWN)
def test_known_sums_on_demand(load: TableLoad, dollars: str) -> None:
    estimate = table_estimate(replace(load, item_count=0), PLAIN, US)
    assert estimate.total.complete
    assert estimate.total.shown == dollars


def test_all_that_is_said_of_a_cost(golden: Golden) -> None:
    index = IndexLoad("ByStatus", reads(5, kind="eventual"), 200, share_of_items=Decimal("0.05"))
    load = TableLoad("T", reads(50, 200), writes(10, 40), 480, 2_000_000, (index,))
    capacity = provisioned(load)
    texts = []
    for billing, table_class in product((ON_DEMAND, PROVISIONED), ("STANDARD", INFREQUENT_ACCESS_CLASS)):
        options = TableOptions(
            billing, capacity, table_class, stream=True, kinesis_stream=True, warm_throughput=True,
            backups=BackupPlan(30, 335, 30, ("eu-west-1", "us-east-1")), alarm_metrics=(1, 4), composite_alarms=1,
            contributor_insights=True,
        )  # fmt: skip
        found = table_estimate(load, options, US)
        texts += [f"=== {billing}, {table_class}: {found.total.shown}"]
        texts += [f"{e.what}: {e.shown_quantity}, {e.shown_price}: {e.shown_amount}. {e.note}" for e in found.lines]
        texts += [f"- {assumption}" for assumption in found.assumptions]
    golden.check("estimates.txt", "\n".join(texts) + "\n")


def test_known_sums_provisioned() -> None:
    options = replace(PLAIN, billing=PROVISIONED, capacity=TableCapacity(fixed(200, 100)))
    estimate = table_estimate(TableLoad("T", item_count=0), options, US)
    assert line(estimate, "write capacity").shown_amount == "$47.45"
    assert line(estimate, "read capacity").shown_amount == "$18.98"
    assert estimate.total.shown == "$67.23"  # with eight alarms of auto scaling


def test_average_and_peak_make_a_range() -> None:
    estimate = table_estimate(TableLoad("T", reads(1, 4), (), item_count=0), PLAIN, US)
    reading = line(estimate, "reads")
    assert reading.shown_quantity == "2,592,000 to 10,368,000"
    assert reading.shown_price == "$0.125 for 1 million read request units"
    assert reading.shown_amount == estimate.total.shown == "$0.32 to $1.30"


def test_storage_counts_items_entries_and_their_overhead() -> None:
    indexes = (
        IndexLoad("ByStatus", (), 200, share_of_items=Decimal("0.05")),
        IndexLoad("ByDate", (), 412, local=True),
    )
    load = TableLoad("T", (), (), 412, 2 * GB, indexes)
    options = TableOptions(backups=BackupPlan(30))
    found = {one.what: one.quantity.low for one in table_estimate(load, options, US).lines if one.unit == "GB"}
    assert found == {
        "storage": 1024,  # 2 G items of 412 + 100 bytes
        "storage of index ByStatus": 30,  # a twentieth of them, 200 + 100 bytes
        "storage of index ByDate": 1024,
        "point-in-time recovery": 2048,  # table and local index, not the global one
        "backup copies": 30 * 2048,  # as well
    }
    amounts = {one.what: one.shown_amount for one in table_estimate(load, options, US).lines if one.unit == "GB"}
    assert amounts["storage"] == "$256.00"
    assert amounts["point-in-time recovery"] == "$409.60"


def test_a_local_index_has_no_throughput_of_its_own() -> None:
    load = TableLoad("T", (), writes(1), indexes=(IndexLoad("ByDate", (), 412, local=True),))
    names = [one.what for one in table_estimate(load, PLAIN, US).lines]
    assert names == ["reads", "writes", "storage", "storage of index ByDate"]


def test_extras() -> None:
    options = replace(PLAIN, alarm_metrics=(1, 1, 8), contributor_insights=True)
    estimate = table_estimate(TableLoad("T", (), (), item_count=0), options, US)
    assert line(estimate, "alarms").shown_amount == "$1.00"
    assert "first ten of an account are free" in line(estimate, "alarms").note
    assert line(estimate, "contributor insights").amount is None
    assert estimate.total.shown == "at least $1.00"


def test_who_reads_a_stream_is_not_known() -> None:
    estimate = table_estimate(TableLoad("T", (), (), item_count=0), replace(PLAIN, stream=True), US)
    assert line(estimate, "stream").note == "Free where AWS Lambda reads it; how often others do is not known."
    assert estimate.total.shown == "at least $0.00"


def test_changes_to_kinesis_are_paid_by_each_kilobyte_of_a_written_item() -> None:
    options = replace(PLAIN, kinesis_stream=True)
    load = TableLoad("T", (), (*writes(100, size=1500), *writes(10, kind="transactional")), item_count=0)
    change = line(table_estimate(load, options, US), "changes to Kinesis")
    assert change.quantity == Span.of(210 * 2_592_000)  # two units of 1 KB, and one: a transaction doubles nothing
    assert change.shown_amount == "$54.43"
    unknown = line(table_estimate(None, options, US), "changes to Kinesis")
    assert (unknown.amount, unknown.note) == (None, "Not known: state it under traffic in deployment.yaml.")


def test_warm_throughput_is_paid_once_and_makes_the_sum_a_lower_bound() -> None:
    load = TableLoad("T", reads(770), (), item_count=0)
    estimate = table_estimate(load, replace(PLAIN, warm_throughput=True), US)
    assert line(estimate, "warm throughput").note.startswith("A fee that is paid once whenever it is raised")
    assert estimate.total.shown == "at least $249.48"


def test_backups_elsewhere_have_the_prices_of_elsewhere() -> None:
    load = TableLoad("T", (), (), 412, 2 * GB)  # 1,024 GB
    plan = BackupPlan(2, 3, 30, ("us-east-1", "eu-west-1", "eu-west-1"))
    found = table_estimate(load, replace(PLAIN, backups=plan), US).lines[-7:]
    assert [(one.what, one.quantity and one.quantity.low) for one in found] == [
        ("backup copies", 2 * 1024),
        ("backup copies in cold storage", 3 * 1024),
        ("backup copies in us-east-1", 2 * 1024),  # another account, same Region: nothing is sent elsewhere
        ("backup copies in cold storage in us-east-1", 3 * 1024),
        ("backup copies in eu-west-1", 4 * 1024),
        ("backup copies in cold storage in eu-west-1", 6 * 1024),
        ("sending backups to eu-west-1", 60 * 1024),
    ]
    assert [one.price and one.price.region for one in found[::2]] == ["us-east-1", "us-east-1", None, None]
    assert not table_estimate(load, replace(PLAIN, backups=plan), US).total.complete


def test_auto_scaling_has_alarms_for_every_capacity_also_where_it_cannot_change() -> None:
    load = TableLoad("T", reads(7, 70), writes(7), item_count=0, indexes=(IndexLoad("ByStatus", reads(7, 70), 9),))
    options = replace(PLAIN, billing=PROVISIONED, capacity=provisioned(load))
    estimate = table_estimate(load, options, US)
    assert line(estimate, "alarms of auto scaling").quantity == Span.of(16)
    assert line(estimate, "read capacity").shown_quantity == "7,300 to 73,000"
    steady = replace(options, capacity=TableCapacity(fixed(1, 1)))
    assert line(table_estimate(load, steady, US), "alarms of auto scaling").quantity == Span.of(8)


def test_provisioned_without_capacity_has_no_estimate() -> None:
    estimate = table_estimate(TableLoad("T", item_count=0), replace(PLAIN, billing=PROVISIONED), US)
    assert line(estimate, "read capacity").shown_amount == "no estimate"
    assert not estimate.total.complete


def test_nothing_known_about_the_traffic() -> None:
    estimate = table_estimate(None, TableOptions(), US)
    assert estimate.total.shown == "no estimate"
    assert [one.shown_quantity for one in estimate.lines] == ["not known"] * 4
    assert line(estimate, "reads").note == "Not known: state it under traffic in deployment.yaml."
    assert (
        line(estimate, "storage").note
        == "Not known: state traffic.item_count and traffic.item_size_bytes in deployment.yaml."
    )


def test_an_unknown_region_has_no_estimate_never_that_of_another() -> None:
    load = TableLoad("T", reads(1), writes(0), 100, 0)
    estimate = table_estimate(load, TableOptions(alarm_metrics=(1,)), prices("eu-west-3"))
    assert estimate.total.amount is None
    assert estimate.total.shown == "no estimate"
    assert line(estimate, "reads").shown_price == "no price"
    assert "has no price of this Region" in line(estimate, "reads").note


def test_a_missing_price_makes_the_total_a_lower_bound() -> None:
    load = TableLoad("T", reads(770), (), 100, 1000)
    estimate = table_estimate(load, PLAIN, prices("us-west-2"))
    assert line(estimate, "storage").note == "scripts/capacity/prices.json has no price of us-west-2 for it."
    assert estimate.total.shown == "at least $249.48"


def test_a_price_from_memory_says_so() -> None:
    options = TableOptions(PROVISIONED, TableCapacity(fixed(1, 1)), INFREQUENT_ACCESS_CLASS)
    assert line(table_estimate(None, options, US), "write capacity").note == "The price was not looked up."


def test_the_table_class_sets_the_prices() -> None:
    options = replace(PLAIN, table_class=INFREQUENT_ACCESS_CLASS)
    estimate = table_estimate(TableLoad("T", (), writes(120), item_count=0), options, US)
    assert estimate.total.shown == "$242.61"  # 311.04 million at $0.78


def test_what_tables_share() -> None:
    estimate = shared_estimate(SharedOptions((1, 1), 1, 1, 2), US)
    assert [(one.what, one.shown_amount) for one in estimate.lines] == [
        ("alarms", "$0.20"),
        ("composite alarms", "$0.50"),
        ("dashboards", "$3.00"),
        ("customer managed keys", "$2.00"),
    ]
    assert shared_estimate(SharedOptions(), US).lines == ()
    unknown = shared_estimate(SharedOptions((1,), unpriced=("AWS::Lambda::Function",)), US)
    assert unknown.total.shown == "at least $0.10"


def test_assumptions_of_the_load_are_kept() -> None:
    load = TableLoad("T", assumptions=("It is assumed.",))
    assert table_estimate(load, PLAIN, US).assumptions == ("It is assumed.",)


@given(table_loads)
def test_lines_add_up_to_what_the_advice_compares(load: TableLoad) -> None:
    throughput = US.throughput()
    quiet = replace(load, item_count=0)
    on_demand = table_estimate(quiet, PLAIN, US)
    assert on_demand.total.amount == sum((one.amount for one in on_demand.lines), Span.of(0))
    assert on_demand.total.amount == on_demand_cost(load, throughput)
    capacity = provisioned(load)
    options = replace(PLAIN, billing=PROVISIONED, capacity=capacity)
    assert table_estimate(quiet, options, US).total.amount == provisioned_cost(capacity, throughput)


@given(table_loads, st.sampled_from([ON_DEMAND, PROVISIONED]), st.integers(0, 40))
def test_the_average_never_costs_more_than_the_peak(load: TableLoad, billing: str, copies: int) -> None:
    capacity = advise(load, US.throughput()).capacity
    total = table_estimate(load, TableOptions(billing, capacity, backups=BackupPlan(copies)), US).total.amount
    assert 0 <= total.low <= total.high
