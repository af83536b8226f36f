"""Deployment against the local AWS: what it shows, what it makes, what it refuses, and that it can be continued."""

import copy
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy, drift, plan
from scripts.folders import LOCAL_RECORDS
from tests import samples
from tests.local_aws.support import client
from tests.shop import CONTRACT, DEPLOYMENT, ENVIRONMENT, Shop

ROOT = Path(__file__).parent.parent
STACK = f"dynamodb-{ENVIRONMENT}-shop"
CALLS_PER_UNCHANGED_TABLE, CALLS_PER_NEW_TABLE = 7, 26


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


def report(shop: Shop) -> dict[str, Any]:
    return json.loads((shop.root / "build" / "deploy" / ENVIRONMENT / "execution.json").read_text())


def test_a_first_deployment_of_an_approved_plan_and_a_second_one(shop: Shop, aws: Any) -> None:
    # An approved plan is executed, and no other.
    assert shop.deploy("--plan-hash", "00000000") == 3
    now = re.search(r"Plan +([0-9a-f]{8})\n", shop.out)[1]
    assert "Approved was plan 00000000, but it would now be plan" in shop.err
    assert shop.err.strip().endswith(f"make deploy ENV={ENVIRONMENT} PLAN_HASH={now}")
    assert client("cloudformation").describe_stacks()["Stacks"] == []
    said = report(shop)
    assert (said["outcome"], said["plan"], said["stacks"]) == ("refused", now, {})
    assert now in said["message"]
    assert shop.deploy("--plan-hash", now) == 0, shop.err
    # It shows where and what before it begins.
    assert re.search(r"Environment +test-eu-west-1\nRegion +eu-west-1\nAccount +111122223333\n", shop.out)
    assert re.search(r"Plan +[0-9a-f]{8}\n", shop.out)
    assert re.search(r"shop +Orders +ByStatus, ByBook +is created", shop.out)
    assert re.search(r"shop +Books +- +is created", shop.out)
    # Stacks are protected.
    for name in (STACK, f"{STACK}-Orders", f"{STACK}-Books"):
        assert stack(name)["EnableTerminationProtection"] is True
        body = json.loads(client("cloudformation").get_stack_policy(StackName=name)["StackPolicyBody"])
        denied = [statement for statement in body["Statement"] if statement["Effect"] == "Deny"]
        assert {action for statement in denied for action in statement["Action"]} == {"Update:Replace", "Update:Delete"}
    # It is recorded.
    path = shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.json"
    assert f"Recorded in {path.relative_to(shop.root)}" in shop.out
    record = json.loads(path.read_text())
    assert (record["region"], record["account"]) == ("eu-west-1", "111122223333")
    assert record["tables"]["Orders"]["outputs"]["TableArn"] == "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
    # It is reported, with every change set.
    first = report(shop)
    assert (first["environment"], first["region"], first["account"]) == (ENVIRONMENT, "eu-west-1", "111122223333")
    assert (first["outcome"], first["message"]) == ("deployed", "")
    assert first["plan"] in shop.out
    assert first["began"] <= first["ended"]
    assert {name: (s["service"], s["table"], s["outcome"]) for name, s in first["stacks"].items()} == {
        STACK: ("shop", None, "deployed"),
        f"{STACK}-Orders": ("shop", "Orders", "deployed"),
        f"{STACK}-Books": ("shop", "Books", "deployed"),
    }
    made = first["stacks"][f"{STACK}-Orders"]["change_sets"]
    assert [each["type"] for each in made] == ["CREATE", "UPDATE"]
    assert all(f"changeSet/{each['name']}/" in each["id"] and each["executed_at"] for each in made)

    before, calls = stack(f"{STACK}-Orders").get("LastUpdatedTime"), len(aws.calls())
    assert shop.deploy("--report", "elsewhere") == 0
    assert len(re.findall(r"^shop .* unchanged *$", shop.out, re.MULTILINE)) == 2
    assert shop.out.count(": unchanged") == 3
    assert stack(f"{STACK}-Orders").get("LastUpdatedTime") == before
    assert not {call for call in aws.calls()[calls:] if re.search("Create|Execute|Set|Update", call)}
    second = json.loads((shop.root / "elsewhere" / "execution.json").read_text())
    assert {each["outcome"] for each in second["stacks"].values()} == {"unchanged"}
    assert shop.deploy("--plan-hash", now) == 0, (
        "nothing of it is left"
    )  # it has been executed: there is nothing left of it


