"""What is found in templates reaches GitHub as SARIF: with file, line and level, and never an empty file for a check that failed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import sarif
from scripts.checks.alarm_rules import FAMILY
from scripts.checks.all_problems import PARTS
from scripts.checks.clean_memory import CleanMemory
from scripts.checks.policy_inputs import CannotJudge
from scripts.problems import Problem
from tests.for_each import for_each

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


def _run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lint: tuple[str, int], judge: Callable[[], list[Problem]]
) -> int:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sarif, "CFN_LINT", _program(folder, "lint", *lint))
    monkeypatch.setattr(sarif, "PARTS", {"alarms": lambda _: judge(), "access": lambda _: []})
    return sarif.main(["--out", str(folder / "out")])


def _results(folder: Path, name: str) -> tuple[Any, Any]:
    """The run and the results of one file."""
    (run,) = json.loads((folder / "out" / f"{name}.sarif").read_text())["runs"]
    return run, run["results"]


def _refuse() -> list[Problem]:
    raise CannotJudge("first line\nno cfn-guard")


def test_a_finding_of_cfn_lint_has_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert _run(tmp_path, monkeypatch, (json.dumps([MATCH]), 4), list) == 0
    assert "cfn-lint: 1 result in" in capsys.readouterr().out
    run, (found,) = _results(tmp_path, "cfn-lint")
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [found["ruleId"]] == ["E3002"]
    assert (found["level"], found["message"]["text"]) == ("warning", "'Foo' was unexpected")
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == MATCH["Filename"]
    assert place["region"] == {"startLine": 4, "startColumn": 7}


def test_a_problem_has_its_place_its_rule_and_all_its_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    rule = FAMILY.rules["A204"]
    problems = [rule.problem("t.yaml", "Alarm", line, 3, found="Too long.", hint="Less.") for line in range(500)]
    assert _run(tmp_path, monkeypatch, ("[]", 0), lambda: problems) == 0
    assert "alarms: 500 results in" in capsys.readouterr().out
    run, results = _results(tmp_path, "alarms")
    (described,) = run["tool"]["driver"]["rules"]
    assert (described["id"], described["shortDescription"]["text"]) == ("A204", rule.title)
    assert "A204" in described["help"]["markdown"]
    assert (run["tool"]["driver"]["name"], len(results)) == ("alarms", 500)
    assert (results[7]["ruleId"], results[7]["level"]) == ("A204", "error")
    assert results[7]["message"]["text"] == "Alarm: Too long. Less."
    place = results[7]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "t.yaml"}, "region": {"startLine": 7, "startColumn": 3}}
    assert json.loads((tmp_path / "out" / "access.sarif").read_text())["version"] == "2.1.0"


def test_every_part_of_the_project_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "contracts" / "shop"
    folder.mkdir(parents=True)
    (folder / "migrationContract.json").write_text('{"tables": [{"table": "T", "pk": "id", "projecton": 1}]}')
    (folder / "deployment.yaml").write_text("environments: {prod: {region: eu-west-1, tll: x}}\n")
    access = tmp_path / "generated" / "shop" / "prod" / "access"
    access.mkdir(parents=True)
    (access / "a.json").write_text("[]")
    assert {problem.id for problem in PARTS["contracts"]([])} >= {"C401", "S102"}
    assert [problem.id for problem in PARTS["access"](["generated/shop/prod/access/a.json"])] == ["I101"]
    for part in ("policies", "alarms"):
        with pytest.raises(CannotJudge):
            PARTS[part]([])


@for_each(
    ("lint", "judge", "missing"),
    [(("Traceback", 1), list, "cfn-lint"), (("[]", 33), list, "cfn-lint"), (("[]", 0), _refuse, "alarms")],
)
def test_a_check_that_could_not_judge_is_no_clean_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lint: Any, judge: Any, missing: str, capsys: Any
) -> None:
    assert _run(tmp_path, monkeypatch, lint, judge) == 1
    assert f"{missing} could not judge: " in capsys.readouterr().err
    assert not (tmp_path / "out" / f"{missing}.sarif").exists()
    assert (tmp_path / "out" / "access.sarif").exists(), "the others are written all the same"


def test_what_the_check_has_just_found_clean_is_not_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    folder = tmp_path / "generated" / "shop" / "prod" / "templates" / "tables"
    folder.mkdir(parents=True)
    for name in ("A", "B"):
        (folder / f"{name}.yaml").write_text(name)
    monkeypatch.chdir(tmp_path)
    asked = []
    monkeypatch.setattr(sarif, "PARTS", {"alarms": lambda files: asked.append(files) or []})
    monkeypatch.setattr(sarif, "CFN_LINT", _program(tmp_path, "lint", "[]", 0))
    alarms = next(one for one in sarif.CHECKS if one.name == "alarms")
    files = alarms.judged() or []
    for clean in ([], files[:1], files):
        memory = CleanMemory()
        memory.remember(alarms, memory.keys(alarms, clean))
        memory.save()
        assert sarif.main(["--out", str(tmp_path / "out")]) == 0
    assert asked == [files, files[1:]]
    assert json.loads((tmp_path / "out" / "alarms.sarif").read_text())["runs"][0]["results"] == []
