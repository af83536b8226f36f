"""What a deployment must do in which order is read off its templates; every name of another stack is accounted for."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from scripts.planning.stack_work import StackChange, StackWork, works
from scripts.planning.template_diff import plain
from scripts.templates.desired import table_states
from scripts.templates.shared_templates import shared_stacks
from scripts.templates.template import table_template
from tests import samples
from tests.for_each import for_each

BACKUPS = "[oncall@example.com]\n    backups: {schedule: daily, retention_days: 35}"
ALONE = samples.SETTINGS.replace("[oncall@example.com]", BACKUPS)
WITH_KEY = f"{ALONE}defaults: {{encryption: service-key}}\n"
# The property that names a thing, by its type.
NAMED = {
    "AWS::Backup::BackupVault": "BackupVaultName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::CompositeAlarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::SNS::Topic": "TopicName",
}
# Where a text may name a thing of another stack, because AWS takes it without looking the thing up.
NOT_LOOKED_UP = {
    ("AWS::CloudWatch::Alarm", "AlarmActions"),
    ("AWS::CloudWatch::CompositeAlarm", "AlarmActions"),
    ("AWS::CloudWatch::CompositeAlarm", "OKActions"),
    ("AWS::CloudWatch::Dashboard", "DashboardBody"),
    ("AWS::DynamoDB::Table", "Tags"),
}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for below in value.values():
            yield from texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from texts(below)
    else:
        yield str(value)


def changes(folder: Path, settings: str) -> list[StackChange]:
    """The stacks of a service whose stacks name each other wherever they can."""
    service = samples.service(folder, settings=settings)
    environment = service.environments[1]
    states = table_states(service, environment)
    shared = shared_stacks(service, environment, states)
    return [
        *(StackChange(s.name, "shop", {}, plain(table_template(s, "shop", environment.name))) for s in states),
        *(StackChange(name, "shop", {}, plain(template), shared=True) for name, template in shared.items()),
    ]


@pytest.mark.parametrize("settings", [ALONE, WITH_KEY], ids=["alone", "with a key"])
def test_every_name_of_another_stack_is_a_need_or_is_not_looked_up(tmp_path: Path, settings: str) -> None:
    stacks = changes(tmp_path, settings)
    names = {
        resource["Properties"][NAMED[resource["Type"]]]: change.stack
        for change in stacks
        for resource in change.after["Resources"].values()
        if resource["Type"] in NAMED
    }
    needs = {work.stack: work.needs for work in works(stacks)}
    seen = set()
    for change in stacks:
        for resource in change.after["Resources"].values():
            for key, value in resource["Properties"].items():
                if key == NAMED.get(resource["Type"]):
                    continue
                found = " ".join(texts(value))
                others = (
                    {stack for name, stack in names.items() if name in found} - {change.stack} - needs[change.stack]
                )
                if others:
                    seen.add((resource["Type"], key))
    assert seen <= NOT_LOOKED_UP
    assert ("AWS::CloudWatch::Dashboard", "DashboardBody") in seen
    assert (("AWS::CloudWatch::Alarm", "AlarmActions") in seen) == (settings == ALONE)


def test_a_table_needs_the_stack_whose_key_it_imports(tmp_path: Path) -> None:
    found = works(changes(tmp_path, WITH_KEY))
    assert {work.needs for work in found if not work.shared} == {frozenset({"dynamodb-prod-eu-west-1-shop"})}
    assert {work.needs for work in found if work.shared} == {frozenset()}


@for_each(
    ("before", "after", "alarms"),
    [
        ({}, {"A": 1, "B": 2}, 2),
        ({"A": 1, "B": 2}, {"A": 1, "B": 2}, 0),
        ({"A": 1, "B": 2}, {"A": 1, "B": 3, "C": 1}, 2),
        ({"A": 1, "B": 2}, {"A": 1}, 0),
    ],
)
def test_alarms_are_counted_that_are_made_or_changed(
    before: dict[str, int], after: dict[str, int], alarms: int
) -> None:
    def template(of: dict[str, int]) -> dict[str, Any]:
        found = {id: {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Threshold": n}} for id, n in of.items()}
        return {"Resources": {**found, "All": {"Type": "AWS::CloudWatch::CompositeAlarm"}}} if of else {}

    change = StackChange("s", "shop", template(before), template(after))
    assert works([change]) == [StackWork("s", "shop", alarms=alarms)]


def test_what_another_deployment_exports_is_not_waited_for() -> None:
    other = {"Resources": {"Table": {"Type": "T", "Properties": {"Key": {"Fn::ImportValue": "elsewhere"}}}}}
    assert works([StackChange("s", "shop", {}, other)])[0].needs == frozenset()
