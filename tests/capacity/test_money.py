"""How amounts are written."""

from decimal import Decimal

from scripts.capacity.money import ZERO, Span, money, money_change, money_span
from tests.for_each import for_each

AMOUNTS = [
    ("249.48", "$249.48"),
    ("0", "$0.00"),
    ("0.005", "$0.01"),
    ("0.0049999", "under $0.01"),
    ("2.675", "$2.68"),
    ("1234567.891", "$1,234,567.89"),
    ("-3", "-$3.00"),
    ("1e40", f"${10**40:,}.00"),
    ("-0.001", "under -$0.01"),
]


@for_each(("amount", "text"), AMOUNTS)
def test_money_is_rounded_half_up_to_the_cent(amount: str, text: str) -> None:
    assert money(Decimal(amount)) == text


def test_spans() -> None:
    span = Span(Decimal(1), Decimal(4))
    assert money_span(span) == "$1.00 to $4.00"
    assert money_span(span, complete=False) == "at least $1.00 to $4.00"
    assert money_span(Span(Decimal("1.001"), Decimal("1.004"))) == "$1.00"
    assert money_span(None) == "no estimate"
    assert span - Span.of(1) == Span(Decimal(0), Decimal(3))


def test_changes() -> None:
    assert money_change(Span(Decimal(-1), Decimal(4))) == "-$1.00 to +$4.00"
    assert money_change(Span.of(2)) == "+$2.00"
    assert money_change(ZERO) == "no change"
