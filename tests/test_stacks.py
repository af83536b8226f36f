"""Change sets are judged before they are executed, and stacks that cannot take one are named with the way out."""

import itertools
import json
import threading
from typing import Any

import pytest

from scripts import stacks
from scripts.aws import Aws
from scripts.stacks import Deployment, ResourceChange, Stack, StackError, Stopped, judge, usable
from tests.local_aws.support import alarm, client, index, keys, table, template

TAGS = {"Service": "shop", "Environment": "test"}
POLICY = '{"Statement": [{"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}]}'
TABLE, ALARM = "AWS::DynamoDB::Table", "AWS::CloudWatch::Alarm"


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        (ResourceChange("Add", "Table", TABLE, "", ""), []),
        (ResourceChange("Modify", "Table", TABLE, "False", ""), []),
        (ResourceChange("Modify", "Alarm", ALARM, "True", "ReplaceAndDelete"), []),
        (ResourceChange("Remove", "Alarm", ALARM, "", "Delete"), []),
        (ResourceChange("Import", "Table", TABLE, "", ""), []),
        (ResourceChange("Remove", "Table", TABLE, "", "Retain"), ["Table (AWS::DynamoDB::Table) would be removed"]),
        (
            ResourceChange("Remove", "Topic", "AWS::SNS::Topic", "", "Delete"),
            ["Topic (AWS::SNS::Topic) would be removed"],
        ),
        (ResourceChange("Modify", "Table", TABLE, "True", ""), ["Table (AWS::DynamoDB::Table) would be replaced"]),
        (
            ResourceChange("Modify", "Table", TABLE, "Conditional", ""),
            ["Table (AWS::DynamoDB::Table) would be replaced"],
        ),
        (
            ResourceChange("Modify", "Table", TABLE, "False", "ReplaceAndRetain"),
            ["Table (AWS::DynamoDB::Table) would be replaced"],
        ),
        (
            ResourceChange("Dynamic", "Table", TABLE, "", ""),
            ["Table (AWS::DynamoDB::Table): CloudFormation cannot tell what would happen (Dynamic)"],
        ),
    ],
)
def test_a_change_set_is_judged(change: ResourceChange, refused: list[str]) -> None:
    assert judge([change]) == refused


def _stack(status: str, tags: dict[str, str] = TAGS) -> Stack:
    return Stack("dynamodb-test-shop-Orders", "arn", status, tags, {}, True)


@pytest.mark.parametrize("status", stacks.UNUSABLE)
def test_an_unusable_stack_is_refused_with_the_way_out(status: str) -> None:
    with pytest.raises(StackError, match=f"dynamodb-test-shop-Orders is in {status}.*deploy again"):
        usable(_stack(status), TAGS)


@pytest.mark.parametrize(
    "status", ["CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"]
)
def test_a_usable_stack_passes(status: str) -> None:
    usable(_stack(status), TAGS)


def test_a_stack_of_another_service_is_refused() -> None:
    with pytest.raises(StackError, match="belongs to something else"):
        usable(_stack("CREATE_COMPLETE", {**TAGS, "Service": "library"}), TAGS)


def test_waiting_pauses_grow_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    stop = threading.Event()
    monkeypatch.setattr(stop, "wait", lambda pause: bool(pauses.append(pause)))
    for _ in itertools.islice(stacks.intervals(stop), 30):
        pass
    assert pauses[0] < 0.2
    assert pauses == sorted(pauses)
    assert pauses[-1] == 5.0


def test_waiting_ends_when_it_is_told_to() -> None:
    stop = threading.Event()
    stop.set()
    rounds = stacks.intervals(stop, first=60)
    next(rounds)
    with pytest.raises(Stopped):
        next(rounds)


def _deploy(properties: dict[str, Any] | None, **resources: Any) -> bool:
    body = json.dumps(template(properties, **resources))
    deployment = Deployment(Aws("eu-west-1"), threading.Event(), lambda _: None)
    return deployment.run("dynamodb-test-shop-Orders", body, TAGS, POLICY)


def _waiting() -> list[str]:
    """The change sets that someone could still execute, or that failed and were left behind."""
    found = client("cloudformation").list_change_sets(StackName="dynamodb-test-shop-Orders")["Summaries"]
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
    with pytest.raises(StackError, match=r"is in ROLLBACK_COMPLETE. Its first creation failed. Delete the empty stack"):
        _deploy(table())


@pytest.mark.usefixtures("aws")
def test_a_template_that_is_too_large_is_refused_with_its_size() -> None:
    with pytest.raises(StackError, match=r"has 60,0.. bytes, CloudFormation takes 51,200"):
        Deployment(Aws("eu-west-1"), threading.Event(), lambda _: None).run(
            "dynamodb-test-shop-Orders", json.dumps({"Description": "x" * 60_000}), TAGS, POLICY
        )
    assert client("cloudformation").describe_stacks()["Stacks"] == []


@pytest.mark.usefixtures("aws")
def test_a_refused_change_set_of_a_new_stack_leaves_no_shell() -> None:
    with pytest.raises(StackError, match="CloudFormation refused the change set"):
        _deploy(table(), Watch={"Type": ALARM, "Properties": {**alarm(), "NoSuchProperty": 1}})
    assert client("cloudformation").describe_stacks()["Stacks"] == []
