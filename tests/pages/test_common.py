"""What the pages share."""

from scripts.model import ALL, INCLUDE, Index, Note
from scripts.pages import common
from tests.for_each import for_each
from tests.samples import keys

COUNTS = [(0, "no tables"), (1, "1 table"), (2, "2 tables")]


@for_each(("number", "text"), COUNTS)
def test_counts(number: int, text: str) -> None:
    assert common.count(number, "table") == text


def test_a_plural_of_its_own() -> None:
    assert [common.count(number, "index", "indexes") for number in (1, 2)] == ["1 index", "2 indexes"]


def test_keys() -> None:
    assert common.keys(keys("a b:N", "c")) == ("`a` (S), `b` (N)", "`c` (S)")
    assert common.keys_sentence(keys("a", "c:B")) == "Partition key `a` (S), sort key `c` (B)"
    assert common.keys_sentence(keys("a")) == "Partition key `a` (S), no sort key"


def test_projections() -> None:
    assert common.projection(Index("x", keys("a"), ALL)) == "ALL"
    assert common.projection(Index("x", keys("a"), INCLUDE, ("b", "c"))) == "INCLUDE `b`, `c`"


def test_notes() -> None:
    assert common.notes([Note("warning", "C401", "tables[0]", "Is `x` <b>?")]) == [
        "- **warning** C401 at `tables[0]`: Is \\`x\\` &#60;b&#62;?"
    ]
    assert common.notes([]) == []


def test_the_header_is_invisible_and_names_the_source() -> None:
    (line,) = common.header("shop")
    assert line.startswith("<!-- ")
    assert line.endswith(" -->")
    assert "contracts/shop/" in line
    assert "make generate" in line
