"""What a table, and what the tables of an environment share, costs in a month: the lines, with every price and quantity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scripts.capacity.advice import ON_DEMAND
from scripts.capacity.backup_lines import NO_BACKUPS, BackupPlan, backup_lines, gigabytes_line
from scripts.capacity.cost_lines import Estimate, Line, LineMaker
from scripts.capacity.load import TableLoad
from scripts.capacity.money import ZERO, Span
from scripts.capacity.prices import STANDARD_CLASS, Prices
from scripts.capacity.sizing import TableCapacity
from scripts.capacity.throughput import MILLION, hours_in_a_month, requests_in_a_month, scaling_alarms
from scripts.capacity.units import Units, all_units, capture_units

GB = 1024**3  # Developer Guide, ServiceQuotas: all sizes in DynamoDB are binary
OVERHEAD_BYTES = 100  # of every item and every index entry in storage. Developer Guide, WorkingWithTables.Basics, GSI

_NO_TRAFFIC = "Not known: state it under traffic in deployment.yaml."
_STREAM = "Free where AWS Lambda reads it; how often others do is not known."
_WARM = "A fee that is paid once whenever it is raised; nothing a month."


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What a table has in an environment, as far as it costs money.

    `capacity`: for PROVISIONED; without it there is no estimate of it. `kinesis_stream`: whether one gets the changes.
    `warm_throughput`: whether more is asked for than the table has by itself. `alarm_metrics`: for each alarm of the table, how many metrics it looks at.
    """

    billing: str = ON_DEMAND
    capacity: TableCapacity | None = None
    table_class: str = STANDARD_CLASS
    point_in_time_recovery: bool = True
    stream: bool = False
    kinesis_stream: bool = False
    warm_throughput: bool = False
    backups: BackupPlan = NO_BACKUPS
    alarm_metrics: tuple[int, ...] = ()
    composite_alarms: int = 0
    contributor_insights: bool = False


def table_estimate(load: TableLoad | None, options: TableOptions, prices: Prices | None) -> Estimate:
    """What a table costs in a month.

    `load` None: nothing is known about the traffic; `prices` None: nothing about the Region. Such lines have no amount.
    """
    maker = LineMaker(prices, options.table_class)
    known = load or TableLoad("")
    throughput = _requests(maker, known) if options.billing == ON_DEMAND else _capacity(maker, known, options.capacity)
    lines = (*throughput, *_storage(maker, known, options), *_extras(maker, known, options))
    return Estimate(lines, known.assumptions)


@dataclass(frozen=True, slots=True)
class SharedOptions:
    """What the tables of an environment share, as far as it costs money.

    `alarm_metrics`: for each alarm, how many metrics it looks at. `unpriced`: types of resources of which it is not known
    what they cost.
    """

    alarm_metrics: tuple[int, ...] = ()
    composite_alarms: int = 0
    dashboards: int = 0
    customer_keys: int = 0
    unpriced: tuple[str, ...] = ()


def shared_estimate(options: SharedOptions, prices: Prices | None) -> Estimate:
    """What the tables of an environment share costs in a month; no line for what there is none of."""
    maker = LineMaker(prices)
    keys = "Requests to the keys are not counted: DynamoDB makes few of them."
    lines = [
        _alarms(maker, options.alarm_metrics),
        _composite_alarms(maker, options.composite_alarms),
        maker.line("dashboards", Span.of(options.dashboards), "dashboards", "dashboard_month"),
        maker.line("customer managed keys", Span.of(options.customer_keys), "keys", "kms_key_month", note=keys),
        *(Line(type_, None, "resources", None, note="What it costs is not known.") for type_ in options.unpriced),
    ]
    return Estimate(tuple(line for line in lines if line.quantity != ZERO))


def _requests(maker: LineMaker, load: TableLoad) -> Iterator[Line]:
    for suffix, units in _parts(load):
        for what, rate, key in (
            ("reads", units.read, "read_request_million"),
            ("writes", units.write, "write_request_million"),
        ):
            quantity = None if rate is None else requests_in_a_month(rate)
            note = _NO_TRAFFIC if rate is None else ""
            yield maker.line(f"{what}{suffix}", quantity, f"{what[:-1]} request units", key, per=MILLION, note=note)


