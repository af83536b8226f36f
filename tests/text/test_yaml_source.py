"""YAML with the place of every value; what has no place in a settings file is a problem with its line and column."""

from pathlib import Path

import pytest

from scripts.problems import ProblemsError
from scripts.text.yaml_source import MAX_BYTES, dotted, read_yaml
from tests.for_each import for_each

# id of the test: content, then (line, column, id, beginning of the message) of every problem
REFUSED: dict[str, tuple[str | bytes, list[tuple[int, int, str, str]]]] = {
    "tab": ("a:\n\tb: 1\n", [(2, 1, "S002", "This is not YAML: ")]),
    "unclosed list": ("a: [1\nb: 2\n", [(2, 2, "S002", "This is not YAML: ")]),
    "colon in a value": ("x: 1\na: b: c\n", [(2, 5, "S002", "This is not YAML: mapping values")]),
    "control character": ("a: \x00b\n", [(1, 1, "S002", "This is not YAML: unacceptable character #x0000")]),
    "duplicate key": ("a: 1\nb: 2\na: 3\n", [(3, 1, "S004", '"a" stands here twice.')]),
    "duplicate keys deep": (
        "x:\n  a: 1\n  a: 1\n  b: {c: 1, c: 2}\n",
        [(3, 3, "S004", '"a" stands here twice.'), (4, 13, "S004", '"c" stands here twice.')],
    ),
    "key that is a list": ("b: 1\n? [a]\n: b\n", [(2, 3, "S003", "A key must be plain text.")]),
    "merge key": ("a:\n  <<: {b: 1}\n", [(2, 3, "S003", "A key must be plain text.")]),
    "anchor of a group": ("a: &x {b: 1}\nc: *x\n", [(2, 4, "S005", "The file uses YAML anchors")]),
    "anchor of a value": ("a: &x 1\nc: *x\n", [(2, 4, "S005", "The file uses YAML anchors")]),
    "alias in itself": ("a: &x [*x]\n", [(1, 8, "S005", "The file uses YAML anchors")]),
    "alias of nothing": ("a: *oncall\n", [(1, 4, "S005", "The file uses YAML anchors")]),
    "two documents": ("a: 1\n---\nb: 2\n", [(2, 1, "S002", "A second document begins here.")]),
    "no such date": ("a: 1\nb: 2026-13-45\n", [(2, 4, "S002", "This value cannot be read: month must be in 1..12.")]),
    "endless number": ("a: " + "9" * 5000, [(1, 4, "S002", "This value cannot be read: Exceeds the limit")]),
    "tags": (
        "a: !Ref b\nc: !!python/object:os.system d\n",
        [(1, 4, "S002", "This value cannot be read: "), (2, 4, "S002", "This value cannot be read: ")],
    ),
    "tag of a group": (
        "a: !!python/object:os.system {b: 1}\n",
        [(1, 4, "S002", "The tag !!python/object:os.system says")],
    ),
    "tag of a list": ("a: !mine [1]\n", [(1, 4, "S002", "The tag !mine says")]),
    "set": ("a: !!set {b, c}\n", [(1, 4, "S002", "The tag !!set says")]),
    "typographic quotes": (
        "a: \u201cb\u201d\nc: [\u00abd\u00bb, e]\n",
        [
            (1, 4, "S002", "The quotes of \u201cb\u201d are typographic"),
            (2, 5, "S002", "The quotes of \u00abd\u00bb are"),
        ],
    ),
    "deep lists": ("[" * 100_000, [(1, 51, "S002", "The values are nested too deeply.")]),
    "deep groups": (
        "\n".join(" " * n + "a:" for n in range(900)),
        [(51, 51, "S002", "The values are nested too deep")],
    ),
    "a fence": ("```yaml\na: 1\n```\n", [(1, 1, "S002", "A Markdown fence (```) stands here.")]),
    "another fence": ("~~~\na: 1\n~~~\n", [(1, 1, "S002", "A Markdown fence (~~~) stands here.")]),
    "prose and a fence": ("Look:\n\n```\na: 1\n```\n", [(3, 1, "S002", "A Markdown fence (```) stands here.")]),
    "the end of a fence": ("a: 1\n```\n", [(2, 1, "S002", "A Markdown fence (```) stands here.")]),
    "no-break space before a key": ("a:\n\u00a0 b: 1\n", [(2, 1, "S002", "U+00A0 (no-break space) stands here.")]),
    "no-break space before a value": ("a:\u00a0b\n", [(1, 3, "S002", "U+00A0 (no-break space) stands here.")]),
    "invisible space": ("a\u200bb: 1 # \u200b\n", [(1, 2, "S002", "U+200B (zero width space) stands here.")]),
    "octal": ("a: 010\n", [(1, 4, "S002", '"010" would be read as the number 8.')]),
    "time": ("a: [1, 1:30]\n", [(1, 8, "S002", '"1:30" would be read as the number 90.')]),
    "hexadecimal": ("a: 0x1F\n", [(1, 4, "S002", '"0x1F" would be read as the number 31.')]),
    "grouped digits": ("a: 1_000\n", [(1, 4, "S002", '"1_000" would be read as the number 1000.')]),
    "list with a conflict in it": (
        "a:\n<<<<<<< x\n- 1\n||||||| y\n=======\n- 2\n>>>>>>> z\n",
        [(2, 1, "S006", "The file holds a merge that git could not finish: line 3 (x) or line 6 (z).")],
    ),
    "not UTF-8": (b"a: \xe9\n", [(1, 1, "S001", "The file is not UTF-8 text.")]),
    "UTF-16": ("a: 1\n".encode("utf-16"), [(1, 1, "S001", "The file is not UTF-8 text.")]),
    "huge": ("#" * (MAX_BYTES + 1), [(1, 1, "S001", "The file is larger than 1,000,000 bytes.")]),
}


