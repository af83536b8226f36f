"""Two deployments of one environment at once: of one working copy the second is refused; of two, CloudFormation lets one through for each stack."""

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, nullcontext
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from rich.console import Console

from scripts.deployment import deploy_environment
from scripts.deployment.request import DeploymentRequest
from scripts.locking import locked
from scripts.observe.target import select
from scripts.observe.target_options import TargetOptions
from scripts.recording.unfinished import NAME, default_folder
from scripts.validation.validate_target import validate
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop


def test_the_second_one_here_is_refused_and_leaves_the_report_of_the_first(shop: Shop) -> None:
    shop.write()
    report = default_folder(ENVIRONMENT) / NAME
    with locked(report.parent, f"deploying {ENVIRONMENT}"):
        report.write_text("that of the first")
        assert shop.deploy() == 1
    first, hint, closing = shop.err.splitlines()[0].partition(" Wait until")
    assert f"has been deploying {ENVIRONMENT} since " in first and first.startswith(
        f"{report.parent} is in use: process "
    )
    assert hint and "plan again" in closing
    assert report.read_text() == "that of the first"
    assert shop.deploy() == 0


@pytest.mark.parametrize("there", [False, True], ids=["both create", "both change"])
def test_two_from_different_machines_damage_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    shop.write()
    if there:
        shop.deployed()
        shop.orders["gsis"].pop()
        shop.write()
    monkeypatch.setattr(deploy_environment, "locked", lambda *_, **__: nullcontext())
    errors: list[Any] = []

    def deploy(name: str) -> int:
        options = TargetOptions(ENVIRONMENT)
        request = DeploymentRequest(options, None, True, Path(name))
        try:
            return deploy_environment.deploy_environment(request, Console(file=io.StringIO()))
        except BaseException as error:
            errors.append(error)
            raise

    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(deploy, ("one", "two")))
    assert errors == [] and set(codes) <= {0, 1}
    assert shop.deploy() == 0, "whatever became of both, a third one ends it"
    assert shop.problems() == []


# What one deployment is about to ask, and for which time, when another one, of another commit, comes and goes. Both have planned.
MOMENTS = [
    *((name, number) for name in ("CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet") for number in (1, 2)),
    *((name, 1) for name in ("DescribeStacks", "DescribeTable", "SetStackPolicy")),
]
SETTINGS = f"environments: {{{ENVIRONMENT}: {{region: eu-west-1}}}}\ndefaults: {{alarms: essential}}\n"
PATIENCE = 60  # seconds
TOLD = ("was changed by someone else", "is no longer as it was left")


class Places:
    """Two working copies of one service, of which each wants another index and another setting."""

    def __init__(self, shop: Shop) -> None:
        self.root = shop.root
        books = shop.contract["tables"].pop()
        indexes = shop.orders["gsis"]
        for name, table in (("one", "Orders: {stream: NEW_IMAGE}"), ("two", "Orders: {tags: {Team: two}}")):
            shop.root = self.root / name
            shop.orders["gsis"] = [indexes[name == "two"]]
            with chdir(make_folder(shop.root)):
                shop.write(f"{SETTINGS}tables:\n  {table}\n")
        shop.contract["tables"].append(books)

    def options(self, name: str) -> TargetOptions:
        return TargetOptions(ENVIRONMENT, contracts=self.root / name / "contracts", out=self.root / name / "generated")

    def deploy(self, name: str) -> tuple[int, dict[str, Any]]:
        """The exit code of a deployment from one of them, and its report."""
        folder = self.root / name / "report"
        request = DeploymentRequest(self.options(name), None, True, folder)
        code = deploy_environment.deploy_environment(request, Console(file=io.StringIO()))
        return code, json.loads((folder / NAME).read_text())

    def is_as_wanted(self, name: str) -> bool:
        return not any(table.problems for table in validate(select(self.options(name))).tables)


def make_folder(path: Path) -> Path:
    path.mkdir()
    return path


@pytest.mark.parametrize(("operation", "number"), MOMENTS)
def test_a_first_deployment_meets_another_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, operation: str, number: int
) -> None:
    places, real, approve = Places(shop), BaseClient._make_api_call, deploy_environment.approve
    monkeypatch.setattr(deploy_environment, "locked", lambda *_, **__: nullcontext())
    lock, planned, go = threading.Lock(), threading.Event(), threading.Event()
    left, executing = [number], set[str]()

    def call(this: BaseClient, name: str, request: dict[str, Any]) -> Any:
        with lock:
            left[0] -= executing == {"one"} and name == operation
            meet = left[0] == 0 and executing == {"one"}
            executing.update({"two"} if meet else ())
        if meet:
            go.set()
            other.result(PATIENCE)
        return real(this, name, request)

    def approved(*given: Any) -> Any:
        found = approve(*given)
        if planned.is_set():
            executing.add("one")
        else:
            planned.set()
            assert go.wait(PATIENCE)
        return found

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    monkeypatch.setattr(deploy_environment, "approve", approved)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(places.deploy, "two")
        assert planned.wait(PATIENCE)
        ended = {"one": places.deploy("one"), "two": other.result(PATIENCE)}
    for name, (code, report) in ended.items():
        assert (code == 0) <= places.is_as_wanted(name), f"{name} says that it has deployed"
        reasons = [each["reason"] for each in report["stacks"].values() if each["reason"]]
        assert bool(reasons) == (code == 1)
        assert all(any(words in reason for words in TOLD) for reason in reasons), reasons
    assert {code for code, _ in ended.values()} in ({0, 1}, {1})


@pytest.mark.parametrize(("who", "ends"), [("one", 0), ("two", 1)])
def test_a_creation_under_way_is_continued_by_its_own_plan_only(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, who: str, ends: int
) -> None:
    """The plan says that the table is created, as there is none yet: that is no approval to change the one that somebody makes."""
    places, real, approve = Places(shop), BaseClient._make_api_call, deploy_environment.approve
    monkeypatch.setattr(deploy_environment, "locked", lambda *_, **__: nullcontext())
    assert places.deploy("one")[0] == 0
    planning = [True]

    def call(this: BaseClient, name: str, request: dict[str, Any]) -> Any:
        """Until the plan is made, the stack is being created and its table is not there yet."""
        if planning and name == "DescribeTable":
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "none"}}, name)
        found = real(this, name, request)
        for stack in found["Stacks"] if planning and name == "DescribeStacks" else ():
            stack["StackStatus"] = "CREATE_IN_PROGRESS" if stack["StackName"].endswith("-Orders") else "CREATE_COMPLETE"
        return found

    def approved(*given: Any) -> Any:
        planning.clear()
        return approve(*given)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    monkeypatch.setattr(deploy_environment, "approve", approved)
    code, report = places.deploy(who)
    (orders,) = (each for name, each in report["stacks"].items() if name.endswith("-Orders"))
    assert (code, TOLD[0] in orders["reason"]) == (ends, bool(ends)), orders
    monkeypatch.setattr(BaseClient, "_make_api_call", real)
    assert len(client("dynamodb").describe_table(TableName="Orders")["Table"]["GlobalSecondaryIndexes"]) == 1
    differs = next(table for table in validate(select(places.options("one"))).tables if table.table == "Orders")
    assert not differs.problems
