"""Sums of lines, and the difference between two estimates."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

from scripts.capacity.cost_lines import Estimate, Line, Total, difference, summed
from scripts.capacity.money import Span
from scripts.capacity.prices import Price, prices
from tests.for_each import for_each

CENT = Price("eu-west-1", "storage_gb_month", Decimal("0.01"), "GB and month", "test", date(2026, 1, 1))
KNOWN = prices("eu-west-1").by_key["storage_gb_month"]
ELSEWHERE = prices("us-east-1").by_key["storage_gb_month"]


def line(what: str, quantity: object, price: Price | None = CENT) -> Line:
    span = None if quantity is None else quantity if isinstance(quantity, Span) else Span.of(Decimal(str(quantity)))
    return Line(what, span, "GB", price)


def estimate(*lines: Line) -> Estimate:
    return Estimate(lines)


def test_rounding_comes_last() -> None:
    parts = [line(f"storage {number}", "0.4") for number in range(3)]  # 0.4 cents each
    assert [one.shown_amount for one in parts] == ["under $0.01"] * 3
    assert estimate(*parts).total.shown == "$0.01"


@for_each(
    "lines", [(line("storage", "1.5", KNOWN), line("alarms", "2", ELSEWHERE)), (line("alarms", None, KNOWN),), ()]
)
def test_a_sum_that_is_kept_in_a_file_is_read_back_as_it_was(lines: tuple[Line, ...]) -> None:
    total = estimate(*lines).total
    kept = json.loads(json.dumps(total.to_json()))
    assert Total.from_json(kept) == total


QUANTITIES = [
    ("1000", "1,000"),
    ("0.12345", "0.123"),
    ("0.0001", "under 0.001"),
    ("0", "0"),
    ("2592000.5", "2,592,000.5"),
]


@for_each(("quantity", "text"), QUANTITIES)
def test_quantities(quantity: str, text: str) -> None:
    assert line("storage", quantity).shown_quantity == text


def test_an_estimate_is_as_complete_as_its_lines() -> None:
    assert estimate(line("a", 100), line("b", None)).total.shown == "at least $1.00"
    assert estimate(line("a", None)).total.shown == "no estimate"
    assert estimate(line("a", 100, price=None)).total.amount is None
    assert estimate().total.shown == "no estimate"


def test_tables_and_what_they_share_together() -> None:
    one = estimate(line("storage", 100))
    two = estimate(line("storage", 200), line("alarms", 50))
    whole = summed([one.total, two.total])
    assert [total.shown for total in (one.total, two.total, whole)] == ["$1.00", "$2.50", "$3.50"]
    assert one.total.alarms is None
    assert whole.alarms == Span.of(Decimal("0.50"))
    assert whole.prices == (CENT,)
    unknown = estimate(line("reads", None))
    assert summed([one.total, unknown.total]).shown == "at least $1.00"
    assert summed([unknown.total]).shown == unknown.total.shown == "no estimate"


def test_differences_are_found_line_by_line() -> None:
    before = estimate(line("storage", 100), line("alarms", 300), line("reads", Span(Decimal(100), Decimal(400))))
    after = estimate(line("storage", 100), line("reads", Span(Decimal(200), Decimal(300))), line("stream", 50))
    assert difference(before, after).shown == "-$1.50 to -$3.50"
    assert difference(after, before).shown == "+$1.50 to +$3.50"


def test_no_difference() -> None:
    same = estimate(line("storage", 100), line("reads", None))
    assert difference(same, same).shown == "no change"


def test_what_costs_the_same_is_no_change() -> None:
    noted = replace(line("storage", 100), note="Another note.")
    assert difference(estimate(line("storage", 100), line("a", 0)), estimate(noted)).shown == "no change"


def test_a_new_table() -> None:
    assert difference(None, estimate(line("storage", 100))).shown == "+$1.00"


def test_what_is_not_known_is_said() -> None:
    assert difference(estimate(line("reads", None)), estimate(line("reads", 100))).shown == "no estimate"
    more = difference(estimate(), estimate(line("reads", None), line("storage", 100)))
    assert more.shown == "+$1.00, and what has no estimate"


def test_another_price_is_a_difference() -> None:
    dearer = replace(CENT, amount=Decimal("0.02"))
    assert difference(estimate(line("a", 100)), estimate(line("a", 100, price=dearer))).shown == "+$1.00"
