"""Drift detection sees what was changed behind CloudFormation's back."""

from scripts.local_aws import LocalAws

from .support import Stack, alarm, alarm_resource, client, index, math, provokes, table, template

PROPERTIES = table(
    index("by-a", "a"),
    PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    SSESpecification={"SSEEnabled": True},
    TableClass="STANDARD",
)


def drifted(stack: Stack) -> dict[str, list[str]]:
    """The paths of the differences by logical id."""
    detection = stack.client.detect_stack_drift(StackName=stack.name)["StackDriftDetectionId"]
    status = stack.client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert status["DetectionStatus"] == "DETECTION_COMPLETE"
    found = stack.client.describe_stack_resource_drifts(StackName=stack.name)["StackResourceDrifts"]
    return {
        drift["LogicalResourceId"]: sorted(d["PropertyPath"] for d in drift["PropertyDifferences"])
        for drift in found
        if drift["StackResourceDriftStatus"] == "MODIFIED"
    }


@provokes("drift")
def test_drift_of_tables_and_alarms(aws: LocalAws) -> None:
    stack, database = Stack(), client("dynamodb")
    other = {"Type": "AWS::CloudWatch::Alarm", "Properties": {**math(2), "AlarmName": "Orders-errors"}}
    stack.deploy(template(PROPERTIES, Alarm=alarm_resource(), Math=other))
    assert drifted(stack) == {}

    recovery = {"PointInTimeRecoveryEnabled": False}
    database.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=recovery)
    aws.advance(minutes=60)
    ttl = {"Enabled": False, "AttributeName": "expires"}
    database.update_time_to_live(TableName="Orders", TimeToLiveSpecification=ttl)
    database.update_table(TableName="Orders", SSESpecification={"Enabled": False})
    database.update_table(TableName="Orders", TableClass="STANDARD_INFREQUENT_ACCESS")
    deletion = [{"Delete": {"IndexName": "by-a"}}]
    database.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=deletion)
    client("cloudwatch").put_metric_alarm(**alarm(Threshold=100))
    client("cloudwatch").put_metric_alarm(**{**math(2, "m0-m1"), "AlarmName": "Orders-errors"})

    found = drifted(stack)
    assert {path.split("/")[1] for path in found["Table"]} == {
        "AttributeDefinitions",
        "GlobalSecondaryIndexes",
        "PointInTimeRecoverySpecification",
        "SSESpecification",
        "TableClass",
        "TimeToLiveSpecification",
    }
    assert found["Alarm"] == ["/Threshold"]
    assert found["Math"] == ["/Metrics/0/Expression"]
