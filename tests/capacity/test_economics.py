"""What a table carries and costs in an environment, put together from its settings, its contract and its state."""

from dataclasses import replace
from typing import Any

from scripts.capacity.backup_lines import BackupPlan
from scripts.capacity.economics import backup_plan, billed_alarms, capacity_of, resolve_capacity
from scripts.capacity.sizing import Capacity, ScalingTarget, TableCapacity
from scripts.model import CompositeAlarm, Scaling
from scripts.settings.deployment_file import Environment
from tests.capacity.tables import ORDERS
from tests.for_each import for_each
from tests.samples import ALARM, STATE

REGION = "eu-west-1"
STEADY = {"reads": {"average": 1000, "peak": 1000}, "writes": {"average": 700, "peak": 700}, "item_size_bytes": 1024,
          "item_count": 1000, "indexes": {"ByMail": {"reads": {"average": 7, "peak": 70}, "key_changes": 0}}}  # fmt: skip
BURSTS = {**STEADY, "reads": {"average": 1, "peak": 1000}, "writes": {"average": 1, "peak": 700}}
ON_READS, ON_WRITES = (Scaling("", kind, 5, 50, 70) for kind in ("Read", "Write"))


def resolved(billing: str, traffic: Any, capacity: Any = None) -> dict[str, Any]:
    settings = {"billing": billing, "traffic": traffic, "table_class": "STANDARD", "capacity": capacity or {}}
    return resolve_capacity(settings, replace(ORDERS, indexes=ORDERS.indexes[1:2]), (), REGION)


@for_each(
    ("asked", "traffic", "billing"),
    [
        ("advise", STEADY, "provisioned"),
        ("advise", BURSTS, "on-demand"),
        ("advise", None, "on-demand"),
        ("provisioned", BURSTS, "provisioned"),
        ("on-demand", STEADY, "on-demand"),
    ],
)
def test_the_advice_is_taken_only_where_it_is_asked_for(asked: str, traffic: Any, billing: str) -> None:
    found = resolved(asked, traffic)
    assert found["billing"] == billing
    assert bool(found["capacity"]) == (billing == "provisioned")


def test_the_capacity_that_the_traffic_needs_fills_in_what_is_not_stated() -> None:
    stated = {"read": {"min": 2, "max": 3, "target": 50}}
    needed = {"min": 1000, "max": 1000, "target": 70}
    assert resolved("provisioned", STEADY)["capacity"] == {
        "read": {"min": 715, "max": 715, "target": 70},
        "write": needed,
        "indexes": {"ByMail": {"read": {"min": 5, "max": 50, "target": 70}, "write": needed}},
    }
    assert resolved("provisioned", STEADY, stated)["capacity"] == {
        "read": stated["read"],
        "write": needed,
        "indexes": {"ByMail": {"read": stated["read"], "write": needed}},
    }, "an index has what its table states"
    of_the_index = {**stated, "indexes": {"ByMail": {"read": {"min": 8, "max": 9, "target": 60}}}}
    found = resolved("provisioned", STEADY, of_the_index)["capacity"]["indexes"]["ByMail"]
    assert found["read"] == {"min": 8, "max": 9, "target": 60}


VAULT = "arn:aws:backup:%s:111122223333:backup-vault:other"


@for_each(
    ("backups", "plan"),
    [
        (None, BackupPlan()),
        ({"retention_days": 35}, BackupPlan(35, 0, 30)),
        ({"retention_days": 35, "schedule": "daily"}, BackupPlan(35, 0, 30)),
        ({"retention_days": 35, "schedule": "weekly"}, BackupPlan(5, 0, 4)),
        ({"retention_days": 89, "schedule": "monthly"}, BackupPlan(2, 0, 1)),
        ({"retention_days": 365, "cold_after_days": 30}, BackupPlan(30, 335, 30)),
        ({"retention_days": 365, "cold_after_days": 7, "schedule": "weekly"}, BackupPlan(1, 51, 4)),
        (
            {"retention_days": 7, "copy_to": [VAULT % "eu-central-1", VAULT % "eu-west-1"]},
            BackupPlan(7, 0, 30, ("eu-central-1", "eu-west-1")),
        ),
    ],
)
def test_which_backups_there_are_at_a_time(backups: dict[str, Any] | None, plan: BackupPlan) -> None:
    assert backup_plan(Environment("prod", backups=backups)) == plan


def test_an_alarm_is_billed_by_its_metrics() -> None:
    several = replace(ALARM, metrics=("a", "b", "c"))
    composite = CompositeAlarm("Orders-unhealthy", "", "")
    assert billed_alarms([ALARM, composite, several]) == ((1, 3), 1)


def test_capacity_is_known_where_both_kinds_of_the_table_are_scaled() -> None:
    both = ScalingTarget(5, 50, 70)
    scaled = replace(STATE, scaling=(ON_READS, ON_WRITES, replace(ON_READS, index="ByBook")))
    assert capacity_of(scaled) == TableCapacity(Capacity(both, both)), "of an index both kinds are needed, too"
    assert capacity_of(replace(STATE, scaling=(ON_READS,))) is None
    index = (*scaled.scaling, replace(ON_WRITES, index="ByBook", maximum=9))
    assert capacity_of(replace(STATE, scaling=index)) == TableCapacity(
        Capacity(both, both), (("ByBook", Capacity(both, ScalingTarget(5, 9, 70))),)
    )
