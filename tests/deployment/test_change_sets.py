"""One change set brings a stack to a template, or is not executed; it is made anew when it has gone stale."""

import json
from typing import Any

import pytest

from scripts.deployment import change_sets
from scripts.deployment.change_sets import Deployment, protect
from scripts.observe.aws import Aws
from scripts.observe.stacks import StackError
from scripts.observe.waiting import Stopped, Waiting
from tests.local_aws.support import alarm, client, index, keys, table, template

TAGS = {"Service": "shop", "Environment": "test"}
NAME = "dynamodb-test-shop-Orders"
POLICY = '{"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}'
ALARM = "AWS::CloudWatch::Alarm"


def _deploy(properties: dict[str, Any] | None, **resources: Any) -> bool:
    body = json.dumps(template(properties, **resources))
    return Deployment(Aws("eu-west-1"), Waiting(), lambda _: None).run(NAME, body, TAGS)


def _waiting() -> list[str]:
    """The change sets that someone could still execute, or that failed and were left behind."""
    found = client("cloudformation").list_change_sets(StackName=NAME)["Summaries"]
    return [each["ChangeSetName"] for each in found if each["ExecutionStatus"] != "EXECUTE_COMPLETE"]


@pytest.mark.usefixtures("aws")
def test_the_same_template_twice_is_no_change() -> None:
    assert _deploy(table()) is True
    assert _deploy(table()) is False
    assert _waiting() == []


@pytest.mark.usefixtures("aws")
def test_removing_a_table_is_refused_before_anything_happens() -> None:
    watch = {"Type": ALARM, "Properties": alarm()}
    _deploy(table(), Watch=watch)
    with pytest.raises(StackError, match=r"Not executed: Table \(AWS::DynamoDB::Table\) would be removed"):
        _deploy(None, Watch=watch)
    assert client("dynamodb").list_tables()["TableNames"] == ["Orders"]
    assert _waiting() == []


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "properties", [table(TableName="Other"), table(KeySchema=keys("pk", "sk"))], ids=["name", "keys"]
)
def test_replacing_a_table_is_refused_before_anything_happens(properties: dict[str, Any]) -> None:
    _deploy(table())
    with pytest.raises(StackError, match=r"Not executed: Table \(AWS::DynamoDB::Table\) would be replaced"):
        _deploy(properties)
    assert client("dynamodb").list_tables()["TableNames"] == ["Orders"]


@pytest.mark.usefixtures("aws")
def test_two_index_changes_at_once_fail_with_a_hint_and_leave_the_table() -> None:
    _deploy(table())
    with pytest.raises(StackError, match=r"First cause: Table .*more than one GSI.*Run the same command again"):
        _deploy(table(index("ByA", "a"), index("ByB", "b")))
    assert "GlobalSecondaryIndexes" not in client("dynamodb").describe_table(TableName="Orders")["Table"]


@pytest.mark.usefixtures("aws")
def test_a_failed_first_creation_leaves_no_table_behind() -> None:
    broken = {"Type": ALARM, "DependsOn": "Table", "Properties": {**alarm(), "DatapointsToAlarm": 6}}
    with pytest.raises(StackError, match=r"ended in ROLLBACK_COMPLETE. First cause: Watch .*DatapointsToAlarm"):
        _deploy(table(), Watch=broken)
    assert client("dynamodb").list_tables()["TableNames"] == []
    with pytest.raises(StackError, match=r"is in ROLLBACK_COMPLETE. Its first creation failed"):
        _deploy(table())


@pytest.mark.usefixtures("aws")
def test_a_template_that_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(StackError, match=r"has \d\d,\d\d\d bytes, CloudFormation accepts 51,200"):
        _deploy(table(), Watch={"Type": ALARM, "Properties": {**alarm(), "AlarmDescription": "x" * 59_000}})
    assert client("cloudformation").describe_stacks()["Stacks"] == []


