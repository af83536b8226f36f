"""What a table costs in each table class: Standard-IA stores for less, and serves for more."""

from dataclasses import replace
from typing import NamedTuple

from scripts.capacity.advice import ON_DEMAND
from scripts.capacity.estimate import TableOptions, table_estimate
from scripts.capacity.load import TableLoad
from scripts.capacity.money import ZERO, Span, money_span
from scripts.capacity.prices import INFREQUENT_ACCESS_CLASS, STANDARD_CLASS, Prices

_CLASSES = (STANDARD_CLASS, INFREQUENT_ACCESS_CLASS)
_OF_REQUESTS = ("read_request_million", "write_request_million")
_OF_CAPACITY = ("read_capacity_hour", "write_capacity_hour")


class ClassCosts(NamedTuple):
    """Dollars a month of requests (or capacity) and storage in each class; all else costs the same in both."""

    standard: Span
    infrequent: Span

    @property
    def words(self) -> str:
        """Both, and how much more or less Standard-IA costs with the average traffic."""
        both = f"Standard {money_span(self.standard)}, Standard-IA {money_span(self.infrequent)}"
        if not self.standard.low or self.standard.low == self.infrequent.low:
            return f"{both}."
        share = abs(self.infrequent.low / self.standard.low - 1) * 100
        return f"{both}: {share:.0f} % {'more' if self.infrequent.low > self.standard.low else 'less'}."


def class_costs(load: TableLoad | None, options: TableOptions, prices: Prices | None) -> ClassCosts | None:
    """Compare the classes; None when the traffic, the size or a price of either class is not known.

    Source: Developer Guide, "Considerations when choosing a table class".
    """
    throughput = _OF_REQUESTS if options.billing == ON_DEMAND else _OF_CAPACITY
    if prices is None or not all(
        prices.get(key, each) for key in (*throughput, "storage_gb_month") for each in _CLASSES
    ):
        return None
    sums = [ZERO, ZERO]
    estimates = [table_estimate(load, replace(options, table_class=each), prices) for each in _CLASSES]
    for pair in zip(*(estimate.lines for estimate in estimates), strict=True):
        if pair[0].price == pair[1].price:
            continue
        for number, line in enumerate(pair):
            if line.amount is None:
                return None
            sums[number] += line.amount
    return ClassCosts(*sums)