def _capacity(maker: LineMaker, load: TableLoad, capacity: TableCapacity | None) -> Iterator[Line]:
    found = {"": capacity.table, **{f" of index {n}": c for n, c in capacity.indexes}} if capacity else {}
    for suffix in dict.fromkeys((*(suffix for suffix, _ in _parts(load)), *found)):
        part = found.get(suffix)
        for what, key in (("read", "read_capacity_hour"), ("write", "write_capacity_hour")):
            quantity = hours_in_a_month(getattr(part, what)) if part else None
            note = "" if part else "The capacity is not stated."
            yield maker.line(f"{what} capacity{suffix}", quantity, f"{what} capacity unit hours", key, note=note)
    if capacity:
        alarms = scaling_alarms(capacity)
        note = "Made by auto scaling: four for each read and each write capacity."
        yield maker.line("alarms of auto scaling", Span.of(alarms), "alarm metrics", "alarm_metric_month", note=note)


def _parts(load: TableLoad) -> Iterator[tuple[str, Units]]:
    """The table and its global secondary indexes, which are paid for each by itself."""
    table, indexes = all_units(load)
    yield "", table
    for index, units in zip(load.indexes, indexes, strict=True):
        if not index.local:
            yield f" of index {index.name}", units


def _storage(maker: LineMaker, load: TableLoad, options: TableOptions) -> Iterator[Line]:
    count = load.item_count
    table = _gigabytes(count, Decimal(1), load.item_size_bytes)
    yield gigabytes_line(maker, "storage", table, "storage_gb_month")
    recovered = table
    for index in load.indexes:
        entries = _gigabytes(count, index.share_of_items, index.entry_size_bytes)
        yield gigabytes_line(maker, f"storage of index {index.name}", entries, "storage_gb_month")
        if index.local:  # recovery and backups are paid for the table and its local secondary indexes
            recovered = None if recovered is None or entries is None else recovered + entries
    if options.point_in_time_recovery:
        yield gigabytes_line(maker, "point-in-time recovery", recovered, "pitr_gb_month")
    yield from backup_lines(maker, options.backups, recovered)


def _gigabytes(count: int | None, share: Decimal, size_bytes: int | None) -> Decimal | None:
    """What `share` of `count` items or entries of a size take in storage; None when that is not known."""
    if count == 0:
        return Decimal(0)
    if count is None or size_bytes is None:
        return None
    return count * share * (size_bytes + OVERHEAD_BYTES) / GB


def _extras(maker: LineMaker, load: TableLoad, options: TableOptions) -> Iterator[Line]:
    if options.stream:
        yield maker.line("stream", None, "GetRecords requests", "stream_read_million", per=MILLION, note=_STREAM)
    if options.kinesis_stream:
        captured = capture_units(load)
        quantity = None if captured is None else requests_in_a_month(captured)
        note = _NO_TRAFFIC if captured is None else "What Kinesis takes for the data stream is not counted."
        yield maker.line(
            "changes to Kinesis",
            quantity,
            "change data capture units",
            "change_capture_million",
            per=MILLION,
            note=note,
        )
    if options.warm_throughput:
        yield maker.line("warm throughput", None, "units", "warm_throughput_unit", note=_WARM)
    if options.alarm_metrics:
        yield _alarms(maker, options.alarm_metrics)
    if options.composite_alarms:
        yield _composite_alarms(maker, options.composite_alarms)
    if options.contributor_insights:
        note = "The number of events is not known."
        yield maker.line("contributor insights", None, "events", "contributor_insights_million", per=MILLION, note=note)


def _alarms(maker: LineMaker, alarm_metrics: Sequence[int]) -> Line:
    note = "An alarm is taken to be paid for each metric it looks at. The first ten of an account are free, not subtracted here."
    return maker.line("alarms", Span.of(sum(alarm_metrics)), "alarm metrics", "alarm_metric_month", note=note)


def _composite_alarms(maker: LineMaker, count: int) -> Line:
    return maker.line("composite alarms", Span.of(count), "composite alarms", "composite_alarm_month")
