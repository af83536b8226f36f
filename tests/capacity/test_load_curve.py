"""The costs over the load: where they begin and end, that the stated load is among them, and when there are none."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from scripts.capacity.advice import advise
from scripts.capacity.load import IndexLoad, TableLoad
from scripts.capacity.load_curve import load_curve
from tests.capacity.loads import PRICES, reads, table_loads, writes
from tests.for_each import for_each

FACTORS = [
    (1, ["0.25", "0.50", "0.75", "1"]),
    (4, ["0.5", "1", "1.5", "2.0", "2.5", "3.0", "3.5", "4.0"]),
    (10, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
    (100, ["1", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100"]),
]


@for_each(("peak", "factors"), FACTORS)
def test_the_load_goes_up_to_the_peak_in_even_steps(peak: int, factors: list[str]) -> None:
    points = load_curve(TableLoad("T", reads(10, 10 * peak), writes(5, 5 * peak)), PRICES)
    assert [point.factor for point in points] == [Decimal(factor) for factor in factors]
    assert {point.provisioned.high for point in points} == {points[0].provisioned.high}, "made for the peak"


@given(table_loads)
def test_the_stated_load_costs_what_the_advice_says(load: TableLoad) -> None:
    advice, points = advise(load, PRICES), load_curve(load, PRICES)
    assert len(points) <= 11
    stated = [point for point in points if point.factor == 1]
    assert bool(stated) == (bool(advice.on_demand.low) and not advice.capacity.warnings)
    for point in stated:
        assert (point.on_demand, point.provisioned) == (advice.on_demand.low, advice.provisioned)
    costs = [point.on_demand for point in points]
    assert costs == sorted(costs)


@for_each(
    ("load", "prices"),
    [
        (TableLoad("T", reads(1), None), PRICES),
        (TableLoad("T", (), ()), PRICES),
        (TableLoad("T", reads(50_000), ()), PRICES),
        (TableLoad("T", reads(1), (), indexes=(IndexLoad("I"),)), PRICES),
        (TableLoad("T", reads(1), ()), replace(PRICES, write_capacity_hour=None)),
        (TableLoad("T", reads(1), ()), replace(PRICES, read_request_million=None)),
    ],
)
def test_nothing_is_drawn_of_what_is_not_known(load: TableLoad, prices: object) -> None:
    assert load_curve(load, prices) == ()
