"""Small inputs that many tests begin with: a contract, its settings, a service on disk, the state of a table."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.folders import CONTRACT, DEPLOYMENT
from scripts.model import ACTIVE, INCLUDE, Alarm, DesiredTable, Index, KeyAttribute, Keys, LiveTable
from scripts.project.services import Service, read_services
from scripts.templates.desired import table_states

SERVICE = "shop"
ENVIRONMENT = "prod-eu-west-1"
SETTINGS = """\
environments:
  dev-us-east-1:
    region: us-east-1
  prod-eu-west-1:
    region: eu-west-1
    table_prefix: prod-
    alarm_emails: [oncall@example.com]
tables:
  Orders: {ttl: expires_at, tags: {Team: orders}}
"""
PRICES = {
    "table": "Prices",
    "type": "single-entity",
    "pk": "isbn",
    "attributes": [{"name": "isbn", "type": "S"}, {"name": "amount", "type": "N"}],
}


def orders() -> dict[str, Any]:
    """A table with all that a table can have: a sort key, an index of each projection, two entities, key types S, N, B."""
    customer = {"PK": "S", "SK": "S", "email": "S"}
    order = {"PK": "S", "SK": "S", "status": "S", "placed_at": "N", "isbn": "B", "total": "N", "expires_at": "N"}
    return {
        "table": "Orders",
        "type": "multi-entity",
        "pk": "PK",
        "sk": "SK",
        "gsis": [
            {"index_name": "ByStatus", "pk": "status", "sk": "placed_at", "projection": "ALL"},
            {"index_name": "ByBook", "pk": "isbn", "projection": "INCLUDE", "projected_attributes": ["total", "email"]},
            {"index_name": "ByDay", "pk": "placed_at", "projection": "KEYS_ONLY"},
        ],
        "entities": [
            entity("CUSTOMER", "CUSTOMER#{id}", "#PROFILE", customer),
            entity("ORDER", "CUSTOMER#{customer_id}", "ORDER#{id}", order),
        ],
        "satisfies": ["Find the orders of a customer"],
    }


def entity(name: str, partition: str, sort: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    """One entity of a table with attributes of the given types."""
    listed = [{"name": attribute, "type": type} for attribute, type in attributes.items()]
    return {"entity_type": name, "pk_template": partition, "sk_template": sort, "attributes": listed}


def contract() -> dict[str, Any]:
    """A contract with two tables: one with everything, one with a partition key only."""
    return {"tables": [orders(), PRICES]}


def write_service(
    root: Path,
    name: str = SERVICE,
    contract: Mapping[str, Any] | str | None = None,
    settings: str | bytes | None = SETTINGS,
) -> Path:
    """Write `contracts/<name>/` under `root`, and return the folder `contracts`. No settings: no deployment.yaml."""
    folder = root / "contracts" / name
    folder.mkdir(parents=True, exist_ok=True)
    value = globals()["contract"]() if contract is None else contract
    (folder / CONTRACT).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    if settings is not None:
        (folder / DEPLOYMENT).write_bytes(settings.encode() if isinstance(settings, str) else settings)
    return root / "contracts"


def service(
    root: Path, contract: Mapping[str, Any] | None = None, settings: str | None = SETTINGS, name: str = SERVICE
) -> Service:
    """A service, read from disk."""
    return read_services(write_service(root, name, contract, settings), name)[0]


def states(service: Service, environment: str = ENVIRONMENT) -> dict[str, DesiredTable]:
    """The desired states of the tables of a service, by the name in the contract."""
    place = next(e for e in service.environments if e.name == environment)
    return dict(zip((t.name for t in service.contract.tables), table_states(service, place), strict=True))


def keys(partition: str, sort: str = "") -> Keys:
    """Keys from `"PK:S"`; several attributes are parted by a space, and the type S need not be said."""

    def part(text: str) -> tuple[KeyAttribute, ...]:
        pairs = (word.partition(":") for word in text.split())
        return tuple(KeyAttribute(name, type or "S") for name, _, type in pairs)

    return Keys(part(partition), part(sort))


ALARM = Alarm(
    name="Orders-throttled",
    metric="ReadThrottleEvents",
    dimensions=(("TableName", "Orders"),),
    statistic="Sum",
    period=60,
    evaluation_periods=5,
    datapoints=5,
    threshold=10,
    comparison="GreaterThanThreshold",
    missing_data="notBreaching",
    description="Reads are throttled.",
    actions=("topic",),
)
STATE = DesiredTable(
    name="Orders",
    keys=keys("PK", "SK"),
    indexes=(
        Index("ByStatus", keys("status", "placed_at:N")),
        Index("ByBook", keys("isbn:B"), INCLUDE, ("email", "total")),
    ),
    ttl_attribute="expires_at",
    tags=(("Environment", "prod"), ("Service", "shop")),
    alarms=(ALARM, replace(ALARM, name="Orders-hot-key", metric="WriteKeyRangeThroughputThrottleEvents")),
)


def live_table(desired: DesiredTable = STATE, **found: Any) -> LiveTable:
    """The live table that is as wanted, but for what is `found` instead; all of its indexes are ACTIVE."""
    status = tuple((index.name, ACTIVE) for index in found.get("indexes", desired.indexes))
    return replace(LiveTable.as_deployed(desired), **{"index_status": status, **found})
