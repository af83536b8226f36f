"""The catalogue of incidents: each is played, and it is seen who was told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts.local_aws import LocalAws
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.expressions import dimensions
from scripts.monitoring.incidents import ALARM, CHECK, INCIDENTS, NOTHING, SIGNALS
from scripts.monitoring.kinds import KINDS, PAGE, SERVICE
from scripts.monitoring.service_monitoring import monitoring_resources
from scripts.monitoring.topics import NONE
from scripts.monitoring.usage import Expected
from scripts.pages import runbook
from scripts.templates.template import table_template
from tests import samples
from tests.comparison import test_backup_expectations, test_stack_expectations
from tests.documentation import anchors
from tests.for_each import for_each
from tests.local_aws.support import Stack, client
from tests.monitoring.evaluate import Data
from tests.monitoring.support import EVERY_NAME, FEED, PEOPLE, alarms, limited, of_service, provisioned, table
from tests.monitoring.test_local_aws import put
from tests.validation.more_tampering import MORE
from tests.validation.tampering import CASES

ROOT = Path(__file__).parents[2]
STREAM = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
ORDERS, BY_DAY, STOCK, QUIET = (
    dimensions("Orders"),
    dimensions("Orders", "ByDay"),
    dimensions("Stock"),
    dimensions("Quiet"),
)
VAULT = (("BackupVaultName", "dynamodb-prod-shop"),)
SENT = (*ORDERS, ("DelegatedOperation", "PutRecord"))


def data(metric: str, where: Any, value: float, minutes: int) -> Data:
    return Data().put(metric, where, value, minutes)


# What happens, by the name of the incident, as metrics of the last minutes.
PLAYED: dict[str, Data] = {
    "Requests on a table are throttled": data("ReadThrottleEvents", ORDERS, 500, 7),
    "Writes of an index are throttled, and with them those of its table": data("WriteThrottleEvents", BY_DAY, 500, 7),
    "All writes of a quiet table are throttled": data("WriteThrottleEvents", QUIET, 2, 7),
    "One key gets more than a partition can serve": data("WriteKeyRangeThroughputThrottleEvents", ORDERS, 90, 7).put(
        "WriteThrottleEvents", ORDERS, 90, 7
    ),
    "The on-demand maximum is reached": data("ReadMaxOnDemandThroughputThrottleEvents", ORDERS, 90, 7).put(
        "ReadThrottleEvents", ORDERS, 90, 7
    ),
    "The account's quota for one table is reached": data("WriteAccountLimitThrottleEvents", ORDERS, 90, 7).put(
        "WriteThrottleEvents", ORDERS, 90, 7
    ),
    "DynamoDB fails requests, of whatever operation": data(
        "SystemErrors", dimensions("Quiet", operation="ExecuteStatement"), 1000, 15
    ),
    "DynamoDB refuses requests that are wrong, or not allowed": data("UserErrors", (), 50, 10),
    "An operation is slow": data("SuccessfulRequestLatency", dimensions("Orders", operation="GetItem"), 5000, 10),
    "Provisioned capacity is used up": data("ConsumedReadCapacityUnits", STOCK, 95 * 60, 15).put(
        "ProvisionedReadCapacityUnits", STOCK, 100, 15
    ),
    "Auto scaling comes to its maximum": data("ConsumedWriteCapacityUnits", STOCK, 900 * 60, 15),
    "The account's provisioned read capacity is used up": data("AccountProvisionedReadCapacityUtilization", (), 95, 10),
    "The account's provisioned write capacity is used up": data(
        "AccountProvisionedWriteCapacityUtilization", (), 95, 10
    ),
    "A loop makes an on-demand table expensive": data("ConsumedWriteCapacityUnits", ORDERS, 39_000 * 60, 15),
    "Changes are not sent to Kinesis": data("FailedToReplicateRecordCount", SENT, 5, 1),
    "Changes wait for Kinesis for hours": data("AgeOfOldestUnreplicatedRecord", SENT, 24 * 3_600_000, 15),
    "The Kinesis stream is too small": data("ThrottledPutRecordCount", SENT, 50, 10),
    "A backup job fails": data("NumberOfBackupJobsFailed", VAULT, 1, 5),
    "A backup job is aborted": data("NumberOfBackupJobsAborted", VAULT, 1, 5),
    "A backup job expires": data("NumberOfBackupJobsExpired", VAULT, 1, 5),
    "The copy of a backup fails": data("NumberOfCopyJobsFailed", (("BackupVaultName", "copies"),), 1, 5),
    "Conditions of writes fail in masses": data("ConditionalCheckFailedRequests", ORDERS, 500, 15),
    "Transactions collide": data("TransactionConflict", ORDERS, 500, 15),
}
# The change that the tests of the validation make to what was deployed, to see that exactly this is found.
CHANGED = {
    "The key of a table is disabled": "key disabled",
    "The key of a table is scheduled for deletion": "key of the tables going",
    "Point-in-time recovery is switched off": "recovery off",
    "Deletion protection is switched off": "deletion protection",
    "An index is deleted": "index missing",
    "The backup plan is gone": "backup plan gone",
    "A table is no longer backed up": "tag of the backup",
    "Time to live is switched off": "time to live off",
    "The stream of a table is switched off, and its consumers get nothing": "stream",
    "The Kinesis stream of a table is switched off": "Kinesis stream off",
    "Auto scaling is suspended": "scaling suspended",
    "A table is opened to others by its policy": "resource policy wider",
    "Alarms are deleted": "alarms missing",
    "The actions of an alarm are switched off": "alarm silent",
    "An alarm tells nobody": "alarm that tells nobody",
    "The topic of the alarms is deleted": "topic gone",
    "Nobody is subscribed to the alarms any more": "unsubscribed",
    "The key of the alarms is disabled, and they are lost": "key of the alarms disabled",
    "Somebody changes a setting by hand": "billing",
}
# Played where the time that has passed can be made up.
ELSEWHERE = {
    "The newest backup of a table is older than the plan allows": (
        test_backup_expectations.test_a_newest_backup_that_is_older_than_the_plan_allows_is_a_mismatch
    ),
    "A deployment fails, and so does its rollback: the stack takes no change": (
        test_stack_expectations.test_each_thing_by_itself
    ),
    "A table has never had a backup, although one is due": (
        test_backup_expectations.test_a_table_that_never_had_a_backup_is_judged_once_one_is_due
    ),
}


class Listeners:
    """Who listens to the topics of people and of the feed, by queues."""

    def __init__(self) -> None:
        self._queues = {}
        topics = {arn.rpartition(":")[2]: arn for arn in (t["TopicArn"] for t in client("sns").list_topics()["Topics"])}
        for topic in (PEOPLE, FEED):
            url = client("sqs").create_queue(QueueName=topic)["QueueUrl"]
            attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
            client("sns").subscribe(TopicArn=topics[topic], Protocol="sqs", Endpoint=attributes["QueueArn"])
            self._queues[topic] = url

    def heard(self) -> dict[str, set[str]]:
        """The names of the alarms that each topic told of, since this was last asked."""
        found: dict[str, set[str]] = {}
        for topic, url in self._queues.items():
            found[topic] = set()
            while messages := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
                for message in messages:
                    found[topic].add(json.loads(json.loads(message["Body"])["Message"])["AlarmName"])
                    client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


def deployed_alarms() -> Listeners:
    """The alarms of a service with an on-demand, a provisioned and a quiet table, at level full."""
    full = AlarmSettings("full", latency_p99_ms={"GetItem": 50})
    quiet = {"": (Expected(0.1, True), Expected(0.05, True))}
    states = [
        replace(state, alarms=tuple(alarms(state, settings=full, traffic=traffic).values()), deletion_protection=False)
        for state, traffic in (
            (limited("ByDay"), {}),
            (replace(provisioned(), name="Stock"), {}),
            (table(name="Quiet"), quiet),
        )
    ]
    streamed = [replace(states[0], kinesis_stream=STREAM)]
    backups = {"retention_days": 90, "copy_to": ["arn:aws:backup:eu-central-1:444455556666:backup-vault:copies"]}
    once = of_service(full, states=streamed, backups=backups)
    shared = monitoring_resources("shop", "prod", streamed, once, encryption=NONE)
    del shared["Dashboard"]
    templates = [{"Resources": shared}, *(table_template(state, "shop", "prod") for state in states)]
    Stack("shared").deploy(templates[0])
    listeners = Listeners()
    for number, body in enumerate(templates[1:]):
        assert Stack(f"table{number}").deploy(body) == "CREATE_COMPLETE"
    return listeners


def on_now(aws: LocalAws) -> set[str]:
    """The alarms that are on, without those by which auto scaling works."""
    states = aws.evaluate_alarms()
    return {name for name, state in states.items() if state == "ALARM" and not name.startswith("TargetTracking-")}


@pytest.fixture
def listeners(aws: LocalAws) -> Iterator[Listeners]:
    return deployed_alarms()


def test_every_incident_with_an_alarm_is_played_and_it_is_seen_who_is_told(aws: LocalAws, listeners: Listeners) -> None:
    aws.evaluate_alarms()
    assert listeners.heard() == {PEOPLE: set(), FEED: set()}, "a first deployment tells nobody anything"
    for incident in INCIDENTS:
        if incident.signal != ALARM:
            continue
        kind = incident.kind
        assert kind is not None
        put(aws, PLAYED[incident.name])
        on = {name for name in on_now(aws) if name.endswith(f"-{kind.name}")}
        assert len(on) == 1, incident.name
        heard = listeners.heard()
        if kind.severity != PAGE:
            assert (on <= heard[PEOPLE], heard[FEED]) == (True, set()), incident.name
        elif kind.scope == SERVICE:
            assert on <= heard[PEOPLE] and on <= heard[FEED], incident.name
        else:
            assert on <= heard[FEED] and len(heard[PEOPLE]) == 1, incident.name
            assert all(name.endswith("-unhealthy") for name in heard[PEOPLE]), incident.name
        aws.advance(24 * 60)
        assert on_now(aws) == set()
        assert listeners.heard() == {PEOPLE: set(), FEED: set()}, "that it is over tells nobody"


def test_a_table_that_is_deleted_during_an_incident_is_not_called_well(aws: LocalAws, listeners: Listeners) -> None:
    put(aws, PLAYED["Requests on a table are throttled"])
    aws.evaluate_alarms()
    assert listeners.heard()[PEOPLE] == {"Orders-unhealthy"}
    client("dynamodb").delete_table(TableName="Orders")
    aws.advance(24 * 60)
    aws.evaluate_alarms()
    assert listeners.heard() == {PEOPLE: set(), FEED: set()}


def test_every_incident_is_played_or_has_no_signal() -> None:
    by_signal = {signal: {one.name for one in INCIDENTS if one.signal == signal} for signal in SIGNALS}
    assert by_signal[ALARM] == set(PLAYED)
    assert by_signal[CHECK] == {*CHANGED, *ELSEWHERE}
    assert all(one.by.strip() and one.kind is None for one in INCIDENTS if one.signal == NOTHING)
    assert len(by_signal[ALARM]) + len(by_signal[CHECK]) >= 25
    assert len({one.name for one in INCIDENTS}) == len(INCIDENTS)


@for_each("incident", [one for one in INCIDENTS if one.name in CHANGED], ids=lambda one: one.name)
def test_what_a_check_finds_is_what_the_validation_finds_after_that_change(incident: Any) -> None:
    """The changes themselves are made by the tests of the validation, each to what was deployed."""
    found = {**CASES, **MORE}[CHANGED[incident.name]][2]
    assert any(line.endswith(f" {incident.by} mismatch") for line in found), found


def test_every_kind_of_alarm_is_the_signal_of_an_incident() -> None:
    """All but the two that name a cause of throttling."""
    assert {kind.name for kind in KINDS} - {one.by for one in INCIDENTS} == {"hot-key", "maximum"}


def test_the_sections_that_the_page_names_are_in_the_runbook(tmp_path: Path) -> None:
    settings = "environments: {prod: {region: eu-west-1, backups: {retention_days: 90}}}\n"
    found = anchors(runbook.render(samples.service(tmp_path, settings=settings), EVERY_NAME))
    assert {one.where for one in INCIDENTS} - {""} <= found
