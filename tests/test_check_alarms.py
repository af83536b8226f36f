"""The command that checks alarms: exit codes, and messages that say where, what and how to mend it."""

from dataclasses import replace
from pathlib import Path

import pytest

from scripts.check_alarms import CANNOT, CLEAN, PROBLEMS, main
from scripts.monitoring.shared import monitoring_resources
from scripts.template import table_template, to_yaml
from tests.monitoring.support import table, with_alarms


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The generated templates of an environment with two tables."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "generated" / "shop" / "prod" / "templates"
    (folder / "tables").mkdir(parents=True)
    states = [with_alarms(replace(table("ByDay"), name=name)) for name in ("Books", "Orders")]
    for state in states:
        text = to_yaml(table_template(state, "shop", "prod"), "shop")
        (folder / "tables" / f"{state.name}.yaml").write_text(text, encoding="utf-8")
    shared = {"Resources": monitoring_resources("shop", "prod", states)}
    (folder / "service.yaml").write_text(to_yaml(shared, "shop"), encoding="utf-8")
    return folder


def test_what_is_generated_has_no_problem(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == CLEAN
    out = capsys.readouterr().out
    assert out.startswith("3 templates, ")
    assert out.endswith(" alarms and dashboards: no problem\n")
    assert main([str(templates / "tables" / "Orders.yaml")]) == CLEAN


def test_each_problem_says_where_what_and_the_fix(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = templates / "tables" / "Orders.yaml"
    file.write_text(file.read_text().replace("Name: GlobalSecondaryIndexName", "Name: GlobalSecondaryIndex", 1))
    assert main([]) == PROBLEMS
    out = capsys.readouterr().out
    assert (
        "generated/shop/prod/templates/tables/Orders.yaml: ReadThrottleAlarmByDay: "
        "ReadThrottleEvents has no data under the dimensions TableName, GlobalSecondaryIndex.\n"
        "  Fix: Use exactly the dimensions TableName or TableName, GlobalSecondaryIndexName.\n" in out
    )
    assert out.endswith(": 1 problem\n")


def test_a_table_template_must_not_watch_another_table(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = templates / "tables" / "Orders.yaml"
    file.write_text(file.read_text().replace("Value: Orders", "Value: Books", 1))
    assert main([]) == PROBLEMS
    assert "There is no table Books here." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "words"), [("[", "cannot be read as YAML"), ("a: 1", "is not a CloudFormation template")]
)
def test_what_cannot_be_read_is_never_clean(
    templates: Path, content: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (templates / "service.yaml").write_text(content)
    assert main([]) == CANNOT
    assert words in capsys.readouterr().err


def test_no_template_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([]) == CANNOT
    assert "run `make generate`" in capsys.readouterr().err
