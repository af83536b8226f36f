"""Billing mode, on-demand maximum and warm throughput."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.model import ContractTable, DesiredTable, LiveTable, UnitsByTarget
from scripts.properties.base import DesiredSetting, Property, Reading
from scripts.settings.deployment_file import INDEXES

ON_DEMAND, PROVISIONED = "PAY_PER_REQUEST", "PROVISIONED"


def targets(table: ContractTable) -> list[str]:
    """The table itself, as "", and its indexes."""
    return ["", *(index.name for index in table.indexes)]


def part(setting: Mapping[str, Any], target: str) -> Mapping[str, Any]:
    """The part of a setting that is about the table ("") or about one of its indexes."""
    return setting.get("indexes", {}).get(target, {}) if target else setting


def described(reading: Reading) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The description of the table, as "", and of each of its indexes."""
    yield "", reading.description
    for index in reading.description.get("GlobalSecondaryIndexes", []):
        yield index["IndexName"], index


def by_target(units: UnitsByTarget) -> dict[str, tuple[int, int]]:
    """Reads and writes of the table, as "", and of its indexes."""
    return {target: (reads, writes) for target, reads, writes in units}


def _units(wanted: DesiredSetting, key: str) -> UnitsByTarget:
    found = [(target, part(wanted.settings[key], target)) for target in targets(wanted.table)]
    return tuple(
        (t, value.get("read", 0), value.get("write", 0)) for t, value in found if "read" in value or "write" in value
    )


def read_units(reading: Reading, property: str, read: str, write: str) -> UnitsByTarget:
    """The units that a property of a description has for reads and for writes; nothing where it has none."""
    found = [(target, description.get(property, {})) for target, description in described(reading)]
    values = [(target, max(value.get(read, 0), 0), max(value.get(write, 0), 0)) for target, value in found]
    return tuple(
        value for value in values if value[1] or value[2]
    )  # -1 means: no maximum; on-demand reports zeros for what is provisioned


def read_on_demand_maximum(reading: Reading) -> UnitsByTarget:
    """The on-demand maximum that a description of a table, or its properties in a template, states."""
    return read_units(reading, *_MAXIMUM)


def read_warm_throughput(reading: Reading) -> UnitsByTarget:
    """The warm throughput that a description of a table, or its properties in a template, states."""
    return read_units(reading, *_WARM)


def render_units(units: UnitsByTarget, target: str, property: str, read: str, write: str) -> dict[str, Any]:
    """The property of a table, as "", or of an index, with its units; nothing where it has none."""
    for name, reads, writes in units:
        if name == target:
            return {property: {key: value for key, value in ((read, reads), (write, writes)) if value}}
    return {}


def shown_units(units: UnitsByTarget) -> str:
    """`table 100 reads and 50 writes a second`, and so on for each index; `none` for none."""
    words = [
        f"{f'index {name}' if name else 'table'} {' and '.join(_rates(reads, writes))} a second"
        for name, reads, writes in units
    ]
    return "; ".join(words) or "none"


def _rates(reads: int, writes: int) -> list[str]:
    return [f"{value} {what}" for value, what in ((reads, "reads"), (writes, "writes")) if value]


def _grown(desired: UnitsByTarget, live: UnitsByTarget) -> bool:
    """Warm throughput grows by itself with traffic: more than wanted is as wanted."""
    found = by_target(live)
    return all(
        found.get(name, (0, 0))[0] >= reads and found.get(name, (0, 0))[1] >= writes for name, reads, writes in desired
    )


_MAXIMUM = ("OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits")
_WARM = ("WarmThroughput", "ReadUnitsPerSecond", "WriteUnitsPerSecond")


def _maximum_fix(name: str, desired: UnitsByTarget, live: UnitsByTarget) -> str:
    """-1 takes a maximum away (OnDemandThroughput)."""
    wanted, found = by_target(desired), by_target(live)
    off = [target for target in dict.fromkeys((*wanted, *found)) if wanted.get(target) != found.get(target)]
    return update_units(
        name, "on-demand-throughput", _MAXIMUM, {t: tuple(v or -1 for v in wanted.get(t, (0, 0))) for t in off}
    )


