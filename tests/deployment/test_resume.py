"""A deployment that dies at any call of AWS is continued by the same command with the same hash: everything as wanted, nothing lost, nothing left.

The process dies in front of a call, which for AWS is the same as after the answer to the call before it: between the two
there is nothing that AWS could see. HYPOTHESIS_PROFILE=fuzz tries every call; by default it is a sample of the moments
after something was changed.
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from botocore.endpoint import Endpoint

from scripts import plan
from scripts.folders import LOCAL_RECORDS
from scripts.planning.schedule import Pace
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop

CHANGING = ("Create", "Execute", "Delete", "Set", "Update", "Continue")
SAMPLE = 2  # deaths in a default run
ROUNDS = 12  # in one world: each leaves tables, of which the next ones have to be told apart
STACK = f"dynamodb-{ENVIRONMENT}-shop"
TYPES = {"pk": "S", "a": "S", "b": "S", "gone_at": "N", "left_at": "N"}
TTL = ("gone_at", "left_at")
SETTINGS = f"""\
environments:
  {ENVIRONMENT}: {{region: eu-west-1}}
defaults: {{alarms: essential}}
tables:
  Changed: {{point_in_time_recovery_days: DAYS, ttl: TTL}}
"""


class Dead(BaseException):
    """The process is no more; nothing in it can catch this."""


class Death:
    """Comes in front of the call with this number (from 1; 0: never); then nothing is sent any more."""

    def __init__(self, patch: pytest.MonkeyPatch, number: int = 0) -> None:
        self._number = number
        self.calls: list[str] = []
        self.came = False
        send = Endpoint._do_get_response

        def watched(endpoint: Endpoint, request: Any, operation: Any, context: Any) -> Any:
            self._before(operation.name)
            return send(endpoint, request, operation, context)

        patch.setattr(Endpoint, "_do_get_response", watched)

    def _before(self, operation: str) -> None:
        self.came = self.came or len(self.calls) + 1 == self._number
        if self.came:
            raise Dead
        self.calls.append(operation)


class World:
    """One changed table with items, and for every round a table to create, one to adopt, and changes of the first."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.round = 0
        self.shop.contract["tables"] = [self._table("Changed", "a")]
        self.shop.write(SETTINGS.replace("DAYS", "10").replace("TTL", TTL[0]))
        assert shop.deploy() == 0, shop.err
        client("dynamodb").put_item(TableName="Changed", Item={"pk": {"S": "1"}, "a": {"S": "x"}, "b": {"S": "y"}})

    def next(self) -> None:
        """What the next deployment has to do."""
        self.round += 1
        self.index = "ab"[self.round % 2]
        self.created, self.adopted = f"Created{self.round}", f"Adopted{self.round}"
        client("dynamodb").create_table(
            TableName=self.adopted,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        client("dynamodb").put_item(TableName=self.adopted, Item={"pk": {"S": "1"}})
        tables = self._table("Changed", self.index), self._table(self.created, "a"), self._table(self.adopted)
        self.shop.contract["tables"] = list(tables)
        # Else the record would look at the tables of all rounds before.
        (self.shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.json").unlink(missing_ok=True)
        self.ttl = TTL[self.round % 2]
        self.shop.write(SETTINGS.replace("DAYS", str(10 + self.round % 20)).replace("TTL", self.ttl))

    def planned(self) -> str:
        """The hash that is approved."""
        self.shop._run(plan.main, "--environment", ENVIRONMENT, "--format", "json")
        return json.loads(self.shop.out)["plan"]

    def check(self) -> None:
        """Everything is as wanted, nothing is lost, nothing is left."""
        assert self.shop.validate() == 0, self.shop.out
        dynamodb, cloudformation = client("dynamodb"), client("cloudformation")
        for name in ("Changed", self.adopted):
            assert dynamodb.scan(TableName=name, ConsistentRead=True)["Count"] == 1
        table = dynamodb.describe_table(TableName="Changed")["Table"]
        assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == [f"By-{self.index}"]
        pages = cloudformation.get_paginator("describe_stacks").paginate()
        stacks = {stack["StackName"]: stack for page in pages for stack in page["Stacks"]}
        assert "REVIEW_IN_PROGRESS" not in {stack["StackStatus"] for stack in stacks.values()}
        for name in (STACK, *(f"{STACK}-{table}" for table in ("Changed", self.created, self.adopted))):
            assert stacks[name]["EnableTerminationProtection"] is True, name
            assert cloudformation.get_stack_policy(StackName=name).get("StackPolicyBody"), name
            sets = cloudformation.list_change_sets(StackName=name)["Summaries"]
            assert {each["ExecutionStatus"] for each in sets} <= {"EXECUTE_COMPLETE"}, name

    @staticmethod
    def _table(name: str, index: str = "") -> dict[str, Any]:
        attributes = [{"name": key, "type": type} for key, type in TYPES.items()]
        indexes = [{"index_name": f"By-{index}", "pk": index}] if index else []
        return {"table": name, "type": "single-entity", "pk": "pk", "gsis": indexes, "attributes": attributes}


@pytest.fixture
def worlds(shop: Shop, aws: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], World]:
    """Makes a world on an empty AWS; one table at a time is deployed, so that the calls come in the same order each time."""
    monkeypatch.setattr("scripts.planning.table_changes.WORKERS", 1)
    monkeypatch.setattr("scripts.deployment.execution.LOCAL", Pace(1, 1))

    def make() -> World:
        aws.reset()
        return World(shop)

    return make


def deaths(calls: list[str]) -> list[int]:
    """The numbers of the calls at which it dies. `calls`: those of a deployment that lives."""
    if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz":
        return list(range(1, len(calls) + 1))
    after = [number for number, call in enumerate(calls, 2) if call.startswith(CHANGING)]
    return after[1 :: len(after) // SAMPLE][:SAMPLE]


def die(world: World, number: int) -> tuple[bool, str]:
    """Whether a deployment died in front of a call, and what is wrong after the same command was run again; empty for nothing."""
    world.next()
    approved = world.planned()
    with pytest.MonkeyPatch.context() as patch:
        death, died = Death(patch, number), False
        try:
            world.shop.deploy("--plan-hash", approved)
        except Dead:
            died = True
    where = f"death {number}, behind {death.calls[-1:]}"
    if code := world.shop.deploy("--plan-hash", approved):
        return died, f"{where}: exit code {code}: {world.shop.err}"
    try:
        world.check()
    except AssertionError as error:
        return died, f"{where}: {error}"
    return died, ""


def test_a_deployment_that_dies_is_continued_by_the_same_command(worlds: Callable[[], World]) -> None:
    world = worlds()
    world.next()
    with pytest.MonkeyPatch.context() as patch:
        living = Death(patch)
        assert world.shop.deploy() == 0, world.shop.err
    world.check()
    assert {"CreateChangeSet", "ExecuteChangeSet", "SetStackPolicy"} <= set(living.calls)
    numbers, died, wrong = deaths(living.calls), 0, []
    for number in numbers:
        if world.round > ROUNDS:
            world = worlds()
        came, problem = die(world, number)
        died += came
        if problem:
            wrong.append(problem)
            world = worlds()  # whatever was left there is no place to begin
    assert not wrong, "\n".join([f"{len(wrong)} of {len(numbers)}:", *wrong])
    assert died > len(numbers) * 0.8  # one run may take fewer looks than the other
