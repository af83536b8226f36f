"""What changes risk: every property is classified, permissions are compared with wildcards, templates by their resources."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from scripts.capacity.money import Span
from scripts.planning.access_change import access_change
from scripts.planning.cost_change import CostChange
from scripts.planning.risks import CONFIRMED, KINDS, how_many, risk_words
from scripts.planning.setting_risks import FINDERS
from scripts.planning.template_risks import template_risks
from scripts.properties import PROPERTIES
from tests.for_each import for_each


def test_every_property_has_risks_or_a_reason_for_none() -> None:
    for property in PROPERTIES:
        assert bool(property.no_risk) != (property.name in FINDERS), (
            f"Say why a change of {property.name} is no risk, by `no_risk` of its Property, or what it risks, by a function "
            "in FINDERS of scripts/planning/setting_risks.py."
        )
    assert set(FINDERS) <= {property.name for property in PROPERTIES}


def test_counts_agree_with_their_verbs() -> None:
    assert risk_words({"protection": 1, "readers": 2}) == "1 lowers protection, 2 break readers or writers"
    assert risk_words({}) == "none"
    assert risk_words({}, 1) == "not known for 1 table"
    assert risk_words({"slow": 1}, 2) == "1 is slow, not known for 2 tables"
    assert [how_many(number) for number in range(3)] == ["no risks", "1 risk", "2 risks"]
    assert set(KINDS) > CONFIRMED == {"items", "protection"}


@for_each(
    ("low", "high", "risky"), [("0.10", "0.99", False), ("0.10", "1", True), ("1", "5", True), ("-5", "-1", False)]
)
def test_a_dollar_a_month_more_is_a_risk(low: str, high: str, risky: bool) -> None:
    amount = Span(Decimal(low), Decimal(high))
    assert [risk.id for risk in CostChange("+$1.00", amount).risks] == ["R503"] * risky
    assert CostChange("no estimate").risks == ()


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Resource": "*", **s} for s in statements]})


ROOT = {"AWS": "arn:aws:iam::111122223333:root"}
READ, WRITE, ALL = {"Action": "dynamodb:GetItem"}, {"Action": "dynamodb:PutItem"}, {"Action": "dynamodb:*"}
ANYWHERE = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem"}]})
DENY, NOT_READ = {**READ, "Effect": "Deny"}, {"NotAction": "dynamodb:GetItem"}


@for_each(
    ("before", "after", "gained", "lost"),
    [
        ("", "", 0, 0),
        (document(READ), document(READ), 0, 0),
        ("", document(READ), 1, 0),
        (document(READ), "", 0, 1),
        (document(ALL), document(READ), 0, 1),  # fewer rights let nobody in
        (document(READ), document(ALL), 1, 0),
        (document(READ, WRITE), document({"Action": ["dynamodb:PutItem", "dynamodb:GetItem"]}), 0, 0),
        (document(READ), document({**READ, "Principal": ROOT}), 0, 1),
        (document({**READ, "Principal": ROOT}), document({**READ, "Principal": {"AWS": "111122223333"}}), 0, 0),
        (document(READ), document({**READ, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}), 1, 1),
        ("", document(DENY), 0, 1),  # a denial takes away
        (document(DENY), "", 1, 0),
        (document(NOT_READ), document(NOT_READ), 0, 0),
        ("", document(NOT_READ), 1, 0),
        (document(READ), ANYWHERE, 0, 0),  # what names no resource is about every one
    ],
)
def test_who_gains_and_who_loses_access(before: str, after: str, gained: int, lost: int) -> None:
    assert tuple(map(len, access_change(before, after))) == (gained, lost)


def alarm(name: str = "Orders-throttled", **more: Any) -> dict[str, Any]:
    properties = {
        "AlarmName": name, "ComparisonOperator": "GreaterThanThreshold", "Threshold": 10, "Period": 60,
        "EvaluationPeriods": 5, "DatapointsToAlarm": 5, "AlarmActions": ["topic"],
        "Dimensions": [{"Name": "TableName", "Value": "Orders"}],
    }  # fmt: skip
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {**properties, **more}}


def plan_of(days: int, schedule: str = "daily", copies: int = 0) -> dict[str, Any]:
    rule = {"RuleName": schedule, "Lifecycle": {"DeleteAfterDays": days}, "CopyActions": [{}] * copies}
    return {"Type": "AWS::Backup::BackupPlan", "Properties": {"BackupPlan": {"BackupPlanRule": [rule]}}}


def vault(days: int) -> dict[str, Any]:
    return {"Type": "AWS::Backup::BackupVault", "Properties": {"LockConfiguration": {"MinRetentionDays": days}}}


def mail(address: str) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Subscription", "Properties": {"Endpoint": address}}


OF_INDEX = [{"Name": "TableName", "Value": "Orders"}, {"Name": "GlobalSecondaryIndexName", "Value": "ByBook"}]
TICKET = "Orders-read-capacity"


@for_each(
    ("before", "after", "words"),
    [
        (alarm(), alarm(), ""),
        (alarm(), None, "alarm Orders-throttled is REMOVED"),
        (alarm(TICKET), None, ""),  # it wakes nobody
        (alarm(Dimensions=OF_INDEX), None, ""),  # it goes with its index
        (alarm(AlarmActions=[]), None, ""),
        (alarm(), alarm(AlarmActions=["other"]), "alarm Orders-throttled tells fewer"),
        (alarm(), alarm(AlarmActions=["topic", "other"]), ""),
        (alarm(), alarm(ActionsEnabled=False), "the actions of alarm Orders-throttled are switched off"),
        (alarm(), alarm(Threshold=20), "the threshold of alarm Orders-throttled goes from 10 to 20"),
        (alarm(), alarm(Threshold=5), ""),
        (alarm(ComparisonOperator="LessThanThreshold"), alarm(Threshold=5, ComparisonOperator="LessThanThreshold"), "from 10 to 5"),
        (alarm(), alarm(DatapointsToAlarm=10, EvaluationPeriods=10), "waits for 600 s instead of 300 s"),
        (alarm(), alarm(Period=10), ""),
        (plan_of(35), plan_of(35), ""),
        (plan_of(35), None, "the backup plan is REMOVED"),
        (plan_of(35), plan_of(1), "backups are kept for 1 day, no longer for 35 days"),
        (plan_of(1), plan_of(35), ""),
        (plan_of(35), plan_of(35, "weekly"), "the schedule of the backups goes from daily to weekly"),
        (plan_of(35, "weekly"), plan_of(35), ""),
        (plan_of(35, copies=1), plan_of(35), "backups are copied to fewer vaults"),
        (vault(7), vault(1), "the lock of the backup vault goes from 7 days to 1"),
        (vault(7), vault(30), ""),
        (mail("a@example.com"), None, "a@example.com is no longer subscribed"),
        (mail("a@example.com"), mail("b@example.com"), "a@example.com is no longer subscribed"),
        ({"Type": "AWS::CloudWatch::Dashboard", "Properties": {}}, None, ""),
    ],
)  # fmt: skip
def test_what_is_beside_the_tables(before: dict[str, Any], after: dict[str, Any] | None, words: str) -> None:
    old, new = {"Resources": {"X": before}}, {"Resources": {"X": after} if after else {}}
    found = [risk for risk in template_risks(old, new, {"ByBook"}) if risk.kind == "protection"]
    assert len(found) == bool(words), found
    assert words in "".join(risk.change for risk in found)
    assert template_risks(new if after else old, new if after else old) == ()


PEOPLE, FEED = {"Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:people"}, "feed"


def alarms(*each: tuple[str, Sequence[Any]], composite: Sequence[Any] = ()) -> dict[str, Any]:
    """A template with alarms of these names and actions, and a composite alarm over them where it has any."""
    resources = {name: alarm(f"Orders-{name}", AlarmActions=list(actions)) for name, actions in each}
    rule = " OR ".join(f'ALARM("Orders-{name}")' for name, _ in each)
    properties = {"AlarmName": "Orders-unhealthy", "AlarmRule": rule, "AlarmActions": list(composite)}
    more = {"Unhealthy": {"Type": "AWS::CloudWatch::CompositeAlarm", "Properties": properties}} if composite else {}
    return {"Resources": {**resources, **more}}


ONE = alarms(("throttled", [PEOPLE, FEED]))
TWO = alarms(("throttled", [FEED]), ("errors", [FEED]), composite=[PEOPLE])
LONELY = alarms(("throttled", [FEED]), ("errors", [FEED]))


@for_each(
    ("before", "after", "words"),
    [
        (ONE, TWO, []),  # the composite alarm tells them instead
        (TWO, alarms(("throttled", [PEOPLE, FEED]), ("errors", [PEOPLE, FEED])), []),
        (TWO, ONE, ["alarm Orders-errors is REMOVED"]),
        (TWO, LONELY, ["alarm Orders-unhealthy is REMOVED"]),  # once, not of each alarm in it
        (TWO, alarms(("throttled", [FEED]), ("errors", [FEED]), composite=["other"]), ["alarm Orders-unhealthy tells fewer"]),
        (ONE, LONELY, ["alarm Orders-throttled tells fewer"]),
        (ONE, alarms(("throttled", [FEED]), ("errors", [FEED]), composite=["other"]), ["alarm Orders-throttled tells fewer"]),
        (alarms(("throttled", []), ("errors", []), composite=[PEOPLE]), alarms(("throttled", [PEOPLE])), ["alarm Orders-errors is REMOVED"]),
    ],
)  # fmt: skip
def test_whom_alarms_tell(before: dict[str, Any], after: dict[str, Any], words: list[str]) -> None:
    found = template_risks(before, after)
    assert [risk.change for risk in found] == words
    assert not any("{" in risk.effect for risk in found)
