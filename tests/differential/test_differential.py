"""The differential run: the same requests for a seed, every class decided or told, and nothing decided in vain."""

import random
from pathlib import Path
from typing import Any

import pytest

from scripts.local_aws.strictness.data_plane import syntax
from scripts.local_aws.strictness.data_plane.tokens import Malformed
from tests.differential import compare, report
from tests.differential.cases import WEIGHTS, cases
from tests.differential.compare import Difference
from tests.differential.decisions import Decision, decide, load
from tests.differential.engine import Answer, Engine, Request
from tests.differential.grammar import Draw
from tests.differential.items import Case
from tests.differential.run import run
from tests.for_each import for_each

REFUSED = Answer({}, "ValidationException", 'Invalid FilterExpression: Syntax error; token: "_", near: "_x"')


class Fake(Engine):
    """An engine that accepts everything but what it is told to refuse."""

    def __init__(self, name: str, refused: str = "") -> None:
        self.name, self.refused, self.asked = name, refused, 0

    def ask(self, operation: str, request: Request) -> Answer:
        if operation == "DescribeTable":
            self.asked += 1
            if request["TableName"] == "Scratch" and self.asked % 2:
                return Answer({}, "ResourceNotFoundException")
            return Answer({"Table": {"TableStatus": "ACTIVE"}})
        if operation == self.refused:
            return REFUSED
        return Answer({"TableDescription": {"TableName": "Scratch"}})


def test_a_seed_gives_the_same_requests_of_every_kind() -> None:
    first, again, others = (list(cases(seed, 300)) for seed in (1, 1, 2))
    assert first == again
    assert first != others
    assert len({case.operation for case in first}) == len(WEIGHTS)


def test_expressions_are_what_they_are_meant_to_be_and_damaged_ones_are_read_or_refused() -> None:
    """The grammar of the random expressions and the parser of the local AWS are two readings of the same pages."""
    source = random.Random(3)  # noqa: S311 - the same expressions each time, no secret
    refused = 0
    for _ in range(400):
        for make, read in (
            (Draw.condition, syntax.condition),
            (Draw.projection, syntax.projection),
            (Draw.update, syntax.update),
        ):
            draw = Draw(source)
            text = make(draw).replace("_x", "x")
            read(text)
            try:
                read(draw.damaged(text, 1))
            except Malformed as problem:
                refused += 1
                assert str(problem).startswith("Syntax error; token: ")
    assert refused > 400, "most of the damage is no expression any more"


def test_a_difference_that_nobody_has_decided_is_told_with_an_example() -> None:
    local, other = Fake("local AWS", "Scan"), Fake("dynalite")
    result = run(local, [other], [Case("Scan", {"TableName": "Orders"}), Case("Query", {"TableName": "Orders"})])
    found = Difference("dynalite", "Scan", "Syntax error", "accepted")
    assert result.seen == {found: 1}
    assert (result.requests, result.asked, result.accepted) == (2, {"dynalite": 2}, 1)
    assert decide(result.seen, []) == ({}, [found])
    text = report.undecided(result, [found])
    assert "Scan: local AWS: Syntax error; dynalite: accepted (1 requests)" in text
    assert '{"TableName": "Orders"}' in text
    decision = Decision(
        "paths", "local AWS", "Because.", "https://x/Paths.html", operation=("Sc*",), local=("Syntax *",)
    )
    assert decide(result.seen, [decision]) == ({found: decision}, [])
    page = report.markdown(result, {found: decision}, 7)
    assert "| paths | 1 | - | local AWS | Because. [Paths](https://x/Paths.html) |" in page


@for_each(
    ("local", "other", "same"),
    [
        (Answer({}), Answer({"UnprocessedItems": {}}), True),
        (REFUSED, Answer({}, "ValidationException", "another sentence"), True),
        (REFUSED, Answer({}, "ConditionalCheckFailedException", ""), False),
        (REFUSED, Answer({}), False),
        (Answer({}), REFUSED, False),
    ],
)
def test_what_counts_as_a_difference(local: Answer, other: Answer, same: bool) -> None:
    assert (compare.difference("moto", Case("PutItem", {}), local, other) is None) == same


def test_answers_are_compared_but_for_what_each_engine_orders_by_itself() -> None:
    one, two = ({"pk": {"S": name}, "tags": {"SS": ["x", "y"]}} for name in "ab")
    turned = {**one, "tags": {"SS": ["y", "x"]}}

    def same(operation: str, items: list[Any], others: list[Any], **request: Any) -> bool:
        answers = Answer({"Items": items}), Answer({"Items": others})
        return compare.difference("moto", Case(operation, request), *answers) is None

    assert same("Query", [one, two], [turned, two])
    assert not same("Query", [one, two], [two, one])
    assert same("Query", [one, two], [two, one], IndexName="ByCity")
    assert same("Scan", [one, two], [two, one])
    assert not same("Scan", [one, two], [one])
    assert same("Scan", [one], [two], Limit=1)


def test_every_decision_is_whole_and_decides_something_of_its_own() -> None:
    decisions = load()
    assert len({decision.what for decision in decisions}) == len(decisions)
    assert all(decision.source.startswith("https://") for decision in decisions)
    patterns = [(each.engine, each.operation, each.local, each.other) for each in decisions]
    assert len(set(patterns)) == len(patterns)
    assert (("*",), ("*",), ("*",), ("*",)) not in patterns


def test_a_decision_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "decisions.yaml"
    file.write_text("- {what: paths, aws: moto, why: Because.}\n")
    with pytest.raises(ValueError, match=r"decisions.yaml, decision 1: .* source are needed"):
        load(file)


def test_the_table_is_written_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.MARKS[0]}\nold\n{report.MARKS[1]}\nafter\n")
    report.write("new\n", page)
    assert page.read_text() == f"before\n{report.MARKS[0]}\n\nnew\n\n{report.MARKS[1]}\nafter\n"
    with pytest.raises(ValueError, match="lacks"):
        report.write("new", tmp_path / "page.md" if not page.write_text("nothing") else page)
