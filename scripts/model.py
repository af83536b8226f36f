"""The nouns of the project, as plain frozen dataclasses. Nothing after the reader of contracts knows a dialect.

Two families. *Contract* values say what the data modellers asked for. *State* values say what a table is like:
the desired state, made from a contract and its settings, and the live state, read from AWS, are the same types,
so that one comparison serves plan, deployment, validation, drift and adoption.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

ALL = "ALL"
KEYS_ONLY = "KEYS_ONLY"
INCLUDE = "INCLUDE"
PROJECTIONS = (ALL, KEYS_ONLY, INCLUDE)
NAMESPACE = "AWS/DynamoDB"  # of the metrics that alarms watch


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """One attribute of a key: its name and its scalar type, S, N or B."""

    name: str
    type: str

    def __str__(self) -> str:
        return f"{self.name} ({self.type})"


@dataclass(frozen=True, slots=True)
class Keys:
    """A key schema: 1 to 4 partition attributes, 0 to 4 sort attributes; a table has exactly 1 and at most 1."""

    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...] = ()

    def __str__(self) -> str:
        partition = ", ".join(map(str, self.partition))
        return f"{partition}; sort {', '.join(map(str, self.sort))}" if self.sort else partition

    @property
    def attributes(self) -> tuple[KeyAttribute, ...]:
        """All key attributes, partition attributes first, in their order."""
        return self.partition + self.sort


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index, with its full keys. `included` holds the non-key attributes of an INCLUDE projection, sorted."""

    name: str
    keys: Keys
    projection: str = ALL
    included: tuple[str, ...] = ()


# --- what the contract says ---------------------------------------------------------------------------------------


class Attribute(NamedTuple):
    """One attribute of an item, with where its value comes from in MySQL (both names empty when not stated)."""

    name: str
    type: str
    source_table: str = ""
    source_column: str = ""
    justification: str = ""


class Entity(NamedTuple):
    """One kind of item in a table: the templates of its key values (`USER#{id}`) and its attributes."""

    name: str
    source_table: str = ""
    partition_template: str = ""
    sort_template: str = ""
    attributes: tuple[Attribute, ...] = ()


class AccessPattern(NamedTuple):
    """One way in which applications reach the data. Rate in requests per second, size in bytes; None: not stated."""

    id: str
    description: str = ""
    operation: str = ""
    table: str = ""
    index: str = ""
    requests_per_second: float | None = None
    item_size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the reader assumed or doubted, shown wherever the table is shown."""

    severity: str  # "note" or "warning"
    id: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class ContractTable:
    """One table as the contract describes it, in whatever dialect it was written."""

    name: str
    keys: Keys
    indexes: tuple[Index, ...] = ()  # global secondary indexes
    local_indexes: tuple[Index, ...] = ()  # local secondary indexes: partition key of the table, another sort key
    entities: tuple[Entity, ...] = ()
    attributes: tuple[Attribute, ...] = ()  # of a single-entity table; a multi-entity table has them in its entities
    satisfies: tuple[str, ...] = ()
    source_table: str = ""
    item_size_bytes: int | None = None
    item_count: int | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A whole migrationContract.json, normalised, tables in its order."""

    tables: tuple[ContractTable, ...]
    access_patterns: tuple[AccessPattern, ...] = ()
    notes: tuple[Note, ...] = ()  # about the file as a whole


# --- what a table is like, wanted or found ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands in a live state for a value that AWS would not tell (yet): never equal to anything, never a match."""

    reason: str
    in_progress: bool = False  # True: AWS is still changing it; False: it could not be read


@dataclass(frozen=True, slots=True)
class Deleting(Unknown):
    """The status of what AWS is deleting or archiving: it settles by itself, but never to what is wanted."""

    status: str = ""


