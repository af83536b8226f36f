"""From contract and settings to what each table is to be like."""

from pathlib import Path

import pytest

from scripts.model import INCLUDE, KEYS_ONLY, Alarm, Index
from scripts.templates.template import table_template
from tests import samples

SETTINGS = """\
environments:
  prod-eu-west-1: {region: eu-west-1, table_prefix: prod-, alarm_rules: {throttled: {threshold: 0}}, tags: {Stage: live}}
  dev-us-east-1: {region: us-east-1}
defaults: {tags: {Team: shop}, point_in_time_recovery_days: 14}
tables:
  Orders:
    ttl: expires_at
    table_class: STANDARD_INFREQUENT_ACCESS
    encryption: arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
"""


def test_keys_and_indexes_are_those_of_the_contract(tmp_path: Path) -> None:
    orders = samples.states(samples.service(tmp_path))["Orders"]
    assert orders.keys == samples.keys("PK", "SK")
    assert orders.indexes == (
        Index("ByStatus", samples.keys("status", "placed_at:N")),
        Index("ByBook", samples.keys("isbn:B"), INCLUDE, ("email", "total")),
        Index("ByDay", samples.keys("placed_at:N"), KEYS_ONLY),
    )


def test_settings_reach_their_table_and_environment(tmp_path: Path) -> None:
    settings = SETTINGS.replace("  dev-us-east-1: {region: us-east-1}\n", "")
    states = samples.states(samples.service(tmp_path, settings=settings))
    orders, prices = states["Orders"], states["Prices"]
    assert (orders.name, prices.name) == ("prod-Orders", "prod-Prices")
    assert (orders.ttl_attribute, prices.ttl_attribute) == ("expires_at", "")
    assert (orders.recovery_days, prices.recovery_days) == (14, 14)
    assert orders.encryption == "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    assert prices.encryption == "aws-managed"
    assert (orders.table_class, prices.table_class) == ("STANDARD_INFREQUENT_ACCESS", "STANDARD")
    tags = (("Environment", "prod-eu-west-1"), ("Service", "shop"), ("Stage", "live"), ("Team", "shop"))
    assert (orders.tags, prices.tags) == (tags, tags)


def test_what_no_setting_can_take_away(tmp_path: Path) -> None:
    for state in samples.states(samples.service(tmp_path)).values():
        assert state.deletion_protection is True
        assert state.recovery_days >= 1
        assert state.billing == "PAY_PER_REQUEST"


@pytest.mark.parametrize(("environment", "prefix"), [("prod-eu-west-1", "prod-"), ("dev-us-east-1", "")])
def test_alarms_watch_reads_and_writes_of_the_table_and_of_each_index(
    tmp_path: Path, environment: str, prefix: str
) -> None:
    alarms = samples.states(samples.service(tmp_path), environment)["Orders"].alarms
    table = ("TableName", f"{prefix}Orders")
    watched = [(table,)] + [(table, ("GlobalSecondaryIndexName", index)) for index in ("ByStatus", "ByBook", "ByDay")]
    assert isinstance(alarms, tuple)
    found = [(q.dimensions, q.metric) for alarm in alarms if isinstance(alarm, Alarm) for q in alarm.metrics]
    for dimensions in watched:
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
            assert found.count((dimensions, metric)) == 1
    notified = {topic for alarm in alarms for topic in alarm.actions}
    assert notified
    assert all(topic.startswith(f"dynamodb-{environment}-shop-alarms") for topic in notified)
    assert len({alarm.name for alarm in alarms}) == len(alarms)
    assert all(alarm.name.startswith(f"{prefix}Orders") for alarm in alarms)


def test_the_threshold_of_the_settings_is_that_of_the_throttle_alarms(tmp_path: Path) -> None:
    settings = SETTINGS.replace("  dev-us-east-1: {region: us-east-1}\n", "")
    alarms = samples.states(samples.service(tmp_path, settings=settings))["Orders"].alarms
    assert isinstance(alarms, tuple)
    throttled = [a for a in alarms if isinstance(a, Alarm) and a.name.endswith("-throttled")]
    assert [(alarm.threshold, alarm.expression) for alarm in throttled] == [(0, "MAX([FILL(m0,0),FILL(m1,0)])")] * 4


def test_descriptions_of_the_longest_names_are_legal(tmp_path: Path) -> None:
    long = {"table": "t" * 250, "gsis": [{"index_name": "i" * 255, "pk": "amount"}]}
    settings = "environments: {prod-eu-west-1: {region: eu-west-1, table_prefix: prod-}}"
    service = samples.service(tmp_path, {"tables": [{**samples.PRICES, **long}]}, settings)
    state = samples.states(service)["t" * 250]
    assert isinstance(state.alarms, tuple)
    assert all(len(alarm.description) <= 1024 for alarm in state.alarms)  # CloudWatch, PutMetricAlarm: AlarmDescription
    assert len(table_template(state, "s" * 61, "e" * 60)["Description"].encode()) <= 1024  # CloudFormation quotas
