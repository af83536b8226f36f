"""Resources that somebody deleted: an update that changes them fails, and one that does not leaves them gone."""

import copy
import json
from typing import Any

from tests.local_aws.support import Stack, alarm, client, provokes, table

SCALED = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/Orders",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}


def policy(value: int) -> dict[str, Any]:
    metric = {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}
    return {"TargetValue": value, "PredefinedMetricSpecification": metric}


def scaling(value: int, **more: Any) -> dict[str, Any]:
    return {
        "PolicyName": "reads",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": policy(value),
        **more,
    }


RESOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "Alarm": ("AWS::CloudWatch::Alarm", alarm()),
    "Above": ("AWS::CloudWatch::CompositeAlarm", {"AlarmName": "above", "AlarmRule": "FALSE"}),
    "Board": ("AWS::CloudWatch::Dashboard", {"DashboardName": "board", "DashboardBody": json.dumps({"widgets": []})}),
    "Topic": ("AWS::SNS::Topic", {"TopicName": "alarms"}),
    "Target": ("AWS::ApplicationAutoScaling::ScalableTarget", {**SCALED, "MinCapacity": 5, "MaxCapacity": 10}),
    "Policy": ("AWS::ApplicationAutoScaling::ScalingPolicy", scaling(70, ScalingTargetId={"Ref": "Target"})),
}
CHANGES: dict[str, dict[str, Any]] = {
    "Alarm": {"Threshold": 99},
    "Above": {"AlarmDescription": "new"},
    "Board": {"DashboardBody": json.dumps({"widgets": [], "start": "-PT1H"})},
    "Topic": {"DisplayName": "new"},
    "Policy": {"TargetTrackingScalingPolicyConfiguration": policy(60)},
    "Target": {"MaxCapacity": 20},
}


def delete_all() -> None:
    cloudwatch, scaling = client("cloudwatch"), client("application-autoscaling")
    cloudwatch.delete_alarms(AlarmNames=["above", "Orders-throttled"])
    cloudwatch.delete_dashboards(DashboardNames=["board"])
    client("sns").delete_topic(TopicArn="arn:aws:sns:eu-west-1:111122223333:alarms")
    scaling.deregister_scalable_target(**SCALED)


@provokes("update-of-what-is-gone")
def test_what_is_gone_cannot_be_changed_and_is_not_made_again() -> None:
    capacity = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    orders = table(BillingMode="PROVISIONED", ProvisionedThroughput=capacity)
    made = {name: {"Type": type, "Properties": properties} for name, (type, properties) in RESOURCES.items()}
    made["Target"]["DependsOn"] = "Table"
    template = {"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": orders}, **made}}
    stack = Stack()
    assert stack.deploy(template) == "CREATE_COMPLETE", stack.failures()
    delete_all()
    tagged = copy.deepcopy(template)
    tagged["Resources"]["Table"]["Properties"]["Tags"] = [{"Key": "a", "Value": "b"}]
    assert stack.deploy(tagged, "UPDATE") == "UPDATE_COMPLETE"
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []
    for name, change in CHANGES.items():
        changed = copy.deepcopy(tagged)
        changed["Resources"][name]["Properties"] |= change
        assert stack.deploy(changed, "UPDATE").startswith("UPDATE_ROLLBACK"), name
        assert "was not found" in stack.failures()[name]