def test_each_further_table_takes_few_calls(shop: Shop, aws: Any) -> None:
    """The numbers that docs/how-it-works.md states: what each further table costs, made and unchanged."""

    def cost(tables: int) -> int:
        shop.contract["tables"] = [{**shop.orders, "table": f"Orders{number or ''}"} for number in range(tables)]
        shop.write()
        # Else the record would look at the tables that the contract had before, too.
        (shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.json").unlink(missing_ok=True)
        before = len(aws.calls())
        assert shop.deploy() == 0, shop.err
        return len(aws.calls()) - before

    one_new = cost(1)
    one = cost(1)
    aws.reset()
    assert (cost(3) - one_new) / 2 == CALLS_PER_NEW_TABLE
    assert (cost(3) - one) / 2 == CALLS_PER_UNCHANGED_TABLE
    text = (ROOT / "docs" / "how-it-works.md").read_text()
    assert f"| {CALLS_PER_UNCHANGED_TABLE}: 6 of DynamoDB and the template of its stack; 1 for a table that" in text
    assert f"| a deployment that creates it | {CALLS_PER_NEW_TABLE - 1} more" in text


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


def test_a_changed_setting_reaches_the_table_and_several_index_changes_become_steps(shop: Shop) -> None:
    shop.deployed()
    put(1)
    changed = DEPLOYMENT.replace("14", "21")
    shop.write(changed)
    assert shop.deploy() == 0, shop.err
    assert re.search(r"Orders .* changes in place", shop.out)
    shop.orders["gsis"] = [
        shop.orders["gsis"][0],
        {"index_name": "ByBuyer", "pk": "buyer"},
        {"index_name": "ByTotal", "pk": "buyer", "sk": "total", "projection": "KEYS_ONLY"},
    ]
    shop.write(changed)
    assert shop.deploy() == 0, shop.err
    assert re.search(r"Orders .* changes in 3 steps", shop.out)
    steps = list(dict.fromkeys(re.findall(r"Orders: (step \d of \d: [a-zA-Z ]+) \(", shop.out)))
    assert steps == [
        "step 1 of 3: add index ByBuyer",
        "step 2 of 3: add index ByTotal",
        "step 3 of 3: remove index ByBook",
    ]
    assert "Orders: step 2 of 3: add index ByTotal (building)" in shop.out
    assert "Orders: deployed" in shop.out
    assert (indexes(), count()) == (["ByBuyer", "ByStatus", "ByTotal"], 1)
    assert shop.validate() == 0


def _other_key(shop: Shop) -> None:
    shop.orders["sk"] = "placed_at"


def _other_indexes(shop: Shop) -> None:
    shop.orders["gsis"][0]["sk"] = "total"
    shop.orders["gsis"][1]["projected_attributes"] = ["total"]


IMPOSSIBLE = {
    _other_key: ["DynamoDB cannot change the keys of a table: give the table a new name"],
    _other_indexes: [
        'Index "ByStatus" exists with another definition',
        'Index "ByBook" exists with another definition',
    ],
}


def test_an_impossible_change_is_refused_before_anything_is_touched(shop: Shop) -> None:
    shop.deployed()
    put(1)
    for change, reasons in IMPOSSIBLE.items():
        shop.contract = copy.deepcopy(CONTRACT)
        change(shop)
        shop.contract["tables"][1]["gsis"] = [{"index_name": "ByRemoval", "pk": "removed_at"}]
        shop.write()
        assert shop.deploy() == 1
        for words in reasons:
            assert re.search(f"^Orders: .*{re.escape(words)}", shop.err, re.MULTILINE), change
        assert shop.err.endswith("Nothing was deployed.\n")
        books = client("dynamodb").describe_table(TableName="Books")["Table"]
        assert "GlobalSecondaryIndexes" not in books  # not even the change that would have been possible
        assert (indexes(), count()) == (["ByBook", "ByStatus"], 1)
    said = report(shop)
    assert (said["outcome"], said["message"]) == ("refused", "1 blocked: Orders. Nothing was deployed.")


def test_time_to_live_moves_to_another_attribute_when_its_hour_is_over(shop: Shop, aws: Any) -> None:
    shop.deployed()
    aws.advance(61)
    shop.write(DEPLOYMENT.replace("ttl: expires_at", "ttl: total"))
    assert shop.deploy() == 0, shop.err
    assert "step 1 of 2: switch off time to live (preparing)" in shop.out
    assert "step 2 of 2: switch on time to live (time to live can be changed again in at most 60 min)" in shop.out
    assert shop.validate() == 0
    found = client("dynamodb").describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "total"}


