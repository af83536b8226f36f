"""Topics, key, dashboards: people are reached, and every template stays within its limit."""

import json
from dataclasses import replace
from typing import Any

import pytest

from scripts.model import DesiredTable
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.notify import notify
from scripts.monitoring.service_monitoring import monitoring_resources, more_dashboards
from scripts.monitoring.topics import NONE
from scripts.monitoring.wanted_alarms import service_alarms
from scripts.templates.template import to_json
from tests.monitoring.support import RUNBOOK, of_service, provisioned, table, with_alarms

ARN = "arn:aws:sns:eu-west-1:111122223333:theirs"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234"
TABLES = [with_alarms(table("ByDay", name=f"Table{n:03}")) for n in range(40)]


def body(resources: dict[str, Any]) -> dict[str, Any]:
    text = resources["Dashboard"]["Properties"]["DashboardBody"]
    return json.loads(text["Fn::Sub"] if isinstance(text, dict) else text)


def bodies(states: list[DesiredTable]) -> list[dict[str, Any]]:
    more = more_dashboards("shop", "prod", states).values()
    return [body(monitoring_resources("shop", "prod", states)), *(body(template["Resources"]) for template in more)]


def test_the_dashboard_shows_every_alarm_of_the_service() -> None:
    """Those on the account and on the backups, which are no table's."""
    own = of_service(states=TABLES[:1], backups={"retention_days": 90})
    names = {alarm.name for alarm in own}
    widgets = body(monitoring_resources("shop", "prod", TABLES[:1], own))["widgets"]
    shown = {arn.rpartition(":")[2] for w in widgets if w["type"] == "alarm" for arn in w["properties"]["alarms"]}
    assert {"dynamodb-prod-shop-system-errors", "dynamodb-prod-shop-backup-failed"} <= names <= shown
    (jobs,) = [
        w["properties"]["metrics"] for w in widgets if w["properties"].get("title", "").startswith("Backup jobs")
    ]
    assert (jobs[0][:2], len(jobs)) == (["AWS/Backup", "NumberOfBackupJobsCompleted"], 4)


def test_only_cloudwatch_of_this_account_publishes_and_it_may_use_the_key() -> None:
    resources = monitoring_resources("shop", "prod", [], emails=["a@example.com"])
    for topic in ("AlarmTopic", "AlarmFeedTopic"):
        assert resources[topic]["Properties"]["KmsMasterKeyId"] == {"Ref": "AlarmKey"}
        policy = resources[f"{topic}Policy"]["Properties"]
        (statement,) = policy["PolicyDocument"]["Statement"]
        assert policy["Topics"] == [{"Ref": topic}]
        assert statement["Resource"] == {"Ref": topic}
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    allowed = resources["AlarmKey"]["Properties"]["KeyPolicy"]["Statement"][1]
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    assert "Condition" not in allowed  # nobody knows with which context CloudWatch calls KMS
    assert resources["AlarmKey"]["Properties"]["EnableKeyRotation"] is True
    addresses = [r["Properties"]["Endpoint"] for r in resources.values() if r["Type"] == "AWS::SNS::Subscription"]
    assert addresses == ["a@example.com"]


@pytest.mark.parametrize(("encryption", "key"), [(NONE, None), (KEY, KEY)])
def test_the_key_is_a_choice(encryption: str, key: str | None) -> None:
    resources = monitoring_resources("shop", "prod", [], encryption=encryption)
    assert "AlarmKey" not in resources
    assert resources["AlarmTopic"]["Properties"].get("KmsMasterKeyId") == key


def test_existing_topics_take_the_place_of_ours() -> None:
    alarms = service_alarms("prod", "shop", notify("prod", "shop", (ARN,)), RUNBOOK)
    resources = monitoring_resources("shop", "prod", TABLES[:1], alarms, topics=[ARN], emails=["a@example.com"])
    assert not {"AlarmTopic", "AlarmTopicPolicy"} & set(resources)
    assert not any(r["Type"] == "AWS::SNS::Subscription" for r in resources.values())
    assert resources["UserErrorsAlarm"]["Properties"]["AlarmActions"] == [ARN]


def test_health_comes_first_then_every_table() -> None:
    (dashboard,) = bodies(TABLES[:2])
    types = [widget["type"] for widget in dashboard["widgets"]]
    titles = [widget["properties"].get("title", "") for widget in dashboard["widgets"]]
    assert types[:4] == ["text", "alarm", "alarm", "metric"]
    states = [arn.rpartition(":")[2] for arn in dashboard["widgets"][1]["properties"]["alarms"]]
    assert states == ["Table000-unhealthy", "Table001-unhealthy"]
    for words in ("units used and allowed a second", "throttled events", "latency", "errors", "by index"):
        assert any(title.startswith("Table001") and words in title for title in titles), words


