"""The plan against what runs: what would happen to each table, in words, with an exit code that a machine can use."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts import generate, plan
from scripts.observe import stacks
from scripts.observe.aws import Aws
from scripts.observe.stacks import Stack
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop


def made(shop: Shop, *options: str) -> int:
    return shop._run(plan.main, "--environment", ENVIRONMENT, *options)


def values(shop: Shop) -> dict[str, Any]:
    made(shop, "--format", "json")
    return json.loads(shop.out)


def entries(shop: Shop) -> dict[str, dict[str, Any]]:
    return {entry["table"]: entry for entry in values(shop)["tables"]}


def test_before_the_first_deployment_everything_is_created_and_nothing_is_touched(shop: Shop, aws: Any) -> None:
    assert made(shop) == 2
    assert "Region eu-west-1, account 111122223333: 2 created" in shop.out
    assert "+ Orders is created.\n    - Keys: PK (S); sort SK (S).\n    - Index ByStatus (status (S); sort" in shop.out
    assert "Index ByBook (isbn (B); INCLUDE buyer, total)." in shop.out
    assert made(shop, "--format", "markdown", "--report", "here/it/is") == 2
    report = Path("here/it/is")
    assert (report / "plan.md").read_text() == shop.out
    found = json.loads((report / "plan.json").read_text())
    assert found == values(shop)
    assert (found["against"], found["account"], found["exit_code"]) == ("live", "111122223333", 2)
    assert len(found["plan"]) == 8
    assert set(found["tables"][0]) >= {"service", "table", "action", "changes", "steps", "reasons", "cost"}
    writing = ("Create", "Update", "Delete", "Put", "Execute", "Set", "Tag", "Register")
    assert not [call for call in aws.calls() if call.split(":")[1].startswith(writing)]


def test_of_what_runs_only_changes_are_told(shop: Shop) -> None:
    shop.deployed()
    assert made(shop) == 0
    first = shop.out
    assert "2 unchanged" in first
    assert made(shop) == 0
    assert shop.out == first

    before = values(shop)["plan"]
    client("dynamodb").put_item(TableName="Books", Item={"isbn": {"S": "1"}})
    assert values(shop)["plan"] == before, "items are no change"
    shop.write(DEPLOYMENT.replace("14", "7"))
    orders = entries(shop)["Orders"]
    assert (orders["action"], orders["mechanism"]) == ("in_place", "in place")
    assert orders["changes"] == ["Point-in-time recovery: on, 14 days becomes on, 7 days."]
    assert orders["risks"] == [
        {
            "id": "R203",
            "kind": "protection",
            "index": None,
            "change": "point-in-time recovery goes from 14 days to 7",
            "effect": "Restore points older than 7 days are lost at once.",
        }
    ]
    seven = values(shop)["plan"]
    assert seven != before
    client("dynamodb").update_table(TableName="Orders", DeletionProtectionEnabled=False)
    assert values(shop)["plan"] == seven, "no deployment changes it back, so it is no part of the plan"
    assert entries(shop)["Orders"]["stays"] == ["Deletion protection is off, wanted: on."]
    client("dynamodb").update_table(TableName="Orders", DeletionProtectionEnabled=True)
    days = [{"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": number} for number in (9, 14)]
    client("dynamodb").update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=days[0])
    assert values(shop)["plan"] != seven, "the live table has moved on"
    client("dynamodb").update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=days[1])
    assert values(shop)["plan"] == seven

    shop.orders["gsis"] = [shop.orders["gsis"][0], {"index_name": "ByBuyer", "pk": "buyer"}]
    shop.write()
    orders = entries(shop)["Orders"]
    assert orders["action"] == "steps"
    assert orders["changes"] == ["1 alarm is added.", "1 alarm is changed.", "1 alarm is removed."]
    assert orders["steps"] == [
        "Add index ByBuyer (buyer (S); ALL). DynamoDB counts no items to backfill.",
        "REMOVE index ByBook.",
    ]
    assert (orders["cost"], orders["duration"]) == ("no estimate", "2 steps, 6 to 30 minutes")
    assert made(shop, "--format", "markdown") == 2
    assert "**~ `Orders`** changes in 2 steps, 6 to 30 minutes. Reads and writes go on." in shop.out
    assert "\n1. `+` Add index ByBuyer" in shop.out
    assert "<summary>1 unchanged</summary>\n\n`Books`\n" in shop.out

    shop.orders["sk"] = "placed_at"
    shop.write()
    assert made(shop) == 3
    assert "! Orders cannot be deployed. Nothing of its service is deployed until this is resolved." in shop.out
    assert "give the table a new name in the contract" in shop.out
    assert "1 blocked, 1 unchanged" in shop.out


def test_a_table_under_another_name_leaves_its_items_behind(shop: Shop) -> None:
    shop.deployed()
    books = shop.contract["tables"][1]
    books["table"] = "Novels"
    shop.write()
    assert made(shop) == 2
    found = entries(shop)
    assert {name: entry["action"] for name, entry in found.items()} == {
        "Orders": "unchanged",
        "Novels": "create",
        "Books": "retired",
    }
    (note,) = found["Novels"]["notes"]
    assert note.startswith("If this is Books under a new name: DynamoDB cannot rename a table. Novels begins empty")
    assert "dynamodb-test-eu-west-1-shop-Books are kept as they are" in found["Books"]["changes"][0]
    assert [step.partition(": ")[0] for step in found["Books"]["steps"]] == [
        "Make a last backup",
        "Take the stack's protection off",
        "Delete the stack, which keeps the table",
        "When nobody has missed it for a month",
        "Then delete the table",
    ]
    with_retired = values(shop)["plan"]
    assert shop.deploy("--plan-hash", with_retired) == 0, shop.err
    assert made(shop) == 0, "what is kept is no change"
    assert "1 no longer in the contract" in shop.out

    shop.write(DEPLOYMENT.replace("{region: eu-west-1}", "{region: eu-west-1, table_prefix: new-}"))
    assert made(shop) == 3
    assert "Its stack holds table Orders; the contract and its table_prefix now name it new-Orders." in shop.out


def test_what_the_tables_share_is_planned_too(shop: Shop) -> None:
    assert values(shop)["shared"][0]["action"] == "create"
    shop.deploy()
    shop.write(DEPLOYMENT.replace("{region: eu-west-1}", "{region: eu-west-1, alarm_emails: [oncall@example.com]}"))
    assert made(shop, "--format", "markdown") == 2
    assert "2 unchanged, shared resources change; no risks." in shop.out
    assert (
        "**~ `dynamodb-test-eu-west-1-shop`**, shared by the tables of shop, changes in place.\n\n- `+` 1 subscription is added.\n"
        in shop.out
    )
    found = values(shop)
    assert found["shared"] == [
        {
            "service": "shop",
            "stack": "dynamodb-test-eu-west-1-shop",
            "action": "in_place",
            "mechanism": "in place",
            "risks": [],
            "changes": ["1 subscription is added."],
            "stays": [],
            "reasons": [],
        }
    ]
    assert shop.deploy("--plan-hash", found["plan"]) == 0, shop.err
    assert made(shop) == 0


def test_a_service_that_is_gone_is_found_by_its_record(shop: Shop, aws: Any) -> None:
    other = Path("contracts/other")
    other.mkdir()
    table = {"table": "Logs", "type": "single-entity", "pk": "id", "attributes": [{"name": "id", "type": "S"}]}
    (other / "migrationContract.json").write_text(json.dumps({"tables": [table]}))
    (other / "deployment.yaml").write_text(f"environments: {{{ENVIRONMENT}: {{region: eu-west-1}}}}\n")
    assert generate.main([]) == 0
    assert shop.deploy() == 0, shop.err
    for file in other.iterdir():
        file.unlink()
    other.rmdir()
    shop.write()
    before = len(aws.calls())
    assert made(shop) == 0
    asked = aws.calls()[before:]
    assert entries(shop)["Logs"]["action"] == "retired"
    assert made(shop, "--service", "shop") == 0
    assert "Logs" not in shop.out
    assert asked.count("cloudformation:DescribeStacks") == 1, "one list of all stacks, however many tables"


def test_without_a_connection_there_is_no_plan(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert made(shop) == 1
    assert shop.err.endswith("Nothing was planned.\n")


def test_known_traffic_gives_the_cost_of_a_change(shop: Shop) -> None:
    traffic = """\
  Books:
    traffic: {item_count: 1000000, item_size_bytes: 924, reads: {average: 10, peak: 10}, writes: {average: 0, peak: 0}}
