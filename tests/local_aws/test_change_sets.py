"""What is refused when a change set or a stack is created, before anything is deployed."""

import json
from typing import Any

import pytest

from .support import Stack, alarm, alarm_resource, client, described, math, provokes, refusal, table, template

SENTENCE = "The following hook(s)/validation failed: [AWS::EarlyValidation::{}]."


def failed(made: dict[str, Any]) -> str:
    """The reason of a change set that has failed."""
    assert (made["Status"], made["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    return made["StatusReason"]


def findings(stack: Stack, made: dict[str, Any]) -> list[tuple[str, str, str]]:
    events = stack.client.describe_events(ChangeSetName=made["ChangeSetId"])["OperationEvents"]
    return [(e["LogicalResourceId"], e["ValidationName"], e["ValidationStatusReason"]) for e in events]


@provokes("name-conflict")
def test_table_outside_the_stack_fails_the_change_set_and_is_left_alone() -> None:
    client("dynamodb").create_table(**table())
    client("dynamodb").put_item(TableName="Orders", Item={"pk": {"S": "kept"}})
    before = described()
    stack = Stack()
    made = stack.propose(template(table(DeletionProtectionEnabled=True)))
    reason = failed(made)
    conflict = "Resource of type 'AWS::DynamoDB::Table' with identifier 'Orders' already exists."
    assert reason.startswith(SENTENCE.format("ResourceExistenceCheck"))
    assert f"Table: {conflict}" in reason
    assert findings(stack, made) == [("Table", "NAME_CONFLICT_VALIDATION", conflict)]
    assert "UNAVAILABLE" in refusal(stack.client.execute_change_set, ChangeSetName=made["ChangeSetId"])
    assert described() == before
    assert client("dynamodb").scan(TableName="Orders")["Items"] == [{"pk": {"S": "kept"}}]


@provokes("name-conflict", "name-exists-on-create")
def test_alarm_outside_the_stack() -> None:
    client("cloudwatch").put_metric_alarm(**alarm(Threshold=99))
    stack = Stack()
    reason = failed(stack.propose(template(table(), Alarm=alarm_resource())))
    assert "Alarm: Resource of type 'AWS::CloudWatch::Alarm' with identifier 'Orders-throttled'" in reason
    made = stack.propose(template(table(), Alarm=alarm_resource()), "CREATE", DisableValidation=True)
    assert made["Status"] == "CREATE_COMPLETE"
    stack.client.execute_change_set(ChangeSetName=made["ChangeSetId"])
    assert "already exists" in stack.failures()["Alarm"]
    assert client("cloudwatch").describe_alarms()["MetricAlarms"][0]["Threshold"] == 99


@provokes("name-conflict")
def test_own_names_are_no_conflict_but_new_ones_are() -> None:
    stack = Stack()
    stack.deploy(template(table(), Alarm=alarm_resource()))
    assert stack.deploy(template(table(DeletionProtectionEnabled=True), Alarm=alarm_resource())) == "UPDATE_COMPLETE"
    client("dynamodb").create_table(**table(TableName="Taken"))
    assert "'Taken' already exists" in failed(stack.propose(template(table(TableName="Taken"))))
    moved = template(Moved=template(table())["Resources"]["Table"])
    assert "Moved: Resource of type" in failed(stack.propose(moved))


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
    assert "was not found" in failed(Stack().propose(body, "IMPORT", ResourcesToImport=[entry]))


BAD_PROPERTIES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": (table(PointInTimeRecovery=True), "#/: extraneous key [PointInTimeRecovery] is not permitted"),
    "unknown inside": (
        table(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "Days": 3}),
        "#/PointInTimeRecoverySpecification: extraneous key [Days] is not permitted",
    ),
    "billing": (table(BillingMode="ON_DEMAND"), "#/BillingMode: ON_DEMAND is not a valid enum value"),
    "too many days": (
        table(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 36}),
        "#/PointInTimeRecoverySpecification/RecoveryPeriodInDays: 36 is greater than the maximum of 35",
    ),
    "missing": ({"TableName": "Orders"}, "#/: required key [KeySchema] not found"),
    "wrong type": (table(DeletionProtectionEnabled="maybe"), "#/DeletionProtectionEnabled: 'maybe' is not of type"),
}


@provokes("unknown-properties")
@pytest.mark.parametrize(("properties", "reason"), BAD_PROPERTIES.values(), ids=BAD_PROPERTIES)
def test_properties_that_aws_does_not_know(properties: dict[str, Any], reason: str) -> None:
    stack = Stack()
    made = stack.propose(template(properties))
    assert failed(made).startswith(SENTENCE.format("PropertyValidation"))
    assert f"Table: {reason}" in made["StatusReason"]
    assert ("Table", "PROPERTY_VALIDATION") in [finding[:2] for finding in findings(stack, made)]


