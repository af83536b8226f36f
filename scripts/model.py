"""The nouns of the project, as plain frozen dataclasses. Nothing after the reader of contracts knows a dialect.

Three families. *Contract* values say what the data modellers asked for. A *desired* table, made from a contract and its
settings, says what a table is to be like, and all of it is known. A *live* table, read from AWS, says what it is like, as far as
AWS tells. Their fields have the same names, so that one comparison serves plan, deployment, validation, drift and adoption.
"""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple

from scripts.lineage import Calculation, Join, Transformation

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

    def __str__(self) -> str:
        included = f" {', '.join(self.included)}" if self.included else ""
        return f"{self.keys}; {self.projection}{included}"


# --- what the contract says ---------------------------------------------------------------------------------------


class Attribute(NamedTuple):
    """One attribute of an item, with where its value comes from in MySQL (both names empty when not stated).

    The source is the row that the item is made of, and the column that leads to the value: with a join or a calculation,
    the value itself comes from elsewhere.
    """

    name: str
    type: str
    source_table: str = ""
    source_column: str = ""
    justification: str = ""
    join: Join | None = None
    calculation: Calculation | None = None
    transformation: Transformation | None = None


class Entity(NamedTuple):
    """One kind of item in a table: the templates of its key values (`USER#{id}`) and its attributes."""

    name: str
    source_table: str = ""
    partition_template: str = ""
    sort_template: str = ""
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessPattern:
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
    code: str = field(default="", kw_only=True)  # of the error with which AWS refused to tell


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


AnyAlarm = Alarm | CompositeAlarm
UnitsByTarget = tuple[tuple[str, int, int], ...]  # (index, "" for the table; reads; writes) per second
ModesByTarget = tuple[tuple[str, str], ...]  # (index, "" for the table; mode of Contributor Insights or "off")
Tags = tuple[tuple[str, str], ...]  # (key, value), sorted
ACTIVE = "ACTIVE"  # the status of a table, and of an index, that nothing is being done to


@dataclass(frozen=True, slots=True)
class DesiredTable:
    """What one table in one environment is to be like: everything that the project sets, plans, deploys and validates.

    It is wanted that the table and all of its indexes are ACTIVE. The order of the fields is that of the template and of the reports.
    """

    name: str
    keys: Keys
    indexes: tuple[Index, ...] = ()  # global secondary indexes
    local_indexes: tuple[Index, ...] = ()  # local secondary indexes: made with the table, never changed
    billing: str = "PAY_PER_REQUEST"
    throughput: UnitsByTarget = ()  # read and write units of provisioned tables
    scaling: tuple[Scaling, ...] = ()
    on_demand_maximum: UnitsByTarget = ()  # 0: not limited
    warm_throughput: UnitsByTarget = ()  # likewise
    table_class: str = "STANDARD"
    deletion_protection: bool = True
    recovery_days: int = 35  # days of point-in-time recovery; 0: off
    encryption: str = "aws-managed"  # aws-owned, aws-managed, the ARN or the alias of a customer managed key
    ttl_attribute: str = ""  # empty: off
    ttl_off: str = ""  # the attribute that the template names while it switches time to live off; only between steps
    stream: str = ""  # its view type; empty: off
    kinesis_stream: str = ""  # the ARN of a Kinesis data stream; empty: none
    insights: ModesByTarget = ()
    resource_policy: str = ""  # canonical JSON; empty: none
    tags: Tags = ()
    exceptions: tuple[tuple[str, str], ...] = ()  # (policy that is departed from, reason)
    alarms: tuple[AnyAlarm, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveTable:
    """What one table is like in AWS. The fields have the names and values of those of `DesiredTable`.

    Unknown only where AWS changes a value step by step, or where reading it takes more than DescribeTable, which may be refused.
    """

    name: str
    keys: Keys
    indexes: tuple[Index, ...]
    local_indexes: tuple[Index, ...]
    status: str | Unknown
    index_status: tuple[tuple[str, str | Unknown], ...]  # (name of a global secondary index, status)
    billing: str
    table_class: str
    deletion_protection: bool
    recovery_days: int | Unknown
    encryption: str | Unknown
    ttl_attribute: str | Unknown
    throughput: UnitsByTarget
    scaling: tuple[Scaling, ...] | Unknown
    on_demand_maximum: UnitsByTarget
    warm_throughput: UnitsByTarget
    stream: str
    kinesis_stream: str | Unknown
    insights: ModesByTarget | Unknown
    resource_policy: str | Unknown
    tags: Tags | Unknown
    alarms: tuple[AnyAlarm, ...] | Unknown
    beyond: tuple[tuple[str, str], ...] = ()  # what no setting asks for: (`replicas`, each of them)
    unclassified: tuple[str, ...] = ()  # fields of AWS's answers that nobody has judged
    # Up to six hours old (DescribeTable); None: not told.
    item_count: int | None = field(default=None, compare=False)
    size_bytes: int | None = field(default=None, compare=False)
    created: datetime | None = field(default=None, compare=False)

    @classmethod
    def as_deployed(cls, desired: DesiredTable) -> "LiveTable":
        """The live state of a table that is just as wanted. How many items it has is not known."""
        values: dict[str, Any] = {field.name: getattr(desired, field.name, None) for field in fields(cls)}
        index_status = tuple((index.name, ACTIVE) for index in desired.indexes)
        none: dict[str, Any] = {"beyond": (), "unclassified": ()}
        return cls(**{**values, **none, "status": ACTIVE, "index_status": index_status})
