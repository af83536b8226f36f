"""US dollars: spans between an average and a peak, and how they are written. Rounded only when written."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

NO_ESTIMATE = "no estimate"
_CENT = Decimal("0.01")
_WIDE = Context(prec=3000, rounding=ROUND_HALF_UP)  # quantize refuses figures with more digits than its context has


@dataclass(frozen=True, slots=True)
class Span:
    """Two figures of one thing, in the same unit: `low` with the average traffic, `high` with the peak all month long."""

    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, figure: Decimal | int) -> "Span":
        """One figure, the same with the average traffic and with the peak."""
        return cls(Decimal(figure), Decimal(figure))

    def __add__(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Span") -> "Span":
        return Span(self.low - other.low, self.high - other.high)

    def times(self, factor: Decimal) -> "Span":
        """Both figures multiplied by `factor`."""
        return Span(self.low * factor, self.high * factor)


ZERO = Span(Decimal(0), Decimal(0))


def money(amount: Decimal) -> str:
    """`$1,234.50`: dollars, rounded half up to the cent; what is less than half a cent but not nothing says so."""
    sign = "-" if amount < 0 else ""
    cents = abs(amount).quantize(_CENT, context=_WIDE)
    if amount and not cents:
        return f"under {sign}$0.01"
    return f"{sign}${cents:,}"


def money_span(span: Span | None, *, complete: bool = True) -> str:
    """`$1.00`, `$1.00 to $4.00`, `at least $1.00` when something could not be counted, or `no estimate` for None."""
    if span is None:
        return NO_ESTIMATE
    low, high = money(span.low), money(span.high)
    text = low if low == high else f"{low} to {high}"
    return text if complete else f"at least {text}"


def money_change(span: Span) -> str:
    """`+$1.00`, `-$1.00 to +$4.00`, or `no change`: what a change costs."""
    if not span.low and not span.high:
        return "no change"
    low, high = (f"+{money(amount)}" if amount > 0 else money(amount) for amount in (span.low, span.high))
    return low if low == high else f"{low} to {high}"
