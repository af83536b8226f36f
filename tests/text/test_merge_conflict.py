"""Unfinished merges are found, and what only looks like one is not."""

import pytest

from scripts.text.merge_conflict import merge_conflict

PLAIN = "a\n<<<<<<< HEAD\nb\n=======\nc\nd\n>>>>>>> feature\n"


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        (PLAIN, "line 3 (HEAD) or lines 5 to 6 (feature)"),
        (PLAIN.replace("\n", "\r\n"), "line 3 (HEAD) or lines 5 to 6 (feature)"),
        ("<<<<<<<\n=======\nc\n>>>>>>>\n", "nothing (ours) or line 3 (theirs)"),
        ("<<<<<<< a\nb\n||||||| base\nc\n=======\nd\n>>>>>>> e\n", "lines 2 to 4 (a) or line 6 (e)"),
    ],
)
def test_both_sides_are_told(text: str, sides: str) -> None:
    conflict = merge_conflict(text)
    assert conflict and conflict.sides() == sides


@pytest.mark.parametrize(
    "text",
    ["", "a\n=======\nb\n", "<<<<<<< a\nb\n", "<<<<<<< a\n>>>>>>> b\n=======\n", " <<<<<<< a\n=======\n>>>>>>> b\n"],
)
def test_half_a_conflict_is_none(text: str) -> None:
    assert merge_conflict(text) is None
