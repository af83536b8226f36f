"""The lines of an estimate, their sums, and the difference between two estimates."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from scripts.capacity.money import ZERO, Span, money_change, money_span
from scripts.capacity.prices import Price, prices

ALARM_LINES = ("alarms", "composite alarms")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that costs money: how much of it a month, and what `per` of it cost. None: not known.

    `part` is the table, or empty for what its tables share; `what` names the thing, the same in every estimate.
    """

    part: str
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


class Total(NamedTuple):
    """The sum of some lines: the amounts that are known (None: no amount is), and how many dollars of it are alarms.

    `complete`: every line has an amount. `prices`: those that the lines use, each once.
    """

    amount: Span | None
    complete: bool
    alarms: Span | None
    prices: tuple[Price, ...]

    @property
    def shown(self) -> str:
        """`$1.00 to $4.00`, `at least $1.00` when a line has no amount, or `no estimate`, also where there is no price."""
        return money_span(self.amount if self.prices else None, complete=self.complete)

    def to_json(self) -> list[Any]:
        """As lists and texts. All prices are of one Region."""
        spans = [[str(span.low), str(span.high)] if span else None for span in (self.amount, self.alarms)]
        return [*spans, self.complete, [price.key for price in self.prices]]

    @classmethod
    def from_json(cls, value: list[Any], region: str | None) -> "Total":
        """The value of `to_json`. Raises ValueError, TypeError, KeyError or ArithmeticError for any other."""
        *spans, complete, keys = value
        amount, alarms = (Span(Decimal(span[0]), Decimal(span[1])) if span else None for span in spans)
        found = prices(region) if region else None
        return cls(amount, complete, alarms, tuple(found.by_key[key] for key in keys) if found else ())


def summed(totals: Iterable[Total]) -> Total:
    """Several sums as one."""
    found = list(totals)
    amounts = [total.amount for total in found if total.amount]
    alarms = [total.alarms for total in found if total.alarms]
    used = dict.fromkeys(price for total in found for price in total.prices)
    return Total(
        sum(amounts, ZERO) if amounts else None,
        all(total.complete for total in found),
        sum(alarms, ZERO) if alarms else None,
        tuple(used),
    )


@dataclass(frozen=True)
class Estimate:
    """What something costs in a month: its lines in order, and sentences about what was assumed."""

    name: str
    lines: tuple[Line, ...]
    assumptions: tuple[str, ...] = ()

    @cached_property
    def amounts(self) -> tuple[Span | None, ...]:
        """The amount of each line."""
        return tuple(line.amount for line in self.lines)

    @cached_property
    def total(self) -> Span | None:
        """The sum of the amounts that are known, not rounded; None when none is, or when there is no price at all."""
        amounts = [amount for amount in self.amounts if amount is not None]
        priced = any(line.price for line in self.lines)
        return sum(amounts, ZERO) if amounts and priced else None

    @property
    def summary(self) -> "Total":
        """What the sums over several estimates are made of."""
        known = [amount for amount in self.amounts if amount is not None]
        of_alarms = [
            amount for line, amount in zip(self.lines, self.amounts, strict=True) if amount and line.what in ALARM_LINES
        ]
        return Total(
            sum(known, ZERO) if known else None,
            self.complete,
            sum(of_alarms, ZERO) if of_alarms else None,
            self.prices,
        )

    @property
    def complete(self) -> bool:
        """Whether every line has an amount; otherwise the total is a lower bound."""
        return None not in self.amounts

    @cached_property
    def shown_total(self) -> str:
        """`$1.00 to $4.00`, `at least $1.00` when a line has no amount, or `no estimate`."""
        return money_span(self.total, complete=self.complete)

    @property
    def prices(self) -> tuple[Price, ...]:
        """The prices that the lines use, each once."""
        return tuple(dict.fromkeys(line.price for line in self.lines if line.price))

    def of(self, part: str) -> "Estimate":
        """The lines of one part: a table, or empty for what the tables share."""
        return Estimate(part, tuple(line for line in self.lines if line.part == part))


class CostChange(NamedTuple):
    """A line that costs another amount than before; None for an amount: the line does not exist, or has no estimate."""

    part: str
    what: str
    before: Span | None
    after: Span | None
    delta: Span | None  # None: not known, because one of the two is not


class CostRange(NamedTuple):
    """What a change costs: the lines that change, and their sum a month; `complete` False: something is not known."""

    changes: tuple[CostChange, ...]
    total: Span
    complete: bool

    @property
    def shown_total(self) -> str:
        """`+$1.00`, `-$1.00 to +$4.00`, `no change`; what is not known is said."""
        if self.complete:
            return money_change(self.total)
        return f"{money_change(self.total)}, and what has no estimate" if self.total != ZERO else "no estimate"


def difference(before: Estimate | None, after: Estimate | None) -> CostRange:
    """What it costs a month to go from one estimate to the other, line by line; None: there is nothing on that side."""
    old = {(line.part, line.what): line for line in before.lines} if before else {}
    new = {(line.part, line.what): line for line in after.lines} if after else {}
    changes = []
    for key in dict.fromkeys((*old, *new)):
        was, is_ = old.get(key), new.get(key)
        if was == is_:
            continue
        first, second = (ZERO if line is None else line.amount for line in (was, is_))
        delta = None if first is None or second is None else second - first
        if delta != ZERO:
            changes.append(CostChange(*key, was.amount if was else None, is_.amount if is_ else None, delta))
    total = sum((change.delta for change in changes if change.delta is not None), ZERO)
    return CostRange(tuple(changes), total, all(change.delta is not None for change in changes))


def _number(value: Decimal) -> str:
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text if text != "0" or not value else "under 0.001"
