"""Pre-deployment validation: what fails a change set or a stack before anything is made, and who tells why."""

import json
from typing import Any

import pytest

from .support import Stack, alarm, alarm_resource, client, described, provokes, refusal, table, template

SENTENCE = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::{}]. To troubleshoot Early Validation errors, use "
    "the DescribeEvents API for detailed failure information."
)
CONFLICT = "Resource of type '{}' with identifier '{}' already exists."
Finding = tuple[str, str, str]  # logical id, path, reason


def events(stack: Stack, made: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of validation of a change set."""
    told = stack.client.describe_events(ChangeSetName=made["ChangeSetId"])["OperationEvents"]
    return [event for event in told if event["EventType"] == "VALIDATION_ERROR"]


def failed(stack: Stack, body: dict[str, Any], hook: str, **options: Any) -> list[Finding]:
    """What pre-deployment validation finds in a template. Its change set fails and says no more than that it did."""
    made = stack.propose(body, **options)
    assert (made["Status"], made["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert made["StatusReason"] == SENTENCE.format(hook)
    found = events(stack, made)
    assert {event["ValidationFailureMode"] for event in found} == {"FAIL"}
    return [(e["LogicalResourceId"], e["ValidationPath"], e["ValidationStatusReason"]) for e in found]


@provokes("name-conflict", "describe-events")
def test_table_outside_the_stack_fails_the_change_set_and_is_left_alone() -> None:
    client("dynamodb").create_table(**table())
    client("dynamodb").put_item(TableName="Orders", Item={"pk": {"S": "kept"}})
    before, stack = described(), Stack()
    found = failed(stack, template(table(DeletionProtectionEnabled=True)), "ResourceExistenceCheck")
    assert found == [("Table", "/Resources/Table", CONFLICT.format("AWS::DynamoDB::Table", "Orders"))]
    assert "FAILED" in refusal(stack.client.execute_change_set, ChangeSetName="change-1", StackName=stack.name)
    assert described() == before
    assert client("dynamodb").scan(TableName="Orders")["Items"] == [{"pk": {"S": "kept"}}]


@provokes("name-conflict", "name-exists-on-create")
def test_alarm_outside_the_stack() -> None:
    client("cloudwatch").put_metric_alarm(**alarm(Threshold=99))
    stack = Stack()
    (conflict,) = failed(stack, template(table(), Alarm=alarm_resource()), "ResourceExistenceCheck")
    assert conflict == ("Alarm", "/Resources/Alarm", CONFLICT.format("AWS::CloudWatch::Alarm", "Orders-throttled"))
    made = stack.propose(template(table(), Alarm=alarm_resource()), "CREATE", DisableValidation=True)
    assert (made["Status"], events(stack, made)) == ("CREATE_COMPLETE", [])
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert "already exists" in stack.failures()["Alarm"]
    assert client("cloudwatch").describe_alarms()["MetricAlarms"][0]["Threshold"] == 99


@provokes("name-conflict")
def test_dashboard_and_vault_outside_the_stack() -> None:
    text = json.dumps({"widgets": []})
    client("cloudwatch").put_dashboard(DashboardName="shop", DashboardBody=text)
    client("backup").create_backup_vault(BackupVaultName="shop")
    resources = {
        "Board": {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardName": "shop", "DashboardBody": text}},
        "Vault": {"Type": "AWS::Backup::BackupVault", "Properties": {"BackupVaultName": "shop"}},
    }
    found = failed(Stack(), template(**resources), "ResourceExistenceCheck")
    assert [finding[0] for finding in found] == ["Board", "Vault"]


@provokes("name-conflict")
def test_own_names_are_no_conflict_but_new_ones_are() -> None:
    stack = Stack()
    stack.deploy(template(table(), Alarm=alarm_resource()))
    assert stack.deploy(template(table(DeletionProtectionEnabled=True), Alarm=alarm_resource())) == "UPDATE_COMPLETE"
    client("dynamodb").create_table(**table(TableName="Taken"))
    (renamed,) = failed(stack, template(table(TableName="Taken")), "ResourceExistenceCheck")
    assert "'Taken' already exists" in renamed[2]
    moved = failed(stack, template(Moved=template(table())["Resources"]["Table"]), "ResourceExistenceCheck")
    assert [finding[0] for finding in moved] == ["Moved"]


@provokes("name-conflict", "alarm-import")
def test_existing_table_and_alarm_can_be_imported_instead() -> None:
    client("dynamodb").create_table(**table())
    client("cloudwatch").put_metric_alarm(**alarm())
    resource = {**alarm_resource(), "DeletionPolicy": "Retain"}
    stack = Stack()
    made = stack.propose(template(table(), Alarm=resource), ImportExistingResources=True)
    assert {change["ResourceChange"]["Action"] for change in made["Changes"]} == {"Import"}
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert stack.status() == "CREATE_COMPLETE"
    held = stack.client.describe_stack_resources(StackName=stack.name)["StackResources"]
    assert {resource["PhysicalResourceId"] for resource in held} == {"Orders", "Orders-throttled"}
    # Import does not change what it adopts; the next update does.
    update = template(table(DeletionProtectionEnabled=True), Alarm={**resource, "Properties": alarm(Threshold=7)})
    assert stack.deploy(update) == "UPDATE_COMPLETE"
    assert described()["DeletionProtectionEnabled"] is True
    assert client("cloudwatch").describe_alarms()["MetricAlarms"][0]["Threshold"] == 7


@provokes("alarm-import")
def test_alarm_that_does_not_exist_cannot_be_imported() -> None:
    identifier = {"AlarmName": "Orders-throttled"}
    entry = {"ResourceType": "AWS::CloudWatch::Alarm", "LogicalResourceId": "Alarm", "ResourceIdentifier": identifier}
    body = template(Alarm={**alarm_resource(), "DeletionPolicy": "Retain"})
    made = Stack().propose(body, "IMPORT", ResourcesToImport=[entry])
    assert (made["Status"], "was not found" in made["StatusReason"]) == ("FAILED", True)


INDEX = {"IndexName": "by-a", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
BAD_PROPERTIES: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown": (table(PointInTimeRecovery=True), "", "#: extraneous key [PointInTimeRecovery] is not permitted"),
    "unknown inside": (
        table(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "Days": 3}),
        "/PointInTimeRecoverySpecification",
        "#/PointInTimeRecoverySpecification: extraneous key [Days] is not permitted",
    ),
    "missing in a list": (
        table(GlobalSecondaryIndexes=[INDEX]),
        "/GlobalSecondaryIndexes/0",
        "#/GlobalSecondaryIndexes/0: required key [Projection] not found",
    ),
    "too many days": (
        table(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 36}),
        "/PointInTimeRecoverySpecification/RecoveryPeriodInDays",
        "#/PointInTimeRecoverySpecification/RecoveryPeriodInDays: 36 is not less or equal to 35",
    ),
    "missing": ({"TableName": "Orders"}, "", "#: required key [KeySchema] not found"),
    "wrong type": (
        table(DeletionProtectionEnabled="maybe"),
        "/DeletionProtectionEnabled",
        "#/DeletionProtectionEnabled: 'maybe' is not of type 'boolean'",
    ),
    "too long": (table(TableName="a" * 1025), "/TableName", "#/TableName: expected maxLength: 1024, actual: 1025"),
}


@provokes("property-validation")
@pytest.mark.parametrize(("properties", "path", "reason"), BAD_PROPERTIES.values(), ids=BAD_PROPERTIES)
def test_properties_that_the_schema_does_not_allow(properties: dict[str, Any], path: str, reason: str) -> None:
    found = failed(Stack(), template(properties), "PropertyValidation")
    assert found == [("Table", f"/Resources/Table/Properties{path}", reason)]


@provokes("property-validation", "describe-events")
def test_results_by_change_set_and_by_stack() -> None:
    stack = Stack()
    first = stack.propose(template(table(Colour="red")))
    second = stack.propose(template(table(Colour="red", Size="big")), "CREATE")
    assert [len(events(stack, made)) for made in (first, second)] == [1, 2]
    ask = stack.client.describe_events
    whole, *each = ask(ChangeSetName="change-1", StackName=stack.name)["OperationEvents"]
    assert (whole["EventType"], whole["OperationType"], whole["OperationStatus"]) == (
        "STACK_EVENT",
        "CREATE_CHANGESET",
        "FAILED",
    )
    assert {event["OperationId"] for event in each} == {whole["OperationId"]}
    assert ask(OperationId=whole["OperationId"])["OperationEvents"] == [whole, *each]
    assert len(ask(StackName=stack.name)["OperationEvents"]) == len([whole, *each]) + 3
    assert len(ask(ChangeSetName=first["ChangeSetId"], Filters={"FailedEvents": True})["OperationEvents"]) == 2
    assert refusal(ask, ChangeSetName="change-1") == (
        "ValidationError: One of ChangeSetName, OperationId or StackName must be specified"
    )
    missing = refusal(ask, ChangeSetName="change-9", StackName=stack.name)
    assert missing == "ChangeSetNotFound: ChangeSet [change-9] does not exist"


@provokes("property-validation")
def test_stack_created_or_updated_directly_is_validated_too() -> None:
    stack = Stack()
    bad = json.dumps(template(table(Colour="red")))
    stack.client.create_stack(StackName=stack.name, TemplateBody=bad)
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == []
    stack.delete()
    stack.client.create_stack(StackName=stack.name, TemplateBody=json.dumps(template(table())))
    stack.client.update_stack(StackName=stack.name, TemplateBody=bad)
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert "Call DescribeEvents" in stack.failures()[stack.name]
    told = stack.client.describe_events(StackName=stack.name)["OperationEvents"]
    assert "extraneous key [Colour] is not permitted" in str(told)


TARGET = {"ServiceNamespace": "dynamodb", "ResourceId": "table/Orders", "MinCapacity": 1, "MaxCapacity": 9}
LEFT_OUT: dict[str, tuple[dict[str, Any], str]] = {
    "AWS::SNS::Topic": ({"Colour": "red"}, "#: extraneous key [Colour] is not permitted"),
    "AWS::SNS::TopicPolicy": ({"Topics": ["x"]}, "#: required key [PolicyDocument] not found"),
    "AWS::ApplicationAutoScaling::ScalableTarget": (TARGET, "#: required key [ScalableDimension] not found"),
    "AWS::CloudWatch::CompositeAlarm": ({"AlarmRule": ""}, "#/AlarmRule: "),
}


@provokes("properties-at-execution")
@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_validation_does_not_look_at_fails_the_resource(kind: str) -> None:
    properties, reason = LEFT_OUT[kind]
    stack = Stack()
    assert stack.deploy(template(Made={"Type": kind, "Properties": properties})) == "ROLLBACK_COMPLETE"
    expected = f"Properties validation failed for resource Made with message:\n{reason}"
    assert stack.failures()["Made"].startswith(expected)


@provokes("property-validation")
def test_value_outside_of_an_enumeration_is_refused_by_the_service() -> None:
    stack = Stack()
    assert stack.deploy(template(table(BillingMode="ON_DEMAND"))) == "ROLLBACK_COMPLETE"
    assert "ON_DEMAND" in stack.failures()["Table"]


@provokes("properties-at-execution")
def test_without_validation_an_update_fails_and_goes_back() -> None:
    stack = Stack()
    stack.deploy(template(table(), Alarm=alarm_resource()))
    worse = template(
        table(DeletionProtectionEnabled=True), Alarm={"DependsOn": "Table", **alarm_resource(Colour="red")}
    )
    assert stack.deploy(worse, DisableValidation=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert "extraneous key [Colour] is not permitted" in stack.failures()["Alarm"]
    assert described()["DeletionProtectionEnabled"] is False


@provokes("property-validation")
def test_what_is_known_only_at_deployment_and_written_as_text_is_not_refused() -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "on-call"}}
    action = {"AlarmActions": [{"Ref": "Topic"}], "Dimensions": [{"Name": "TableName", "Value": {"Ref": "Table"}}]}
    spelled = table(
        DeletionProtectionEnabled="true", Tags=[{"Key": "arn", "Value": {"Fn::GetAtt": ["Topic", "TopicArn"]}}]
    )
    resources = {"Topic": topic, "Alarm": alarm_resource(Period="60", **action)}
    stack = Stack()
    assert stack.deploy(template(spelled, **resources)) == "CREATE_COMPLETE", stack.failures()
    live = client("cloudwatch").describe_alarms()["MetricAlarms"][0]
    assert live["AlarmActions"] == ["arn:aws:sns:eu-west-1:111122223333:on-call"]
    assert live["Dimensions"] == [{"Name": "TableName", "Value": "Orders"}]
    assert described()["DeletionProtectionEnabled"] is True


@provokes("property-validation")
def test_conditions_and_parameters_are_resolved_before_judging() -> None:
    body = template(table(BillingMode={"Ref": "Mode"}, TableClass={"Ref": "AWS::NoValue"}))
    body["Parameters"] = {"Mode": {"Type": "String"}, "On": {"Type": "String", "Default": "no"}}
    body["Conditions"] = {"IsOn": {"Fn::Equals": [{"Ref": "On"}, "yes"]}}
    body["Resources"]["Bad"] = {"Type": "AWS::DynamoDB::Table", "Condition": "IsOn", "Properties": {"Colour": "red"}}

    def mode(value: str, on: str = "no") -> list[dict[str, str]]:
        return [{"ParameterKey": "Mode", "ParameterValue": value}, {"ParameterKey": "On", "ParameterValue": on}]

    found = failed(Stack("a"), body, "PropertyValidation", Parameters=mode("PAY_PER_REQUEST", "yes"))
    assert {finding[0] for finding in found} == {"Bad"}
    assert Stack("b").deploy(body, Parameters=mode("ON_DEMAND")) == "ROLLBACK_COMPLETE"
    assert Stack("c").deploy(body, Parameters=mode("PAY_PER_REQUEST")) == "CREATE_COMPLETE"


@provokes("quota-warning")
def test_quota_of_tables_warns_and_the_change_set_is_made(aws: Any) -> None:
    aws.set_quotas(tables=1)
    stack = Stack()
    body = template(table(), Other=template(table(TableName="Other"))["Resources"]["Table"])
    made = stack.propose(body)
    assert made["Status"] == "CREATE_COMPLETE"
    (warning,) = events(stack, made)
    assert (warning["ValidationFailureMode"], warning["ResourceType"]) == ("WARN", "AWS::DynamoDB::Table")
    assert "2 tables, more than its quota of 1" in warning["ValidationStatusReason"]
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert stack.status() == "CREATE_COMPLETE"
    aws.reset()
    assert events(Stack("again"), Stack("again").propose(body)) == []
