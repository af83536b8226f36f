"""The lines of an estimate, their sums, and the difference between two estimates."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from scripts.capacity.money import NO_ESTIMATE, ZERO, Span, money_change, money_span
from scripts.capacity.prices import STANDARD_CLASS, Price, Prices, prices

_UNVERIFIED = "The price was not looked up."
ALARM_LINES = ("alarms", "composite alarms")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that costs money: how much of it a month, and what `per` of it cost. None: not known.

    `what` names the thing, the same in every estimate.
    """

    what: str
    quantity: Span | None
    unit: str
    price: Price | None
    per: int = 1
    note: str = ""

    @property
    def amount(self) -> Span | None:
        """Dollars a month, not rounded; None when quantity or price is not known. Nothing of a thing costs nothing."""
        if self.quantity == ZERO:
            return ZERO
        if self.quantity is None or self.price is None:
            return None
        return self.quantity.times(self.price.amount / self.per)

    @property
    def shown_amount(self) -> str:
        """`$1.00`, `$1.00 to $4.00` or `no estimate`."""
        return money_span(self.amount)

    @property
    def shown_quantity(self) -> str:
        """`1,000`, `1,000 to 4,000` or `not known`; at most three decimals."""
        if self.quantity is None:
            return "not known"
        low, high = _number(self.quantity.low), _number(self.quantity.high)
        return low if low == high else f"{low} to {high}"

    @property
    def shown_price(self) -> str:
        """`$0.625 for 1 million write request units`, or `no price`."""
        return f"${self.price.amount} for {self.price.unit}" if self.price else "no price"


class LineMaker(NamedTuple):
    """Makes lines with the prices of a Region (None: there are none) and of a table class."""

    prices: Prices | None
    table_class: str = STANDARD_CLASS

    def line(self, what: str, quantity: Span | None, unit: str, key: str, *, per: int = 1, note: str = "") -> Line:
        """A line with the price of `key`; where there is none, and some of the thing is used, its note says so."""
        price = self.prices.get(key, self.table_class) if self.prices else None
        doubt = self._doubt(price) if quantity != ZERO else ""
        return Line(what, quantity, unit, price, per, " ".join(filter(None, (note, doubt))))

    def _doubt(self, price: Price | None) -> str:
        if price is None:
            where = f" of {self.prices.region}" if self.prices else " of this Region"
            return f"scripts/capacity/prices.json has no price{where} for it."
        return _UNVERIFIED if price.unverified else ""


class Total(NamedTuple):
    """The sum of some lines: the amounts that are known, not rounded (None: no amount or no price is), and how many
    dollars of it are alarms.

    `complete`: every line has an amount; otherwise the sum is a lower bound. `prices`: those that the lines use, each once.
    """

    amount: Span | None
    complete: bool
    alarms: Span | None
    prices: tuple[Price, ...]

    @property
    def shown(self) -> str:
        """`$1.00 to $4.00`, `at least $1.00` when a line has no amount, or `no estimate`."""
        return money_span(self.amount, complete=self.complete)

    def to_json(self) -> list[Any]:
        """As lists and texts."""
        spans = [[str(span.low), str(span.high)] if span else None for span in (self.amount, self.alarms)]
        return [*spans, self.complete, [[price.region, price.key] for price in self.prices]]

    @classmethod
    def from_json(cls, value: list[Any]) -> "Total":
        """The value of `to_json`. Raises ValueError, TypeError, KeyError or ArithmeticError for any other."""
        *spans, complete, used = value
        amount, alarms = (Span(Decimal(span[0]), Decimal(span[1])) if span else None for span in spans)
        return cls(amount, complete, alarms, tuple(_known_price(region, key) for region, key in used))


def _known_price(region: str, key: str) -> Price:
    found = prices(region)
    if found is None:
        raise KeyError(region)
    return found.by_key[key]


def summed(totals: Iterable[Total]) -> Total:
    """Several sums as one."""
    found = list(totals)
    return Total(
        _sum(total.amount for total in found),
        all(total.complete for total in found),
        _sum(total.alarms for total in found),
        tuple(dict.fromkeys(price for total in found for price in total.prices)),
    )


def _sum(amounts: Iterable[Span | None]) -> Span | None:
    """The sum of the amounts that are known; None when none is."""
    known = [amount for amount in amounts if amount]
    return sum(known, ZERO) if known else None


@dataclass(frozen=True)
class Estimate:
    """What something costs in a month: its lines in order, and sentences about what was assumed."""

    lines: tuple[Line, ...]
    assumptions: tuple[str, ...] = ()

    @cached_property
    def total(self) -> Total:
        """The sum of the lines."""
        priced = tuple(dict.fromkeys(line.price for line in self.lines if line.price))
        amounts = [line.amount for line in self.lines]
        alarms = [line.amount for line in self.lines if line.what in ALARM_LINES]
        return Total(_sum(amounts) if priced else None, None not in amounts, _sum(alarms), priced)


class CostDifference(NamedTuple):
    """How much more a month one estimate is than another, as far as it is known. `complete`: all of it is."""

    amount: Span
    complete: bool

    @property
    def shown(self) -> str:
        """`+$1.00`, `-$1.00 to +$4.00`, `no change`; what is not known is said."""
        if self.complete:
            return money_change(self.amount)
        return f"{money_change(self.amount)}, and what has no estimate" if self.amount != ZERO else NO_ESTIMATE


def difference(before: Estimate | None, after: Estimate) -> CostDifference:
    """What it costs a month to go from one estimate to the other; None: there is nothing yet."""
    old = {line.what: line for line in before.lines} if before else {}
    new = {line.what: line for line in after.lines}
    changes = []
    for what in dict.fromkeys((*old, *new)):
        was, is_ = old.get(what), new.get(what)
        if was != is_:
            first, second = (ZERO if line is None else line.amount for line in (was, is_))
            changes.append(None if first is None or second is None else second - first)
    return CostDifference(_sum(changes) or ZERO, None not in changes)


def _number(value: Decimal) -> str:
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text if text != "0" or not value else "under 0.001"
