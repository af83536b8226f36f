"""Application Auto Scaling of tables and indexes, through its API and through CloudFormation."""

from typing import Any

import pytest

from .support import Stack, client, described, index, provokes, provokes_each, refusal, table, template

READS = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/Orders",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
INDEX_WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/Orders/index/by-a",
    "ScalableDimension": "dynamodb:index:WriteCapacityUnits",
}
TARGET, POLICY = "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"


def scaling() -> Any:
    return client("application-autoscaling")


def tracking(value: float = 70, metric: str = "DynamoDBReadCapacityUtilization", **more: Any) -> dict[str, Any]:
    configuration = {"TargetValue": value, "PredefinedMetricSpecification": {"PredefinedMetricType": metric}}
    return {
        "PolicyName": "reads",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": configuration,
        **more,
    }


def provisioned(units: int = 5) -> dict[str, Any]:
    throughput = {"ReadCapacityUnits": units, "WriteCapacityUnits": units}
    indexed = index("by-a", "a", ProvisionedThroughput=throughput)
    return table(indexed, BillingMode="PROVISIONED", ProvisionedThroughput=throughput)


@pytest.fixture
def orders(aws: Any) -> None:
    client("dynamodb").create_table(**provisioned())


def targets() -> list[dict[str, Any]]:
    return scaling().describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]


def policies() -> list[dict[str, Any]]:
    return scaling().describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]


def alarm_names() -> list[str]:
    return [alarm["AlarmName"] for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]]


def capacity() -> tuple[int, int]:
    """Read units of the table, write units of the index."""
    live = described()
    of_index = live["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
    return live["ProvisionedThroughput"]["ReadCapacityUnits"], of_index["WriteCapacityUnits"]


@pytest.mark.provokes("scaling-moves-capacity")
@pytest.mark.usefixtures("orders")
def test_registering_moves_capacity_into_the_range() -> None:
    scaling().register_scalable_target(**READS, MinCapacity=10, MaxCapacity=100)
    scaling().register_scalable_target(**INDEX_WRITES, MinCapacity=1, MaxCapacity=3)
    assert capacity() == (10, 3)
    scaling().register_scalable_target(**READS, MaxCapacity=400, MinCapacity=20)
    assert capacity() == (20, 3)
    found = scaling().describe_scalable_targets(ServiceNamespace="dynamodb", ResourceIds=["table/Orders"])
    (reads,) = found["ScalableTargets"]
    assert {name: reads[name] for name in (*READS, "MinCapacity", "MaxCapacity")} == READS | {
        "MinCapacity": 20,
        "MaxCapacity": 400,
    }
    assert reads["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")
    assert len(targets()) == 2


@pytest.mark.provokes("scaling-alarms", "scaling-names")
@pytest.mark.usefixtures("orders")
def test_policy_and_its_alarms_come_and_go() -> None:
    scaling().register_scalable_target(**READS, MinCapacity=1, MaxCapacity=9, Tags={"team": "orders"})
    made = scaling().put_scaling_policy(**READS, **tracking())
    assert sorted(alarm["AlarmName"] for alarm in made["Alarms"]) == sorted(alarm_names())
    assert len(alarm_names()) == 4
    assert all(name.startswith("TargetTracking-table/Orders-") for name in alarm_names())
    again = scaling().put_scaling_policy(**READS, **tracking(50))
    assert again["PolicyARN"] == made["PolicyARN"]
    (policy,) = policies()
    assert policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50
    assert len(alarm_names()) == 4
    (target,) = targets()
    tagged = scaling().list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])
    assert tagged["Tags"] == {"team": "orders"}
    scaling().delete_scaling_policy(**READS, PolicyName="reads")
    assert (policies(), alarm_names()) == ([], [])
    assert "ObjectNotFoundException" in refusal(scaling().delete_scaling_policy, **READS, PolicyName="reads")
    scaling().put_scaling_policy(**READS, **tracking())
    scaling().deregister_scalable_target(**READS)
    assert (targets(), policies(), alarm_names()) == ([], [], [])
    assert "ObjectNotFoundException" in refusal(scaling().deregister_scalable_target, **READS)