@provokes("unknown-properties")
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


@provokes("unknown-properties")
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


@provokes("unknown-properties")
def test_conditions_and_parameters_are_resolved_before_judging() -> None:
    body = template(table(BillingMode={"Ref": "Mode"}, TableClass={"Ref": "AWS::NoValue"}))
    body["Parameters"] = {"Mode": {"Type": "String"}, "On": {"Type": "String", "Default": "no"}}
    body["Conditions"] = {"IsOn": {"Fn::Equals": [{"Ref": "On"}, "yes"]}}
    body["Resources"]["Bad"] = {"Type": "AWS::DynamoDB::Table", "Condition": "IsOn", "Properties": {"Colour": "red"}}

    def mode(value: str, on: str = "no") -> list[dict[str, str]]:
        return [{"ParameterKey": "Mode", "ParameterValue": value}, {"ParameterKey": "On", "ParameterValue": on}]

    assert "ON_DEMAND" in failed(Stack("a").propose(body, Parameters=mode("ON_DEMAND")))
    assert "Colour" in failed(Stack("b").propose(body, Parameters=mode("PAY_PER_REQUEST", "yes")))
    assert Stack("c").deploy(body, Parameters=mode("PAY_PER_REQUEST")) == "CREATE_COMPLETE"


@provokes("unknown-resource-types")
def test_unknown_resource_type() -> None:
    body = json.dumps(template(Thing={"Type": "AWS::DynamoDB::Tabel", "Properties": {}}))
    stack = Stack()
    request = {"StackName": stack.name, "ChangeSetName": "first", "ChangeSetType": "CREATE", "TemplateBody": body}
    assert refusal(stack.client.create_change_set, **request).endswith(
        "Template format error: Unrecognized resource types: [AWS::DynamoDB::Tabel]"
    )


@provokes("template-size")
def test_template_of_too_many_bytes() -> None:
    stack = Stack()
    request = {"StackName": stack.name, "ChangeSetName": "first", "ChangeSetType": "CREATE"}
    body = json.dumps(template(table()))
    message = refusal(stack.client.create_change_set, TemplateBody=body + " " * (51_201 - len(body)), **request)
    assert "less than or equal to 51200" in message
    stack.client.create_change_set(TemplateBody=body + " " * (51_200 - len(body)), **request)


@provokes("no-changes")
def test_change_set_without_changes() -> None:
    stack = Stack()
    stack.deploy(template(table(), Alarm={"Type": "AWS::CloudWatch::Alarm", "Properties": math(2)}))
    body = template(table(), Alarm={"Type": "AWS::CloudWatch::Alarm", "Properties": math(2)})
    assert failed(stack.propose(body)) == (
        "The submitted information didn't contain changes. Submit different information to create a change set."
    )


@provokes("event-reasons")
def test_failed_resource_says_why_and_the_stack_says_which() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    broken = {"DependsOn": "Table", **alarm_resource(Period=61)}
    assert stack.deploy(template(table(DeletionProtectionEnabled=True), Alarm=broken)) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Period must be 10, 20, 30 or a multiple of 60" in stack.failures()["Alarm"]
    assert described()["DeletionProtectionEnabled"] is False


@provokes("change-set-obsolete")
def test_change_set_of_a_stack_that_has_changed_since() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    first = stack.propose(template(table(DeletionProtectionEnabled=True)))
    body = json.dumps(template(table(TableClass="STANDARD_INFREQUENT_ACCESS")))
    stack.client.update_stack(StackName=stack.name, TemplateBody=body)
    told = stack.client.describe_change_set(ChangeSetName=first["ChangeSetId"])
    assert (told["Status"], told["ExecutionStatus"]) == ("CREATE_COMPLETE", "OBSOLETE")
    message = refusal(stack.client.execute_change_set, ChangeSetName=first["ChangeSetId"])
    assert message.startswith("InvalidChangeSetStatus")
    assert described()["DeletionProtectionEnabled"] is False


@provokes("change-set-obsolete")
def test_executing_a_change_set_deletes_the_others() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    first = stack.propose(template(table(DeletionProtectionEnabled=True)))
    assert stack.deploy(template(table(TableClass="STANDARD_INFREQUENT_ACCESS"))) == "UPDATE_COMPLETE"
    message = refusal(stack.client.execute_change_set, ChangeSetName=first["ChangeSetId"])
    assert message.startswith("ChangeSetNotFound")
