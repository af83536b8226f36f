"""Walks over what the emulator holds are quick, and give what its own walks give: what belongs to the request, in order."""

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.core import responses

from scripts.local_aws.scans import WALKS
from tests.local_aws.support import client

STORES = (responses.AccountScopedDict, responses.AccountRegionScopedDict)
OWN = {store: {name: getattr(store, name) for name in WALKS} for store in STORES}  # as the emulator has them


@pytest.fixture
def scopes() -> Iterator[None]:
    account, region = responses._request_account_id.get(), responses._request_region.get()
    yield
    responses._request_account_id.set(account)
    responses._request_region.set(region)


@pytest.mark.usefixtures("scopes")
@pytest.mark.parametrize("kind", STORES)
def test_a_walk_gives_what_the_emulators_own_gives(kind: Any) -> None:
    store = kind()
    places = [
        (account, region) for account in ("111111111111", "222222222222") for region in ("eu-west-1", "us-east-1")
    ]

    def everywhere() -> Iterator[int]:
        for number, (account, region) in enumerate([*places, ("333333333333", "eu-west-1")]):
            responses._request_account_id.set(account)
            responses._request_region.set(region)
            yield number

    for number in everywhere():
        if number < len(places):
            for name in ("b", "a", f"only {number}"):
                store[name] = number
    seen = []
    for _ in everywhere():
        for name, walk in WALKS.items():
            mine, own = walk(store), OWN[kind][name](store)
            assert (list(mine) == list(own)) if name == "__iter__" else (mine == own), name
        seen.append(WALKS["keys"](store))
    assert seen[0][:2] == ["b", "a"]
    assert seen[-1] == []


@pytest.mark.usefixtures("aws")
def test_alarms_of_many_names_and_the_alarms_above_them() -> None:
    cloudwatch = client("cloudwatch")
    metric = {"Namespace": "N", "MetricName": "M", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
    for name in ("one", "two", "three"):
        cloudwatch.put_metric_alarm(AlarmName=name, Threshold=1, ComparisonOperator="GreaterThanThreshold", **metric)
    cloudwatch.put_composite_alarm(AlarmName="above", AlarmRule='ALARM("one") OR ALARM("two")')

    def above() -> str:
        (found,) = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        return found["StateValue"]

    found = cloudwatch.describe_alarms(AlarmNames=["three", "one", "none"])["MetricAlarms"]
    assert [alarm["AlarmName"] for alarm in found] == ["one", "three"]
    for name, state, wanted in (("three", "ALARM", "OK"), ("two", "ALARM", "ALARM"), ("two", "OK", "OK")):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")
        assert above() == wanted, (name, state)
    cloudwatch.put_composite_alarm(AlarmName="above", AlarmRule='ALARM("three")')
    assert above() == "ALARM", "a rule that was changed is the one that counts"
