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
BACKUPS = "backups"  # what an environment has where AWS Backup backs up its tables
UNHEALTHY = "unhealthy"  # the composite alarm of a table


class Kind(NamedTuple):
    """One kind of alarm. `name` ends the names of its alarms; `section` is its runbook section and its setting.

    `{D}` in `metric` stands for Read and for Write: one alarm watches both, each against a threshold of its own.
    `grouped`: one alarm watches as many tables and indexes as fit into it. `every`: the dimensions over all of whose
    values the metric is added up, by a Metrics Insights query. `only_with`: the field of a desired table that one of the
    service's must have; `backups`: AWS Backup must back up its tables.
    The threshold is a number of events per period, a percentage, or milliseconds. `share` raises it with the traffic,
    where that is known: to this part of the requests of a period; with `follows_down` it also lowers it. `inherits`: the
    section whose set threshold holds here too. `what`, `first` and `users` (what it means for them) go into the description; `{target}`, `{operation}`,
    `{beyond}` (what is not tolerated, `more than 10`) and `{span}` (for how long) are filled in.
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
    users: str = ""
    share: float = 0.0
    follows_down: bool = False
    inherits: str = ""
    grouped: bool = False
    every: tuple[str, ...] = ()
    only_with: str = ""
    missing_data: str = "notBreaching"

    @property
    def watched(self) -> dict[str, str]:
        """The metrics that it watches, by whether they are about reads (`Read`), writes (`Write`) or both (empty)."""
        return {d: self.metric.format(D=d) for d in ("Read", "Write")} if "{D}" in self.metric else {"": self.metric}

    @property
    def unit(self) -> str:
        """What the threshold is, in words; empty where it is a number of what the alarm is about."""
        return next(
            (unit for unit in ("a minute", "%", "ms", "units a second") if f"{{beyond}} {unit}" in self.what),
            "",
        )

    @property
    def counts(self) -> bool:
        """Whether the threshold is a number of events: whole ones."""
        return self.unit in ("a minute", "")


# 5 of 7, not 5 of 5: the expression fills gaps with 0, and the newest minute often is still a gap.
_EVENTS: dict[str, Any] = {
    "scope": TARGET,
    "severity": PAGE,
    "statistic": "Sum",
    "period": MINUTE,
    "evaluation_periods": 7,
    "datapoints": 5,
    "threshold": 10,
    "share": 0.01,
    "follows_down": True,
}
_USE: dict[str, Any] = {
    "scope": TARGET,
    "severity": TICKET,
    "level": STANDARD,
    "statistic": "Sum",
    "period": FIVE_MINUTES,
    "evaluation_periods": 3,
    "datapoints": 3,
    "grouped": True,
}

KINDS: tuple[Kind, ...] = (
    Kind(
        name="throttled", section="throttled", metric="{D}ThrottleEvents", level=ESSENTIAL, logical_id="ThrottleAlarm",
        what="Requests on {target} are throttled: {beyond} a minute {span}", first="one key, or all traffic?",
        users="requests get slower, and fail once retries are used up.", **_EVENTS,
    ),
    # ReadThrottleEvents and WriteThrottleEvents count these two as well: they tell why, and not that something is wrong
    # (Amazon DynamoDB Developer Guide, metrics-dimensions).
    Kind(
        name="hot-key", section="hot-key", metric="{D}KeyRangeThroughputThrottleEvents", level=FULL, logical_id="HotKeyAlarm",
        what="Requests on one key range of {target} are throttled: {beyond} a minute {span}",
        first="which key? (Contributor Insights)", users="requests for that key get slower and fail, others work.", inherits="throttled", **_EVENTS,
    ),
    Kind(
        name="maximum", section="on-demand-maximum", metric="{D}MaxOnDemandThroughputThrottleEvents", level=FULL,
        logical_id="MaximumAlarm", inherits="throttled",
        what="Requests on {target} reach the on-demand maximum that is set: {beyond} a minute are throttled {span}",
        first="is the traffic wanted? Then raise the maximum.", users="requests get slower, and fail once retries are used up.", **_EVENTS,
    ),
    Kind(
        name="capacity", section="capacity", metric="Consumed{D}CapacityUnits", logical_id="CapacityAlarm", threshold=90,
        what="Requests on {target} use {beyond} % of the provisioned capacity {span}", first="does auto scaling follow?",
        users="nothing yet; beyond 100 % requests are throttled.",
        **_USE,
    ),
    Kind(
        name="ceiling", section="capacity-ceiling", metric="Consumed{D}CapacityUnits", logical_id="CeilingAlarm", threshold=80,
        what="Requests on {target} use {beyond} % of the most that auto scaling may provision {span}",
        first="is the growth wanted? Then raise the maximum.", users="nothing yet; beyond the maximum requests are throttled.", **_USE,
    ),
    # With on-demand capacity nothing else bounds the cost of a loop. What is tolerated is in wanted_alarms.
    Kind(
        name="consumption", section="consumption", scope=TABLE, level=STANDARD, severity=TICKET, metric="Consumed{D}CapacityUnits",
        logical_id="ConsumptionAlarm", statistic="Sum", period=FIVE_MINUTES, evaluation_periods=3, datapoints=3, threshold=20_000,
        what="Requests on {target} use far more than expected: {beyond} units a second {span}",
        first="who sends them?", users="nothing; it costs money until it stops.",
    ),
    # Over every operation of every table: SystemErrors exists for each operation only, and metric math takes ten metrics.
    Kind(
        "system-errors", "system-errors", SERVICE, ESSENTIAL, PAGE, "SystemErrors", "SystemErrorsAlarm",
        "Sum", MINUTE, 15, 10, 5, "DynamoDB fails requests of this account and Region (HTTP 500): {beyond} a minute {span}",
        "the AWS Health Dashboard.", users="requests are slower or fail.", share=0.001, every=("Operation", "TableName"),
    ),
    Kind(
        "latency", "latency", OPERATION, STANDARD, TICKET, "SuccessfulRequestLatency", "LatencyAlarm",
        "p99", MINUTE, 10, 10, 0, "One in a hundred {operation} requests on {target} takes {beyond} ms inside DynamoDB {span}",
        "did items or result pages grow?", users="slow pages, and timeouts where these are tight.",
    ),
    Kind(
        "conditional-failures", "conditional-failures", TABLE, FULL, TICKET, "ConditionalCheckFailedRequests",
        "ConditionalFailuresAlarm", "Sum", MINUTE, 15, 15, 100,
        "Conditional writes on {target} fail: {beyond} a minute {span}", "was an application released?", share=0.05,
        users="writes are refused, or a job repeats them.",
    ),
    Kind(
        "transaction-conflicts", "transaction-conflicts", TABLE, FULL, TICKET, "TransactionConflict",
        "TransactionConflictsAlarm", "Sum", MINUTE, 15, 10, 50,
        "Transactions on {target} collide: {beyond} a minute {span}", "which items do all of them touch?", share=0.01,
        users="transactions fail.",
    ),
    Kind(
        "user-errors", "user-errors", SERVICE, STANDARD, TICKET, "UserErrors", "UserErrorsAlarm",
        "Sum", MINUTE, 10, 10, 10, "DynamoDB refuses requests of this account and Region (HTTP 400): {beyond} a minute {span}",
        "CloudTrail or the application logs: which error code?", users="some requests fail, however often they are repeated.",
    ),
    # The three that AWS recommends for change data capture to Kinesis, over all tables: the values of DelegatedOperation are
    # not documented. The age at which people are told is ours.
    Kind(
        "kinesis-failed", "kinesis-failed", SERVICE, STANDARD, PAGE, "FailedToReplicateRecordCount", "KinesisFailedAlarm",
        "Sum", MINUTE, 1, 1, 0, "Changes of tables of this account and Region were not sent to their Kinesis stream: {beyond} a minute {span}",
        "is the stream there, and its key usable?", users="consumers of the stream miss changes.", every=("DelegatedOperation", "TableName"), only_with="kinesis_stream",
    ),
    Kind(
        "kinesis-age", "kinesis-age", SERVICE, STANDARD, PAGE, "AgeOfOldestUnreplicatedRecord", "KinesisAgeAlarm",
        "Maximum", FIVE_MINUTES, 3, 3, 900_000, "Changes of tables of this account and Region wait for their Kinesis stream for {beyond} ms {span}",
        "does the stream have enough shards?", users="consumers of the stream work on old data.", every=("DelegatedOperation", "TableName"), only_with="kinesis_stream",
    ),
    Kind(
        "kinesis-refused", "kinesis-refused", SERVICE, STANDARD, TICKET, "ThrottledPutRecordCount", "KinesisRefusedAlarm",
        "Maximum", MINUTE, 10, 10, 10, "A Kinesis stream takes changes of tables of this account and Region too slowly: {beyond} a minute {span}",
        "does the stream have enough shards?", users="nothing yet; changes arrive later.", every=("DelegatedOperation", "TableName"), only_with="kinesis_stream",
    ),
    # Of the service's own vault, so that no other's jobs are counted. Together with what copies are made of: expressions.failed_jobs.
    # 1 of 3 periods, because the newest ones may not be there yet (expressions.SLACK).
    Kind(
        "backup-failed", "backup-failed", SERVICE, STANDARD, TICKET, "NumberOfBackupJobsFailed", "BackupFailedAlarm",
        "Sum", FIVE_MINUTES, 3, 1, 0, "Backups of this service by AWS Backup fail, are aborted or expire, or copies of them fail: {beyond} {span}",
        "which table, and what does the job say?", users="nothing; what is lost now can be restored from older backups only.", only_with=BACKUPS,
    ),
    *(
        Kind(
            f"account-{d.lower()}s", "account-capacity", SERVICE, STANDARD, TICKET, f"AccountProvisioned{d}CapacityUtilization",
            f"Account{d}sAlarm", "Maximum", FIVE_MINUTES, 2, 2, 80,
            f"Provisioned {d.lower()} capacity takes {{beyond}} % of what this account and Region may have {{span}}",
            "Service Quotas: raise the account's quota.", users="nothing yet; at 100 % no table can be given more.",
        )
        for d in ("Read", "Write")
    ),
)  # fmt: skip
SECTIONS = tuple(dict.fromkeys(kind.section for kind in KINDS))  # in the order of the runbook


@functools.lru_cache(maxsize=100_000)
def kind_of(name: str) -> Kind | None:
    """The kind of the alarm of this name; None for a composite alarm, or one that is not ours."""
    return next((kind for kind in KINDS if name.endswith(f"-{kind.name}")), None)
