"""How often a table may be changed: limits that count over hours and days, by the clock of the local AWS."""

import time
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.update_request import actions

HOUR, DAY = 3_600, 86_400  # seconds
CLASS_CHANGES, CLASS_DAYS = 2, 30
ON_DEMAND_SWITCHES = 4  # a day
ENCRYPTION_CHANGES, ENCRYPTION_PAUSE = 4, 21_600  # a day; seconds between two more
DECREASES = 4  # a day, of the table and of each index
LIMIT = "Subscriber limit exceeded: "
# Kept in the emulator's own record of a table, so that it goes when the table goes: seconds since 1970 by what changed.
_KEY = "_local_aws_changes"


def changes(table: dict[str, Any], what: str) -> list[float]:
    """When a kind of change of a table was made, oldest first. The list is the record itself."""
    return table.setdefault(_KEY, {}).setdefault(what, [])


def decreases_today(table: dict[str, Any], target: str = "") -> list[float]:
    """When the capacity of the table ("") or of an index was lowered on this day (UTC)."""
    midnight = now() // DAY * DAY
    return [moment for moment in changes(table, f"decrease:{target}") if moment >= midnight]


def _told(moment: float) -> str:
    return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(moment))


@rule(
    "table-class-changes",
    f"The table class of a table can be changed {CLASS_CHANGES} times in {CLASS_DAYS} days; afterwards naming it at all "
    "is refused. Naming the class that a table has is no change.",
    sources.TABLE_CLASSES,
)
def refuse_table_class(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when the request names a table class and the changes are used up."""
    recent = [moment for moment in changes(table, "class") if moment > now() - CLASS_DAYS * DAY]
    if request.get("TableClass") and len(recent) >= CLASS_CHANGES:
        limit = f"Updates to TableClass are limited to {CLASS_CHANGES} times in {CLASS_DAYS} day(s)."
        raise RequestRefused(LIMIT + limit, "LimitExceededException")


@rule(
    "on-demand-switches",
    f"A table can be switched to on-demand {ON_DEMAND_SWITCHES} times in 24 hours, to provisioned at any time. AWS's "
    "wording is not known.",
    sources.SWITCHING,
)
def refuse_on_demand_switch(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when the request switches to on-demand once too often."""
    recent = [moment for moment in changes(table, "on-demand") if moment > now() - DAY]
    if switches_to_on_demand(request, table) and len(recent) >= ON_DEMAND_SWITCHES:
        raise RequestRefused(
            f"{LIMIT}Update to PayPerRequest mode are limited to {ON_DEMAND_SWITCHES} times in 1 day(s). Last update at "
            f"{_told(recent[-1])}. Next update can be made at {_told(recent[0] + DAY)}",
            "LimitExceededException",
        )


@rule(
    "encryption-changes",
    f"The encryption of a table can be changed {ENCRYPTION_CHANGES} times in 24 hours, and then once in 6 hours; back "
    "to the AWS owned key at any time.",
    sources.CONSTRAINTS,
)
def refuse_encryption_change(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when the request changes the encryption once too often."""
    recent = [moment for moment in changes(table, "encryption") if moment > now() - DAY]
    wanted = request.get("SSESpecification") or {}
    early = recent and now() < recent[-1] + ENCRYPTION_PAUSE
    if wanted.get("Enabled") and len(recent) >= ENCRYPTION_CHANGES and early:
        raise RequestRefused(
            f"{LIMIT}Encryption mode changes are limited in the 24h window ending at {_told(recent[0] + DAY)}. After "
            f"the first {ENCRYPTION_CHANGES} change, each subsequent change in the same window can be performed at most "
            f"once every {ENCRYPTION_PAUSE} seconds. Number of updates today: {len(recent)}. Last change at "
            f"{_told(recent[-1])}. Next changes can be made at {_told(recent[-1] + ENCRYPTION_PAUSE)}.",
            "LimitExceededException",
        )


@rule(
    "capacity-decreases",
    f"The capacity of a table, and of each index, can be lowered {DECREASES} times a day (UTC), and then once an hour; "
    "NumberOfDecreasesToday tells how often it was.",
    sources.QUOTAS,
)
def refuse_decrease(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused when the request lowers a capacity once too often."""
    for target in decreased(request, table):
        today = decreases_today(table, target)
        if len(today) >= DECREASES and now() < today[-1] + HOUR:
            raise RequestRefused(
                f"{LIMIT}Provisioned throughput decreases are limited within a given UTC day. After the first "
                f"{DECREASES} decreases, each subsequent decrease in the same UTC day can be performed at most once "
                f"every {HOUR} seconds. Number of decreases today: {len(today)}. Last decrease at {_told(today[-1])}. "
                f"Next decrease can be made at {_told(today[-1] + HOUR)}",
                "LimitExceededException",
            )


def switches_to_on_demand(request: Request, table: dict[str, Any]) -> bool:
    """Whether the request switches a provisioned table to on-demand."""
    present = (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
    return request.get("BillingMode") == "PAY_PER_REQUEST" != present


def decreased(request: Request, table: dict[str, Any]) -> list[str]:
    """The table ("") and the indexes whose capacity the request lowers."""
    wanted = {"": request.get("ProvisionedThroughput")}
    wanted |= {update["IndexName"]: update.get("ProvisionedThroughput") for update in actions(request, "Update")}
    present = {index["IndexName"]: index.get("ProvisionedThroughput") for index in table["GlobalSecondaryIndexes"]}
    present[""] = table.get("ProvisionedThroughput")
    return [
        target
        for target, units in wanted.items()
        if units and any(units[name] < int((present.get(target) or {}).get(name) or 0) for name in units)
    ]


def count(request: Request, table: dict[str, Any], before: dict[str, Any]) -> None:
    """Note what an accepted request has changed. `before`: the record of the table as it was, `table`: as it is."""
    moment = now()
    for target in decreased(request, before):
        changes(table, f"decrease:{target}").append(moment)
    if switches_to_on_demand(request, before):
        changes(table, "on-demand").append(moment)
    if (request.get("SSESpecification") or {}).get("Enabled"):
        changes(table, "encryption").append(moment)
    classes = [(each.get("TableClassSummary") or {}).get("TableClass", "STANDARD") for each in (before, table)]
    if classes[0] != classes[1]:
        changes(table, "class").append(moment)


def refuse_too_often(request: Request, table: dict[str, Any]) -> None:
    """Raise Refused with the first limit that the request would exceed."""
    for refuse in (refuse_table_class, refuse_on_demand_switch, refuse_encryption_change, refuse_decrease):
        refuse(request, table)
