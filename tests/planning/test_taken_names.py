"""Names that are taken before a first deployment: the plan says whose they are, and the command that it tells clears the way."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import plan
from scripts.local_aws import aws_cli
from tests.local_aws.support import alarm, client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop"
BODY = json.dumps({"widgets": []})
SCALED = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/Books",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}
CAPACITY = "billing: provisioned, capacity: {read: {min: 5, max: 9}, write: {min: 5, max: 9}}"
# What there is in no stack, by what makes it.
NOBODYS: dict[str, Callable[[], Any]] = {
    "Orders-throttled": lambda: client("cloudwatch").put_metric_alarm(**alarm(AlarmName="Orders-throttled")),
    "Orders-unhealthy": lambda: client("cloudwatch").put_composite_alarm(
        AlarmName="Orders-unhealthy", AlarmRule="FALSE"
    ),
    f"{STACK}-user-errors": lambda: client("cloudwatch").put_metric_alarm(**alarm(AlarmName=f"{STACK}-user-errors")),
    f"Dashboard {STACK}": lambda: client("cloudwatch").put_dashboard(DashboardName=STACK, DashboardBody=BODY),
    f"Alarm topic {STACK}-alarms": lambda: client("sns").create_topic(Name=f"{STACK}-alarms"),
    "Scaling target table/Books dynamodb:table:ReadCapacityUnits": lambda: client(
        "application-autoscaling"
    ).register_scalable_target(**SCALED, MinCapacity=5, MaxCapacity=10),
}
THEIRS = {
    "Alarm Books-throttled": ("AWS::CloudWatch::Alarm", alarm(AlarmName="Books-throttled")),
    "Alarm over alarms Books-unhealthy": (
        "AWS::CloudWatch::CompositeAlarm",
        {"AlarmName": "Books-unhealthy", "AlarmRule": "FALSE"},
    ),
    f"Alarm topic {STACK}-alarms-feed": ("AWS::SNS::Topic", {"TopicName": f"{STACK}-alarms-feed"}),
}


def reasons(shop: Shop, code: int) -> list[str]:
    """Every reason of the plan, tables and shared stacks alike."""
    assert shop._run(plan.main, "--environment", ENVIRONMENT, "--format", "json") == code, shop.err
    made = json.loads(shop.out)
    return [reason for entry in (*made["tables"], *made["shared"]) for reason in entry["reasons"]]


@pytest.fixture
def books_are_scaled(shop: Shop) -> Shop:
    client("dynamodb").create_table(  # auto scaling is kept when its table is deleted
        TableName="Books",
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        KeySchema=[{"AttributeName": "isbn", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "isbn", "AttributeType": "S"}],
    )
    for make in NOBODYS.values():
        make()
    client("dynamodb").delete_table(TableName="Books")
    shop.write(f"{DEPLOYMENT}  Books: {{{CAPACITY}}}\n")
    return shop


def test_what_is_nobodys_is_named_and_the_commands_clear_the_way(books_are_scaled: Shop, tmp_path: Path) -> None:
    shop = books_are_scaled
    found = reasons(shop, 3)
    for name in NOBODYS:
        assert any(name in reason and "in no stack" in reason for reason in found), name
    folder = tmp_path / "bin"
    folder.mkdir()
    with aws_cli.shell(folder) as run:
        for reason in found:
            code, output = run(reason.partition("then deploy again: ")[2])
            assert code == 0, output
    assert reasons(shop, 2) == []
    assert shop.deploy() == 0, shop.err


def test_what_is_of_another_stack_is_told_with_its_name_and_without_a_command(shop: Shop) -> None:
    resources = {f"R{number}": {"Type": t, "Properties": p} for number, (t, p) in enumerate(THEIRS.values())}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="legacy", TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="legacy", WaiterConfig={"Delay": 0})
    shop.write(f"{DEPLOYMENT}  Books: {{alarms: full}}\n")
    found = reasons(shop, 3)
    assert all("in stack legacy" in reason and "aws " not in reason for reason in found)
    assert all(any(name.rpartition(" ")[2] in reason for reason in found) for name in THEIRS)
    assert shop.deploy() == 1
    assert [stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]] == ["legacy"]
