"""Dashboards: which bodies are refused, by PutDashboard and by a stack."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .support import Stack, client, provokes, provokes_each, template

READS = ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", "Orders"]
ARN = "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:Orders-throttled"


def graph(*metrics: list[Any], properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    shown = {"metrics": list(metrics) or [READS], "region": "eu-west-1", "period": 60, **(properties or {})}
    return {"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": shown, **more}


def body(*widgets: dict[str, Any], **more: Any) -> str:
    return json.dumps({"widgets": list(widgets), **more})


def without(widget: dict[str, Any], name: str) -> dict[str, Any]:
    return {**widget, "properties": {key: value for key, value in widget["properties"].items() if key != name}}


def resource(text: Any) -> dict[str, Any]:
    properties = {"DashboardName": "orders", "DashboardBody": text}
    return template(Dashboard={"Type": "AWS::CloudWatch::Dashboard", "Properties": properties})


def names() -> list[str]:
    return [entry["DashboardName"] for entry in client("cloudwatch").list_dashboards()["DashboardEntries"]]


WHOLE = body(
    graph(
        READS,
        ["...", "Books", {"stat": "Maximum", "yAxis": "right"}],
        [{"expression": "m1 + m2", "label": "both", "id": "e1"}],
        [".", "SystemErrors", ".", ".", "Operation", "GetItem"],
        properties={"view": "timeSeries", "stacked": False, "yAxis": {"left": {"min": 0}}, "title": "Reads"},
    ),
    graph(properties={"metrics": [], "annotations": {"alarms": [ARN]}}),
    {"type": "text", "x": 12, "y": 0, "width": 12, "height": 2, "properties": {"markdown": "# Orders"}},
    {"type": "alarm", "properties": {"alarms": [ARN], "title": "Alarms"}},
    {"type": "log", "properties": {"query": "SOURCE 'x' | fields @message", "region": "eu-west-1"}},
    start="-PT6H",
    periodOverride="inherit",
)


@provokes("dashboard-body", "dashboard-metrics")
def test_valid_dashboard() -> None:
    made = client("cloudwatch").put_dashboard(DashboardName="orders", DashboardBody=WHOLE)
    assert made["DashboardValidationMessages"] == []
    assert client("cloudwatch").get_dashboard(DashboardName="orders")["DashboardBody"] == WHOLE
    client("cloudwatch").put_dashboard(DashboardName="empty", DashboardBody=body())
    assert names() == ["empty", "orders"]


@provokes("dashboard-warnings")
def test_unknown_property_is_a_warning() -> None:
    text = body(graph(properties={"colour": "red"}))
    made = client("cloudwatch").put_dashboard(DashboardName="orders", DashboardBody=text)
    message = {"DataPath": "/widgets/0/properties/colour", "Message": "should NOT have additional properties"}
    assert made["DashboardValidationMessages"] == [message]
    assert names() == ["orders"]


REFUSED: dict[str, tuple[str, str, str]] = {
    "no JSON": ("dashboard-body", "widgets", ""),
    "no object": ("dashboard-body", "[]", "/"),
    "no widgets": ("dashboard-body", "{}", "/"),
    "widgets no list": ("dashboard-body", '{"widgets": {}}', "/widgets"),
    "501 widgets": ("dashboard-body", body(*[graph()] * 501), "/widgets"),
    "unknown type": ("dashboard-body", body(graph(type="graph")), "/widgets/0/type"),
    "no type": ("dashboard-body", '{"widgets": [{"properties": {}}]}', "/widgets/0"),
    "no region": ("dashboard-body", body(without(graph(), "region")), "/widgets/0/properties"),
    "no metrics": ("dashboard-body", body(without(graph(), "metrics")), "/widgets/0/properties"),
    "no markdown": ("dashboard-body", body({"type": "text", "properties": {}}), "/widgets/0/properties"),
    "no query": ("dashboard-body", body({"type": "log", "properties": {"region": "r"}}), "/widgets/0/properties"),
    "no alarms": ("dashboard-body", body({"type": "alarm", "properties": {"alarms": []}}), "/widgets/0/properties/alarms"),
    "unknown view": ("dashboard-body", body(graph(properties={"view": "line"})), "/widgets/0/properties/view"),
    "x of 24": ("dashboard-body", body(graph(x=24, width=1)), "/widgets/0/x"),
    "x without y": ("dashboard-body", body({"type": "text", "x": 1, "properties": {"markdown": ""}}), "/widgets/0"),
    "width of 25": ("dashboard-body", body(graph(width=25)), "/widgets/0/width"),
    "no height": ("dashboard-body", body(graph(height=0)), "/widgets/0/height"),
    "height of 1001": ("dashboard-body", body(graph(height=1001)), "/widgets/0/height"),
    "over the edge": ("dashboard-grid", body(graph(x=13)), "/widgets/0"),
    "period of 61": ("dashboard-metrics", body(graph(properties={"period": 61})), "/widgets/0/properties/period"),
    "metric no list": ("dashboard-body", body(graph(properties={"metrics": [{}]})), "/widgets/0/properties/metrics/0"),
    "half a dimension": ("dashboard-metrics", body(graph(READS[:3])), "/widgets/0/properties/metrics/0"),
    "options first": ("dashboard-metrics", body(graph(READS, [{}, *READS])), "/widgets/0/properties/metrics/1"),
    "nothing": ("dashboard-metrics", body(graph([{"label": "x"}])), "/widgets/0/properties/metrics/0"),
    "period of a metric": ("dashboard-metrics", body(graph([*READS, {"period": 7}])), "/widgets/0/properties/metrics/0"),
    "501 metrics": ("dashboard-body", body(graph(*[READS] * 501)), "/widgets/0/properties/metrics"),
    "2,501 metrics": ("dashboard-size", body(*[graph(*[READS] * 500)] * 5, graph()), "/widgets"),
}  # fmt: skip


@pytest.mark.usefixtures("aws")
@provokes_each(("text", "path"), REFUSED)
def test_refused_by_the_api(text: str, path: str) -> None:
    with pytest.raises(ClientError) as raised:
        client("cloudwatch").put_dashboard(DashboardName="orders", DashboardBody=text)
    answer = raised.value.response
    assert answer["Error"]["Code"] == "InvalidParameterInput"
    assert "The dashboard body is invalid, there are" in answer["Error"]["Message"]
    assert path in [message["DataPath"] for message in answer["dashboardValidationMessages"]]
    assert names() == []


@provokes("dashboard-refused", "replacement")
def test_stack_with_a_dashboard() -> None:
    stack = Stack()
    assert (
        stack.deploy(resource({"Fn::Sub": body(graph()).replace("eu-west-1", "${AWS::Region}")})) == "CREATE_COMPLETE"
    )
    shown = client("cloudwatch").get_dashboard(DashboardName="orders")["DashboardBody"]
    assert json.loads(shown)["widgets"][0]["properties"]["region"] == "eu-west-1"
    assert stack.deploy(resource(body(graph(width=25)))) == "UPDATE_ROLLBACK_COMPLETE"
    assert "/widgets/0/width" in stack.failures()["Dashboard"]
    assert client("cloudwatch").get_dashboard(DashboardName="orders")["DashboardBody"] == shown
    changed = stack.propose(resource(body(graph(), graph(y=6))))["Changes"][0]["ResourceChange"]
    assert (changed["Action"], changed["Replacement"]) == ("Modify", "False")
    assert stack.delete() == "DELETE_COMPLETE"
    assert names() == []


@provokes("name-exists-on-create")
def test_dashboard_that_exists_stays_as_it_is() -> None:
    client("cloudwatch").put_dashboard(DashboardName="orders", DashboardBody=WHOLE)
    stack = Stack()
    assert stack.deploy(resource(body(graph())), DisableValidation=True) == "ROLLBACK_COMPLETE"
    assert "already exists" in stack.failures()["Dashboard"]
    assert client("cloudwatch").get_dashboard(DashboardName="orders")["DashboardBody"] == WHOLE
