"""AWS that throttles, does not answer or no longer knows us, and others who change the same stacks."""

import errno
import io
import json
import os
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from scripts import deploy
from scripts.deployment import conclusion, execution, table_run
from scripts.folders import LOCAL_RECORDS
from scripts.observe.stacks import StackError
from scripts.planning.schedule import Pace
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop"


def report(shop: Shop) -> dict[str, Any]:
    return json.loads((shop.root / "build" / "deploy" / ENVIRONMENT / "execution.json").read_text())


def outcomes(shop: Shop) -> set[str]:
    return {each["outcome"] for each in report(shop)["stacks"].values()}


@pytest.fixture
def no_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every failed call reach us at once, as it does when botocore has given up."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    from botocore.config import Config

    from scripts.observe import aws

    monkeypatch.setattr(aws, "Config", lambda **options: Config(**{**options, "retries": {"total_max_attempts": 1}}))


@pytest.mark.usefixtures("no_retries")
def test_looks_that_fail_do_not_fail_a_deployment_that_goes_on(shop: Shop, aws: Any) -> None:
    # The first looks belong to the plan; from then on one after the other fails, in every way.
    aws.fail("DescribeStacks", "Throttling", after=5)
    aws.fail("DescribeStacks", "InternalFailure", after=7)
    aws.fail("DescribeChangeSet", "Throttling", times=2, after=1)
    aws.fail("DescribeTable", "ThrottlingException", times=2, after=3)
    assert shop.deploy() == 0, shop.err
    assert "AWS does not answer now, looking again (DescribeStacks: " in shop.out
    assert outcomes(shop) == {"deployed"}


