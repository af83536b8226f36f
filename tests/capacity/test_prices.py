"""The price data, and that it is never taken for more than it says."""

import json
from decimal import Decimal

import pytest

from scripts.capacity.prices import INFREQUENT_ACCESS_CLASS, PRICES_FILE, data, prices, regions, sources
from scripts.capacity.throughput import ThroughputPrices
from tests.for_each import for_each

# The figures that most sums are made of: US dollars, by Region, in the order of KEYS; empty: not known.
KEYS = (
    "write_request_million",
    "read_request_million",
    "write_capacity_hour",
    "read_capacity_hour",
    "storage_gb_month",
    "pitr_gb_month",
    "alarm_metric_month",
)
KNOWN = {
    "us-east-1": ("0.625", "0.125", "0.00065", "0.00013", "0.25", "0.20", "0.10"),
    "eu-west-1": ("0.705", "0.1415", "0.000735", "0.000147", "0.283", "0.22", "0.10"),
    "eu-central-1": ("0.7625", "0.1525", "", "", "0.306", "0.2448", "0.10"),
    "us-east-2": ("0.625", "0.125", "", "", "", "", ""),
    "us-west-2": ("0.625", "0.125", "", "", "", "", ""),
    "ap-northeast-2": ("0.68", "", "", "0.00014098", "", "", ""),
}


@for_each(("region", "figures"), KNOWN.items())
def test_known_prices(region: str, figures: tuple[str, ...]) -> None:
    found = [prices(region).get(key) for key in KEYS]
    assert [price and price.amount for price in found] == [Decimal(figure) if figure else None for figure in figures]


def test_every_figure_is_positive_dated_and_has_a_source_and_a_unit() -> None:
    assert data()["currency"] == "USD"
    for region in regions():
        found = prices(region)
        assert found.by_key.keys() == data()["regions"][region].keys() <= data()["units"].keys()
        for price in found.by_key.values():
            assert price.amount > 0
            assert price.source and price.unit
            assert price.date.year >= 2025


def test_what_was_not_looked_up_is_marked() -> None:
    for region in regions():
        for key, figure in data()["regions"][region].items():
            assert prices(region).get(key).unverified == (figure["source"] == "memory"), (region, key)


def test_no_source_is_unused() -> None:
    used = {figure["source"] for figures in data()["regions"].values() for figure in figures.values()}
    assert used == data()["sources"].keys()


def test_figures_are_text_so_that_they_are_exact() -> None:
    raw = json.loads(PRICES_FILE.read_text(encoding="utf-8"))
    assert all(isinstance(figure["price"], str) for figures in raw["regions"].values() for figure in figures.values())


@for_each("region", ["eu-west-3", "cn-north-1", "us-gov-west-1", "", "US-EAST-1"])
def test_another_region_has_no_prices(region: str) -> None:
    assert prices(region) is None


def test_a_missing_price_is_none_and_a_slip_an_error() -> None:
    assert prices("us-west-2").get("storage_gb_month") is None
    assert prices("us-west-2").get("read_request_million").amount == Decimal("0.125")
    with pytest.raises(KeyError):
        prices("us-west-2").get("storage")
    with pytest.raises(KeyError):
        prices("us-west-2").get("storage_gb_month", "GLACIER")


def test_the_table_class_has_its_own_prices_where_it_differs() -> None:
    found = prices("us-east-1")
    assert found.get("storage_gb_month", INFREQUENT_ACCESS_CLASS).amount == Decimal("0.10")
    assert found.get("pitr_gb_month", INFREQUENT_ACCESS_CLASS) == found.get("pitr_gb_month")
    # no price of Standard-IA is not that of Standard
    assert prices("eu-west-1").get("write_capacity_hour", INFREQUENT_ACCESS_CLASS) is None


def test_throughput() -> None:
    standard = prices("us-east-1").throughput()
    figures = [Decimal(figure) for figure in ("0.125", "0.625", "0.00013", "0.00065", "0.10")]
    assert standard == ThroughputPrices(*figures)
    assert prices("eu-central-1").throughput().read_capacity_hour is None


def test_sources_are_listed_once() -> None:
    found = prices("us-east-1")
    listed = sources([found.get("storage_gb_month"), found.get("pitr_gb_month"), found.get("kms_key_month")])
    assert len(listed) == 2
    assert listed[0].startswith("2026-08-15: AWS Price List")
