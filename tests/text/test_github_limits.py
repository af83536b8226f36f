"""Markdown that is too long loses details before names, counts what it does not name, and leaves nothing open."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.text.github_limits import COMMENT_LIMIT, SHORT, fit

NOTE = f"\n\n{SHORT} All of it: the run."
FOLDED = "first\n\n<details><summary>x</summary>\n\n```console\n" + "word\n\n" * 20_000 + "```\n\n</details>\n"
NOTES = "<details><summary>2 notes</summary>\n\n" + "note " * 30 + "\n\n</details>\n"
LINES = st.sampled_from(
    [
        "",
        "a line",
        "- a point",
        "**`T`: it is.** Fix: x",
        "| a | row |",
        "```",
        "````sh",
        "<details>",
        "</details>",
        "x" * 90,
    ]
)


def problems(number: int, tables: int = 10) -> str:
    """A page with a table, so many problems of so many tables, and something folded away."""
    entries = [
        f"**`T{n % tables}`: check {n} is off, wanted: on.** Someone changed it.\n\n```sh\n{'aws x ' * 30}\n```\n\n- then {n}\n"
        for n in range(number)
    ]
    head = "## prod\n\nWhere.\n\n| Table | Keys |\n|---|---|\n| `T0` | match |\n"
    return "\n".join([head, *entries, NOTES])


@pytest.mark.parametrize("end", ["", "\nThe hash.\n"])
def test_one_character_decides(end: str) -> None:
    text = problems(3)
    assert fit(text, len(text) + len(end), "the run", end) == text + end
    short = fit(text, len(text) + len(end) - 1, "the run", end)
    assert short == text.partition("\n<details>")[0].rstrip("\n") + NOTE + "\n" + end, "what is folded away goes first"


def test_the_last_details_go_first_and_every_problem_is_named() -> None:
    text = problems(300)
    short = fit(text, COMMENT_LIMIT, "the run")
    assert COMMENT_LIMIT - 400 < len(short) <= COMMENT_LIMIT, "the room is used"
    assert re.findall(r"check (\d+) is off", short) == [str(n) for n in range(300)]
    assert text.startswith(short[: short.index("```\n\n- then 100")]), "the first ones are whole"
    assert f"**`T9`: check 299 is off, wanted: on.**{NOTE}\n" in short
    assert "Left out" not in short


def test_what_is_not_named_is_counted_by_its_table() -> None:
    short = fit(problems(3_000), COMMENT_LIMIT, "the run")
    assert COMMENT_LIMIT - 400 < len(short) <= COMMENT_LIMIT
    named = re.findall(r"^\*\*`T\d`: check (\d+) is off, wanted: on\.\*\*$", short, re.MULTILINE)
    assert named == [str(n) for n in range(len(named))]
    assert "aws x" not in short
    assert f"{NOTE} Left out: " in short
    counted = {
        table: int(number) for number, table in re.findall(r"(\d+) of `(T\d)`", short.rpartition("Left out: ")[2])
    }
    assert len(counted) == 10
    assert len(named) + sum(counted.values()) == 3_000


def test_of_many_tables_the_worst_are_counted_by_name() -> None:
    short = fit(problems(3_000, 1_000), 20_000, "the run")
    note = short.rpartition("Left out: ")[2]
    numbers = [int(number) for number in re.findall(r"(\d+) of ", note)]
    assert len(numbers) == 21 and note.endswith(" of others.\n")
    assert sum(numbers) + len(re.findall(r"check \d+ is", short)) == 3_000


def test_a_title_that_goes_on_after_the_bold_text_is_kept_whole() -> None:
    plan = "\n".join(f"**+ `T{n}`** is created\n\n- with a key\n- and an index\n" for n in range(20))
    short = fit(plan, len(plan) * 4 // 5, "plan.json")
    assert short.count("** is created\n") == 20
    assert 1 < short.count("- and an index") <= short.count("- with a key") < 20


@pytest.mark.parametrize("end", ["", "\nThe hash.\n"])
def test_what_is_folded_goes_as_a_whole(end: str) -> None:
    assert fit(FOLDED, COMMENT_LIMIT, "the run", end) == f"first{NOTE}\n{end}"


def test_a_table_loses_rows() -> None:
    short = fit("| a |\n|---|\n" + "| `row` |\n" * 100, 400, "the run")
    assert set(short.partition("\n\n")[0].split("\n")) == {"| a |", "|---|", "| `row` |"}
    assert f"{NOTE} Left out: {100 - short.count('| `row` |')} of `row`.\n" in short


@given(st.lists(LINES, max_size=60), st.integers(200, 2_000))
def test_nothing_of_any_text_is_longer_or_open(lines: list[str], limit: int) -> None:
    text = "\n".join(lines)
    short = fit(text, limit, "the run", "\nend\n")
    assert len(short) <= limit
    assert short.endswith("\nend\n")
    if short != f"{text}\nend\n":
        kept = short.partition(f"\n\n{SHORT}")[0]
        assert kept.count("```") % 2 == 0
        known = {*lines, *(line.partition(" Fix")[0] for line in lines)}
        assert {line for line in kept.split("\n") if not line.startswith(("`", "</"))} <= known | {""}
