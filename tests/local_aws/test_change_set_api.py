"""Change sets: which are made, how they are found, and which can be executed."""

import json
from typing import Any

import pytest

from .support import Stack, alarm_resource, client, described, math, provokes, refusal, table, template


def failed(made: dict[str, Any]) -> str:
    """The reason of a change set that has failed."""
    assert (made["Status"], made["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    return made["StatusReason"]


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


@provokes("change-set-obsolete", "change-set-status")
def test_change_set_of_a_stack_that_has_changed_since() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    first = stack.propose(template(table(DeletionProtectionEnabled=True)))
    body = json.dumps(template(table(TableClass="STANDARD_INFREQUENT_ACCESS")))
    stack.client.update_stack(StackName=stack.name, TemplateBody=body)
    told = stack.client.describe_change_set(ChangeSetName=first["ChangeSetId"])
    assert (told["Status"], told["ExecutionStatus"]) == ("CREATE_COMPLETE", "OBSOLETE")
    message = refusal(stack.client.execute_change_set, ChangeSetName=first["ChangeSetId"])
    assert message == (
        f"InvalidChangeSetStatus: ChangeSet [{first['ChangeSetId']}] cannot be executed in its current execution "
        "status of [OBSOLETE]"
    )
    assert described()["DeletionProtectionEnabled"] is False


@provokes("change-set-obsolete")
def test_executing_a_change_set_deletes_the_others() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    first = stack.propose(template(table(DeletionProtectionEnabled=True)))
    assert stack.deploy(template(table(TableClass="STANDARD_INFREQUENT_ACCESS"))) == "UPDATE_COMPLETE"
    message = refusal(stack.client.execute_change_set, ChangeSetName=first["ChangeSetId"])
    assert message.startswith("ChangeSetNotFound")


@provokes("change-set-status")
def test_change_set_that_failed_is_not_executed() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    made = stack.propose(template(table()))
    assert failed(made)
    message = refusal(stack.client.execute_change_set, ChangeSetName=made["ChangeSetId"])
    assert message == (
        f"InvalidChangeSetStatus: ChangeSet [{made['ChangeSetId']}] cannot be executed in its current status of [FAILED]"
    )


NO_STACK = "ValidationError: StackName must be specified if ChangeSetName is not specified as an ARN."


@provokes("change-set-lookup")
@pytest.mark.parametrize("operation", ["describe_change_set", "execute_change_set", "delete_change_set"])
def test_change_set_is_asked_for_by_stack_and_name_or_by_its_arn(operation: str) -> None:
    stack = Stack()
    made = stack.propose(template(table()))
    call = getattr(stack.client, operation)
    assert refusal(call, ChangeSetName="change-1") == NO_STACK
    missing = refusal(call, ChangeSetName="change-1", StackName="nowhere")
    assert missing == "ValidationError: Stack [nowhere] does not exist"
    if operation != "delete_change_set":  # on AWS it is no error that there is nothing to delete
        message = refusal(call, ChangeSetName="other", StackName=stack.name)
        assert message == "ChangeSetNotFound: ChangeSet [other] does not exist"
    call(ChangeSetName="change-1", StackName=made["StackId"])


@provokes("change-set-lookup")
def test_change_sets_of_a_stack_that_does_not_exist() -> None:
    stack = Stack()
    message = refusal(stack.client.list_change_sets, StackName="nowhere")
    assert message == "ValidationError: Stack [nowhere] does not exist"
    made = stack.propose(template(table()))
    (listed,) = stack.client.list_change_sets(StackName=made["StackId"])["Summaries"]
    assert listed["ChangeSetId"] == made["ChangeSetId"]


@provokes("change-set-obsolete")
def test_stack_that_is_created_while_a_change_set_is_in_review() -> None:
    stack = Stack()
    made = stack.propose(template(table()))
    stack.client.create_stack(StackName=stack.name, TemplateBody=json.dumps(template(table())))
    assert stack.status() == "CREATE_COMPLETE"
    told = stack.client.describe_change_set(ChangeSetName=made["ChangeSetId"])
    assert told["ExecutionStatus"] == "OBSOLETE"


POLICIES = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}


@provokes("no-update")
def test_policies_alone_are_no_update_but_go_along_with_one() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    other = template(Table={**template(table())["Resources"]["Table"], **POLICIES})
    assert failed(stack.propose(other)).startswith("The submitted information didn't contain changes")
    update = {"StackName": stack.name, "TemplateBody": json.dumps(other)}
    nothing = "ValidationError: No updates are to be performed."
    assert refusal(stack.client.update_stack, **update) == nothing
    update["TemplateBody"] = json.dumps({**template(table()), "Outputs": {"Name": {"Value": {"Ref": "Table"}}}})
    assert refusal(stack.client.update_stack, **update) == nothing
    with_metadata = template(Table={**other["Resources"]["Table"], "Metadata": {"changed": "policies"}})
    (change,) = stack.propose(with_metadata)["Changes"]
    assert change["ResourceChange"]["Scope"] == ["Metadata", *POLICIES]
    assert stack.deploy(with_metadata) == "UPDATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == []


@provokes("stack-of-a-resource")
def test_stack_of_a_resource() -> None:
    stack = Stack()
    stack.deploy(template(table(), Alarm=alarm_resource()))
    client("dynamodb").create_table(**table(TableName="Other"))
    ask = stack.client.describe_stack_resources
    found = ask(PhysicalResourceId="Orders")["StackResources"]
    assert {(each["StackName"], each["LogicalResourceId"]) for each in found} == {
        (stack.name, "Table"),
        (stack.name, "Alarm"),
    }
    assert refusal(ask, PhysicalResourceId="Other") == "ValidationError: Stack for Other does not exist"
    assert refusal(ask).startswith("ValidationError")
    assert refusal(ask, StackName=stack.name, PhysicalResourceId="Orders").startswith("ValidationError")
    stack.delete()
    assert refusal(ask, PhysicalResourceId="Orders").startswith("ValidationError: Stack for")