@dataclass(frozen=True, slots=True)
class TtlTransition(Unknown):
    """Time to live that AWS is switching on or off for `attribute`, which takes up to an hour (UpdateTimeToLive)."""

    attribute: str = ""
    on: bool = False


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One metric of a metric math alarm, under the id that the expression has for it. Period in seconds."""

    id: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int
    namespace: str = NAMESPACE
    unit: str = ""  # empty: any

    def __str__(self) -> str:
        where = ", ".join(f"{name}={value}" for name, value in self.dimensions)
        metric = self.metric if self.namespace == NAMESPACE else f"{self.namespace} {self.metric}"
        unit = f" in {self.unit}" if self.unit else ""
        return f"{self.id}: {self.statistic} of {metric} ({where}) every {self.period} s{unit}"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A CloudWatch alarm on one metric of a namespace, or on an expression over several.

    Period in seconds; `datapoints` of `evaluation_periods`; a statistic is `Sum` or a percentile such as `p99`. With an
    expression, `metrics` has what it is made of, and metric, dimensions and statistic are empty.
    """

    name: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str
    period: int
    evaluation_periods: int
    datapoints: int
    threshold: float
    comparison: str
    missing_data: str
    description: str
    actions: tuple[str, ...] = ()  # names of SNS topics of the same account and Region; else whole ARNs
    enabled: bool = True
    expression: str = ""
    metrics: tuple[MetricQuery, ...] = ()
    namespace: str = NAMESPACE
    unit: str = ""  # of the data points that count; empty: any


@dataclass(frozen=True, slots=True)
class CompositeAlarm:
    """A CloudWatch alarm on the states of other alarms. `actions` on ALARM, `ok_actions` when all is well again."""

    name: str
    rule: str
    description: str
    actions: tuple[str, ...] = ()  # as those of Alarm
    ok_actions: tuple[str, ...] = ()
    enabled: bool = True
    suppressor: str = ""  # the alarm that keeps it from telling; empty: none


@dataclass(frozen=True, slots=True)
class Scaling:
    """Auto scaling of one kind of capacity of a table (`index` empty) or index: units a second; target in percent."""

    index: str
    kind: str  # Read or Write
    minimum: int
    maximum: int
    target: int
    suspended: str = ""  # what of it does nothing for the moment; empty: all of it works


@dataclass(frozen=True, slots=True)
class TableState:
    """Everything about one table in one environment that the project sets, plans, deploys and validates."""

    name: str
    keys: Keys | Unknown
    indexes: tuple[Index, ...] = ()  # global secondary indexes
    local_indexes: tuple[Index, ...] = ()  # local secondary indexes: made with the table, never changed
    status: str | Unknown = "ACTIVE"
    index_status: tuple[tuple[str, Any], ...] = ()  # (index name, status or Unknown)
    billing: Any = "PAY_PER_REQUEST"
    table_class: Any = "STANDARD"
    deletion_protection: Any = True
    recovery_days: Any = 35  # days of point-in-time recovery; 0: off
    encryption: Any = "aws-managed"  # aws-owned, aws-managed, or the ARN of a customer managed key
    ttl_attribute: Any = ""  # empty: off
    ttl_off: str = ""  # the attribute that the template names while it switches time to live off; only between steps
    throughput: Any = ()  # (index, "" for the table; read units; write units) of provisioned tables
    scaling: Any = ()  # of Scaling
    on_demand_maximum: Any = ()  # (index, reads, writes) a second, 0: not limited
    warm_throughput: Any = ()  # likewise
    stream: Any = ""  # its view type; empty: off
    kinesis_stream: Any = ""  # the ARN of a Kinesis data stream; empty: none
    insights: Any = ()  # (index, mode or "off")
    resource_policy: Any = ""  # canonical JSON; empty: none
    tags: tuple[tuple[str, str], ...] | Unknown = ()
    exceptions: tuple[tuple[str, str], ...] = ()  # (policy that is departed from, reason); only in a desired state
    alarms: tuple[Alarm | CompositeAlarm, ...] | Unknown = field(default=())
    # Only of a live table, and up to six hours old (DescribeTable); None: not told.
    item_count: int | None = field(default=None, compare=False)
    size_bytes: int | None = field(default=None, compare=False)
