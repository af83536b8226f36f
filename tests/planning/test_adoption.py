"""A table that no stack has is adopted: imported as it is, then brought to what is wanted, its items untouched."""

import json
import re
from typing import Any

import pytest

from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop"
TYPES = {"PK": "S", "SK": "S", "status": "S", "placed_at": "N", "buyer": "S"}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The service with one table only: what happens to the other is told elsewhere."""
    del shop.contract["tables"][1]
    shop.write(DEPLOYMENT.replace("environments:", "defaults: {alarms: essential}\nenvironments:"))
    return shop


def index(name: str, *keys: str) -> dict[str, Any]:
    kinds = zip(keys, ("HASH", "RANGE"), strict=False)
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in kinds],
        "Projection": {"ProjectionType": "ALL"},
    }


def make(*indexes: dict[str, Any], keys: tuple[str, ...] = ("PK", "SK"), **more: Any) -> None:
    """A table Orders that someone has made by hand, with one item in it."""
    names = {*keys, *(key["AttributeName"] for index in indexes for key in index["KeySchema"])}
    request = {
        "TableName": "Orders",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": TYPES[name]} for name in sorted(names)],
        "KeySchema": [{"AttributeName": k, "KeyType": t} for k, t in zip(keys, ("HASH", "RANGE"), strict=False)],
        **({"GlobalSecondaryIndexes": list(indexes)} if indexes else {}),
        **more,
    }
    client("dynamodb").create_table(**request)
    item = {"PK": {"S": "O#1"}, "SK": {"S": "#META"}, "status": {"S": "open"}, "placed_at": {"N": "1"}}
    client("dynamodb").put_item(TableName="Orders", Item=item)


def count() -> int:
    return client("dynamodb").scan(TableName="Orders", ConsistentRead=True)["Count"]


def test_a_table_made_by_hand_becomes_what_the_contract_says(shop: Shop, aws: Any) -> None:
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    make(index("ByStatus", "status", "placed_at"), index("ByBuyer", "buyer"), StreamSpecification=stream)
    dynamodb = client("dynamodb")
    on = {"Enabled": True, "AttributeName": "expires_at"}
    dynamodb.update_time_to_live(TableName="Orders", TimeToLiveSpecification=on)
    arn = dynamodb.describe_table(TableName="Orders")["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "CostCentre", "Value": "7"}, {"Key": "Team", "Value": "old"}])

    assert shop.deploy() == 0, shop.err
    assert re.search(r"shop +Orders .* is adopted in 4 steps", shop.out), shop.out[:1200]
    assert "Orders: step 1 of 6: import the table as it is (preparing)" in shop.out
    assert (shop.validate(), count()) == (0, 1)
    tags = {tag["Key"]: tag["Value"] for tag in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert (tags["CostCentre"], tags["Team"]) == ("7", "shop")  # what others have tagged is theirs
    found = json.loads((shop.root / "build" / "deploy" / ENVIRONMENT / "execution.json").read_text())
    kinds = [each["type"] for each in found["stacks"][f"{STACK}-Orders"]["change_sets"]]
    assert kinds == ["IMPORT", *["UPDATE"] * 5]
    stack = client("cloudformation").describe_stacks(StackName=f"{STACK}-Orders")["Stacks"][0]
    assert stack["EnableTerminationProtection"] is True
    assert client("cloudformation").get_stack_policy(StackName=f"{STACK}-Orders")["StackPolicyBody"]

    assert shop.deploy() == 0
    assert "Orders: unchanged" in shop.out


def test_the_shell_of_an_import_that_was_never_executed_is_used(shop: Shop) -> None:
    make()
    body = {"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {}}}}
    table = {"ResourceType": "AWS::DynamoDB::Table", "LogicalResourceId": "Table"}
    client("cloudformation").create_change_set(
        StackName=f"{STACK}-Orders",
        ChangeSetName="left-behind",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(body),
        ResourcesToImport=[{**table, "ResourceIdentifier": {"TableName": "Orders"}}],
    )
    assert shop.deploy() == 0, shop.err
    assert (shop.validate(), count()) == (0, 1)


def test_a_table_that_cannot_become_what_is_wanted_is_not_touched(shop: Shop) -> None:
    make(index("ByStatus", "status"), keys=("PK",))
    assert shop.deploy() == 1
    assert re.search(r"^Orders: B\d+: Its key schema is PK .S., the contract wants", shop.err, re.MULTILINE)
    assert re.search(r'^Orders: B\d+: Index "ByStatus" exists with another definition', shop.err, re.MULTILINE)
    assert count() == 1
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_table_of_another_stack_is_refused_by_its_name(shop: Shop) -> None:
    keys = [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}]
    properties = {
        "TableName": "Orders",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": keys,
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
    }
    body = {"Resources": {"T": {"Type": "AWS::DynamoDB::Table", "Properties": properties}}}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="legacy", TemplateBody=json.dumps(body))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="legacy", WaiterConfig={"Delay": 0})
    assert shop.deploy() == 1
    assert "Orders: B202: Table Orders belongs to stack legacy. Nothing was changed." in shop.err
    names = {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}
    assert names == {"legacy"}, "nothing was begun"


def test_auto_scaling_that_exists_already_is_said_with_the_command_that_removes_it(shop: Shop, aws: Any) -> None:
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    make(BillingMode="PROVISIONED", ProvisionedThroughput=units)
    where = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/Orders",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    scaling = client("application-autoscaling")
    scaling.register_scalable_target(**where, MinCapacity=5, MaxCapacity=10)
    capacity = "billing: provisioned, capacity: {read: {min: 5, max: 9}, write: {min: 5, max: 9}}"
    path = shop.root / "contracts" / "shop" / "deployment.yaml"
    shop.write(path.read_text().replace("tags:", f"{capacity}, tags:"))
    assert shop.deploy() == 1
    assert "B601: Scaling target table/Orders dynamodb:table:ReadCapacityUnits exists already, in no stack." in shop.err
    assert (
        "aws application-autoscaling deregister-scalable-target --service-namespace dynamodb --resource-id table/Orders "
        "--scalable-dimension dynamodb:table:ReadCapacityUnits --region eu-west-1"
    ) in shop.err
    scaling.deregister_scalable_target(**where)
    assert shop.deploy() == 0, shop.err
    assert (shop.validate(), count()) == (0, 1)


def test_a_table_that_cannot_be_read_is_not_imported(shop: Shop, aws: Any) -> None:
    make()
    aws.fail("DescribeContinuousBackups", "AccessDeniedException", "not allowed")
    assert shop.deploy() == 1
    assert "has to be imported as it is, but its point-in-time recovery is not known" in shop.err
    assert client("cloudformation").describe_stacks()["Stacks"] == []
