"""Only what was approved is done: another hash for anything else, and a stop where someone else was quicker."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import generate, plan
from scripts.deployment import table_run
from scripts.deployment.execution import Run
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop-Orders"


def planned(shop: Shop) -> dict[str, Any]:
    shop._run(plan.main, "--environment", ENVIRONMENT, "--format", "json")
    return json.loads(shop.out)


def test_an_adoption_is_approved_with_the_indexes_and_alarms_that_it_brings(shop: Shop) -> None:
    keys = [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}]
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")]
    client("dynamodb").create_table(
        TableName="Orders", BillingMode="PAY_PER_REQUEST", KeySchema=keys, AttributeDefinitions=types
    )
    hashes = [planned(shop)["plan"]]
    shop.orders["gsis"][0]["pk"] = "buyer"
    shop.write()
    hashes.append(planned(shop)["plan"])
    shop.write(DEPLOYMENT.replace("tables:", "defaults: {alarm_rules: {throttled: {threshold: 5000}}}\ntables:"))
    hashes.append(planned(shop)["plan"])
    assert len(set(hashes)) == 3
    assert shop.deploy("--plan-hash", hashes[0]) == 3
    assert "Nothing was deployed." in shop.err
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_no_hash_is_no_approval(shop: Shop) -> None:
    assert shop.deploy("--plan-hash", "") == 3
    assert "Approved was plan (none was named), but it would now be plan" in shop.err
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_what_another_update_has_changed_meanwhile_is_not_taken_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deployed()
    shop.write(DEPLOYMENT.replace("days: 14", "days: 21"))
    cloudformation = client("cloudformation")
    begin = Run.execute

    def update(**what: Any) -> Any:
        cloudformation.update_stack(StackName=STACK, **what)
        cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0})
        return stack()["LastUpdatedTime"].replace(microsecond=0)

    def stack() -> dict[str, Any]:
        return cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]

    def meanwhile(run: Run) -> None:
        template = cloudformation.get_template(StackName=STACK)["TemplateBody"]
        template["Resources"]["Table"]["Properties"]["StreamSpecification"] = {"StreamViewType": "KEYS_ONLY"}
        planned, tags = stack()["LastUpdatedTime"].replace(microsecond=0), stack()["Tags"]
        found, number = update(TemplateBody=json.dumps(template), Tags=tags), 0
        while found == planned:  # an update within the same second looks like the one before
            number += 1
            found = update(UsePreviousTemplate=True, Tags=[*tags, {"Key": "Number", "Value": str(number)}])
        begin(run)

    monkeypatch.setattr(Run, "execute", meanwhile)
    assert shop.deploy() == 1
    assert f"Orders: {table_run.MOVED}" in shop.err
    assert client("dynamodb").describe_table(TableName="Orders")["Table"]["StreamSpecification"]["StreamEnabled"]


def test_a_table_that_moves_to_another_service_is_never_said_to_be_deleted(shop: Shop) -> None:
    shop.deployed()
    folder = Path("contracts")
    (folder / "shop").rename(folder / "store")
    assert generate.main([]) == 0
    code = shop._run(plan.main, "--environment", ENVIRONMENT)
    assert code == 3, "nothing is touched before the old stack has let the table go"
    assert f"Table Orders belongs to stack {STACK}." in shop.out
    assert "Orders is still wanted by the contracts, but no longer here: do not delete it." in shop.out
    assert f"aws cloudformation delete-stack --stack-name {STACK}" in shop.out
    assert "delete-table" not in shop.out and "no-deletion-protection" not in shop.out
    stacks = {stack["StackName"] for stack in client("cloudformation").describe_stacks()["Stacks"]}
    assert shop.deploy() == 1
    assert stacks == {stack["StackName"] for stack in client("cloudformation").describe_stacks()["Stacks"]}
