"""What an earlier run or someone else has left half-way is mended by the next deployment, or named with the command."""

import json
import re
import shlex
from typing import Any

import pytest

from scripts.planning import stack_operations
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop"
ORDERS = f"{STACK}-Orders"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The service with one table only: what happens to the other is told elsewhere."""
    del shop.contract["tables"][1]
    shop.write(DEPLOYMENT.replace("environments:", "defaults: {alarms: essential}\nenvironments:"))
    return shop


def indexes() -> list[str]:
    table = client("dynamodb").describe_table(TableName="Orders")["Table"]
    return sorted(index["IndexName"] for index in table.get("GlobalSecondaryIndexes", []))


def settle() -> None:
    while any(
        index["IndexStatus"] != "ACTIVE"
        for index in client("dynamodb").describe_table(TableName="Orders")["Table"].get("GlobalSecondaryIndexes", [])
    ):
        pass


def status() -> str:
    return client("cloudformation").describe_stacks(StackName=ORDERS)["Stacks"][0]["StackStatus"]


def do(message: str) -> None:
    """Carry out the `aws dynamodb update-...` command at the end of a line of a message, as the reader would."""
    command, *words = shlex.split(re.search(r"aws dynamodb (update-.*)$", message, re.MULTILINE)[1])
    given = dict(zip(words[::2], words[1::2], strict=True))
    region = given.pop("--region")
    request = {"".join(part.capitalize() for part in key.split("-")): _value(value) for key, value in given.items()}
    getattr(client("dynamodb", region), command.replace("-", "_"))(**request)
    settle()


def _value(text: str) -> Any:
    """JSON, the CLI's shorthand (`Enabled=false,AttributeName=x`), or a text."""
    if text[0] == "[":
        return json.loads(text)
    if "=" not in text:
        return text
    return {
        key: value != "false" if key.endswith("Enabled") else value
        for key, value in (p.split("=") for p in text.split(","))
    }


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes one alarm of every template of a table impossible, until it is called with False."""
    real = stack_operations.submitted_template

    def failing(*arguments: Any) -> dict[str, Any]:
        template = real(*arguments)
        template["Resources"]["ThrottleAlarm"]["Properties"]["DatapointsToAlarm"] = 99
        return template

    def switch(on: bool) -> None:
        monkeypatch.setattr(stack_operations, "submitted_template", failing if on else real)

    return switch


def test_a_creation_that_fails_leaves_no_table_and_is_repeated(shop: Shop, broken: Any) -> None:
    broken(True)
    assert shop.deploy() == 1
    assert "ended in ROLLBACK_COMPLETE. First cause: ThrottleAlarm (AWS::CloudWatch::Alarm): " in shop.err
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert status() == "ROLLBACK_COMPLETE"
    broken(False)
    assert shop.deploy() == 0, shop.err
    assert "Orders: removing the empty stack of a creation that failed earlier" in shop.out
    assert shop.validate() == 0


def test_the_shell_of_a_creation_that_was_never_executed_is_used_and_nothing_of_it_left(shop: Shop) -> None:
    cloudformation = client("cloudformation")
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    request = {"StackName": ORDERS, "ChangeSetType": "CREATE", "TemplateBody": body}
    cloudformation.create_change_set(ChangeSetName="deploy-0", **request)
    assert shop.deploy() == 0, shop.err
    sets = cloudformation.list_change_sets(StackName=ORDERS)["Summaries"]
    assert {each["ExecutionStatus"] for each in sets} == {"EXECUTE_COMPLETE"}
    assert "Table" in cloudformation.get_template(StackName=ORDERS)["TemplateBody"]["Resources"]


def test_a_failed_creation_that_has_kept_its_table_is_not_deleted_but_the_table_adopted(
    shop: Shop, broken: Any, aws: Any
) -> None:
    """Someone has executed without RetainExceptOnCreate: the stack failed, the table was retained, with an item in it."""
    shop.deployed()
    body = client("cloudformation").get_template(StackName=ORDERS)["TemplateBody"]
    body["Resources"]["ThrottleAlarm"]["Properties"]["DatapointsToAlarm"] = 99
    aws.reset()
    tags = [{"Key": "Service", "Value": "shop"}, {"Key": "Environment", "Value": ENVIRONMENT}]
    client("sns").create_topic(Name=f"{STACK}-alarms")
    client("cloudformation").create_stack(StackName=ORDERS, TemplateBody=json.dumps(body), Tags=tags)
    while status().endswith("_IN_PROGRESS"):
        pass
    assert status() == "ROLLBACK_COMPLETE"
    client("sns").delete_topic(TopicArn=f"arn:aws:sns:eu-west-1:111122223333:{STACK}-alarms")
    item = {"PK": {"S": "O#1"}, "SK": {"S": "#META"}}
    client("dynamodb").put_item(TableName="Orders", Item=item)
    assert shop.deploy() == 0, shop.err
    assert re.search(r"shop +Orders .* adopt", shop.out)
    assert shop.validate() == 0
    assert client("dynamodb").scan(TableName="Orders")["Count"] == 1


def test_an_index_that_a_rollback_has_left_is_named_with_the_command_that_settles_it(shop: Shop, broken: Any) -> None:
    shop.deployed()
    broken(True)
    shop.orders["gsis"].append({"index_name": "ByBuyer", "pk": "buyer"})
    shop.write()
    assert shop.deploy() == 1
    assert "ended in UPDATE_ROLLBACK_COMPLETE. First cause: ThrottleAlarm" in shop.err
    broken(False)
    settle()
    if "ByBuyer" in indexes():  # the local AWS leaves an index that was still being built
        assert shop.deploy() == 1
        assert 'Index "ByBuyer" is on the table but not in the template of its stack' in shop.err
        assert "It is in the contract, so the next deployment builds it again." in shop.err
        do(shop.err)
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0
    assert indexes() == ["ByBook", "ByBuyer", "ByStatus"]


def test_indexes_that_someone_has_made_or_deleted_by_hand_are_named_with_the_command(shop: Shop) -> None:
    shop.deployed()
    dynamodb = client("dynamodb")
    # One that the contract does not know.
    create = {"IndexName": "ByHand", "KeySchema": [{"AttributeName": "buyer", "KeyType": "HASH"}]}
    update = [{"Create": {**create, "Projection": {"ProjectionType": "ALL"}}}]
    types = [{"AttributeName": "buyer", "AttributeType": "S"}]
    dynamodb.update_table(TableName="Orders", AttributeDefinitions=types, GlobalSecondaryIndexUpdates=update)
    settle()
    assert shop.deploy() == 1
    assert 'Index "ByHand" is on the table but not in the template of its stack' in shop.err
    assert "It is not in the contract." in shop.err
    do(shop.err)
    # One that the contract wants.
    update = [{"Delete": {"IndexName": "ByBook"}}]
    dynamodb.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=update)
    settle()
    assert shop.deploy() == 1
    assert 'Index "ByBook" is in the template of the stack but no longer on the table' in shop.err
    do(shop.err)
    assert indexes() == ["ByBook", "ByStatus"]
    # One that the contract wants to remove.
    dynamodb.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=update)
    settle()
    del shop.orders["gsis"][1]
    shop.write()
    assert shop.deploy() == 1
    assert "deploy again, which then removes it the orderly way: aws" in shop.err
    do(shop.err)
    assert shop.deploy() == 0, shop.err
    assert (shop.validate(), indexes()) == (0, ["ByStatus"])


def test_time_to_live_that_someone_has_switched_off_can_move_to_another_attribute(shop: Shop, aws: Any) -> None:
    """The table says off, the template says on: CloudFormation would refuse the template that says another attribute."""
    shop.deployed()
    aws.advance(60)
    off = {"Enabled": False, "AttributeName": "expires_at"}
    client("dynamodb").update_time_to_live(TableName="Orders", TimeToLiveSpecification=off)
    path = shop.root / "contracts" / "shop" / "deployment.yaml"
    shop.write(path.read_text().replace("ttl: expires_at", "ttl: total"))
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


def test_time_to_live_is_never_switched_by_an_update_that_may_fail(shop: Shop, broken: Any, aws: Any) -> None:
    """Switching back within the hour is refused, so a rollback that has to do it would be stuck."""
    path = shop.root / "contracts" / "shop" / "deployment.yaml"
    shop.deployed()
    aws.advance(61)
    broken(True)
    shop.write(path.read_text().replace("ttl: expires_at", "ttl: total"))
    assert shop.deploy() == 1
    assert "ended in UPDATE_ROLLBACK_COMPLETE. First cause: ThrottleAlarm" in shop.err
    broken(False)
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


def test_a_rollback_that_is_stuck_is_continued(
    shop: Shop, broken: Any, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update of someone else switches time to live off and fails; on again within the hour is refused."""
    path = shop.root / "contracts" / "shop" / "deployment.yaml"
    shop.deployed()
    aws.advance(61)
    monkeypatch.setattr(
        stack_operations, "_ttl_alone", lambda _before, after: [after]
    )  # all in one update, as others do it
    broken(True)
    shop.write(path.read_text().replace("ttl: expires_at", "ttl: total"))
    assert shop.deploy() == 1
    assert "ended in UPDATE_ROLLBACK_FAILED. First cause: ThrottleAlarm" in shop.err
    broken(False)
    assert shop.deploy() == 1
    assert f"Stack {ORDERS} cannot be rolled back: Table (AWS::DynamoDB::Table): " in shop.err
    assert "Time to live can be changed once an hour. Run the same command again in an hour" in shop.err, shop.err
    assert f"aws cloudformation continue-update-rollback --stack-name {ORDERS} --resources-to-skip Table" in shop.err
    aws.advance(61)
    assert shop.deploy() == 0, shop.err
    assert "Orders: continuing the rollback of an update that failed earlier" in shop.out
    assert shop.validate() == 0


