"""What a table has to carry in an environment, how it should be billed, and what it costs a month."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.capacity.advice import PROVISIONED, Advice, advise
from scripts.capacity.backup_lines import NO_BACKUPS, BackupPlan
from scripts.capacity.cost_lines import Estimate
from scripts.capacity.estimate import TableOptions, table_estimate
from scripts.capacity.load import TableLoad
from scripts.capacity.prices import prices
from scripts.capacity.sizing import Capacity, ScalingTarget, TableCapacity, provisioned
from scripts.capacity.throughput import MONTH_DAYS
from scripts.capacity.traffic import from_contract, from_settings
from scripts.model import AccessPattern, Alarm, AnyAlarm, ContractTable, DesiredTable
from scripts.settings.deployment_file import Environment

ON_DEMAND = "on-demand"
DAYS_BETWEEN_BACKUPS = {"daily": 1, "weekly": 7, "monthly": 30}


class Economics(NamedTuple):
    """What is known about the load of a table (None: nothing), the advice made of it, and the monthly estimate with the options
    that it was made of."""

    load: TableLoad | None
    advice: Advice
    estimate: Estimate
    options: TableOptions


def load_of(settings: Mapping[str, Any], table: ContractTable, patterns: Sequence[AccessPattern]) -> TableLoad | None:
    """What the settings and the contract say about the load of a table; None if they say nothing."""
    traffic = settings["traffic"]
    return from_settings(table, traffic, patterns) if traffic else from_contract(table, patterns)


def advice_of(settings: Mapping[str, Any], load: TableLoad | None, region: str | None) -> Advice:
    """The billing mode that the traffic makes cheaper in a Region, with the reason."""
    found = prices(region) if region else None
    return advise(load, found.throughput(settings["table_class"]) if found else None)


def resolve_capacity(
    settings: dict[str, Any], table: ContractTable, patterns: Sequence[AccessPattern], region: str | None
) -> dict[str, Any]:
    """The settings with `billing: advise` decided, and with the capacity that the traffic needs where none is stated."""
    load = load_of(settings, table, patterns)
    billing = settings["billing"]
    if billing == "advise":
        billing = "provisioned" if advice_of(settings, load, region).billing == PROVISIONED else ON_DEMAND
    if billing != "provisioned" or load is None or load.unknown:
        return {**settings, "billing": billing}
    needed = _as_settings(provisioned(load))
    stated = settings["capacity"]
    indexes = {name: {**part, **stated.get("indexes", {}).get(name, {})} for name, part in needed["indexes"].items()}
    for name in indexes:  # an index without its own has the table's, where the table's is stated
        indexes[name] |= {
            k: stated[k] for k in ("read", "write") if k in stated and k not in stated.get("indexes", {}).get(name, {})
        }
    return {**settings, "billing": billing, "capacity": {**needed, **stated, "indexes": indexes}}


def economics(
    settings: Mapping[str, Any],
    table: ContractTable,
    patterns: Sequence[AccessPattern],
    region: str | None,
    state: DesiredTable,
    backups: BackupPlan,
) -> Economics:
    """Everything about the cost of a table in an environment. `settings`: as stated; `state`: as it will be."""
    load = load_of(settings, table, patterns)
    found = prices(region) if region else None
    metrics, composites = billed_alarms(state.alarms)
    options = TableOptions(
        billing=state.billing,
        capacity=capacity_of(state),
        table_class=state.table_class,
        point_in_time_recovery=bool(state.recovery_days),
        stream=bool(state.stream),
        kinesis_stream=bool(state.kinesis_stream),
        warm_throughput=bool(state.warm_throughput),
        backups=backups,
        alarm_metrics=metrics,
        composite_alarms=composites,
        contributor_insights=any(mode != "off" for _, mode in state.insights),
    )
    return Economics(load, advice_of(settings, load, region), table_estimate(load, options, found), options)


def billed_alarms(alarms: Iterable[AnyAlarm]) -> tuple[tuple[int, ...], int]:
    """For each alarm on metrics how many it looks at, and how many composite alarms there are: CloudWatch bills by these."""
    alarms = tuple(alarms)
    metrics = tuple(max(1, len(alarm.metrics)) for alarm in alarms if isinstance(alarm, Alarm))
    return metrics, len(alarms) - len(metrics)


def backup_plan(environment: Environment) -> BackupPlan:
    """What AWS Backup keeps of each table of an environment."""
    backups = environment.backups
    if not backups:
        return NO_BACKUPS
    days, interval = backups["retention_days"], DAYS_BETWEEN_BACKUPS[backups.get("schedule", "daily")]
    warm = min(days, backups.get("cold_after_days", days)) // interval
    elsewhere = tuple(arn.split(":")[3] for arn in backups.get("copy_to", ()))
    return BackupPlan(warm, days // interval - warm, MONTH_DAYS // interval, elsewhere)


def _as_settings(capacity: TableCapacity) -> dict[str, Any]:
    indexes = {name: _part(part) for name, part in capacity.indexes}
    return {**_part(capacity.table), "indexes": indexes}


def _part(capacity: Capacity) -> dict[str, Any]:
    return {
        kind: {"min": scaling.minimum, "max": scaling.maximum, "target": scaling.target}
        for kind, scaling in (("read", capacity.read), ("write", capacity.write))
    }


def capacity_of(state: DesiredTable) -> TableCapacity | None:
    """The capacity of a state in the form of the cost estimate; None where it is billed on demand."""
    limits = {(s.index, s.kind): ScalingTarget(s.minimum, s.maximum, s.target) for s in state.scaling}
    parts = {
        index: Capacity(limits[index, "Read"], limits[index, "Write"])
        for index in dict.fromkeys(index for index, _ in limits)
        if (index, "Read") in limits and (index, "Write") in limits
    }
    if "" not in parts:
        return None
    return TableCapacity(parts[""], tuple((index, part) for index, part in parts.items() if index))