"""
    shop.write(DEPLOYMENT + traffic)
    shop.deploy()
    shop.write(DEPLOYMENT + traffic.replace("traffic:", "table_class: STANDARD_INFREQUENT_ACCESS\n    traffic:"))
    books = entries(shop)["Books"]
    # eu-west-1: 12,960,000 read request units at $0.1415 and $0.177 a million; 0.954 GB at $0.283 and $0.1132
    assert books["cost"] == "+$0.30"
    assert made(shop) == 2
    assert "~ Books changes in place. Cost a month: +$0.30." in shop.out


def test_a_shared_stack_whose_creation_failed_is_planned_as_new(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deployed()
    real = stacks.describe_all

    def failed(aws: Aws) -> dict[str, Stack]:
        return {
            name: replace(stack, status="ROLLBACK_COMPLETE") if name == "dynamodb-test-eu-west-1-shop" else stack
            for name, stack in real(aws).items()
        }

    monkeypatch.setattr(stacks, "describe_all", failed)
    assert made(shop) == 3, "something is in it"
    assert (
        "B503: The stack cannot be changed now: Stack dynamodb-test-eu-west-1-shop is in ROLLBACK_COMPLETE." in shop.out
    )
    monkeypatch.setattr(stacks, "is_empty", lambda *_: True)
    assert made(shop) == 2
    assert values(shop)["shared"][0]["action"] == "create"