@pytest.mark.parametrize("wanted", ["KEYS_ONLY", "NEW_IMAGE"])
def test_a_stream_that_someone_has_switched_on_is_named_with_the_command(shop: Shop, wanted: str) -> None:
    shop.deployed()
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    client("dynamodb").update_table(TableName="Orders", StreamSpecification=stream)
    settle()
    path = shop.root / "contracts" / "shop" / "deployment.yaml"
    shop.write(path.read_text().replace("ttl: expires_at", f"stream: {wanted}, ttl: expires_at"))
    assert shop.deploy() == 1
    assert "The table has a stream (KEYS_ONLY) that its stack does not know of" in shop.err
    do(shop.err)
    settle()
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


def test_a_stream_that_someone_has_switched_off_is_named_with_the_command(shop: Shop) -> None:
    path = shop.root / "contracts" / "shop" / "deployment.yaml"
    without = path.read_text()
    shop.write(without.replace("ttl: expires_at", "stream: KEYS_ONLY, ttl: expires_at"))
    assert shop.deploy() == 0, shop.err
    client("dynamodb").update_table(TableName="Orders", StreamSpecification={"StreamEnabled": False})
    settle()
    shop.write(without)
    assert shop.deploy() == 1
    assert "The template of the stack has a stream (KEYS_ONLY) that is no longer on the table" in shop.err
    do(shop.err)
    settle()
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


@pytest.mark.parametrize("wanted", ["expires_at", "total"])
def test_time_to_live_that_someone_has_moved_is_named_with_the_command(shop: Shop, aws: Any, wanted: str) -> None:
    shop.deployed()
    dynamodb = client("dynamodb")
    for name, on in (("expires_at", False), ("total", True)):
        aws.advance(60)
        dynamodb.update_time_to_live(TableName="Orders", TimeToLiveSpecification={"Enabled": on, "AttributeName": name})
    path = shop.root / "contracts" / "shop" / "deployment.yaml"
    shop.write(path.read_text().replace("ttl: expires_at", f"ttl: {wanted}"))
    assert shop.deploy() == 1
    assert 'Time to live is on for "total", but for "expires_at" in the template of the stack' in shop.err
    aws.advance(60)
    do(shop.err)
    assert shop.deploy() == 0, shop.err
    if wanted == "expires_at":  # what the stack says already: the validation has the command
        assert "Orders is not as the contract says: time to live is off" in shop.err
    else:
        assert shop.validate() == 0
