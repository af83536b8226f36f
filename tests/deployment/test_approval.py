"""An approved plan covers what is left of it, and nothing else; what AWS is in the middle of makes no other plan."""

import json
from typing import Any

import pytest

from scripts import plan
from scripts.deployment.table_run import TableRun
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop-Orders"


class Expired(BaseException):
    """The session is over; the process can do no more."""


def _planned(shop: Shop) -> dict[str, Any]:
    code = shop._run(plan.main, "--environment", ENVIRONMENT, "--format", "json")
    return {**json.loads(shop.out), "code": code}


def _interrupted(shop: Shop, patch: pytest.MonkeyPatch, steps: int, *options: str) -> None:
    """A deployment that ends before its step number `steps` + 1."""
    stage, begun = TableRun._stage, []

    def ending(run: TableRun, what: Any) -> bool:
        if run.job.desired.name == "Orders":
            begun.append(what)
            if len(begun) > steps:
                raise Expired
        return stage(run, what)

    with patch.context() as context:
        context.setattr(TableRun, "_stage", ending)
        with pytest.raises(Expired):
            shop.deploy(*options)


@pytest.fixture
def in_steps(shop: Shop) -> str:
    """The hash of a plan that takes several steps."""
    shop.deployed()
    added = [{"index_name": "ByBuyer", "pk": "buyer"}, {"index_name": "ByTotal", "pk": "total"}]
    shop.orders["gsis"] = [shop.orders["gsis"][0], *added]
    shop.write(DEPLOYMENT.replace("days: 14", "days: 21"))
    return _planned(shop)["plan"]


def test_the_same_hash_continues_however_often(shop: Shop, in_steps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):  # two sessions that expire
        _interrupted(shop, monkeypatch, 1, "--plan-hash", in_steps)
    assert shop.deploy("--plan-hash", in_steps) == 0, shop.err
    assert f"Continues plan {in_steps}, which was begun" in shop.out
    assert shop.problems() == []
    assert json.loads((shop.root / "build/deploy" / ENVIRONMENT / "execution.json").read_text())["plan"] == in_steps


def test_a_contract_that_moved_is_not_covered(shop: Shop, in_steps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _interrupted(shop, monkeypatch, 1, "--plan-hash", in_steps)
    shop.orders["gsis"].append({"index_name": "ByKey", "pk": "SK"})
    shop.write(DEPLOYMENT.replace("days: 14", "days: 21"))
    assert shop.deploy("--plan-hash", in_steps) == 3


def test_another_table_that_moved_is_not_covered(shop: Shop, in_steps: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _interrupted(shop, monkeypatch, 1, "--plan-hash", in_steps)
    cloudformation, books = client("cloudformation"), STACK.replace("Orders", "Books")
    body = cloudformation.get_template(StackName=books)["TemplateBody"]
    body["Resources"]["Table"]["Properties"]["StreamSpecification"] = {"StreamViewType": "NEW_IMAGE"}
    tags = cloudformation.describe_stacks(StackName=books)["Stacks"][0]["Tags"]
    cloudformation.update_stack(StackName=books, TemplateBody=json.dumps(body), Tags=tags)
    assert shop.deploy("--plan-hash", in_steps) == 3
    assert "Nothing was deployed." in shop.err


def test_a_stack_that_someone_else_changed_after_it_is_not_covered(
    shop: Shop, in_steps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _interrupted(shop, monkeypatch, 1, "--plan-hash", in_steps)
    cloudformation = client("cloudformation")
    body = cloudformation.get_template(StackName=STACK)["TemplateBody"]
    body["Resources"]["Table"]["Properties"]["Tags"].append({"Key": "Newer", "Value": "yes"})
    tags = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Tags"]
    cloudformation.update_stack(StackName=STACK, TemplateBody=json.dumps(body), Tags=tags)
    assert shop.deploy("--plan-hash", in_steps) == 3


def test_an_index_that_is_being_built_makes_no_other_plan(
    shop: Shop, in_steps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _interrupted(shop, monkeypatch, 1)
    after = _planned(shop)
    assert after["plan"] != in_steps, "the first step is done"
    answers = _say(monkeypatch, {"ByBuyer": "CREATING"})
    during = _planned(shop)
    assert answers, "the table was said to be busy"
    assert during["plan"] == after["plan"]
    assert "AWS is still changing it: " in json.dumps(during) and "index ByBuyer is CREATING" in json.dumps(during)


@pytest.mark.parametrize("status", [{"": "UPDATING"}, {"ByStatus": "CREATING"}, {"ttl": "ENABLING"}], ids=str)
def test_waiting_alone_is_no_change(shop: Shop, monkeypatch: pytest.MonkeyPatch, status: dict[str, str]) -> None:
    shop.deployed()
    assert _planned(shop)["code"] == 0
    answers = _say(monkeypatch, status)
    during = _planned(shop)
    assert answers, "the table was said to be busy"
    assert during["code"] == 0 and "AWS is still changing it" in json.dumps(during)


def _say(patch: pytest.MonkeyPatch, status: dict[str, str]) -> list[str]:
    """Let AWS say that Orders, one of its indexes or its time to live is in another state; how often it did."""
    from scripts.observe.aws import Aws

    real, answered = Aws.client, []

    def edited(parsed: dict[str, Any], **_: Any) -> None:
        if (parsed.get("Table") or {}).get("TableName") == "Orders":
            found = parsed["Table"]
            found["TableStatus"] = status.get("", "UPDATING" if "ttl" not in status else found["TableStatus"])
            for index in found["GlobalSecondaryIndexes"]:
                index["IndexStatus"] = status.get(index["IndexName"], index["IndexStatus"])
            answered.append("table")
        ttl = parsed.get("TimeToLiveDescription", {})
        if "ttl" in status and ttl.get("AttributeName") == "expires_at":
            ttl["TimeToLiveStatus"] = status["ttl"]
            answered.append("ttl")

    def client(aws: Aws, service: str) -> Any:
        made = real(aws, service)
        for operation in ("DescribeTable", "DescribeTimeToLive"):
            made.meta.events.register(f"after-call.dynamodb.{operation}", edited, unique_id=f"say {operation}")
        return made

    patch.setattr(Aws, "client", client)
    return answered