@pytest.mark.provokes("scaling-survives-table")
@pytest.mark.usefixtures("orders")
def test_targets_outlive_their_table() -> None:
    scaling().register_scalable_target(**READS, MinCapacity=1, MaxCapacity=9)
    scaling().put_scaling_policy(**READS, **tracking())
    client("dynamodb").delete_table(TableName="Orders")
    assert (len(targets()), len(policies()), len(alarm_names())) == (1, 1, 4)


def mixed(**changed: str) -> dict[str, Any]:
    return {**READS, "MinCapacity": 1, "MaxCapacity": 9, **changed}


REGISTRATIONS: dict[str, tuple[str, dict[str, Any], str]] = {
    "index dimension on a table": (
        "scaling-dimension", mixed(ScalableDimension="dynamodb:index:ReadCapacityUnits"), "scalable dimension"),
    "table dimension on an index": (
        "scaling-dimension", mixed(ResourceId="table/Orders/index/by-a"), "scalable dimension"),
    "another service": ("scaling-dimension", mixed(ServiceNamespace="ecs"), "Unsupported service namespace"),
    "no resource of DynamoDB": ("scaling-dimension", mixed(ResourceId="Orders"), "resource type"),
    "unknown table": ("scaling-resource-exists", mixed(ResourceId="table/None"), "does not exist: table/None"),
    "unknown index": (
        "scaling-resource-exists", {**INDEX_WRITES, "ResourceId": "table/Orders/index/by-b", "MinCapacity": 1,
                                    "MaxCapacity": 9}, "does not exist: table/Orders/index/by-b"),
    "minimum above maximum": (
        "scaling-capacity", {**READS, "MinCapacity": 9, "MaxCapacity": 8}, "cannot be less than minimum capacity"),
    "nothing": ("scaling-capacity", {**READS, "MinCapacity": 0, "MaxCapacity": 8}, "cannot be less than 1"),
    "no maximum": ("scaling-capacity", {**READS, "MinCapacity": 1}, "MinCapacity and MaxCapacity are required"),
}  # fmt: skip


@pytest.mark.usefixtures("orders")
@provokes_each(("request_", "text"), REGISTRATIONS)
def test_refused_targets(request_: dict[str, Any], text: str) -> None:
    message = refusal(scaling().register_scalable_target, **request_)
    assert message.startswith("ValidationException: ")
    assert text in message
    assert targets() == []
    assert capacity() == (5, 5)


@provokes("scaling-on-demand")
def test_target_on_an_on_demand_table() -> None:
    client("dynamodb").create_table(**table())
    message = refusal(scaling().register_scalable_target, **READS, MinCapacity=1, MaxCapacity=9)
    assert "PAY_PER_REQUEST" in message
    assert targets() == []


POLICIES: dict[str, tuple[str, dict[str, Any], str]] = {
    "steps": ("scaling-policy-type", {"PolicyName": "reads", "PolicyType": "StepScaling"}, "StepScaling is not"),
    "unknown metric": ("scaling-metric", tracking(metric="ECSServiceAverageCPUUtilization"), "is not supported"),
    "metric of writes": ("scaling-metric", tracking(metric="DynamoDBWriteCapacityUtilization"), "ReadCapacityUnits"),
    "19 percent": ("scaling-target-value", tracking(19), "between 20 and 90, found 19"),
    "91 percent": ("scaling-target-value", tracking(91), "between 20 and 90, found 91"),
    "same metric twice": ("scaling-one-policy", tracking(60, PolicyName="more"), "Only one TargetTrackingScaling"),
}


