"""Stacks: what deleting, rolling back and policies do, and what regions and accounts keep apart."""

import json
from typing import Any

import boto3
import pytest

from .support import (
    Stack,
    alarm_resource,
    client,
    described,
    index,
    keys,
    provokes,
    refusal,
    table,
    template,
)

FAILING = {"DependsOn": "Table", **alarm_resource(EvaluationPeriods=5, DatapointsToAlarm=6)}


def tables(region: str = "eu-west-1") -> list[str]:
    return client("dynamodb", region).list_tables()["TableNames"]


@provokes("deletion-protection")
def test_protected_table_stops_the_deletion_of_its_stack() -> None:
    stack = Stack()
    stack.deploy(template(table(DeletionProtectionEnabled=True), policy="Delete"))
    assert stack.delete() == "DELETE_FAILED"
    assert "currently protected against deletion" in stack.failures()["Table"]
    assert tables() == ["Orders"]


@provokes("retain-on-delete")
@pytest.mark.parametrize(("policy", "left"), [("Retain", ["Orders"]), ("Delete", [])])
def test_deletion_policy_decides_what_a_deleted_stack_leaves(policy: str, left: list[str]) -> None:
    stack = Stack()
    stack.deploy(template(table(), policy))
    client("dynamodb").put_item(TableName="Orders", Item={"pk": {"S": "1"}})
    assert stack.delete() == "DELETE_COMPLETE"
    assert tables() == left
    if left:
        assert client("dynamodb").scan(TableName="Orders")["Count"] == 1


@provokes("termination-protection")
def test_termination_protection() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    stack.client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=True)
    assert stack.client.describe_stacks(StackName=stack.name)["Stacks"][0]["EnableTerminationProtection"] is True
    message = refusal(stack.client.delete_stack, StackName=stack.name)
    assert "cannot be deleted while TerminationProtection is enabled" in message
    assert stack.status() == "CREATE_COMPLETE"
    stack.client.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    assert stack.delete() == "DELETE_COMPLETE"


@provokes("retain-except-on-create", "event-reasons")
@pytest.mark.parametrize(("execute", "left"), [({"RetainExceptOnCreate": True}, []), ({}, ["Orders"])])
def test_failed_first_create(execute: dict[str, Any], left: list[str]) -> None:
    stack = Stack()
    assert stack.deploy(template(table(), Alarm=FAILING), execute=execute) == "ROLLBACK_COMPLETE"
    assert "DatapointsToAlarm must be" in stack.failures()["Alarm"]
    assert tables() == left


@provokes("retain-except-on-create", "deletion-protection")
def test_failed_first_create_of_a_protected_table_cannot_be_cleaned_up() -> None:
    stack = Stack()
    body = template(table(DeletionProtectionEnabled=True), Alarm=FAILING)
    assert stack.deploy(body, execute={"RetainExceptOnCreate": True}) == "ROLLBACK_FAILED"
    assert tables() == ["Orders"]


@provokes("failed-create-stays")
def test_stack_whose_first_create_failed_can_only_be_deleted() -> None:
    stack = Stack()
    stack.deploy(template(table(), policy="Delete", Alarm=FAILING))
    good = json.dumps(template(table()))
    change_set = {"StackName": stack.name, "ChangeSetName": "next", "TemplateBody": good}
    message = refusal(stack.client.create_change_set, ChangeSetType="UPDATE", **change_set)
    assert message.endswith("is in ROLLBACK_COMPLETE state and can not be updated.")
    message = refusal(stack.client.create_change_set, ChangeSetType="CREATE", **change_set)
    assert message.endswith(
        f"Stack [{stack.name}] already exists and cannot be created again with the changeSet [next]."
    )
    message = refusal(stack.client.create_stack, StackName=stack.name, TemplateBody=good)
    assert message.startswith("AlreadyExistsException")
    assert "ROLLBACK_COMPLETE" in refusal(stack.client.update_stack, StackName=stack.name, TemplateBody=good)
    assert stack.delete() == "DELETE_COMPLETE"
    assert stack.deploy(template(table()), "CREATE") == "CREATE_COMPLETE"


