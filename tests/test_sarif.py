"""What is found in templates reaches GitHub as SARIF: with file, line and level, and never an empty file for a check that failed."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import sarif

MATCH = {
    "Rule": {"Id": "E3002", "ShortDescription": "Properties are invalid", "Source": ""},
    "Level": "Warning",
    "Location": {"Start": {"LineNumber": 4, "ColumnNumber": 7}},
    "Message": "'Foo' was unexpected",
    "Filename": "generated/shop/prod/templates/tables/Orders.yaml",
}


def _program(folder: Path, name: str, output: str, code: int) -> str:
    """A program that says `output` and ends with `code`."""
    path = folder / name
    path.write_text(f"#!{sys.executable} -S\nimport sys\nsys.stdout.write({output!r})\nsys.exit({code})\n")
    path.chmod(0o755)
    return str(path)


def _run(folder: Path, monkeypatch: pytest.MonkeyPatch, lint: tuple[str, int], policies: tuple[str, int]) -> int:
    monkeypatch.setattr(sarif, "CFN_LINT", _program(folder, "lint", *lint))
    python = _program(folder, "python", *policies)
    monkeypatch.setattr(sarif.sys, "executable", python)
    return sarif.main(["--out", str(folder / "out")])


POLICIES: Any = {"runs": [{"results": []}]}


def test_a_finding_has_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert _run(tmp_path, monkeypatch, (json.dumps([MATCH]), 4), (json.dumps(POLICIES), 0)) == 0
    assert "cfn-lint: 1 result in" in capsys.readouterr().out
    (run,) = json.loads((tmp_path / "out" / "cfn-lint.sarif").read_text())["runs"]
    (found,) = run["results"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [found["ruleId"]] == ["E3002"]
    assert (found["level"], found["message"]["text"]) == ("warning", "'Foo' was unexpected")
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == MATCH["Filename"]
    assert place["region"] == {"startLine": 4, "startColumn": 7}
    assert json.loads((tmp_path / "out" / "policies.sarif").read_text()) == POLICIES


@pytest.mark.parametrize(
    ("lint", "policies", "missing"),
    [
        (("Traceback", 1), (json.dumps(POLICIES), 0), "cfn-lint"),
        (("[]", 33), (json.dumps(POLICIES), 0), "cfn-lint"),
        (("[]", 0), ("no cfn-guard", 2), "policies"),
        (("[]", 0), ("{}", 0), "policies"),
    ],
)
def test_a_check_that_could_not_judge_is_no_clean_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lint: Any, policies: Any, missing: str, capsys: Any
) -> None:
    assert _run(tmp_path, monkeypatch, lint, policies) == 1
    assert f"{missing} could not judge" in capsys.readouterr().err
    assert not (tmp_path / "out" / f"{missing}.sarif").exists()