@pytest.mark.usefixtures("orders")
@provokes_each(("policy", "text"), POLICIES)
def test_refused_policies(policy: dict[str, Any], text: str) -> None:
    scaling().register_scalable_target(**READS, MinCapacity=1, MaxCapacity=9)
    scaling().put_scaling_policy(**READS, **tracking())
    assert text in refusal(scaling().put_scaling_policy, **READS, **policy)
    assert [p["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] for p in policies()] == [70]


@pytest.mark.provokes("scaling-names")
@pytest.mark.usefixtures("orders")
def test_policy_without_a_target() -> None:
    message = refusal(scaling().put_scaling_policy, **READS, **tracking())
    assert message == (
        "ObjectNotFoundException: No scalable target registered for service namespace: dynamodb, "
        "resource ID: table/Orders, scalable dimension: dynamodb:table:ReadCapacityUnits"
    )


def scaled(maximum: int = 50, value: float = 70, **more: Any) -> dict[str, Any]:
    """A template with the table, its target and its policy."""
    reads = {
        "Type": TARGET,
        "DeletionPolicy": "Retain",
        "Properties": {
            **READS,
            "ResourceId": {"Fn::Sub": "table/${Table}"},
            "MinCapacity": 10,
            "MaxCapacity": maximum,
            **more,
        },
    }
    policy = {"Type": POLICY, "Properties": {**tracking(value), "ScalingTargetId": {"Ref": "Reads"}}}
    return template(provisioned(), "Delete", Reads=reads, Policy=policy)


@provokes("scaling-resources")
def test_stack_makes_changes_and_deletes_scaling() -> None:
    stack = Stack()
    body = scaled()
    del body["Resources"]["Reads"]["DeletionPolicy"]
    body["Outputs"] = {name: {"Value": {"Ref": name}} for name in ("Reads", "Policy")}
    assert stack.deploy(body) == "CREATE_COMPLETE"
    outputs = stack.client.describe_stacks(StackName=stack.name)["Stacks"][0]["Outputs"]
    values = {output["OutputKey"]: output["OutputValue"] for output in outputs}
    assert values["Reads"] == "table/Orders|dynamodb:table:ReadCapacityUnits|dynamodb"
    assert values["Policy"] == policies()[0]["PolicyARN"]
    assert capacity() == (10, 5)
    assert stack.deploy(scaled(200, 55)) == "UPDATE_COMPLETE"
    assert targets()[0]["MaxCapacity"] == 200
    assert policies()[0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 55
    body = scaled(200, 55)
    del body["Resources"]["Policy"], body["Resources"]["Reads"]["DeletionPolicy"]
    assert stack.deploy(body) == "UPDATE_COMPLETE"
    assert (policies(), alarm_names()) == ([], [])
    assert stack.delete() == "DELETE_COMPLETE"
    assert targets() == []


@provokes("scaling-resources", "scaling-capacity")
def test_refused_target_rolls_a_stack_back() -> None:
    stack = Stack()
    assert stack.deploy(scaled(9)) == "ROLLBACK_COMPLETE"
    assert "Maximum capacity cannot be less than minimum capacity" in stack.failures()["Reads"]
    assert targets() == []


@pytest.mark.provokes("scaling-resources")
@pytest.mark.usefixtures("orders")
def test_target_outside_the_stack_is_not_taken_over_but_imported() -> None:
    scaling().register_scalable_target(**READS, MinCapacity=1, MaxCapacity=9)
    body = template(
        Reads={**scaled()["Resources"]["Reads"], "Properties": {**READS, "MinCapacity": 2, "MaxCapacity": 9}}
    )
    stack = Stack("dynamodb-test-other")
    assert stack.deploy(body) == "ROLLBACK_COMPLETE"
    assert "already exists" in stack.failures()["Reads"]
    assert targets()[0]["MinCapacity"] == 1
    adopting = Stack("dynamodb-test-adopting")
    assert adopting.deploy(body, ImportExistingResources=True) == "CREATE_COMPLETE"
    assert targets()[0]["MinCapacity"] == 1


@pytest.mark.provokes("scaling-resources")
def test_only_capacity_and_state_change_in_place(aws: Any) -> None:
    stack = Stack()
    stack.deploy(scaled())
    body = scaled(60)
    body["Resources"]["Policy"]["Properties"]["PolicyName"] = "other"
    changes = stack.propose(body)["Changes"]
    replaced = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Replacement"] for c in changes}
    assert replaced == {"Reads": "False", "Policy": "True"}