@provokes("on-stack-failure")
@pytest.mark.parametrize(
    ("options", "execute", "status", "left"),
    [
        ({"OnStackFailure": "DO_NOTHING"}, {}, "CREATE_FAILED", ["Orders"]),
        ({"OnStackFailure": "ROLLBACK"}, {}, "ROLLBACK_COMPLETE", []),
        ({}, {"DisableRollback": True}, "CREATE_FAILED", ["Orders"]),
        ({}, {"DisableRollback": False}, "ROLLBACK_COMPLETE", []),
    ],
)
def test_what_a_failed_create_leaves(
    options: dict[str, str], execute: dict[str, bool], status: str, left: list[str]
) -> None:
    assert Stack().deploy(template(table(), "Delete", Alarm=FAILING), execute=execute, **options) == status
    assert tables() == left


@provokes("on-stack-failure")
def test_failed_create_can_delete_its_stack() -> None:
    stack = Stack()
    made = stack.propose(template(table(), "Delete", Alarm=FAILING), OnStackFailure="DELETE")
    execute = stack.client.execute_change_set
    assert "DisableRollback" in refusal(execute, ChangeSetName=made["ChangeSetId"], DisableRollback=True)
    execute(ChangeSetName=made["ChangeSetId"])
    assert "does not exist" in refusal(stack.client.describe_stacks, StackName=stack.name)
    assert tables() == []


POLICY = {
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"},
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["Update:Replace", "Update:Delete"],
            "Resource": "*",
            "Condition": {"StringEquals": {"ResourceType": ["AWS::DynamoDB::Table"]}},
        },
    ]
}


@provokes("stack-policy")
def test_stack_policy_is_kept_and_enforced() -> None:
    stack = Stack()
    stack.deploy(template(table(), "Delete", Alarm=alarm_resource()))
    set_policy = stack.client.set_stack_policy
    set_policy(StackName=stack.name, StackPolicyBody=json.dumps(POLICY))
    assert json.loads(stack.client.get_stack_policy(StackName=stack.name)["StackPolicyBody"]) == POLICY

    for denied, action in (
        (template(table(TableName="NewOrders"), "Delete", Alarm=alarm_resource()), "Update:Replace"),
        (template(table(KeySchema=keys("pk", "sk")), "Delete", Alarm=alarm_resource()), "Update:Replace"),
        (template(Alarm=alarm_resource()), "Update:Delete"),
    ):
        assert stack.deploy(denied) == "UPDATE_ROLLBACK_COMPLETE"
        assert stack.failures()["Table"] == (
            f"Action denied by stack policy: Statement [#2] does not allow [{action}] "
            "for resource [LogicalResourceId/Table]"
        )
        assert tables() == ["Orders"]

    assert stack.deploy(template(table(index("by-a", "a")), "Delete")) == "UPDATE_COMPLETE"
    assert client("cloudwatch").describe_alarms()["MetricAlarms"] == []


@provokes("stack-policy")
def test_what_no_statement_allows_is_denied() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    only_alarms = {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "LogicalResourceId/Alarm*"}
    stack.client.set_stack_policy(StackName=stack.name, StackPolicyBody=json.dumps({"Statement": only_alarms}))
    assert stack.deploy(template(table(DeletionProtectionEnabled=True))) == "UPDATE_ROLLBACK_COMPLETE"
    assert "no statement allows [Update:Modify]" in stack.failures()["Table"]
    assert described()["DeletionProtectionEnabled"] is False


@provokes("capabilities")
def test_roles_need_an_acknowledgement() -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "backup", "AssumeRolePolicyDocument": trust}}
    stack = Stack()
    change_set = {"StackName": stack.name, "ChangeSetName": "first", "ChangeSetType": "CREATE"}
    body = json.dumps(template(Role=role))
    message = refusal(stack.client.create_change_set, TemplateBody=body, **change_set)
    assert message.startswith("InsufficientCapabilitiesException")
    assert stack.deploy(template(Role=role), "CREATE", Capabilities=["CAPABILITY_NAMED_IAM"]) == "CREATE_COMPLETE"


