"""The prices of AWS, as the dated data in prices.json has them. What is not there is not known."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scripts.capacity.throughput import ThroughputPrices
from scripts.input_file import read_text

PRICES_FILE = Path(__file__).with_name("prices.json")
STANDARD_CLASS, INFREQUENT_ACCESS_CLASS = "STANDARD", "STANDARD_INFREQUENT_ACCESS"
_CLASS_PREFIX = {STANDARD_CLASS: "", INFREQUENT_ACCESS_CLASS: "ia_"}


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for one `unit` (words) in a Region, with the source and its date; `unverified`: written down from memory."""

    region: str
    key: str
    amount: Decimal
    unit: str
    source: str
    date: date
    unverified: bool = False


class Prices(NamedTuple):
    """The prices of one Region, by the keys that prices.json lists under "units"."""

    region: str
    by_key: Mapping[str, Price]

    def get(self, key: str, table_class: str = STANDARD_CLASS) -> Price | None:
        """The price, or None when it is not known; that of the table class for what differs by it.

        Raises KeyError for a key or class that does not exist at all, so that a slip is not taken for "no estimate".
        """
        data()["units"][key]
        classed = _CLASS_PREFIX[table_class] + key
        return self.by_key.get(classed if classed in data()["units"] else key)

    def throughput(self, table_class: str = STANDARD_CLASS) -> ThroughputPrices:
        """What `scripts.capacity.advice` needs to compare on-demand with provisioned capacity."""
        keys = ("read_request_million", "write_request_million", "read_capacity_hour", "write_capacity_hour")
        found = [self.get(key, table_class) for key in (*keys, "alarm_metric_month")]
        return ThroughputPrices(*(price.amount if price else None for price in found))


@cache
def data() -> Mapping[str, Any]:
    """The content of prices.json: `currency`, `units`, `sources`, `regions`."""
    return json.loads(read_text(PRICES_FILE))


def regions() -> tuple[str, ...]:
    """The Regions with at least one price."""
    return tuple(data()["regions"])


@cache
def prices(region: str) -> Prices | None:
    """The prices of a Region; None when there are none. Never those of another Region."""
    figures = data()["regions"].get(region)
    return (
        None
        if figures is None
        else Prices(region, {key: _price(region, key, figure) for key, figure in figures.items()})
    )


def _price(region: str, key: str, figure: Mapping[str, Any]) -> Price:
    source = data()["sources"][figure["source"]]
    return Price(
        region,
        key,
        Decimal(figure["price"]),
        data()["units"][key],
        source["text"],
        date.fromisoformat(source["date"]),
        figure.get("unverified", False),
    )


def sources(used: Iterable[Price]) -> tuple[str, ...]:
    """The sources of prices, each once with its date, for the foot of a page."""
    return tuple(dict.fromkeys(f"{price.date.isoformat()}: {price.source}." for price in used))
