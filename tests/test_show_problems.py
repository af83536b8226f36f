"""How problems are shown: as text, JSON and annotations."""

import io
import json
import re
from dataclasses import replace

from scripts.edit import END, insert, remove, rename, write
from scripts.problems import Problem
from scripts.show_problems import render_github, render_json, render_text, use_colour
from tests.for_each import for_each

ERROR = Problem(
    "b.json", 12, 23, "error", "C213", "tables[0].gsis[1].projection", '"SOME" is no projection.', "Write ALL."
)
WARNING = replace(ERROR, line=2, column=1, severity="warning", id="C401", message="Doubtful.", fix="")
NOTE = replace(ERROR, file="a.json", line=99, severity="note", id="C505")


def test_text_has_file_place_id_path_message_fix_and_caret() -> None:
    lines = ["    " + '"projection": "SOME"' if n == 12 else "" for n in range(1, 13)]
    text = render_text([replace(ERROR, column=19)], line_of=lambda _file, line: lines[line - 1])
    assert text.split("\n") == [
        "b.json",
        "  12:19     error    C213  tables[0].gsis[1].projection",
        '            "SOME" is no projection.',
        "            Write ALL.",
        '              "projection": "SOME"',
        "                            ^",
    ]


def test_caret_is_under_its_character_in_long_lines_and_after_tabs() -> None:
    for before in ["\t\tab\t", "x" * 500]:
        line = before + "HERE" + "y" * 500
        text = render_text([replace(ERROR, column=len(before) + 1)], line_of=lambda _file, _line, line=line: line)
        shown, caret = text.split("\n")[-2:]
        assert len(shown) < 140
        assert shown[caret.index("^") :].startswith("HERE")


def test_each_file_has_one_heading() -> None:
    text = render_text([ERROR, NOTE, WARNING])
    assert text.count("b.json") == 1 and text.index("a.json") < text.index("b.json")


@for_each("one", [ERROR, WARNING, NOTE])
def test_many_of_one_kind_are_one_message_with_a_count_and_the_first_places(one: Problem) -> None:
    text = render_text([replace(one, line=n) for n in range(1, 501)])
    assert text.count(one.message) == 5
    assert text.split("\n")[-1].strip() == f"495 more {one.severity}s {one.id} like this, lines 6, 7, 8, 9, 10, ..."
    assert len(json.loads(render_json([replace(one, line=n) for n in range(1, 501)]))) == 500


def test_one_more_is_shown_as_it_is_and_others_are_never_hidden() -> None:
    assert render_text([replace(NOTE, line=n) for n in range(1, 7)]).count("SOME") == 6
    mixed = [*(replace(NOTE, file="b.json", line=n) for n in range(1, 30)), ERROR, replace(NOTE, line=3)]
    text = render_text(mixed)
    assert "error    C213" in text and "24 more notes C505 like this, lines 6," in text


def test_hostile_text_cannot_reach_the_terminal() -> None:
    evil = replace(ERROR, file="a\x1b[2J", path="x\ny", message="m\x1b]0;t\x07\u202e", fix="\r\x9b")
    text = render_text([evil], line_of=lambda _file, _line: "a\x1b[31m\u202eb")
    assert not set(text) & set("\x1b\x07\r\x9b\u202e")
    assert "x\\ny" in text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@for_each(
    ("stream", "no_color", "expected"), [(Terminal(), "", True), (Terminal(), "1", False), (io.StringIO(), "", False)]
)
def test_colour_only_on_a_terminal_and_never_with_no_color(monkeypatch, stream, no_color: str, expected: bool) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setenv("TERM", "xterm")
    assert bool(use_colour(stream)) is expected


def test_colour_changes_nothing_but_colour() -> None:
    coloured = render_text([ERROR, WARNING, NOTE], colour=True)
    assert "\x1b[1;31m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_text([ERROR, WARNING, NOTE])


def test_json_has_every_field() -> None:
    assert json.loads(render_json([ERROR])) == [
        {
            "file": "b.json",
            "line": 12,
            "column": 23,
            "severity": "error",
            "id": "C213",
            "path": "tables[0].gsis[1].projection",
            "message": '"SOME" is no projection.',
            "fix": "Write ALL.",
            "edits": [],
        }
    ]
    edits = (write(("tables", 0, "a/b"), "ALL"), rename(("a",), "b"), insert(("list", END), {}), remove(("~",)))
    (one,) = json.loads(render_json([replace(ERROR, edits=edits)]))
    assert one["edits"] == [
        {"op": "replace", "path": "/tables/0/a~1b", "value": "ALL"},
        {"op": "move", "from": "/a", "path": "/b"},
        {"op": "add", "path": "/list/-", "value": {}},
        {"op": "remove", "path": "/~0"},
    ]
    assert json.loads(render_json([])) == []


def test_github_annotations() -> None:
    assert render_github([ERROR]) == (
        "::error file=b.json,line=12,col=23,title=C213 tables[0].gsis[1].projection::"
        '"SOME" is no projection. Write ALL.'
    )
    assert render_github([NOTE]).startswith("::notice file=a.json")
    assert render_github([WARNING]).startswith("::warning ")


def test_github_annotations_cannot_be_broken_out_of() -> None:
    evil = replace(ERROR, file="a,b:c%.json", path="x\n::stop", message="100%\n::set-output name=x::y\r\n")
    text = render_github([evil])
    assert "\n" not in text and "\r" not in text
    assert "file=a%2Cb%3Ac%25.json,line=12" in text
    assert "100%25" in text and "title=C213 x\\n%3A%3Astop" in text