@provokes("regions")
def test_regions_know_nothing_of_each_other() -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "on-call"}}
    body = template(table(), Alarm=alarm_resource(), Topic=topic)
    assert Stack().deploy(body) == "CREATE_COMPLETE"

    def seen(region: str) -> tuple[int, ...]:
        stacks = client("cloudformation", region).describe_stacks()["Stacks"]
        alarms = client("cloudwatch", region).describe_alarms()["MetricAlarms"]
        return len(stacks), len(tables(region)), len(alarms), len(client("sns", region).list_topics()["Topics"])

    assert seen("us-east-1") == (0, 0, 0, 0)
    # The same names again: nothing conflicts, and each has its own state.
    stack = Stack(region="us-east-1")
    assert stack.deploy(body) == "CREATE_COMPLETE"
    client("dynamodb", "us-east-1").put_item(TableName="Orders", Item={"pk": {"S": "1"}})
    assert client("dynamodb").scan(TableName="Orders")["Count"] == 0
    assert described(region="us-east-1")["TableArn"].split(":")[3] == "us-east-1"
    assert seen("eu-west-1") == seen("us-east-1") == (1, 1, 1, 1)


@provokes("account")
def test_account_is_that_of_the_access_key(aws: Any) -> None:
    assert client("sts").get_caller_identity()["Account"] == aws.account == "111122223333"
    client("dynamodb").create_table(**table())
    assert described()["TableArn"] == "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
    other = boto3.Session(aws_access_key_id="444455556666", aws_secret_access_key="x", region_name="eu-west-1")
    assert other.client("sts").get_caller_identity()["Account"] == "444455556666"
    assert other.client("dynamodb").list_tables()["TableNames"] == []


STATEMENT = {"Effect": "Deny", "Principal": "*", "Action": "Update:*", "Resource": "*"}
BAD_POLICIES = {
    "no JSON": "a1b2c3",
    "no object": "[]",
    "principal": {"Statement": [{**STATEMENT, "Principal": "someone"}]},
    "no principal": {"Statement": [{key: value for key, value in STATEMENT.items() if key != "Principal"}]},
    "action": {"Statement": [{**STATEMENT, "Action": "Delete:*"}]},
    "one action of two": {"Statement": [{**STATEMENT, "Action": ["Update:Modify", "Update:Nothing"]}]},
    "effect": {"Statement": [{**STATEMENT, "Effect": "Maybe"}]},
    "no resource": {"Statement": [{key: value for key, value in STATEMENT.items() if key != "Resource"}]},
    "unknown member": {"Statement": [{**STATEMENT, "Colour": "red"}]},
}


@provokes("stack-policy-document")
@pytest.mark.parametrize("policy", BAD_POLICIES.values(), ids=BAD_POLICIES)
def test_what_is_no_stack_policy(policy: Any) -> None:
    stack, body = Stack(), json.dumps(template(table()))
    text = policy if isinstance(policy, str) else json.dumps(policy)
    invalid = "ValidationError: Error validating stack policy: Invalid stack policy"
    create = stack.client.create_stack
    assert refusal(create, StackName=stack.name, TemplateBody=body, StackPolicyBody=text) == invalid
    create(StackName=stack.name, TemplateBody=body)
    assert refusal(stack.client.set_stack_policy, StackName=stack.name, StackPolicyBody=text) == invalid
    update = {"StackName": stack.name, "TemplateBody": body, "StackPolicyDuringUpdateBody": text}
    assert refusal(stack.client.update_stack, **update) == invalid


@provokes("stack-policy-document")
def test_empty_stack_policy_and_two_of_them() -> None:
    stack = Stack()
    stack.deploy(template(table()))
    stack.client.set_stack_policy(StackName=stack.name, StackPolicyBody="{}")
    assert stack.client.get_stack_policy(StackName=stack.name)["StackPolicyBody"] == "{}"
    both = {"StackPolicyBody": "{}", "StackPolicyURL": "https://bucket.s3.amazonaws.com/policy.json"}
    assert refusal(stack.client.set_stack_policy, StackName=stack.name, **both) == (
        "ValidationError: You cannot specify both StackPolicyURL and StackPolicyBody"
    )