@for_each(("content", "wanted"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, content: str | bytes, wanted: list[tuple[int, int, str, str]]) -> None:
    path = tmp_path / "deployment.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ProblemsError) as caught:
        read_yaml(path)
    found = [
        (p.line, p.column, p.id, p.message[: len(known[3])])
        for p, known in zip(caught.value.problems, wanted, strict=True)
    ]
    assert found == wanted
    for problem in caught.value.problems:
        assert problem.file == str(path)
        assert problem.severity == "error"
        assert problem.fix.endswith((".", "?")), "it says what to do"
        assert len(problem.message) < 200
        assert "\n" not in problem.message


def test_spaces_and_numbers_that_are_plain_or_in_quotes_or_remarks(tmp_path: Path) -> None:
    path = tmp_path / "deployment.yaml"
    path.write_text("\ufeff# \u00a0\na: [1, -2, 0, 2.5, 1e3, .5, '010']\n", encoding="utf-8")
    assert read_yaml(path).value == {"a": [1, -2, 0, 2.5, "1e3", 0.5, "010"]}


def test_a_place_that_needs_text_is_never_read_as_a_number_of_an_older_yaml(tmp_path: Path) -> None:
    path = tmp_path / "deployment.yaml"
    path.write_text("account: 012345670123\nat: 12:30:00\nb: !!map {c: !!seq [1]}\n")
    source = read_yaml(path, lambda _: True)
    assert source.plain == {("account",): "012345670123", ("at",): "12:30:00", ("b", "c", 0): "1"}
    assert source.value["b"] == {"c": [1]}


def test_values_and_their_places(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("# comment\na: 1\nb:\n  - x\n  - {c: yes}\n'1': ''\n2: ~\n", encoding="utf-8-sig")
    source = read_yaml(path)
    assert source.value == {"a": 1, "b": ["x", {"c": True}], "1": "", "2": None}
    assert source.positions == {
        (): (2, 1),
        ("a",): (2, 1),
        ("b",): (3, 1),
        ("b", 0): (4, 5),
        ("b", 1): (5, 5),
        ("b", 1, "c"): (5, 6),
        ("1",): (6, 1),
        ("2",): (7, 1),
    }


@for_each("content", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_has_no_value(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content)
    assert read_yaml(path).value is None


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_what_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProblemsError, match="S001") as caught:
        read_yaml(tmp_path / name)
    assert caught.value.problems[0].message.startswith("The file cannot be read: ")


def test_dotted() -> None:
    assert dotted(("tables", "Orders", "tags", 0, 1, "x")) == "tables.Orders.tags[0][1].x"
    assert dotted(()) == ""
