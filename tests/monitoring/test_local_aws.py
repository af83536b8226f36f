"""The alarms as the local AWS takes them, evaluates them, and gives them back."""

from dataclasses import replace
from typing import Any

import pytest

from scripts.comparison.compare import MATCH, compare
from scripts.local_aws import LocalAws
from scripts.model import Alarm, CompositeAlarm, DesiredTable
from scripts.monitoring.catalogue import metrics
from scripts.monitoring.service_monitoring import monitoring_resources, more_dashboards
from scripts.observe.aws import Aws
from scripts.observe.live_alarms import read_alarms
from scripts.templates.template import table_template, to_json
from tests.local_aws.support import Stack, client, settle
from tests.monitoring import test_wanted_alarms
from tests.monitoring.evaluate import NOW, Data
from tests.monitoring.support import alarms, limited, of_service, provisioned, table, with_alarms
from tests.samples import live_table

MANY = test_wanted_alarms.MANY
DEPLOYED: dict[str, tuple[dict[str, Any], DesiredTable]] = {
    "plain": (test_wanted_alarms.PLAIN, with_alarms(table("ByDay"))),
    "limited": (test_wanted_alarms.LIMITED, with_alarms(limited("ByDay"))),
    "scaled": (test_wanted_alarms.SCALED, with_alarms(provisioned("ByDay"))),
    "shared": (test_wanted_alarms.SHARED, with_alarms(limited(*MANY), 2)),
}


def deploy(state: DesiredTable, stack: Stack | None = None) -> Stack:
    """Deploy the alarms and the table of a state."""
    stack = stack or Stack()
    # Deletion protection is none of these tests' business.
    body = table_template(replace(state, deletion_protection=False), "shop", "prod")
    assert stack.deploy(body) in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.failures()
    settle(state.name)
    return stack


class CompactStack(Stack):
    """A stack that submits its template as the project does: as compact JSON."""

    def propose(self, body: Any, _kind: str | None = None, **options: Any) -> dict[str, Any]:
        """Create a change set that creates the stack, and describe it."""
        named = {"StackName": self.name, "ChangeSetName": "create"}
        self.client.create_change_set(**named, ChangeSetType="CREATE", TemplateBody=to_json(body), **options)
        return self.client.describe_change_set(**named)


def put(aws: LocalAws, data: Data) -> None:
    """Store data points; the last minute of the data is the current one there."""
    for (metric, dimensions), points in data.points.items():
        values = [((NOW - second) / 60 - 1, value) for second, value in points]
        aws.put_metrics(metrics()[metric].namespace, metric, dict(dimensions), values)


@pytest.mark.parametrize("name", DEPLOYED)
def test_alarms_come_on_and_go_off_and_read_back_as_they_are_wanted(name: str, aws: LocalAws) -> None:
    known, state = DEPLOYED[name]
    deploy(state)
    read = read_alarms(Aws("eu-west-1"), state.alarms)  # type: ignore[arg-type]
    assert {alarm.name: alarm for alarm in read} == {alarm.name: alarm for alarm in state.alarms}  # type: ignore[union-attr]
    assert set(aws.evaluate_alarms().values()) <= {"OK", "INSUFFICIENT_DATA"}
    for _, alarm, on, _ in (case for case in test_wanted_alarms.CASES if case[0] is known):
        put(aws, on)
        states = aws.evaluate_alarms()
        assert states[alarm] == "ALARM", alarm
        paging = f'ALARM("{alarm}")' in next(a.rule for a in state.alarms if isinstance(a, CompositeAlarm))  # type: ignore[union-attr]
        assert states["Orders-unhealthy"] == ("ALARM" if paging else "OK"), alarm
        aws.advance(24 * 60)
        states = aws.evaluate_alarms()
        assert states[alarm] == "OK", alarm
        assert states["Orders-unhealthy"] == "OK", alarm


