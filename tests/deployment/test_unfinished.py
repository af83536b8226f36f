"""After an interruption the next command says what was done and what was not, and the record says so by itself."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from scripts import plan, record
from scripts.deployment.execution_report import KILLED
from scripts.folders import LOCAL_RECORDS
from scripts.observe.aws import Aws
from scripts.planning.schedule import Pace
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop"
EXECUTION = ("build", "deploy", ENVIRONMENT, "execution.json")


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.planning.table_changes.WORKERS", 1)
    monkeypatch.setattr("scripts.deployment.execution.LOCAL", Pace(1, 1))


@pytest.fixture
def killed(shop: Shop, one_at_a_time: None) -> Iterator[Shop]:
    """A first deployment that was killed (a thread of it may still have begun the next table) in front of the second ExecuteChangeSet of its first table."""
    _die_at(shop, "ExecuteChangeSet", 3, Killed)
    yield shop


def _die_at(shop: Shop, operation: str, number: int, death: type[BaseException]) -> None:
    seen: list[str] = []
    real = Aws.client

    def watched(aws: Aws, service: str) -> Any:
        made = real(aws, service)
        made.meta.events.register("before-send", before, unique_id="death")
        return made

    def before(event_name: str, **_: Any) -> None:
        seen.append(event_name.rpartition(".")[2])
        if seen.count(operation) >= number and (death is Killed or seen[-1] == operation):
            raise death

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Aws, "client", watched)
        try:
            shop.deploy()
        except death:
            return
    assert death is KeyboardInterrupt


def outcomes(shop: Shop, content: dict[str, Any]) -> dict[str, str]:
    stacks = {**content["shared"], **{each["stack"]: each for each in content["tables"].values()}}
    return {name.removeprefix(f"{STACK}-"): each["outcome"] for name, each in stacks.items()}


def recorded(shop: Shop) -> dict[str, Any]:
    return json.loads((shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.json").read_text())


def test_the_report_of_a_killed_deployment_tells_how_far_it_was(killed: Shop) -> None:
    found = json.loads(killed.root.joinpath(*EXECUTION).read_text())
    assert (found["outcome"], found["message"]) == ("stopped", KILLED)
    told = {name.removeprefix(f"{STACK}-"): each["outcome"] for name, each in found["stacks"].items()}
    assert (told[STACK], told["Orders"]) == ("deployed", "running")
    assert len(found["stacks"][f"{STACK}-Orders"]["change_sets"]) == 1


def test_the_next_plan_tells_of_it(killed: Shop) -> None:
    assert killed._run(plan.main, "--environment", ENVIRONMENT) in (2, 3)
    assert "Note: The last deployment from this folder, plan " in killed.out
    assert "was stopped or killed: 1 done, " in killed.out
    assert f"make record ENV={ENVIRONMENT} records what it did." in killed.out


def test_the_record_of_a_killed_deployment_is_mended_from_the_stacks(killed: Shop) -> None:
    path = killed.root.joinpath(*EXECUTION)
    assert killed._run(record.main, "--environment", ENVIRONMENT, "--execution", str(path)) == 0, killed.err
    content = recorded(killed)
    assert content["deployment"]["outcome"] == "stopped"
    assert outcomes(killed, content) == {STACK: "deployed", "Orders": "running", "Books": "not begun"}
    page = (killed.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.md").read_text()
    assert "deployment stopped" in page and "Some of its steps are done, the rest is not." in page


def test_what_aws_has_finished_meanwhile_is_recorded_as_done(shop: Shop, one_at_a_time: None) -> None:
    shop.deployed()
    path = shop.root.joinpath(*EXECUTION)
    found = json.loads(path.read_text())
    found["outcome"], found["message"] = "stopped", KILLED
    for each in found["stacks"].values():
        each["outcome"] = "running"
    path.write_text(json.dumps(found))
    assert shop._run(record.main, "--environment", ENVIRONMENT, "--execution", str(path)) == 0, shop.err
    assert set(outcomes(shop, recorded(shop)).values()) == {"deployed"}


def test_the_next_deployment_tells_records_and_continues(killed: Shop) -> None:
    assert killed.deploy() == 0, killed.err
    assert killed.out.startswith("The last deployment from this folder, plan ")
    assert "Recorded in build/local-aws/shop" in killed.out.partition("Environment  ")[0]
    assert set(outcomes(killed, recorded(killed)).values()) <= {"deployed", "unchanged"}
    assert killed.validate() == 0, killed.out
    killed.deploy()
    assert "The last deployment" not in killed.out, "it is over"


def test_every_change_set_says_where_it_comes_from(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[dict[str, Any]] = []
    real = Aws.client

    def watched(aws: Aws, service: str) -> Any:
        made = real(aws, service)
        event = "provide-client-params.cloudformation.CreateChangeSet"
        made.meta.events.register(event, lambda params, **_: said.append(params), unique_id="watched")
        return made

    monkeypatch.setattr(Aws, "client", watched)
    assert shop.deploy() == 0, shop.err
    hash = json.loads(shop.root.joinpath(*EXECUTION).read_text())["plan"]
    assert len(said) >= 3
    for each in said:
        assert each["Description"].startswith(f"Plan {hash}, commit none that git knows here, by arn:aws:")
        assert {tag["Key"] for tag in each["Tags"]} == {"Service", "Environment"}


def test_ctrl_c_leaves_a_record_of_what_was_done(shop: Shop, one_at_a_time: None) -> None:
    _die_at(shop, "ExecuteChangeSet", 3, KeyboardInterrupt)
    assert "Stopped." in shop.err
    content = recorded(shop)
    assert content["deployment"]["outcome"] == "stopped"
    told = outcomes(shop, content)
    assert (told[STACK], told["Books"]) == ("deployed", "not begun")
    assert client("cloudformation").describe_stacks(StackName=STACK)
