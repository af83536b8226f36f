"""How problems are made, ordered and counted."""

from dataclasses import replace

from scripts.problems import Problem, ProblemsError, counts, did_you_mean, printable, sort_problems

ERROR = Problem(
    "b.json", 12, 23, "error", "C213", "tables[0].gsis[1].projection", '"SOME" is no projection.', "Write ALL."
)
WARNING = replace(ERROR, line=2, column=1, severity="warning", id="C401", message="Doubtful.", fix="")
NOTE = replace(ERROR, file="a.json", line=99, severity="note", id="C505")


def test_sorted_by_file_then_place() -> None:
    assert sort_problems([ERROR, WARNING, NOTE]) == [NOTE, WARNING, ERROR]
    late = replace(ERROR, line=100)
    assert sort_problems([late, ERROR]) == [ERROR, late], "12 comes before 100"
    same = replace(WARNING, line=12, column=23)
    assert sort_problems([same, ERROR]) == [ERROR, same], "the worst first"


def test_counts() -> None:
    assert counts([]) == "no problems"
    assert counts([WARNING]) == "1 warning"
    assert counts([NOTE, ERROR, ERROR, WARNING]) == "2 errors, 1 warning, 1 note"


def test_error_carries_all_and_tells_all() -> None:
    error = ProblemsError([ERROR, NOTE])
    assert error.problems == (NOTE, ERROR)
    assert "a.json" in str(error) and "Write ALL." in str(error)


def test_did_you_mean() -> None:
    assert did_you_mean("projecton", ["projection", "pk"]) == "projection"
    assert did_you_mean("KEYS-only", ["ALL", "KEYS_ONLY"]) == "KEYS_ONLY"
    assert did_you_mean("zebra", ["projection", "pk"]) is None
    assert did_you_mean("", []) is None
    assert did_you_mean("x" * 1_000_000, ["projection"]) is None


def test_printable() -> None:
    assert printable("a\nb\x00\u202e\ud800") == "a\\nb\\u0000\\u202e\\ud800"
    assert printable("abcdefgh", 6) == "abc..."
    assert printable("größe") == "größe"