@pytest.mark.usefixtures("aws")
def test_a_difference_of_any_type_of_alarm_is_found() -> None:
    state = with_alarms(table("ByDay"))
    deploy(state)
    cloudwatch = client("cloudwatch")
    composite, errors = state.alarms[-1], next(a for a in state.alarms if a.name == "Orders-hot-key")  # type: ignore[index,union-attr]
    assert isinstance(composite, CompositeAlarm)
    assert isinstance(errors, Alarm)
    cloudwatch.put_composite_alarm(
        AlarmName=composite.name,
        AlarmRule='ALARM("Orders-throttled")',
        OKActions=["arn:aws:sns:eu-west-1:111122223333:theirs"],
        ActionsEnabled=False,
    )
    cloudwatch.set_alarm_state(AlarmName=errors.name, StateValue="ALARM", StateReason="no difference")
    cloudwatch.disable_alarm_actions(AlarmNames=[errors.name])
    live = live_table(state, alarms=read_alarms(Aws("eu-west-1"), state.alarms))
    off = [(f.subject, f.property) for f in compare(state, live) if f.outcome != MATCH and f.group == "Alarms"]
    assert off == [
        (errors.name, "enabled"),
        *((composite.name, name) for name in ("rule", "description", "actions", "ok actions", "enabled")),
    ]


@pytest.mark.usefixtures("aws")
def test_an_index_comes_and_goes_with_its_alarms() -> None:
    """A composite alarm is changed before the alarms that it no longer names are deleted: CloudWatch refuses it otherwise."""
    stack = deploy(with_alarms(table("ByDay", "ByWeek")))
    deploy(with_alarms(table("ByDay")), stack)
    names = {alarm["AlarmName"] for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert names == {name for name, alarm in alarms(table("ByDay")).items() if isinstance(alarm, Alarm)}
    deploy(with_alarms(table("ByDay", "ByMonth")), stack)
    deploy(with_alarms(table("ByDay", "ByMonth"), 2), stack)
    names = {alarm["AlarmName"] for alarm in client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert "Orders/indexes-1-throttled" in names
    assert "Orders/ByDay-throttled" not in names


@pytest.mark.usefixtures("aws")
def test_twenty_indexes_with_the_longest_names_can_be_deployed() -> None:
    from scripts.monitoring.wanted_alarms import table_alarms
    from tests.monitoring.support import watch

    plain = table(*(f"{'i' * 252}{n:03}" for n in range(20)), name="t" * 255)
    room = 50_200 - len(to_json(table_template(plain, "shop", "prod")).encode())
    state = replace(plain, alarms=table_alarms(watch(plain), room))
    assert (
        len(to_json(table_template(state, "shop", "prod")).encode()) <= 51_200
    )  # CloudFormation quotas: inline template
    deploy(state, CompactStack())
    read = read_alarms(Aws("eu-west-1"), state.alarms)  # type: ignore[arg-type]
    assert set(read) == set(state.alarms)  # type: ignore[arg-type]


@pytest.mark.usefixtures("aws")
def test_what_a_service_shares_can_be_deployed() -> None:
    states = [with_alarms(table("ByDay", name=f"Table{n:02}")) for n in range(14)]
    body = {"Resources": monitoring_resources("shop", "prod", states, of_service(), emails=["oncall@example.com"])}
    assert Stack("dynamodb-prod-shop").deploy(body) == "CREATE_COMPLETE"
    more = more_dashboards("shop", "prod", states)
    assert list(more) == ["dashboard-2"]
    assert Stack("dynamodb-prod-shop-dashboard-2").deploy(more["dashboard-2"]) == "CREATE_COMPLETE"
    boards = client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert {board["DashboardName"] for board in boards} == {"dynamodb-prod-shop", "dynamodb-prod-shop-2"}
    topics = [topic["TopicArn"].rpartition(":")[2] for topic in client("sns").list_topics()["Topics"]]
    assert sorted(topics) == ["dynamodb-prod-shop-alarms", "dynamodb-prod-shop-alarms-feed"]
    (key,) = client("kms").list_keys()["Keys"]
    assert client("kms").get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
