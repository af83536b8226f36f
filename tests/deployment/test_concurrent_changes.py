"""A deployment acts on what it has left behind itself, or stops: a newer one, or a hand, may have been there meanwhile."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from scripts.deployment import concurrent_changes, table_run
from scripts.deployment.change_sets import Deployment
from scripts.deployment.execution import Run
from scripts.deployment.table_run import TableRun
from scripts.observe.stacks import StackError
from scripts.planning.removals import removals
from tests.local_aws.support import client, index, keys, table, template
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

STACK = f"dynamodb-{ENVIRONMENT}-shop-Orders"
BY_BUYER = {"index_name": "ByBuyer", "pk": "buyer"}
GONE = "Nothing more was done to it."


def _update(change: Callable[[dict[str, Any]], None], **options: Any) -> None:
    """Someone else changes the stack of the table."""
    cloudformation = client("cloudformation")
    body = cloudformation.get_template(StackName=STACK)["TemplateBody"]
    tags = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Tags"]
    change(body["Resources"])
    cloudformation.update_stack(StackName=STACK, TemplateBody=json.dumps(body), Tags=tags, **options)
    cloudformation.get_waiter("stack_update_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0})


def _stream(resources: dict[str, Any]) -> None:
    resources["Table"]["Properties"]["StreamSpecification"] = {"StreamViewType": "NEW_IMAGE"}


def _tag(resources: dict[str, Any]) -> None:
    resources["Table"]["Properties"]["Tags"].append({"Key": "Newer", "Value": "yes"})


def _alarm(resources: dict[str, Any]) -> None:
    like = next(each for each in resources.values() if each["Type"] == "AWS::CloudWatch::Alarm")
    resources["NewerAlarm"] = {**like, "Properties": {**like["Properties"], "AlarmName": "Orders-newer"}}


def _after_first_step(patch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    done: list[TableRun] = []
    stage = TableRun._stage

    def acting(run: TableRun, what: Any) -> bool:
        changed = stage(run, what)
        if run.job.desired.name == "Orders" and not done:
            done.append(run)
            run._settle()
            act()
        return changed

    patch.setattr(TableRun, "_stage", acting)


@pytest.fixture
def in_two_steps(shop: Shop) -> Shop:
    """The table is there, and its next change takes several stack updates."""
    shop.deployed()
    shop.orders["gsis"] = [shop.orders["gsis"][0], BY_BUYER]
    shop.write()
    return shop


@pytest.mark.parametrize(
    ("change", "named"), [(_stream, "the stream"), (_tag, "tag Newer"), (_alarm, "alarm Orders-newer")]
)
def test_what_a_newer_deployment_added_between_two_steps_stays(
    in_two_steps: Shop, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], None], named: str
) -> None:
    _after_first_step(monkeypatch, lambda: _update(change, ClientRequestToken="deploy-newer"))
    assert in_two_steps.deploy() == 1
    assert (
        f"Stack {STACK} is no longer as it was left: it now has {named}. It was last changed at 2" in in_two_steps.err
    )
    assert (
        "by another deployment, to judge by its request token deploy-newer" in in_two_steps.err
        and GONE in in_two_steps.err
    )
    assert in_two_steps.err.rstrip().endswith("it could undo a newer deployment.")
    found = client("cloudformation").get_template(StackName=STACK)["TemplateBody"]
    assert named in removals([found, {}])
    assert {"index ByBook", "index ByBuyer"} <= removals([found, {}])


def test_who_is_not_known_is_said_to_be_not_known(in_two_steps: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    _after_first_step(monkeypatch, lambda: _update(_tag))
    assert in_two_steps.deploy() == 1
    assert "by whom is not known here" in in_two_steps.err and "another deployment" not in in_two_steps.err


def test_an_index_that_a_hand_deletes_between_two_steps_stops_them(
    in_two_steps: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_hand() -> None:
        update = [{"Delete": {"IndexName": "ByBook"}}]
        client("dynamodb").update_table(TableName="Orders", GlobalSecondaryIndexUpdates=update)

    _after_first_step(monkeypatch, by_hand)
    assert in_two_steps.deploy() == 1
    assert (
        "Orders: The table is no longer as it was left: index ByBook is in its stack, but no longer on the table."
        in (in_two_steps.err)
    )
    assert "probably changed outside" in in_two_steps.err


def test_a_change_while_the_change_set_is_made_is_not_taken_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.deployed()
    shop.write(DEPLOYMENT.replace("days: 14", "days: 21"))
    make, done = Deployment._make, []

    def slow(deployment: Deployment, name: str, *rest: Any) -> str | None:
        if name == STACK and not done:
            done.append(name)
            _update(_stream)
        return make(deployment, name, *rest)

    monkeypatch.setattr(Deployment, "_make", slow)
    assert shop.deploy() == 1
    assert "is no longer as it was left: it now has the stream." in shop.err
    assert client("dynamodb").describe_table(TableName="Orders")["Table"]["StreamSpecification"]["StreamEnabled"]
    assert {
        each["ExecutionStatus"] for each in client("cloudformation").list_change_sets(StackName=STACK)["Summaries"]
    } <= {"EXECUTE_COMPLETE"}


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (table_run.DONE, "Its stack or the table was changed by someone else after the plan was made."),
        ((), "It would remove alarm Orders-newer, which the plan did not name"),
    ],
    ids=["by an update", "by a rollback"],
)
def test_a_plan_made_while_the_table_was_busy_approves_no_more_than_it_named(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, done: tuple[str, ...], told: str
) -> None:
    monkeypatch.setattr(table_run, "DONE", done)  # without it, what has been done counts as taken back
    shop.deployed()
    shop.write(DEPLOYMENT.replace("days: 14", "days: 21"))
    begin = Run.execute

    def meanwhile(run: Run) -> None:
        _update(_alarm)
        object.__setattr__(next(job for job in run.jobs if job.desired.name == "Orders"), "unsettled", True)
        begin(run)

    monkeypatch.setattr(Run, "execute", meanwhile)
    assert shop.deploy() == 1
    assert f"Orders: {told}" in shop.err
    assert client("cloudwatch").describe_alarms(AlarmNames=["Orders-newer"])["MetricAlarms"]


def test_a_shared_stack_that_has_changed_since_the_plan_is_left_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.deployed()
    shop.write(DEPLOYMENT.replace("days: 14", "days: 21") + "defaults: {alarm_rules: {throttled: {threshold: 9}}}\n")
    shared, cloudformation, begin = f"dynamodb-{ENVIRONMENT}-shop", client("cloudformation"), Run.execute

    def meanwhile(run: Run) -> None:
        body = cloudformation.get_template(StackName=shared)["TemplateBody"]
        body["Resources"]["Newer"] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "newer"}}
        tags = cloudformation.describe_stacks(StackName=shared)["Stacks"][0]["Tags"]
        cloudformation.update_stack(StackName=shared, TemplateBody=json.dumps(body), Tags=tags)
        cloudformation.get_waiter("stack_update_complete").wait(StackName=shared, WaiterConfig={"Delay": 0})
        begin(run)

    monkeypatch.setattr(Run, "execute", meanwhile)
    assert shop.deploy() == 1
    assert f"Stack {shared} is no longer as it was left: it now has alarm topic Newer." in shop.err


def test_everything_that_can_go_is_named() -> None:
    before = template(
        table(
            index("ByA", "a"),
            StreamSpecification={"StreamViewType": "KEYS_ONLY"},
            TimeToLiveSpecification={"AttributeName": "until", "Enabled": True},
            Tags=[{"Key": "Team", "Value": "shop"}],
            KinesisStreamSpecification={"StreamArn": "arn"},
            ResourcePolicy={"PolicyDocument": {}},
        ),
        Watch={"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": "Orders-watch"}},
        Page={"Type": "AWS::CloudWatch::Dashboard", "Properties": {}},
    )
    after = template(table(KeySchema=keys("pk")))
    assert removals([before, after]) == {
        "index ByA",
        "the stream",
        "the Kinesis stream",
        "the resource policy",
        'time to live by "until"',
        "tag Team",
        "alarm Orders-watch",
        "dashboard Page",
    }
    assert removals([after, before]) == removals([before]) == frozenset()
    assert removals([after, before, after]) == removals([before, after])


def test_a_removal_that_was_not_named_is_refused() -> None:
    concurrent_changes.check_removals({"tag a"}, {"tag a", "tag b"})
    with pytest.raises(StackError, match="It would remove index ByA, which the plan did not name"):
        concurrent_changes.check_removals({"index ByA", "tag a"}, {"tag a"})
