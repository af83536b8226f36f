"""Drift-aware change sets: the live state is brought back to the template, and nothing that AWS leaves alone."""

import json
from typing import Any

from .support import Stack, alarm, alarm_resource, client, described, index, provokes, settle, table, template

REVERT = {"DeploymentMode": "REVERT_DRIFT"}


def changes(made: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """(action, drift status) of each resource that a change set names."""
    each = [change["ResourceChange"] for change in made["Changes"]]
    return {change["LogicalResourceId"]: (change["Action"], change.get("ResourceDriftStatus", "")) for change in each}


def body(**more: Any) -> dict[str, Any]:
    return template(table(index("by-a", "a"), DeletionProtectionEnabled=True, **more), Alarm=alarm_resource())


def drift_all() -> None:
    """Change by hand what the template states."""
    dynamodb = client("dynamodb")
    dynamodb.update_table(TableName="Orders", DeletionProtectionEnabled=False)
    dynamodb.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-a"}}])
    settle()
    client("cloudwatch").put_metric_alarm(**alarm(Threshold=99))


@provokes("revert-drift")
def test_what_was_changed_by_hand_is_changed_back() -> None:
    stack = Stack()
    stack.deploy(body())
    drift_all()
    assert stack.propose(body())["Status"] == "FAILED", "a usual change set sees no change"
    made = stack.propose(body(), **REVERT)
    assert (made["DeploymentMode"], made["StackDriftStatus"]) == ("REVERT_DRIFT", "DRIFTED")
    assert changes(made) == {"Table": ("Modify", "MODIFIED"), "Alarm": ("Modify", "MODIFIED")}
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert stack.status() == "UPDATE_COMPLETE", stack.failures()
    live = described()
    assert live["DeletionProtectionEnabled"] is True
    assert [made["IndexName"] for made in live["GlobalSecondaryIndexes"]] == ["by-a"]
    assert client("cloudwatch").describe_alarms()["MetricAlarms"][0]["Threshold"] == 1
    settle()
    assert stack.propose(body(), **REVERT)["Status"] == "FAILED", "nothing is left to bring back"


@provokes("revert-drift")
def test_deleted_alarm_is_made_again() -> None:
    stack = Stack()
    stack.deploy(body())
    client("cloudwatch").delete_alarms(AlarmNames=["Orders-throttled"])
    made = stack.propose(body(), **REVERT)
    assert changes(made) == {"Alarm": ("Add", "DELETED")}
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert stack.status() == "UPDATE_COMPLETE", stack.failures()
    assert [alarm["AlarmName"] for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]] == [
        "Orders-throttled"
    ]


@provokes("revert-drift")
def test_template_that_says_what_is_live_changes_nothing_but_the_drift() -> None:
    stack = Stack()
    stack.deploy(template(table(), Alarm=alarm_resource()))
    client("cloudwatch").put_metric_alarm(**alarm(Threshold=99))
    wanted = template(table(), Alarm=alarm_resource(Threshold=99))
    made = stack.propose(wanted, **REVERT)
    assert changes(made) == {"Alarm": ("SyncWithActual", "MODIFIED")}
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert stack.status() == "UPDATE_COMPLETE"
    assert client("cloudwatch").describe_alarms()["MetricAlarms"][0]["Threshold"] == 99
    assert stack.propose(wanted)["Status"] == "FAILED"


@provokes("revert-drift")
def test_rollback_goes_back_to_what_was_live() -> None:
    stack = Stack()
    stack.deploy(template(table(DeletionProtectionEnabled=True)))
    client("dynamodb").update_table(TableName="Orders", DeletionProtectionEnabled=False)
    failing = {"DependsOn": "Table", **alarm_resource(EvaluationPeriods=5, DatapointsToAlarm=6)}
    worse = template(table(DeletionProtectionEnabled=True), Alarm=failing)
    assert stack.deploy(worse, **REVERT) == "UPDATE_ROLLBACK_COMPLETE"
    assert described()["DeletionProtectionEnabled"] is False
    made = stack.propose(template(table(DeletionProtectionEnabled=True)), **REVERT)
    assert changes(made) == {"Table": ("Modify", "MODIFIED")}, "it is still drift"