def test_time_to_live_that_someone_has_just_changed_is_waited_for(shop: Shop, aws: Any) -> None:
    shop.deployed()
    aws.advance(61)
    off = {"Enabled": False, "AttributeName": "expires_at"}
    client("dynamodb").update_time_to_live(TableName="Orders", TimeToLiveSpecification=off)
    shop.write(DEPLOYMENT.replace("ttl: expires_at", "ttl: total"))
    assert shop.deploy() == 0, shop.err
    assert re.search(r"switch on time to live \(time to live can be changed again in at most \d+ min\)", shop.out)
    assert shop.validate() == 0


def test_tampering_is_said_and_a_table_that_is_gone_not_silently_created_anew(shop: Shop) -> None:
    shop.deployed()
    dynamodb = client("dynamodb")
    dynamodb.update_table(TableName="Books", DeletionProtectionEnabled=False)
    assert shop.deploy() == 0
    assert "Books is not as the contract says: deletion protection is off, wanted: on." in shop.err
    assert "1 table is as the contract says, 1 differs. What to do: make validate ENV=test-eu-west-1\n" in shop.out
    assert shop._run(plan.main, "--environment", ENVIRONMENT) == 0, "nobody has to approve what changes nothing"
    assert "= Books has drifted; a deployment leaves it as it is." in shop.out
    assert "Deletion protection is off, wanted: on." in shop.out
    assert f"The commands that change it back: make validate ENV={ENVIRONMENT}\n" in shop.out
    shop.orders["gsis"].pop()
    shop.write()
    assert shop._run(plan.main, "--environment", ENVIRONMENT) == 2
    assert shop.out.count("Its stack asks already for what is wanted") == 1, (
        "only of the table that was changed by hand"
    )
    shop.contract = copy.deepcopy(CONTRACT)
    shop.write()
    dynamodb.delete_table(TableName="Books")
    assert shop.deploy() == 1
    assert "Stack dynamodb-test-eu-west-1-shop-Books exists, but its table is gone." in shop.err


def test_a_stack_of_someone_else_is_not_touched(shop: Shop) -> None:
    body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
    client("cloudformation").create_stack(StackName=f"{STACK}-Orders", TemplateBody=body)
    assert shop.deploy() == 1
    assert f"Stack {STACK}-Orders belongs to something else" in shop.err


def test_stale_generated_files_are_refused(shop: Shop) -> None:
    template = shop.root / "generated" / "shop" / ENVIRONMENT / "templates" / "tables" / "Orders.yaml"
    template.write_text(template.read_text().replace("Retain", "Delete"))
    assert shop.deploy() == 1
    assert (
        "templates/tables/Orders.yaml does not match the contract. Run `make generate`, and commit what it changes after a review."
        in shop.err
    )


