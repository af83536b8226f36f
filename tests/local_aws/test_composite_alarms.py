"""Composite alarms through PutCompositeAlarm and through CloudFormation."""

from typing import Any

import pytest

from .support import Stack, alarm, alarm_resource, client, provokes, refusal, template

RULE = 'ALARM("Orders-throttled") AND NOT INSUFFICIENT_DATA("Orders-throttled")'


def composite(rule: str = RULE, **more: Any) -> dict[str, Any]:
    return {"AlarmName": "Orders-in-trouble", "AlarmRule": rule, **more}


def resource(rule: str = RULE, **more: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "DependsOn": "Alarm",
        "Properties": composite(rule, **more),
    }


def live() -> list[dict[str, Any]]:
    return client("cloudwatch").describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "no function": ("composite-rule-syntax", composite("Orders-throttled"), "Unsupported token"),
    "half a rule": ("composite-rule-syntax", composite('ALARM("Orders-throttled") AND'), "Unsupported token '<EOF>'"),
    "unknown state": ("composite-rule-syntax", composite('BROKEN("Orders-throttled")'), "Unsupported token 'BROKEN'"),
    "open parenthesis": ("composite-rule-syntax", composite('(ALARM("Orders-throttled")'), "Unsupported token"),
    "unknown alarm": ("composite-references", composite('ALARM("nobody")'), "alarm:nobody] in the alarm rule do not"),
    "10,241 characters": ("service-model", composite("TRUE" + " " * 10_237), "length less than or equal to 10240"),
    "6 actions": ("service-model", composite(AlarmActions=[f"arn:aws:sns:eu-west-1:1:{n}" for n in range(6)]), "5"),
    "suppressor alone": ("composite-suppressor", composite(ActionsSuppressor="Orders-throttled"), "together"),
}
CASES = [pytest.param(made, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, made, text) in REFUSED.items()]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(("made", "text"), CASES)
def test_refused_by_the_api_and_by_a_stack(made: dict[str, Any], text: str) -> None:
    client("cloudwatch").put_metric_alarm(**alarm())
    assert text in refusal(client("cloudwatch").put_composite_alarm, **made)
    stack = Stack()
    body = template(Composite={"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": made})
    proposed = stack.propose(body)
    if proposed["Status"] == "CREATE_COMPLETE":
        stack.client.execute_change_set(ChangeSetName=proposed["ChangeSetId"])
        assert stack.status() == "ROLLBACK_COMPLETE"
        reason = stack.failures()["Composite"]
        assert text in reason or reason.startswith("Properties validation failed")
    else:
        assert "PropertyValidation" in proposed["StatusReason"]
    assert live() == []


@provokes("service-model")
def test_longest_rule() -> None:
    client("cloudwatch").put_composite_alarm(**composite("TRUE" + " " * 10_236))
    assert live()[0]["StateValue"] == "ALARM"


@provokes("composite-in-use")
def test_alarm_that_a_composite_alarm_names_is_not_deleted() -> None:
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_alarm(**alarm())
    cloudwatch.put_composite_alarm(**composite())
    message = refusal(cloudwatch.delete_alarms, AlarmNames=["Orders-throttled"])
    assert "there are composite alarm(s) depending on it" in message
    cloudwatch.put_composite_alarm(**composite("FALSE", AlarmName="other"))
    assert "only one composite alarm" in refusal(cloudwatch.delete_alarms, AlarmNames=["other", "Orders-in-trouble"])
    cloudwatch.delete_alarms(AlarmNames=["Orders-in-trouble"])
    cloudwatch.delete_alarms(AlarmNames=["Orders-throttled"])
    assert [made["AlarmName"] for made in live()] == ["other"]


@provokes("composite-resource")
def test_stack_makes_changes_and_deletes_a_composite_alarm() -> None:
    stack = Stack()
    tags = {"Tags": [{"Key": "team", "Value": "orders"}]}
    assert stack.deploy(template(Alarm=alarm_resource(), Both=resource(**tags))) == "CREATE_COMPLETE"
    (made,) = live()
    assert (made["AlarmName"], made["AlarmRule"], made["ActionsEnabled"]) == ("Orders-in-trouble", RULE, True)
    listed = client("cloudwatch").list_tags_for_resource(ResourceARN=made["AlarmArn"])["Tags"]
    assert {"Key": "team", "Value": "orders"} in listed
    suppressor = {"ActionsSuppressor": "Orders-throttled"}
    suppressor |= {"ActionsSuppressorWaitPeriod": 60, "ActionsSuppressorExtensionPeriod": 30}
    changed = resource('OK("Orders-throttled")', ActionsEnabled=False, **suppressor)
    assert stack.deploy(template(Alarm=alarm_resource(), Both=changed)) == "UPDATE_COMPLETE"
    (made,) = live()
    assert (made["AlarmRule"], made["ActionsEnabled"]) == ('OK("Orders-throttled")', False)
    assert made["ActionsSuppressorWaitPeriod"] == 60
    assert stack.delete() == "DELETE_COMPLETE"
    assert live() == []


@provokes("composite-resource", "name-exists-on-create")
def test_name_that_exists_and_import() -> None:
    client("cloudwatch").put_composite_alarm(**composite("FALSE"))
    body = template(Both={**resource("FALSE"), "DeletionPolicy": "Retain"})
    del body["Resources"]["Both"]["DependsOn"]
    other = Stack("dynamodb-test-other")  # pre-deployment validation does not look at composite alarms
    assert other.deploy(body) == "ROLLBACK_COMPLETE"
    assert "'Orders-in-trouble' already exists" in other.failures()["Both"]
    assert Stack().deploy(body, ImportExistingResources=True) == "CREATE_COMPLETE"


@provokes("composite-resource")
def test_rename_is_a_replacement() -> None:
    stack = Stack()
    stack.deploy(template(Alarm=alarm_resource(), Both=resource()))
    renamed = template(Alarm=alarm_resource(), Both=resource(AlarmName="Orders-renamed"))
    (change,) = stack.propose(renamed)["Changes"]
    assert change["ResourceChange"]["Replacement"] == "True"
    assert stack.deploy(renamed) == "UPDATE_COMPLETE"
    assert [made["AlarmName"] for made in live()] == ["Orders-renamed"]
