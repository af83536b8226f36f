"""Deployment against the local AWS: what it shows, what it makes, what it refuses, and that it can be continued."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy, execution
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

ROOT = Path(__file__).parent.parent
STACK = f"dynamodb-{ENVIRONMENT}-shop"


def stack(name: str) -> dict[str, Any]:
    return client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]


def put(number: int) -> None:
    item = {"PK": {"S": f"O#{number}"}, "SK": {"S": "#META"}, "status": {"S": "open"}, "placed_at": {"N": str(number)}}
    client("dynamodb").put_item(TableName="Orders", Item=item)


def count() -> int:
    return client("dynamodb").scan(TableName="Orders", ConsistentRead=True)["Count"]


def indexes() -> list[str]:
    table = client("dynamodb").describe_table(TableName="Orders")["Table"]
    return sorted(index["IndexName"] for index in table.get("GlobalSecondaryIndexes", []))


def test_it_shows_where_and_what_before_it_begins(shop: Shop) -> None:
    assert shop.deploy() == 0, shop.err
    assert re.search(r"Environment +test-eu-west-1\nRegion +eu-west-1\nAccount +111122223333\n", shop.out)
    assert re.search(r"shop +Orders +ByStatus, ByBook +create", shop.out)
    assert re.search(r"shop +Books +- +create", shop.out)


def test_stacks_are_protected(shop: Shop) -> None:
    shop.deploy()
    for name in (STACK, f"{STACK}-Orders", f"{STACK}-Books"):
        assert stack(name)["EnableTerminationProtection"] is True
        body = json.loads(client("cloudformation").get_stack_policy(StackName=name)["StackPolicyBody"])
        denied = [statement for statement in body["Statement"] if statement["Effect"] == "Deny"]
        assert {action for statement in denied for action in statement["Action"]} == {"Update:Replace", "Update:Delete"}


def test_it_records_what_was_deployed(shop: Shop) -> None:
    shop.deploy()
    path = shop.root / "generated" / "shop" / ENVIRONMENT / "deployment.json"
    assert f"Recorded in {path.relative_to(shop.root)}" in shop.out
    record = json.loads(path.read_text())
    assert (record["region"], record["account"]) == ("eu-west-1", "111122223333")
    assert record["tables"]["Orders"]["outputs"]["TableArn"] == "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
    assert record["tables"]["Orders"]["settings"]["point_in_time_recovery_days"] == 14
    assert record["shared"]["outputs"]["AlarmTopicArn"].endswith(f":{STACK}-alarms")


def test_a_second_run_changes_nothing(shop: Shop) -> None:
    shop.deploy()
    before = stack(f"{STACK}-Orders").get("LastUpdatedTime")
    assert shop.deploy() == 0
    assert shop.out.count("no difference found") == 2
    assert shop.out.count(": unchanged") == 3
    assert stack(f"{STACK}-Orders").get("LastUpdatedTime") == before


def test_a_changed_setting_reaches_the_table(shop: Shop) -> None:
    shop.deploy()
    put(1)
    shop.write(DEPLOYMENT.replace("14", "21"))
    assert shop.deploy() == 0, shop.err
    assert re.search(r"Orders .* update \(1 difference\)", shop.out)
    assert (shop.validate(), count()) == (0, 1)


def test_other_topics_and_no_key_for_them_can_be_chosen_later(shop: Shop) -> None:
    topic = client("sns").create_topic(Name="oncall")["TopicArn"]
    shop.deploy()
    shop.write(DEPLOYMENT.replace("eu-west-1}", f"eu-west-1, alarm_topics: ['{topic}'], alarm_encryption: none}}"))
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0
    (alarm,) = client("cloudwatch").describe_alarms(AlarmNames=["Orders-unhealthy"], AlarmTypes=["CompositeAlarm"])[
        "CompositeAlarms"
    ]
    assert alarm["AlarmActions"] == [topic]
    shop.write()
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


def test_several_index_changes_become_steps(shop: Shop) -> None:
    shop.deploy()
    put(1)
    shop.orders["gsis"] = [
        shop.orders["gsis"][0],
        {"index_name": "ByBuyer", "pk": "buyer"},
        {"index_name": "ByTotal", "pk": "buyer", "sk": "total", "projection": "KEYS_ONLY"},
    ]
    shop.write()
    assert shop.deploy() == 0, shop.err
    assert re.search(r"Orders .* update in 3 steps", shop.out)
    assert re.findall(r"step \d of \d done", shop.out) == ["step 1 of 3 done", "step 2 of 3 done"]
    assert "Orders: deployed" in shop.out
    assert (indexes(), count()) == (["ByBuyer", "ByStatus", "ByTotal"], 1)
    assert shop.validate() == 0


def _other_key(shop: Shop) -> None:
    shop.orders["sk"] = "placed_at"


def _other_type(shop: Shop) -> None:
    next(a for a in shop.orders["attributes"] if a["name"] == "SK")["type"] = "N"


def _other_index_key(shop: Shop) -> None:
    shop.orders["gsis"][0]["sk"] = "total"


def _other_projection(shop: Shop) -> None:
    shop.orders["gsis"][1]["projected_attributes"] = ["total"]


def _other_index_type(shop: Shop) -> None:
    next(a for a in shop.orders["attributes"] if a["name"] == "placed_at")["type"] = "S"


IMPOSSIBLE = {
    _other_key: "DynamoDB cannot change the keys of a table: give the table a new name",
    _other_type: "DynamoDB cannot change the keys of a table: give the table a new name",
    _other_index_key: 'Index "ByStatus" exists with another definition',
    _other_projection: 'Index "ByBook" exists with another definition',
    _other_index_type: 'Index "ByStatus" exists with another definition',
}


@pytest.mark.parametrize("change", IMPOSSIBLE, ids=lambda change: change.__name__)
def test_an_impossible_change_is_refused_before_anything_is_touched(shop: Shop, change: Any) -> None:
    shop.deploy()
    put(1)
    change(shop)
    shop.contract["tables"][1]["gsis"] = [{"index_name": "ByRemoval", "pk": "removed_at"}]
    shop.write()
    assert shop.deploy() == 1
    assert re.search(f"^Orders: .*{re.escape(IMPOSSIBLE[change])}", shop.err, re.MULTILINE)
    assert shop.err.endswith("Nothing was deployed.\n")
    books = client("dynamodb").describe_table(TableName="Books")["Table"]
    assert "GlobalSecondaryIndexes" not in books  # not even the change that would have been possible
    assert (indexes(), count()) == (["ByBook", "ByStatus"], 1)


def test_another_ttl_attribute_is_refused_with_the_way_out(shop: Shop) -> None:
    shop.deploy()
    shop.write(DEPLOYMENT.replace("ttl: expires_at", "ttl: total"))
    assert shop.deploy() == 1
    assert 'Time to live is on for "expires_at", wanted is "total".' in shop.err
    assert "aws dynamodb update-time-to-live --table-name Orders" in shop.err


def test_a_table_that_exists_already_is_not_touched(shop: Shop) -> None:
    client("dynamodb").create_table(
        TableName="Orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
    )
    put(1)
    assert shop.deploy() == 1
    assert (
        "Orders: A table of this name exists already, outside of stack dynamodb-test-eu-west-1-shop-Orders." in shop.err
    )
    assert (indexes(), count()) == ([], 1)
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_a_table_that_is_gone_is_not_silently_created_anew(shop: Shop) -> None:
    shop.deploy()
    dynamodb = client("dynamodb")
    dynamodb.update_table(TableName="Books", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="Books")
    assert shop.deploy() == 1
    assert "Stack dynamodb-test-eu-west-1-shop-Books exists, but its table is gone." in shop.err


def test_a_stack_of_someone_else_is_not_touched(shop: Shop) -> None:
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    client("cloudformation").create_stack(StackName=f"{STACK}-Orders", TemplateBody=body)
    assert shop.deploy() == 1
    assert f"Stack {STACK}-Orders belongs to something else" in shop.err


def test_tampering_outside_of_cloudformation_is_said(shop: Shop) -> None:
    shop.deploy()
    client("dynamodb").update_table(TableName="Books", DeletionProtectionEnabled=False)
    assert shop.deploy() == 0
    assert "Books differs from the contract, but its stack does not" in shop.err


def test_stale_generated_files_are_refused(shop: Shop) -> None:
    template = shop.root / "generated" / "shop" / ENVIRONMENT / "templates" / "tables" / "Orders.yaml"
    template.write_text(template.read_text().replace("Retain", "Delete"))
    assert shop.deploy() == 1
    assert "templates/tables/Orders.yaml does not match the contract. Run `make generate`, review, commit." in shop.err


def test_another_account_is_refused(shop: Shop) -> None:
    shop.write(DEPLOYMENT.replace("region: eu-west-1", 'region: eu-west-1, account: "999999999999"'))
    assert shop.deploy() == 1
    assert (
        "These are credentials of account 111122223333, but test-eu-west-1 of shop belongs to 999999999999." in shop.err
    )


def test_another_region_is_refused(shop: Shop) -> None:
    assert shop.deploy("--region", "us-east-1") == 1
    assert "test-eu-west-1 is in eu-west-1, not in us-east-1." in shop.err


def test_an_unknown_environment_is_refused(shop: Shop) -> None:
    assert shop.deploy(environment="prod") == 1
    assert 'There is no environment "prod". Known: test-eu-west-1.' in shop.err


def test_without_settings_the_region_must_be_given(shop: Shop) -> None:
    (shop.root / "contracts" / "shop" / "deployment.yaml").unlink()
    shop.write(deployment=None)
    assert shop.deploy(environment="default") == 1
    assert "Say it with --region." in shop.err
    assert shop.deploy("--region", "us-east-1", environment="default") == 0, shop.err
    assert shop.validate("--region", "us-east-1", environment="default") == 0
    assert shop.validate("--region", "eu-west-1", environment="default") == 1  # nothing is there


def test_without_a_terminal_a_confirmation_is_needed(shop: Shop) -> None:
    assert shop._run(deploy.main, "--environment", ENVIRONMENT) == 1
    assert "Give it with --yes." in shop.err
    assert client("dynamodb").list_tables()["TableNames"] == []


def test_only_the_right_word_confirms(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, tables in (("yes", []), (ENVIRONMENT, ["Books", "Orders"])):
        monkeypatch.setattr("rich.prompt.Prompt.ask", lambda *_, _answer=answer, **__: _answer)
        shop._run(deploy.main, "--environment", ENVIRONMENT)
        assert client("dynamodb").list_tables()["TableNames"] == tables


def test_a_failure_names_the_first_cause_and_the_others_go_on(shop: Shop) -> None:
    alarm = {
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": "Books"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    client("cloudwatch").put_metric_alarm(AlarmName="Orders-read-throttled", **alarm)
    assert shop.deploy() == 1
    assert "Orders-read-throttled" in shop.err
    assert "already exists" in shop.err
    assert "A resource of that name exists outside this stack." in shop.err
    assert "1 failed. Mend the cause and run the same command again: it continues." in shop.err
    assert client("dynamodb").list_tables()["TableNames"] == ["Books"]
    client("cloudwatch").delete_alarms(AlarmNames=["Orders-read-throttled"])
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


def test_a_creation_that_fails_leaves_no_table_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    real = execution.table_template

    def failing(*arguments: Any) -> dict[str, Any]:
        template = real(*arguments)
        template["Resources"]["WriteThrottleAlarm"]["Properties"]["DatapointsToAlarm"] = 6
        return template

    with monkeypatch.context() as patch:
        patch.setattr(execution, "table_template", failing)
        assert shop.deploy() == 1
    assert "ended in ROLLBACK_COMPLETE. First cause: WriteThrottleAlarm (AWS::CloudWatch::Alarm): " in shop.err
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert shop.deploy() == 1
    assert (
        f"Delete the empty stack (tables in it are retained): aws cloudformation delete-stack --stack-name {STACK}-Orders"
        in shop.err
    )
    for table in ("Orders", "Books"):
        client("cloudformation").delete_stack(StackName=f"{STACK}-{table}")
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


def test_ctrl_c_says_where_it_stands_and_a_second_run_continues(shop: Shop, aws: Any) -> None:
    shop.deploy()
    shop.orders["gsis"].extend({"index_name": f"By{n}", "pk": "buyer", "sk": n} for n in ("total", "expires_at"))
    shop.write()
    aws.set_clock(index=300)  # describe calls until an index is built: no waiting of the first run comes near it
    command = [sys.executable, "-m", "scripts.deploy", "--environment", ENVIRONMENT, "--yes"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as run:
        assert any("Bytotal is being built" in line for line in run.stdout)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "Traceback" not in said
    assert re.search(r"Stopped.\nDone: dynamodb-test-eu-west-1-shop.*\nStill running in AWS: .*Orders", said)
    assert "Run the same command again: it waits for what is running and continues from there." in said
    assert indexes() == ["ByBook", "ByStatus", "Bytotal"]
    aws.set_clock(index=0)
    while "CREATING" in _index_status():
        pass
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0
    assert indexes() == ["ByBook", "ByStatus", "Byexpires_at", "Bytotal"]


def _index_status() -> set[str]:
    table = client("dynamodb").describe_table(TableName="Orders")["Table"]
    return {index["IndexStatus"] for index in table["GlobalSecondaryIndexes"]}