@pytest.mark.usefixtures("no_retries")
def test_credentials_that_expire_in_the_middle(shop: Shop, aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What AWS has begun goes on; the deployment says so, and the next one continues."""
    monkeypatch.setattr(execution, "LOCAL", Pace(1, 1))
    # The first look at the change set of the shared stack succeeds; the next one is while it is being executed.
    aws.fail("DescribeChangeSet", "ExpiredToken", after=1)
    assert shop.deploy() == 4
    assert "Traceback" not in shop.err
    said = "DescribeChangeSet: The security token included in the request is expired. The credentials have expired. Sign in again."
    assert said in shop.err
    assert f"AWS goes on by itself with {STACK}. Not begun: Orders, Books." in shop.err
    found = report(shop)
    assert (found["outcome"], found["stacks"][STACK]["outcome"]) == ("waiting", "running")
    assert found["stacks"][f"{STACK}-Orders"]["outcome"] == "not begun"
    assert shop.deploy() == 0, shop.err


@pytest.mark.parametrize(("refusals", "code"), [(execution.TRIES - 1, 0), (execution.TRIES, 1)])
def test_what_aws_was_asked_too_much_for_is_tried_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, refusals: int, code: int
) -> None:
    """CloudFormation gives up where CloudWatch throttles it for long, and takes the new table away again."""
    tried: list[str] = []
    run = table_run.TableRun.run

    def throttled(self: table_run.TableRun) -> bool:
        tried.append(name := self.job.desired.name)
        if name == "Orders" and tried.count(name) <= refusals:
            raise StackError(f"Stack {self.job.stack_name} ended in ROLLBACK_COMPLETE. First cause: Rate exceeded")
        return run(self)

    monkeypatch.setattr(table_run.TableRun, "run", throttled)
    assert shop.deploy() == code
    assert tried.count("Orders") == execution.TRIES and tried.count("Books") == 1
    assert ("Rate exceeded" in shop.err) == bool(code)
    assert report(shop)["stacks"][f"{STACK}-Orders"]["outcome"] == ("failed" if code else "deployed")


def test_credentials_that_have_expired_before_anything_are_a_refusal(shop: Shop, aws: Any) -> None:
    aws.fail("DescribeStacks", "ExpiredToken")
    assert shop.deploy() == 1
    assert "The credentials have expired. Sign in again." in shop.err
    assert shop.err.endswith("Nothing was deployed.\n")
    assert (report(shop)["outcome"], report(shop)["stacks"]) == ("refused", {})


def test_what_was_deployed_but_could_not_be_recorded_is_said(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "generated")

    monkeypatch.setattr(conclusion, "record_environment", full)
    assert shop.deploy() == 1
    assert "It could not be recorded: " in shop.err
    assert f"Record it: make record ENV={ENVIRONMENT}" in shop.err
    assert report(shop)["outcome"] == "deployed"


def test_a_deployment_that_is_killed_has_left_a_report(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_run: object) -> None:
        raise SystemExit(137)

    monkeypatch.setattr(execution.Run, "execute", killed)
    with pytest.raises(SystemExit):
        shop.deploy()
    found = report(shop)
    assert (found["outcome"], {each["outcome"] for each in found["stacks"].values()}) == ("stopped", {"not begun"})
    assert found["message"] == "It ended without saying how it stands. Run the same command again: it continues."


def test_someone_else_changes_a_stack_after_the_plan_was_made(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that does not matter is planned again; one that changes what would happen is left to the next run."""
    shop.deployed()
    dynamodb = client("dynamodb")
    shop.contract["tables"][0]["gsis"].append({"index_name": "ByBuyer", "pk": "buyer"})
    shop.write(DEPLOYMENT.replace("14", "21"))
    real = table_run.TableRun.run

    def meanwhile(run: table_run.TableRun) -> bool:
        if run.job.table.name == "Orders":
            update = [{"Delete": {"IndexName": "ByBook"}}]
            dynamodb.update_table(TableName="Orders", GlobalSecondaryIndexUpdates=update)
        return real(run)

    with monkeypatch.context() as patch:
        patch.setattr(table_run.TableRun, "run", meanwhile)
        assert shop.deploy() == 1
    assert 'Index "ByBook" is in the template of the stack but no longer on the table' in shop.err
    assert report(shop)["stacks"][f"{STACK}-Orders"]["change_sets"] == []


def test_a_stack_that_someone_else_is_changing_is_waited_for(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deployed()
    shop.write(DEPLOYMENT.replace("14", "21"))
    cloudformation = client("cloudformation")
    real = table_run.TableRun.run

    def meanwhile(run: table_run.TableRun) -> bool:
        if run.job.table.name == "Orders":
            body = cloudformation.get_template(StackName=f"{STACK}-Orders")["TemplateBody"]
            body["Resources"]["Table"]["Properties"]["TableClass"] = "STANDARD_INFREQUENT_ACCESS"
            tags = [{"Key": "Service", "Value": "shop"}, {"Key": "Environment", "Value": ENVIRONMENT}]
            cloudformation.update_stack(StackName=f"{STACK}-Orders", TemplateBody=json.dumps(body), Tags=tags)
        return real(run)

    with monkeypatch.context() as patch:
        patch.setattr(table_run.TableRun, "run", meanwhile)
        assert shop.deploy() in (0, 1)
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0


class Filling(io.StringIO):
    """An output that has room for so many characters, and then fails as a closed pipe or a full disk does."""

    def __init__(self, room: int, error: OSError, file: IO[str]) -> None:
        super().__init__()
        self._room, self._error, self._file = room, error, file

    def write(self, text: str) -> int:
        self._room -= len(text)
        if self._room >= 0:
            return super().write(text)
        if not os.path.samestat(os.fstat(self.fileno()), Path(os.devnull).stat()):
            raise self._error
        return len(text)

    def fileno(self) -> int:
        return self._file.fileno()


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), BrokenPipeError()], ids=["full", "closed"]
)
def test_no_output_stops_a_deployment_half_way(shop: Shop, monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    shop.write()
    with (shop.root / "file").open("w") as file:
        monkeypatch.setattr(sys, "stdout", Filling(400, error, file))
        assert deploy.main(["--environment", ENVIRONMENT, "--yes"]) == 0
        assert "Recorded" not in sys.stdout.getvalue(), "it had no room for what was said"
        monkeypatch.undo()
    assert report(shop)["outcome"] == "deployed" and outcomes(shop) == {"deployed"}
    assert (shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.json").exists()