@provokes("revert-drift")
def test_capacity_that_auto_scaling_manages_is_left_alone() -> None:
    capacity = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    provisioned = table(BillingMode="PROVISIONED", ProvisionedThroughput=capacity)
    target = {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "DependsOn": "Table",
        "Properties": {
            "ServiceNamespace": "dynamodb",
            "ResourceId": "table/Orders",
            "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
            "MinCapacity": 1,
            "MaxCapacity": 100,
        },
    }
    stack = Stack()
    assert stack.deploy(template(provisioned, Target=target)) == "CREATE_COMPLETE", stack.failures()
    more = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 5}
    client("dynamodb").update_table(TableName="Orders", ProvisionedThroughput=more)
    assert stack.propose(template(provisioned, Target=target), **REVERT)["Status"] == "FAILED"
    made = stack.propose(template({**provisioned, "DeletionProtectionEnabled": True}, Target=target), **REVERT)
    (change,) = made["Changes"]
    assert change["ResourceChange"]["ResourceDriftIgnoredAttributes"] == [
        {"Path": "/Properties/ProvisionedThroughput", "Reason": "MANAGED_BY_AWS"}
    ]
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert described()["ProvisionedThroughput"]["ReadCapacityUnits"] == 50


@provokes("drift-shared", "revert-drift")
def test_what_tables_share_is_brought_back_too() -> None:
    text = json.dumps({"widgets": []})
    board = {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardName": "shop", "DashboardBody": text}}
    both = {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "DependsOn": "Alarm",
        "Properties": {"AlarmName": "trouble", "AlarmRule": "ALARM(Orders-throttled)"},
    }
    stack, made = Stack(), template(Alarm=alarm_resource(), Board=board, Both=both)
    assert stack.deploy(made) == "CREATE_COMPLETE", stack.failures()
    assert stack.propose(made, **REVERT)["Status"] == "FAILED"
    client("cloudwatch").put_dashboard(
        DashboardName="shop", DashboardBody=json.dumps({"widgets": [], "start": "-PT1H"})
    )
    client("cloudwatch").put_composite_alarm(AlarmName="trouble", AlarmRule="FALSE")
    assert set(changes(stack.propose(made, **REVERT))) == {"Board", "Both"}
    assert stack.deploy(made, **REVERT) == "UPDATE_COMPLETE"
    cloudwatch = client("cloudwatch")
    assert cloudwatch.get_dashboard(DashboardName="shop")["DashboardBody"] == text
    (alarm,) = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert alarm["AlarmRule"] == "ALARM(Orders-throttled)"


@provokes("drift-shared")
def test_drift_of_a_scalable_target() -> None:
    target = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/Orders",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    limits = {"MinCapacity": 1, "MaxCapacity": 100}
    kind = "AWS::ApplicationAutoScaling::ScalableTarget"
    throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    provisioned = table(BillingMode="PROVISIONED", ProvisionedThroughput=throughput)
    scaled = {"Type": kind, "DependsOn": "Table", "Properties": {**target, **limits}}
    stack, made = Stack(), template(provisioned, Target=scaled)
    assert stack.deploy(made) == "CREATE_COMPLETE", stack.failures()
    client("application-autoscaling").register_scalable_target(**target, MaxCapacity=7)
    assert changes(stack.propose(made, **REVERT)) == {"Target": ("Modify", "MODIFIED")}
    assert stack.deploy(made, **REVERT) == "UPDATE_COMPLETE"
    (live,) = client("application-autoscaling").describe_scalable_targets(ServiceNamespace="dynamodb")[
        "ScalableTargets"
    ]
    assert (live["MinCapacity"], live["MaxCapacity"]) == (1, 100)


@provokes("revert-drift")
def test_what_has_no_drift_detection_stays_as_it_was_made() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "on-call"}}
    allowed = {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": policy},
    }
    stack, made = Stack(), template(Topic=topic, Policy=allowed)
    assert stack.deploy(made) == "CREATE_COMPLETE", stack.failures()
    (arn,) = (found["TopicArn"] for found in client("sns").list_topics()["Topics"])
    client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue="{}")
    assert stack.propose(made, **REVERT)["Status"] == "FAILED"
