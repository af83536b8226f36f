"""Markdown that is too long is cut between lines, says so, and leaves nothing open."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.text.github_limits import COMMENT_LIMIT, fit
from tests import hypothesis_profiles

hypothesis_profiles.load()

NOTE = "**Cut here: it is too long for this place.** All of it: the run.\n"
FOLDED = "first\n\n<details><summary>x</summary>\n\n```console\n" + "word\n\n" * 20_000 + "```\n\n</details>\n"
LINES = st.sampled_from(
    ["", "a line", "- a point", "| a | row |", "```", "````console", "<details>", "</details>", "x" * 90]
)


def test_what_fits_is_left_as_it_is() -> None:
    assert fit("short", 10, "the run", " end") == "short end"


@pytest.mark.parametrize("end", ["", "\nThe hash.\n"])
def test_what_is_cut_says_so_and_leaves_nothing_open(end: str) -> None:
    short = fit(FOLDED, COMMENT_LIMIT, "the run", end)
    assert COMMENT_LIMIT - 100 < len(short) <= COMMENT_LIMIT
    assert short.startswith("first\n\n<details><summary>x</summary>\n\n```console\nword\n")
    assert short.endswith(NOTE + end)
    assert short.count("```") == 2
    assert short.count("<details>") == short.count("</details>") == 1


def test_a_table_is_cut_between_two_rows() -> None:
    short = fit("| a |\n|---|\n" + "| row |\n" * 100, 400, "the run")
    assert set(short.removesuffix(NOTE).split("\n")) == {"| a |", "|---|", "| row |", ""}


@given(st.lists(LINES, max_size=60), st.integers(200, 2_000))
def test_nothing_of_any_text_is_longer_or_open(lines: list[str], limit: int) -> None:
    text = "\n".join(lines)
    short = fit(text, limit, "the run", "\nend\n")
    assert len(short) <= limit or text.count("<details>") > 2
    assert short.endswith("\nend\n")
    if short != f"{text}\nend\n":
        assert short.count("</details>") >= short.count("<details>")
        kept = short.removesuffix(f"{NOTE}\nend\n").rstrip("\n")
        assert text.startswith(re.sub(r"(\n+(`{3,}|</details>))*$", "", kept))