def test_one_service_stops_no_other(shop: Shop) -> None:
    """Blocked, stale or broken: each is left out, said to be, and the exit code is no success; the rest is deployed."""
    carts: dict[str, Any] = {
        "tables": [
            {"table": "Carts", "pk": "id", "attributes": [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}]}
        ]
    }
    notes: dict[str, Any] = {"tables": [{"table": "Notes", "pk": "id", "attributes": [{"name": "id", "type": "S"}]}]}
    settings = f"environments: {{{ENVIRONMENT}: {{region: eu-west-1}}}}\n"
    for name, contract in (
        ("cart", carts),
        ("news", notes),
        ("old", {"tables": [{**notes["tables"][0], "table": "Old"}]}),
    ):
        samples.write_service(shop.root, name, contract, settings)
    shop.write()
    assert shop.deploy() == 0, shop.err
    carts["tables"][0]["sk"] = "at"
    samples.write_service(shop.root, "cart", carts, settings)
    shop.orders["gsis"].pop()
    shop.write()
    (shop.root / "contracts" / "news" / "migrationContract.json").write_text("{")
    stale = Path("generated") / "old" / ENVIRONMENT / "templates" / "service.yaml"
    stale.write_text(stale.read_text() + "# by hand\n")
    broken = f"Left out: news (its contract or settings have mistakes), old ({stale} does not match the contract)"

    assert shop._run(plan.main, "--environment", ENVIRONMENT) == 3
    assert f"Note: {broken}." in shop.out and "Notes" not in shop.out and "Old" not in shop.out
    approved = shop.out.split()[1]
    assert shop._run(plan.main, "--environment", ENVIRONMENT, "--service", "shop", "--apart") == 2
    assert shop.deploy("--plan-hash", approved) == 1
    assert shop.err.endswith(
        f"{broken}, cart (blocked: Carts). Mend that, then run the same command again: it deploys the rest.\n"
    )
    assert f"{broken}, cart (blocked: Carts). The rest of the environment is deployed." in shop.err
    assert indexes() == ["ByStatus"]
    said = report(shop)
    assert (said["outcome"], {"cart", "news", "old"} & {name.split("-")[-2] for name in said["stacks"]}) == (
        "deployed",
        set(),
    )

    (shop.root / "contracts" / "cart" / "migrationContract.json").write_text("{")
    assert shop.validate() == 2
    assert "checks match, and not looked at: cart, news, old" in shop.out
    assert shop._run(drift.main) == 2
    assert "Drift: 1 environment: 1 clean; not looked at: cart, news, old\n" in shop.out
    assert shop._run(plan.main, "--environment", ENVIRONMENT, "--service", "cart") == 1


def test_another_place_is_refused(shop: Shop) -> None:
    assert shop.deploy("--region", "us-east-1") == 1
    assert "test-eu-west-1 is in eu-west-1, not in us-east-1." in shop.err
    assert shop.deploy(environment="prod") == 1
    assert 'There is no environment "prod". Known: test-eu-west-1.' in shop.err
    shop.write(DEPLOYMENT.replace("region: eu-west-1", 'region: eu-west-1, account: "999999999999"'))
    assert shop.deploy() == 1
    assert (
        "These are credentials of account 111122223333, but test-eu-west-1 of shop belongs to 999999999999." in shop.err
    )


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