@pytest.mark.usefixtures("aws")
def test_a_refused_change_set_of_a_new_stack_leaves_no_shell() -> None:
    with pytest.raises(StackError, match="CloudFormation refused the change set"):
        _deploy(table(), Watch={"Type": ALARM, "Properties": {**alarm(), "NoSuchProperty": 1}})
    assert client("cloudformation").describe_stacks()["Stacks"] == []


@pytest.mark.usefixtures("aws")
def test_a_stale_change_set_is_made_anew_and_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone updates the stack after the change set was judged: AWS makes it OBSOLETE."""
    _deploy(table())
    cloudformation, judged = client("cloudformation"), []
    real = change_sets.judge

    def judge(*arguments: Any) -> list[str]:
        judged.append(1)
        if len(judged) == 1:
            body = json.dumps(template(table(DeletionProtectionEnabled=False), Mine={"Type": "AWS::SNS::Topic"}))
            cloudformation.update_stack(StackName=NAME, TemplateBody=body)
            cloudformation.get_waiter("stack_update_complete").wait(StackName=NAME, WaiterConfig={"Delay": 0})
        return real(*arguments)

    monkeypatch.setattr(change_sets, "judge", judge)
    # The second one would take away what the other has made, and is refused for it.
    with pytest.raises(StackError, match=r"Not executed: Mine \(AWS::SNS::Topic\) would be removed"):
        _deploy(table(TableClass="STANDARD_INFREQUENT_ACCESS"))
    assert len(judged) == 2
    assert _waiting() == []


def test_a_stack_that_others_keep_changing_is_given_up(aws: Any) -> None:
    _deploy(table())
    aws.fail("ExecuteChangeSet", "InvalidChangeSetStatus", times=99)
    with pytest.raises(StackError, match=r"was changed by someone else each time.*Run the same command again"):
        _deploy(table(TableClass="STANDARD_INFREQUENT_ACCESS"))
    assert _waiting() == []


@pytest.mark.parametrize("operation", ["CreateChangeSet", "ExecuteChangeSet"])
def test_the_operation_of_someone_else_is_waited_for(aws: Any, operation: str) -> None:
    """What CloudFormation says then (ValidationError, of both operations)."""
    _deploy(table())
    busy = "Stack:arn:x is in UPDATE_IN_PROGRESS state and can not be updated."
    aws.fail(operation, "ValidationError", busy)
    assert _deploy(table(TableClass="STANDARD_INFREQUENT_ACCESS")) is True
    assert _waiting() == []


@pytest.mark.parametrize("operation", ["CreateChangeSet", "ExecuteChangeSet"])
def test_a_call_that_was_carried_out_and_whose_answer_was_lost_is_not_repeated(aws: Any, operation: str) -> None:
    aws.fail(operation, "InternalFailure", done=True)
    assert _deploy(table()) is True
    assert aws.calls().count("cloudformation:ExecuteChangeSet") == (2 if operation == "ExecuteChangeSet" else 1)
    assert client("dynamodb").list_tables()["TableNames"] == ["Orders"]
    assert _waiting() == []


@pytest.mark.usefixtures("aws")
def test_who_stops_before_the_execution_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    deployment = Deployment(Aws("eu-west-1"), Waiting(), lambda _: None)
    real = change_sets.judge
    monkeypatch.setattr(change_sets, "judge", lambda *a: (deployment.waiting.stop.set(), real(*a))[1])
    with pytest.raises(Stopped):
        deployment.run(NAME, json.dumps(template(table())), TAGS)
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_protection_says_that_the_policy_is_set(aws: Any) -> None:
    """Who sees termination protection need not ask for the policy: it is set first."""
    _deploy(table())
    protect(Aws("eu-west-1"), NAME, POLICY)
    last = aws.calls()[-2:]
    assert last == ["cloudformation:SetStackPolicy", "cloudformation:UpdateTerminationProtection"]
