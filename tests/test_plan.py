"""The plan: what would happen to each table, in words, with an exit code that a machine can use."""

import json
from typing import Any

import pytest

from scripts import plan
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop


def made(shop: Shop, *options: str) -> int:
    return shop._run(plan.main, "--environment", ENVIRONMENT, *options)


def entries(shop: Shop) -> dict[str, dict[str, Any]]:
    made(shop, "--format", "json")
    return {entry["table"]: entry for entry in json.loads(shop.out)["tables"]}


def test_before_the_first_deployment_everything_is_created(shop: Shop) -> None:
    assert made(shop) == 2
    assert "eu-west-1, account 111122223333: 2 created" in shop.out
    assert "Orders: created.\n  - Add index ByStatus (status (S); sort placed_at (N); ALL).\n" in shop.out
    assert "Add index ByBook (isbn (B); INCLUDE buyer, total)." in shop.out


def test_after_a_deployment_there_is_nothing_to_do_and_the_hash_stays(shop: Shop) -> None:
    shop.deploy()
    assert made(shop) == 0
    first = shop.out
    assert "2 unchanged" in first
    assert made(shop) == 0
    assert shop.out == first


def test_safe_changes_say_what_becomes_what_and_what_that_means(shop: Shop) -> None:
    shop.deploy()
    entries(shop)
    hash_before = json.loads(shop.out)["plan"]
    shop.write(DEPLOYMENT.replace("14", "7"))
    orders = entries(shop)["Orders"]
    assert orders["action"] == "safe"
    assert orders["changes"] == [
        "Point-in-time recovery: on, 14 days becomes on, 7 days. Restore points older than 7 days are gone at once."
    ]
    assert json.loads(shop.out)["plan"] != hash_before
    assert made(shop) == 2


def test_several_index_changes_are_steps_in_their_order(shop: Shop) -> None:
    shop.deploy()
    shop.orders["gsis"] = [shop.orders["gsis"][0], {"index_name": "ByBuyer", "pk": "buyer"}]
    shop.write()
    orders = entries(shop)["Orders"]
    assert orders["action"] == "steps"
    assert orders["changes"] == ["4 alarms are added.", "1 alarm is changed."]
    assert orders["steps"] == [
        "Add index ByBuyer (buyer (S); ALL).",
        "Remove index ByBook. Queries on it fail from then on.",
    ]
    assert orders["cost"] == "no estimate"  # nothing is known about the traffic
    assert made(shop, "--format", "markdown") == 2
    assert "**In steps: `Orders`.** Reads and writes go on." in shop.out
    assert "\n1. Add index ByBuyer" in shop.out
    assert "Unchanged: `Books`." in shop.out


def test_what_cannot_be_done_is_blocked_with_the_way_out(shop: Shop) -> None:
    shop.deploy()
    shop.orders["sk"] = "placed_at"
    shop.write()
    assert made(shop) == 3
    assert "Orders: blocked. It cannot be deployed as it is; nothing is until this is settled." in shop.out
    assert "give the table a new name in the contract" in shop.out
    assert "1 blocked, 1 unchanged" in shop.out


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_plan_touches_nothing(shop: Shop, aws: Any, form: str) -> None:
    made(shop, "--format", form)
    writing = ("Create", "Update", "Delete", "Put", "Execute", "Set", "Tag", "Register")
    assert not [call for call in aws.calls() if call.split(":")[1].startswith(writing)]


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
    assert "  Cost a month: +$0.30." in shop.out