def test_a_failure_names_the_first_cause_and_the_others_go_on(shop: Shop, aws: Any) -> None:
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
    client("cloudwatch").put_metric_alarm(AlarmName="Orders-throttled", **alarm)
    assert shop.deploy() == 1
    assert "B601: Alarm Orders-throttled exists already, in no stack." in shop.err
    assert client("cloudformation").describe_stacks()["Stacks"] == []
    aws.fail("DescribeAlarms", "AccessDenied", "not allowed")  # so that the plan cannot know
    assert shop.deploy() == 1
    assert "Orders-throttled" in shop.err
    assert "already exists" in shop.err
    assert "set table_prefix for this environment" in shop.err
    assert "1 failed. Mend the cause and run the same command again: it continues." in shop.err
    assert client("dynamodb").list_tables()["TableNames"] == ["Books"]
    client("cloudwatch").delete_alarms(AlarmNames=["Orders-throttled"])
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


def test_ctrl_c_says_where_it_stands_and_a_second_run_continues(shop: Shop, aws: Any) -> None:
    shop.deployed()
    shop.orders["gsis"].extend({"index_name": f"By{n}", "pk": "buyer", "sk": n} for n in ("total", "expires_at"))
    shop.write()
    aws.set_clock(index=60)  # describe calls until an index is built: no waiting of the first run comes near it
    command = [sys.executable, "-m", "scripts.deploy", "--environment", ENVIRONMENT, "--yes"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as run:
        assert any("add index Bytotal (building)" in line for line in run.stdout)
        run.send_signal(signal.SIGINT)
        try:
            _, said = run.communicate(timeout=60)
        finally:
            run.kill()  # if it goes on, this test does not wait for it
    assert run.returncode == 130
    assert "Traceback" not in said
    assert re.search(r"Stopped.\nDone: dynamodb-test-eu-west-1-shop.*\nBegun, not finished: .*Orders", said)
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


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt(), 130), (OSError(28, "No space left on device"), 1)])
def test_what_is_deployed_but_not_recorded_is_said(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("scripts.deployment.conclusion._record", fail)
    assert shop.deploy() == code
    assert "What was deployed stays deployed, but it was not recorded." in shop.err
    assert "Record it: make record ENV=test-eu-west-1" in shop.err
    assert "Nothing was deployed" not in shop.err


def test_a_deletion_policy_that_was_weakened_is_found_and_brought_back(shop: Shop) -> None:
    """CloudFormation sees no update in a deletion policy alone: metadata carry it, and are gone in the end."""
    shop.deployed()
    cloudformation = client("cloudformation")
    stack = "dynamodb-test-eu-west-1-shop-Orders"
    before = cloudformation.get_template(StackName=stack)["TemplateBody"]
    weak = json.loads(json.dumps(before))
    weak["Resources"]["Table"] |= {"DeletionPolicy": "Delete", "Metadata": {"Note": "by hand"}}
    cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(weak))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    del weak["Resources"]["Table"]["Metadata"]
    cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(weak))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    assert shop.problems() == ["Orders DeletionPolicy of Table mismatch"]
    assert shop.deploy() == 0, shop.err
    assert cloudformation.get_template(StackName=stack)["TemplateBody"] == before
    assert shop.problems() == []


def test_what_was_not_deployed_is_deployed_and_nothing_else_is_told(shop: Shop) -> None:
    """An index, its alarms and its part of the dashboard are missing because nobody deployed them."""
    shop.deployed()
    shop.orders["gsis"].append({"index_name": "ByTotal", "pk": "total"})
    shop.write()
    shop.validate()
    fixes = {line.strip() for line in shop.out.splitlines() if line.strip().startswith("Fix: ")}
    assert fixes == {"Fix: make deploy ENV=test-eu-west-1"}
    assert shop.deploy() == 0, shop.err
    assert shop.problems() == []


def test_a_lost_table_is_told_to_be_restored(shop: Shop) -> None:
    shop.deployed()
    client("dynamodb").update_table(TableName="Books", DeletionProtectionEnabled=False)
    client("dynamodb").delete_table(TableName="Books")
    shop.validate()
    assert "Fix: Restore it under the same name" in shop.out
    assert "make deploy" not in shop.out
