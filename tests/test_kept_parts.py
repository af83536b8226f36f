"""The file of the parts: what is written is read again, and what a merge leaves in it stops nobody."""

from pathlib import Path

from scripts.kept_parts import FILE, kept_lines, kept_text, of_family, read_kept_parts
from scripts.parts import ALWAYS_FIRST

FAMILIES = {"dashboard": {1: ["A", "b.c"], 12: ["T_1"]}, "operator": {1: [ALWAYS_FIRST, "A"], 3: ["T_1", "b.c"]}}
TEXT = "T_1 dashboard=12 operator=3\nb.c operator=3\n"
STEMS = {"A": "A", "T_1": "T_1", "b.c": "b.c", "New": "New"}


def test_a_line_names_a_table_and_its_parts_other_than_the_first(tmp_path: Path) -> None:
    text = kept_text(FAMILIES)
    assert text.endswith(f"\n{TEXT}")
    templates = tmp_path / "templates" / "tables"
    templates.mkdir(parents=True)
    for name in ("A", "T_1", "b.c", "Gone"):
        (templates / f"{name}.yaml").touch()
    assert read_kept_parts(tmp_path, STEMS) == {"A": {}, "T_1": {}, "b.c": {}}, (
        "without a file all are in the first parts"
    )
    (tmp_path / FILE).write_text(f"{text}Gone operator=2\nNew operator=3\n")
    kept = read_kept_parts(tmp_path, STEMS)
    assert of_family(kept, "dashboard") == {"A": 1, "T_1": 12, "b.c": 1}
    assert of_family(kept, "operator") == {"A": 1, "T_1": 3, "b.c": 3}
    assert read_kept_parts(tmp_path / "nowhere", STEMS) == {}
    assert kept_text({"dashboard": {1: ["A"]}, "streams": {}}) == ""


def test_what_is_no_line_is_passed_over() -> None:
    odd = "<<<<<<< ours\nA\n=======\nB operator=2\n>>>>>>> theirs\nC operator=0\nD operator=\nE  operator=2\n\nF operator=2\n"
    assert dict(kept_lines(odd)) == {"A": {}, "B": {"operator": 2}, "F": {"operator": 2}}
