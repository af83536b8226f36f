"""Which billing mode is advised, and whether it is the cheaper one."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from scripts.capacity.advice import ON_DEMAND, PROVISIONED, advise
from scripts.capacity.load import IndexLoad, TableLoad
from scripts.capacity.money import Span
from scripts.capacity.throughput import ThroughputPrices
from tests.capacity.loads import PRICES, reads, table_loads, writes
from tests.for_each import for_each

STEADY = TableLoad("Orders", reads(70), writes(70))
SPIKY = TableLoad("Orders", reads(1, 700), writes(1, 700))


def test_steady_traffic_is_provisioned() -> None:
    advice = advise(STEADY, PRICES)
    assert advice.billing == PROVISIONED
    # 70 x 2,592,000 x ($0.125 + $0.625) / 1,000,000, and 100 units of each x 730 hours, with 8 alarms
    assert advice.on_demand == Span.of(Decimal("136.08"))
    assert advice.provisioned == Span.of(Decimal("57.74"))
    assert advice.reason == (
        "Provisioned with auto scaling costs at most $57.74 a month, on-demand $136.08:"
        " cheaper even if the capacity stays at its maximum."
    )


def test_spiky_traffic_is_on_demand_and_the_break_even_is_told() -> None:
    advice = advise(SPIKY, PRICES)
    assert advice.billing == ON_DEMAND
    assert advice.on_demand.low == Decimal("1.944")
    assert advice.provisioned == Span(
        2 * 730 * Decimal("0.00078") + Decimal("0.8"), 1000 * 730 * Decimal("0.00078") + Decimal("0.8")
    )
    assert advice.break_even.quantize(Decimal("0.001")) == Decimal("0.293")
    assert advice.utilisation == Decimal("0.001")
    assert "$1.94 a month" in advice.reason


def test_between_the_two_the_break_even_is_in_the_reason() -> None:
    reason = advise(TableLoad("Orders", reads(10, 100), writes(10, 100)), PRICES).reason
    assert reason == (
        "On-demand costs $19.44 a month, provisioned with auto scaling $9.34 to $82.22."
        " The average traffic uses 7 % of the maximum; provisioned is sure to be cheaper above 30 %."
    )


def test_little_traffic_is_on_demand() -> None:
    advice = advise(TableLoad("Orders", reads("0.01"), writes("0.01")), PRICES)
    assert advice.reason == "On-demand costs $0.02 a month, provisioned with auto scaling at least $1.37."


UNKNOWN = [
    (None, "nothing is known about the traffic: state it under traffic in deployment.yaml."),
    (TableLoad("Orders"), "nothing is known about the traffic: state it under traffic in deployment.yaml."),
    (replace(STEADY, writes=None), "not all traffic is known: state the writes under traffic in deployment.yaml."),
    (
        replace(STEADY, writes=None, indexes=(IndexLoad("ByStatus"), IndexLoad("ByMail"))),
        "state the writes, the reads of index ByStatus and the reads of index ByMail under traffic in deployment.yaml.",
    ),
]


@for_each(("load", "reason"), UNKNOWN)
def test_unknown_traffic_is_on_demand_and_says_why(load: TableLoad | None, reason: str) -> None:
    advice = advise(load, PRICES)
    assert advice.billing == ON_DEMAND
    assert advice.reason.startswith("On-demand, because ")
    assert advice.reason.endswith(reason)
    assert advice.capacity is advice.on_demand is advice.provisioned is None


def test_guesses_decide_nothing() -> None:
    averages = advise(replace(STEADY, guessed=frozenset({"averages"})), PRICES)
    assert averages.billing == ON_DEMAND
    assert averages.reason == (
        "On-demand costs at most $136.08 a month, provisioned with auto scaling at most $57.74, but the averages are not"
        " known. Provisioned is sure to be cheaper when they are above 42 % of the peaks: state them under traffic in deployment.yaml."
    )
    peaks = advise(replace(STEADY, guessed=frozenset({"peaks"})), PRICES)
    assert peaks.billing == ON_DEMAND
    assert peaks.reason.startswith("On-demand, because the peaks are not known")
    nobody = advise(replace(STEADY, guessed=frozenset({"averages", "nothing"})), PRICES)
    assert nobody.billing == ON_DEMAND
    assert nobody.reason == (
        "On-demand, because the contract has no access pattern for some of the traffic: state it under traffic in deployment.yaml, 0 where"
        " there is none."
    )
    little = advise(replace(SPIKY, guessed=frozenset({"averages"})), PRICES)
    assert little.reason.startswith("On-demand costs at most $1.94 a month, provisioned with auto scaling up to $")


@for_each("prices", [None, replace(PRICES, read_capacity_hour=None), replace(PRICES, write_request_million=None)])
def test_without_prices_there_is_no_comparison(prices: ThroughputPrices | None) -> None:
    advice = advise(STEADY, prices)
    assert advice.billing == ON_DEMAND
    assert "lacks prices" in advice.reason
    assert advice.capacity.table.write.maximum == 100
    assert None in (advice.on_demand, advice.provisioned)


def test_peaks_beyond_the_quota_are_named_in_both_modes() -> None:
    on_demand = advise(TableLoad("Orders", reads(1, 50_000), writes(1)), PRICES)
    assert on_demand.billing == ON_DEMAND
    assert on_demand.warnings == (
        "At its peak table Orders needs 50,000 read units a second, but the quota is 40,000."
        " Ask AWS to raise the quota before deploying.",
    )
    steady = advise(TableLoad("Orders", reads(1), writes(35_000)), PRICES)
    assert steady.billing == PROVISIONED
    assert steady.capacity.table.write.maximum == 40_000
    assert steady.warnings[0].endswith("it is set to that. Ask AWS to raise the quota before deploying.")
    # what the quota cuts off is part of the cost: 50,000 units, not 40,000
    assert steady.provisioned.low == 2 * 730 * Decimal("0.00013") + 50_000 * 730 * Decimal("0.00065") + Decimal("0.8")


@given(table_loads)
def test_the_advice_is_the_cheaper_one(load: TableLoad) -> None:
    advice = advise(load, PRICES)
    on_demand, fixed = advice.on_demand, advice.provisioned
    assert on_demand.low <= on_demand.high
    assert fixed.low <= fixed.high
    assert (advice.billing == PROVISIONED) == (fixed.high < on_demand.low)
    assert (advice.utilisation > advice.break_even) == (fixed.high < on_demand.low)
    if fixed.low == fixed.high and on_demand.low == on_demand.high:
        cheaper = fixed if advice.billing == PROVISIONED else on_demand
        assert cheaper.low == min(fixed.low, on_demand.low)
