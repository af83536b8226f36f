"""The command that checks alarms: exit codes, and messages that say where, what and how to mend it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.checks.alarms import CANNOT, CLEAN, PROBLEMS, main
from scripts.monitoring.service_monitoring import monitoring_resources
from scripts.templates.template import table_template, to_yaml
from tests.for_each import for_each
from tests.monitoring.support import of_service, table, with_alarms


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
    shared = {"Resources": monitoring_resources("shop", "prod", states, of_service())}
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
    line = 1 + file.read_text().split("\n").index("  ThrottleAlarmByDay:")
    assert out.startswith(
        "generated/shop/prod/templates/tables/Orders.yaml\n"
        f"  {line}:1{'':{7 - len(str(line))}} error    A104  ThrottleAlarmByDay\n"
        "            ReadThrottleEvents has no data under the dimensions TableName, GlobalSecondaryIndex.\n"
        "            Use exactly the dimensions TableName or TableName, GlobalSecondaryIndexName.\n"
    )
    assert out.endswith(": 1 problem\n")


def test_a_table_template_must_not_watch_another_table(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = templates / "tables" / "Orders.yaml"
    file.write_text(file.read_text().replace("Value: Orders", "Value: Books", 1))
    assert main([]) == PROBLEMS
    assert "There is no table Books here." in capsys.readouterr().out


def alarm(**changes: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "a", **changes}}


def indexes(value: Any) -> dict[str, Any]:
    return {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "T", "GlobalSecondaryIndexes": value}}


def metrics(**stat: Any) -> dict[str, Any]:
    return alarm(Metrics=[{"Id": "m0", "MetricStat": stat}])


CHOICE = {"Fn::If": ["Large", [], []]}
ODD: dict[str, tuple[Any, str]] = {
    "a resource that is a text": ("Alarm", "it"),
    "a type that is a list": ({"Type": ["AWS::CloudWatch::Alarm"], "Properties": {}}, "Type"),
    "no type": ({"Properties": {}}, "Type"),
    "properties of nothing": ({"Type": "AWS::CloudWatch::Alarm", "Properties": None}, "Properties"),
    "properties of nothing, of another type": ({"Type": "AWS::SNS::Topic", "Properties": None}, "Properties"),
    "a composite alarm of nothing": ({"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": None}, "Properties"),
    "a dashboard of nothing": ({"Type": "AWS::CloudWatch::Dashboard", "Properties": None}, "Properties"),
    "a table of nothing": ({"Type": "AWS::DynamoDB::Table", "Properties": None}, "Properties"),
    "indexes that depend": (indexes(CHOICE), "GlobalSecondaryIndexes"),
    "indexes of nothing": (indexes(None), "GlobalSecondaryIndexes"),
    "an index that is a text": (indexes(["ByDay"]), "GlobalSecondaryIndexes[0]"),
    "metrics that are a text": (alarm(Metrics="m0"), "Metrics"),
    "a metric that is a text": (alarm(Metrics=["m0"]), "Metrics[0]"),
    "a statistic of nothing": (alarm(Metrics=[{"MetricStat": None}]), "Metrics[0].MetricStat"),
    "a metric of nothing": (metrics(Metric=None), "Metrics[0].MetricStat.Metric"),
    "dimensions of metric math that are a map": (
        metrics(Metric={"Dimensions": {"TableName": "T"}}),
        "Metrics[0].MetricStat.Metric.Dimensions",
    ),
    "an id that is a list": (alarm(Metrics=[{"Id": ["m0"]}]), "Metrics[0].Id"),
    "a statistic that is a list": (metrics(Stat=["Sum"]), "Metrics[0].MetricStat.Stat"),
    "another statistic that is a list": (alarm(ExtendedStatistic=["p99"]), "ExtendedStatistic"),
    "dimensions that are a map": (alarm(Dimensions={"TableName": "T"}), "Dimensions"),
    "a dimension that is a text": (alarm(Dimensions=["TableName"]), "Dimensions[0]"),
    "a reference to a list": (
        alarm(Dimensions=[{"Name": "TableName", "Value": {"Ref": ["T"]}}]),
        "Dimensions[0].Value.Ref",
    ),
    "actions that are a number": (alarm(AlarmActions=5), "AlarmActions"),
    "actions that depend": (alarm(AlarmActions=CHOICE), "AlarmActions"),
    "actions of a composite alarm that are a text": (
        {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": {"AlarmActions": "arn"}},
        "AlarmActions",
    ),
}


@for_each(("resource", "place"), ODD.values(), ids=ODD)
def test_what_is_not_in_the_form_of_cloudformation_is_not_judged(
    templates: Path, resource: Any, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (templates / "service.yaml").write_text(json.dumps({"Resources": {"Odd": resource}}))
    assert main([]) == CANNOT
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"generated/shop/prod/templates/service.yaml: Odd: {place} is not a ")
    assert "run cfn-lint first" in line


def test_an_odd_table_beside_the_template_is_not_judged_either(
    templates: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (templates / "tables" / "Orders.yaml").write_text(json.dumps({"Resources": {"Orders": indexes(CHOICE)}}))
    assert main([str(templates / "service.yaml")]) == CANNOT
    assert "Orders: GlobalSecondaryIndexes is not a list" in capsys.readouterr().err


def test_a_dashboard_reads_the_tables_that_it_names(templates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (templates / "tables" / "Unrelated.yaml").write_bytes(b"\xff")
    assert main([str(templates / "service.yaml")]) == CLEAN, "no file of another table is opened"
    (templates / "tables" / "Unrelated.yaml").unlink()
    (templates / "tables" / "Orders.yaml").rename(templates / "tables" / "orders-of-old.yaml")
    assert main([str(templates / "service.yaml")]) == CLEAN, "a table is found in a file of any name"
    (templates / "tables" / "orders-of-old.yaml").unlink()
    assert main([str(templates / "service.yaml")]) == PROBLEMS
    assert "Orders" in capsys.readouterr().out


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