def test_the_allowed_capacity_is_shown_and_called_that() -> None:
    state = with_alarms(provisioned("ByDay"))
    (dashboard,) = bodies([state])
    shown = [w["properties"]["title"] for w in dashboard["widgets"] if "Provisioned" in json.dumps(w)]
    assert shown == ["Orders: units used and allowed a second", "Orders: units used and allowed a second, by index"]


def test_what_is_counted_is_shown_as_a_rate_which_is_the_same_at_every_zoom() -> None:
    """A sum depends on the period, which CloudWatch makes longer for a longer time: none is drawn as it is."""
    for widget in bodies([with_alarms(provisioned("ByDay"))])[0]["widgets"]:
        properties = widget["properties"]
        for line in properties.get("metrics", ()):
            options = line[-1] if isinstance(line[-1], dict) else {}
            expression = options.get("expression", "")
            rate = "/PERIOD(n0)" in expression or ",60)" in expression
            limit = properties["stat"] == "p99" or options.get("stat") == "Maximum"
            said = properties["title"].endswith("the sum of each point")
            assert said or rate or limit or options.get("visible") is False, (properties["title"], line)


def test_tickets_are_shown_beside_the_alarms_that_page() -> None:
    (dashboard,) = bodies([with_alarms(provisioned("ByDay"))])
    title, names = next(
        (each["properties"]["title"], each["properties"]["alarms"])
        for each in dashboard["widgets"][2:]
        if each["type"] == "alarm"
    )
    assert title == "Alarms that open a ticket"
    assert {name.rpartition(":Orders-")[2] for name in names} >= {"capacity", "ceiling"}


def test_widgets_leave_their_places_to_cloudwatch_and_fill_every_line() -> None:
    for dashboard in bodies(TABLES):
        used = 0
        for widget in dashboard["widgets"]:
            assert not {"x", "y"} & widget.keys()
            used += widget["width"]
            assert used <= 24  # CloudWatch, Dashboard Body Structure
            used %= 24
        assert used == 0


def test_a_line_of_a_body_is_about_one_table() -> None:
    text = monitoring_resources("shop", "prod", TABLES[:3])["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    named = [{name for name in ("Table000", "Table001", "Table002") if name in line} for line in text.splitlines()]
    assert max(map(len, named)) == 1


@pytest.mark.parametrize("states", [TABLES, [with_alarms(replace(s, name=s.name * 30)) for s in TABLES], []])
def test_every_table_is_on_exactly_one_dashboard_and_every_template_fits(states: list[DesiredTable]) -> None:
    emails = [f"person{n}@example.com" for n in range(10)]
    resources = monitoring_resources("shop", "prod", states, of_service(AlarmSettings(), states=states), emails=emails)
    templates = [{"Resources": resources}, *more_dashboards("shop", "prod", states).values()]
    first, *others = (len(to_json(template).encode()) for template in templates)
    assert first <= 48_000  # of 51,200: there is more to come
    assert all(size <= 51_200 for size in others)
    titles = [w["properties"].get("title", "") for dashboard in bodies(states) for w in dashboard["widgets"]]
    found = [title.partition(":")[0] for title in titles if title.endswith(": latency, p99, ms")]
    assert sorted(found) == [state.name for state in states]
    for dashboard in bodies(states):
        lines = [len(widget["properties"].get("metrics", ())) for widget in dashboard["widgets"]]
        assert len(lines) <= 500
        assert sum(lines) <= 2500


def test_the_first_dashboard_has_the_health_of_all_tables() -> None:
    first, *others = bodies(TABLES)
    assert others
    assert len(first["widgets"][1]["properties"]["alarms"]) == len(TABLES)
    assert len(others[0]["widgets"][1]["properties"]["alarms"]) < len(TABLES)


def test_one_graph_for_what_each_operation_of_the_table_does() -> None:
    (dashboard,) = bodies([with_alarms(table())])
    (latency,) = [w for w in dashboard["widgets"] if "latency" in w["properties"].get("title", "")]
    ((line,),) = latency["properties"]["metrics"]
    terms = '{AWS/DynamoDB,TableName,Operation} MetricName="SuccessfulRequestLatency" TableName="Orders"'
    assert line == {"expression": f"SEARCH('{terms}','p99',60)"}
