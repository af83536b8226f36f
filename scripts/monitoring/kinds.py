"""The kinds of alarms, as data: what each one watches, when it fires, how bad that is, and what to look at first.

Where AWS recommends periods and numbers of datapoints, they are AWS's (CloudWatch, recommended alarms for DynamoDB).
AWS recommends no thresholds; those here are ours, and can be set.
"""

import functools
from typing import Any, NamedTuple

ESSENTIAL, STANDARD, FULL = LEVELS = ("essential", "standard", "full")  # each one has what those before it have
PAGE, TICKET = SEVERITIES = ("page", "ticket")  # get someone up at night; look at it in the morning
TARGET, TABLE, OPERATION, SERVICE = "table and index", "table", "operation", "service"
MINUTE, FIVE_MINUTES = 60, 300  # seconds; the shortest for which DynamoDB publishes metrics, and the one of capacity
UNHEALTHY = "unhealthy"  # the composite alarm of a table


class Kind(NamedTuple):
    """One kind of alarm. `name` ends the names of its alarms; `section` is its runbook section and its setting.

    The threshold is a number of events per period, a percentage, or milliseconds. `share` raises it with the traffic,
    where that is known: at least this part of the requests of a period. `inherits`: the section whose set threshold
    holds here too. `what` and `first` go into the description; `{target}`, `{operation}`,
    `{threshold}` and `{span}` (for how long) are filled in.
    """

    name: str
    section: str
    scope: str
    level: str
    severity: str
    metric: str
    logical_id: str
    statistic: str
    period: int
    evaluation_periods: int
    datapoints: int
    threshold: float
    what: str
    first: str
    share: float = 0.0
    inherits: str = ""
    missing_data: str = "notBreaching"

    @property
    def unit(self) -> str:
        """What the threshold is, in words."""
        return next((unit for unit in ("a minute", "%", "ms") if f"{{threshold}} {unit}" in self.what), "")


def _both(name: str, section: str, metric: str, what: str, first: str, **common: Any) -> tuple[Kind, Kind]:
    """The kinds for reads and for writes: `{D}`, `{d}` and `{ds}` stand for Read, read and reads."""

    def one(d: str) -> Kind:
        words = {"D": d, "d": d.lower(), "threshold": "{threshold}", "span": "{span}"}
        return Kind(
            name=name.format(**words), section=section, metric=metric.format(**words), what=what.format(**words),
            first=first.format(**words), **{**common, "logical_id": common["logical_id"].format(**words)},
        )  # fmt: skip

    return one("Read"), one("Write")


_EVENTS = {
    "statistic": "Sum",
    "period": MINUTE,
    "evaluation_periods": 5,
    "datapoints": 5,
    "threshold": 10,
    "share": 0.01,
}
_USE = {"severity": TICKET, "statistic": "Sum", "period": FIVE_MINUTES, "evaluation_periods": 3, "datapoints": 3}

KINDS: tuple[Kind, ...] = (
    *_both(
        "{d}-throttled", "throttled", "{D}ThrottleEvents", "{D}s of {{target}} are throttled: more than {threshold} a minute {span}",
        "one key, or all traffic?",
        scope=TARGET, level=ESSENTIAL, severity=PAGE, logical_id="{D}ThrottleAlarm", **_EVENTS,
    ),
    *_both(
        "{d}-hot-key", "hot-key", "{D}KeyRangeThroughputThrottleEvents",
        "{D}s of one key range of {{target}} are throttled: more than {threshold} a minute {span}",
        "which key? (Contributor Insights)",
        scope=TARGET, level=STANDARD, severity=PAGE, logical_id="{D}HotKeyAlarm", inherits="throttled", **_EVENTS,
    ),
    *_both(
        "{d}-maximum", "on-demand-maximum", "{D}MaxOnDemandThroughputThrottleEvents",
        "{D}s of {{target}} reach the on-demand maximum that is set: more than {threshold} a minute are throttled {span}",
        "is the traffic wanted? Then raise the maximum.",
        scope=TARGET, level=STANDARD, severity=PAGE, logical_id="{D}MaximumAlarm", inherits="throttled", **_EVENTS,
    ),
    *_both(
        "{d}-capacity", "capacity", "Consumed{D}CapacityUnits",
        "{D}s of {{target}} use more than {threshold} % of the provisioned capacity {span}", "does auto scaling follow?",
        scope=TARGET, level=STANDARD, logical_id="{D}CapacityAlarm", threshold=90, **_USE,
    ),
    *_both(
        "{d}-ceiling", "capacity-ceiling", "Consumed{D}CapacityUnits",
        "{D}s of {{target}} use more than {threshold} % of the most that auto scaling may provision {span}",
        "is the growth wanted? Then raise the maximum.",
        scope=TARGET, level=STANDARD, logical_id="{D}CeilingAlarm", threshold=80, **_USE,
    ),
    # 10 of 15, not 15 of 15: the expression fills gaps with 0, and the newest minute often is still a gap.
    Kind(
        "system-errors", "system-errors", TABLE, ESSENTIAL, PAGE, "SystemErrors", "SystemErrorsAlarm",
        "Sum", MINUTE, 15, 10, 5, "DynamoDB fails requests on {target} (HTTP 500): more than {threshold} a minute {span}",
        "the AWS Health Dashboard.", share=0.001,
    ),
    Kind(
        "latency", "latency", OPERATION, STANDARD, TICKET, "SuccessfulRequestLatency", "LatencyAlarm",
        "p99", MINUTE, 10, 10, 0, "One in a hundred {operation} requests on {target} takes more than {threshold} ms inside DynamoDB {span}",
        "did items or result pages grow?",
    ),
    Kind(
        "conditional-failures", "conditional-failures", TABLE, FULL, TICKET, "ConditionalCheckFailedRequests",
        "ConditionalFailuresAlarm", "Sum", MINUTE, 15, 15, 100,
        "Conditional writes on {target} fail: more than {threshold} a minute {span}", "was an application released?", share=0.05,
    ),
    Kind(
        "transaction-conflicts", "transaction-conflicts", TABLE, FULL, TICKET, "TransactionConflict",
        "TransactionConflictsAlarm", "Sum", MINUTE, 15, 10, 50,
        "Transactions on {target} collide: more than {threshold} a minute {span}", "which items do all of them touch?", share=0.01,
    ),
    Kind(
        "user-errors", "user-errors", SERVICE, STANDARD, TICKET, "UserErrors", "UserErrorsAlarm",
        "Sum", MINUTE, 10, 10, 10, "DynamoDB refuses requests of this account and Region (HTTP 400): more than {threshold} a minute {span}",
        "CloudTrail or the application logs: which error code?",
    ),
    *(
        Kind(
            f"account-{d.lower()}s", "account-capacity", SERVICE, STANDARD, TICKET, f"AccountProvisioned{d}CapacityUtilization",
            f"Account{d}sAlarm", "Maximum", FIVE_MINUTES, 2, 2, 80,
            f"Provisioned {d.lower()} capacity takes more than {{threshold}} % of what this account and Region may have {{span}}",
            "Service Quotas: raise the account's quota.",
        )
        for d in ("Read", "Write")
    ),
)  # fmt: skip
SECTIONS = tuple(dict.fromkeys(kind.section for kind in KINDS))  # in the order of the runbook


@functools.lru_cache(maxsize=100_000)
def kind_of(name: str) -> Kind | None:
    """The kind of the alarm of this name; None for a composite alarm, or one that is not ours."""
    return next((kind for kind in KINDS if name.endswith(f"-{kind.name}")), None)