def _warm_fix(name: str, desired: UnitsByTarget, live: UnitsByTarget) -> str:
    """What an index that was made again has lost. A value that is not stated is left out: AWS keeps its own."""
    lacking = {target: units for target, units in by_target(desired).items() if not _grown(((target, *units),), live)}
    return update_units(name, "warm-throughput", _WARM, lacking)


def update_units(
    name: str, option: str, property: tuple[str, str, str], units: Mapping[str, tuple[int, ...]], more: str = ""
) -> str:
    """The UpdateTable command that sets a property of the table, as "", and of indexes to reads and writes. `more`: options before."""

    def of(target: str) -> dict[str, int]:
        return {key: value for key, value in zip(property[1:], units[target], strict=True) if value}

    command = f"aws dynamodb update-table --table-name {name}{more}"
    if "" in units:
        command += f" --{option} " + ",".join(f"{key}={value}" for key, value in of("").items())
    updates = [{"Update": {"IndexName": target, property[0]: of(target)}} for target in units if target]
    as_json = shlex.quote(json.dumps(updates, separators=(",", ":")))
    return f"{command} --global-secondary-index-updates {as_json}" if updates else command


def _billing(state: DesiredTable) -> dict[str, Any]:
    return {"BillingMode": state.billing}


def keep_billing(settings: Mapping[str, Any], live: LiveTable) -> dict[str, Any]:
    """The billing mode, and nothing of what only the other mode has."""
    mode, unused = ("on-demand", "capacity") if live.billing == ON_DEMAND else ("provisioned", "on_demand_maximum")
    return {"billing": mode, **({unused: {}} if settings[unused] else {})}


def _keep_maximum(settings: Mapping[str, Any], live: LiveTable) -> dict[str, Any]:
    if live.billing != ON_DEMAND:
        return keep_billing(settings, live)
    kept = {
        target: {kind: units for kind, units in (("read", reads), ("write", writes)) if units}
        for target, reads, writes in live.on_demand_maximum
    }
    indexes = {target: units for target, units in kept.items() if target}
    return {"on_demand_maximum": {**kept.get("", {}), **({INDEXES: indexes} if indexes else {})}}


BILLING: Property[str] = Property(
    "billing",
    "billing mode",
    desired=lambda wanted: PROVISIONED if wanted.settings["billing"] == "provisioned" else ON_DEMAND,
    # Absent for tables that have always been provisioned (API reference, BillingModeSummary).
    read=lambda reading: reading.description.get("BillingModeSummary", {}).get("BillingMode", PROVISIONED),
    render=_billing,
    # The other way takes the capacity too: see `scaling.provision`.
    fix=lambda name, desired, _: f"aws dynamodb update-table --table-name {name} --billing-mode {desired}",
    keep=keep_billing,
)
ON_DEMAND_MAXIMUM: Property[UnitsByTarget] = Property(
    "on_demand_maximum",
    "on-demand maximum",
    desired=lambda wanted: _units(wanted, "on_demand_maximum"),
    read=read_on_demand_maximum,
    render=lambda state: render_units(state.on_demand_maximum, "", *_MAXIMUM),
    render_index=lambda state, index: render_units(state.on_demand_maximum, index, *_MAXIMUM),
    shown=shown_units,
    fix=_maximum_fix,
    keep=_keep_maximum,
    key="OnDemandThroughput",
)
WARM_THROUGHPUT: Property[UnitsByTarget] = Property(
    "warm_throughput",
    "warm throughput",
    desired=lambda wanted: _units(wanted, "warm_throughput"),
    read=read_warm_throughput,
    render=lambda state: render_units(state.warm_throughput, "", *_WARM),
    render_index=lambda state, index: render_units(state.warm_throughput, index, *_WARM),
    shown=shown_units,
    fix=_warm_fix,
    matches=_grown,
    # What a table has never goes down: it is kept by asking for nothing.
    keep=lambda _settings, _live: {"warm_throughput": {}},
)
