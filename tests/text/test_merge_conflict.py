"""Unfinished merges are found, in every style of git, and what only looks like one is not."""

from scripts.text.merge_conflict import merge_conflict
from tests.for_each import for_each

PLAIN = "a\n<<<<<<< HEAD\nb\n=======\nc\nd\n>>>>>>> feature\n"
DIFF3 = "<<<<<<< a\nb\n||||||| base\nc\n=======\nd\n>>>>>>> e\n"


@for_each(
    ("text", "line", "found", "removed"),
    [
        (PLAIN, 2, "line 3 (HEAD) or lines 5 to 6 (feature)", "lines 2 to 7"),
        (PLAIN.replace("\n", "\r\n"), 2, "line 3 (HEAD) or lines 5 to 6 (feature)", "lines 2 to 7"),
        (PLAIN.replace("\n", "\r"), 2, "line 3 (HEAD) or lines 5 to 6 (feature)", "lines 2 to 7"),
        (PLAIN.rstrip(), 2, "line 3 (HEAD) or lines 5 to 6 (feature)", "lines 2 to 7"),
        (PLAIN * 3, 2, "line 3 (HEAD) or lines 5 to 6 (feature), and 2 more like it further down", "lines 2 to 7"),
        ("<<<<<<<\n=======\nc\n>>>>>>>\n", 1, "nothing (ours) or line 3 (theirs)", "lines 1 to 4"),
        (DIFF3, 1, "line 2 (a) or line 6 (e)", "lines 1 to 7"),
        (">>>>>>> left\n" + DIFF3, 2, "line 3 (a) or line 7 (e)", "lines 2 to 8"),
        # A merge of merges: the common ancestor is a conflict itself, with longer marks.
        (DIFF3.replace("c", "<<<<<<<<< x\n=========\n>>>>>>>>> y"), 1, "line 2 (a) or line 8 (e)", "lines 1 to 9"),
    ],
)
def test_both_sides_are_told(text: str, line: int, found: str, removed: str) -> None:
    conflict = merge_conflict(text)
    assert conflict and (conflict.line, conflict.found) == (line, found)
    assert conflict.hint == f"Keep what is right of the two, and remove the rest of {removed}."


@for_each("mark", ["<<<<<<< HEAD", "||||||| base", "=======", ">>>>>>> feature"])
def test_a_mark_that_was_left_over_is_told_where_it_can_be_nothing_else(mark: str) -> None:
    conflict = merge_conflict(f"a\n{mark}\nb\n")
    assert conflict and (conflict.line, conflict.found) == (2, f"line 2 ({mark[:7]}) is left over from it")
    assert merge_conflict(f"a\n{mark}\nb\n", leftovers=False) is None


@for_each(
    "text",
    ["", " <<<<<<< a\n =======\n >>>>>>> b\n", '"\\n<<<<<<< a\\n=======\\n>>>>>>> b"', "<<<<<<<a\n", "========\n"],
)
def test_what_only_looks_like_a_conflict_is_none(text: str) -> None:
    assert merge_conflict(text) is None
