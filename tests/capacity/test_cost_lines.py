"""Sums of lines, and the difference between two estimates."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from scripts.capacity.cost_lines import Estimate, Line, difference, summed
from scripts.capacity.money import ZERO, Span
from scripts.capacity.prices import Price

CENT = Price("storage_gb_month", Decimal("0.01"), "GB and month", "test", date(2026, 1, 1))


def line(what: str, quantity: object, part: str = "T", price: Price | None = CENT) -> Line:
    span = None if quantity is None else quantity if isinstance(quantity, Span) else Span.of(Decimal(str(quantity)))
    return Line(part, what, span, "GB", price)


def estimate(*lines: Line) -> Estimate:
    return Estimate("prod", lines)


def test_rounding_comes_last() -> None:
    parts = [line(f"storage {number}", "0.4") for number in range(3)]  # 0.4 cents each
    assert [one.shown_amount for one in parts] == ["under $0.01"] * 3
    assert estimate(*parts).shown_total == "$0.01"


QUANTITIES = [
    ("1000", "1,000"),
    ("0.12345", "0.123"),
    ("0.0001", "under 0.001"),
    ("0", "0"),
    ("2592000.5", "2,592,000.5"),
]


@pytest.mark.parametrize(("quantity", "text"), QUANTITIES)
def test_quantities(quantity: str, text: str) -> None:
    assert line("storage", quantity).shown_quantity == text


def test_an_estimate_is_as_complete_as_its_lines() -> None:
    assert estimate(line("a", 100), line("b", None)).shown_total == "at least $1.00"
    assert estimate(line("a", None)).shown_total == "no estimate"
    assert estimate(line("a", 100, price=None)).total is None
    assert estimate().shown_total == "no estimate"


def test_tables_and_what_they_share_together() -> None:
    one = Estimate("A", (line("storage", 100, "A"),))
    two = Estimate("B", (line("storage", 200, "B"), line("alarms", 50, "")))
    whole = summed([one.summary, two.summary])
    assert [total.shown for total in (one.summary, two.summary, whole)] == ["$1.00", "$2.50", "$3.50"]
    assert one.summary.alarms is None
    assert whole.alarms == Span.of(Decimal("0.50"))
    assert whole.prices == (CENT,)
    unknown = estimate(line("reads", None))
    assert summed([one.summary, unknown.summary]).shown == "at least $1.00"
    assert summed([unknown.summary]).shown == unknown.shown_total == "no estimate"


def test_differences_are_found_line_by_line() -> None:
    before = estimate(line("storage", 100), line("alarms", 300), line("reads", Span(Decimal(100), Decimal(400))))
    after = estimate(line("storage", 100), line("reads", Span(Decimal(200), Decimal(300))), line("stream", 50))
    found = difference(before, after)
    assert [(one.what, one.before, one.after) for one in found.changes] == [
        ("alarms", Span.of(3), None),
        ("reads", Span(Decimal(1), Decimal(4)), Span(Decimal(2), Decimal(3))),
        ("stream", None, Span.of(Decimal("0.5"))),
    ]
    assert found.total == Span(Decimal("-1.5"), Decimal("-3.5"))
    assert found.shown_total == "-$1.50 to -$3.50"


def test_the_parts_of_a_difference_are_its_total() -> None:
    before, after = estimate(line("storage", 100), line("a", 7)), estimate(line("storage", 130), line("b", 9))
    found = difference(before, after)
    assert found.total == after.total - before.total
    assert found.total == sum((one.delta for one in found.changes), ZERO)


def test_no_difference() -> None:
    same = estimate(line("storage", 100), line("reads", None))
    assert difference(same, same).changes == ()
    assert difference(same, same).shown_total == "no change"
    assert difference(None, None).shown_total == "no change"


def test_what_costs_the_same_is_no_change() -> None:
    noted = replace(line("storage", 100), note="Another note.")
    found = difference(estimate(line("storage", 100), line("a", 0)), estimate(noted))
    assert found.changes == ()


def test_a_new_and_a_removed_table() -> None:
    table = estimate(line("storage", 100))
    assert difference(None, table).shown_total == "+$1.00"
    assert difference(table, None).shown_total == "-$1.00"


def test_what_is_not_known_is_said() -> None:
    found = difference(estimate(line("reads", None)), estimate(line("reads", 100)))
    assert found.changes[0].delta is None
    assert found.shown_total == "no estimate"
    more = difference(estimate(), estimate(line("reads", None), line("storage", 100)))
    assert more.shown_total == "+$1.00, and what has no estimate"


def test_another_price_is_a_difference() -> None:
    dearer = replace(CENT, amount=Decimal("0.02"))
    assert difference(estimate(line("a", 100)), estimate(line("a", 100, price=dearer))).shown_total == "+$1.00"
