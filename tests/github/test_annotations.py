"""Annotations: what the checks found, each at its line, without anything that a file could command the runner with."""

import json
from pathlib import Path

import pytest

from scripts.github import annotations
from scripts.problems import ERROR, NOTE, WARNING, Problem
from scripts.project.settings_rules.file_form import WRONG_VALUE
from scripts.text.sarif_log import run, sarif
from tests.for_each import for_each


def write(folder: Path, *severities: str) -> None:
    found = [
        Problem("a,b.yaml", 7, 3, severity, "S103", "tables", f"{n}\n::x::", "%")
        for n, severity in enumerate(severities)
    ]
    _write(folder, found)


def _write(folder: Path, found: list[Problem]) -> None:
    (folder / "contracts.sarif").write_text(json.dumps(sarif(run("contracts", found, {"S103": WRONG_VALUE}))))


def test_errors_and_warnings_are_shown_and_notes_are_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, NOTE, WARNING, ERROR)
    (tmp_path / "more.sarif").write_text((tmp_path / "contracts.sarif").read_text())  # each fact once
    assert annotations.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "::error file=a%2Cb.yaml,line=7,col=3,title=S103::tables: 2\\n::x:: %25",
        "::warning file=a%2Cb.yaml,line=7,col=3,title=S103::tables: 1\\n::x:: %25",
    ]


def test_no_more_than_github_keeps(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write(
        tmp_path,
        [Problem(f"{n:02}.yaml", 7, 3, kind, "S103", "", "m", "f") for kind in (WARNING, ERROR) for n in range(30)],
    )
    assert annotations.main([str(tmp_path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(" ")[0] for line in shown] == ["::error"] * 10 + ["::warning"] * 10


def test_many_of_one_kind_in_a_file_leave_room_for_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = [Problem("a.yaml", n, 1, ERROR, "S103", "", "m", "f") for n in range(1, 31)]
    _write(tmp_path, [*many, Problem("z.yaml", 1, 1, ERROR, "S103", "", "m", "f")])
    assert annotations.main([str(tmp_path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 7 and "file=z.yaml" in shown[-1] and "25 more" in shown[-2]


@for_each("text", ["[]", "{", '{"runs": [{"results": [{}]}]}', '{"runs": 1}'])
def test_another_file_is_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.sarif").write_text(text)
    assert annotations.main([str(tmp_path)]) == 1
    assert "x.sarif is" in capsys.readouterr().err


def test_nothing_found_is_nothing_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert annotations.main([str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "")
