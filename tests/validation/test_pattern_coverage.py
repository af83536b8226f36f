"""Each access pattern of a table: what serves it, and what the probes have shown of it."""

from dataclasses import replace

from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.model import AccessPattern, ContractTable, Index
from scripts.validation.pattern_coverage import ANSWERED, NOT_TRIED, REFUSED, PatternCoverage, served
from tests.for_each import for_each
from tests.samples import keys

TABLE = ContractTable(
    "Orders", keys("PK"), indexes=(Index("ByDay", keys("day")),), satisfies=("AP4: find a late order",)
)


def probe(index: str = "", what: str = "query", outcome: str = MATCH) -> Finding:
    return Finding("Orders", "Access", index, what, outcome)


READ = [probe(), probe("ByDay")]
WRITTEN = [*READ, *(probe("", f"write probe: {what}") for what in ("put", "read", "update", "delete"))]
QUERY = AccessPattern("AP1", "by day", "Query", "Orders", "ByDay")
GET = AccessPattern("AP2", "one", "GetItem", "Orders")
PUT = AccessPattern("AP3", "put", "PutItem", "Orders")
# The pattern, the findings of the probes, what is shown, and a word of the reason.
CASES: dict[str, tuple[AccessPattern, list[Finding], str, str]] = {
    "a query on an index": (QUERY, READ, ANSWERED, ""),
    "a read of the table": (GET, READ, ANSWERED, ""),
    "an index that refuses": (QUERY, [probe(), probe("ByDay", outcome=MISMATCH)], REFUSED, ""),
    "an index that may not be read": (
        QUERY,
        [probe(), probe("ByDay", outcome=UNKNOWN)],
        NOT_TRIED,
        "could not be read",
    ),
    "an index that is not there": (QUERY, [probe()], NOT_TRIED, "index does not exist"),
    "a table that is not there": (GET, [], NOT_TRIED, "table was not found"),
    "the other index does not matter": (GET, [probe(), probe("ByDay", outcome=MISMATCH)], ANSWERED, ""),
    "a write without the write probe": (PUT, READ, NOT_TRIED, "--write-probe"),
    "a write with it": (PUT, WRITTEN, ANSWERED, ""),
    "a write that is refused": (PUT, [*READ, probe("", "write probe: put", MISMATCH)], REFUSED, ""),
    "a transaction": (replace(PUT, operation="TransactWriteItems"), WRITTEN, ANSWERED, ""),
    "no operation": (replace(GET, operation=""), READ, NOT_TRIED, "no operation"),
}


@for_each(("pattern", "findings", "shown", "reason"), CASES.values(), ids=CASES)
def test_what_the_probes_show(pattern: AccessPattern, findings: list[Finding], shown: str, reason: str) -> None:
    found, sentence = served([pattern], TABLE, findings)
    assert (found.id, found.operation, found.probe) == (pattern.id, pattern.operation, shown)
    assert reason in found.reason
    assert bool(found.reason) == (shown == NOT_TRIED)
    assert sentence == PatternCoverage(
        "", "AP4: find a late order", "", "", False, NOT_TRIED, "the contract states no operation"
    )


def test_what_serves_it() -> None:
    assert [pattern.by for pattern in served([QUERY, GET], TABLE, READ)] == ["index ByDay", "table", "not stated"]


def test_a_sentence_of_the_table_is_the_pattern_that_it_names() -> None:
    late = AccessPattern("AP4", operation="Query")
    (found,) = served([late], TABLE, READ)
    assert (found.id, found.description, found.by) == ("AP4", "AP4: find a late order", "not stated")


def test_patterns_of_other_tables_are_theirs() -> None:
    assert [pattern.id for pattern in served([replace(QUERY, table="Books")], TABLE, READ)] == [""]
