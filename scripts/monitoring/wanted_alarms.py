"""Which alarms a table has, and which ones a service has once per environment."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from scripts import names
from scripts.model import Alarm, AnyAlarm, CompositeAlarm, DesiredTable
from scripts.monitoring import alarm_words, expressions, fit
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.expressions import Measure
from scripts.monitoring.kinds import KINDS, OPERATION, PAGE, SERVICE, TABLE, TARGET, UNHEALTHY, Kind, kind_of
from scripts.monitoring.notify import Notify
from scripts.monitoring.usage import MAX_METRICS, USUAL_OPERATIONS

DEFAULT = AlarmSettings()


class Watch(NamedTuple):
    """What the alarms of one table are made from. `traffic`: index, "" for the table, to reads and writes per second."""

    state: DesiredTable  # its alarms are not looked at
    notify: Notify
    runbook: str  # a path or a URL; a `#` and the section are put after it
    settings: AlarmSettings = DEFAULT
    operations: tuple[str, ...] = USUAL_OPERATIONS
    traffic: Mapping[str, tuple[float, float]] = MappingProxyType({})


def table_alarms(watch: Watch, room: int = fit.ROOM) -> tuple[AnyAlarm, ...]:
    """The alarms of a table and of its indexes, the composite alarm last.

    `room`: bytes that they may take in the template, as compact JSON. A table with many indexes, or long names, gets
    the fullest set that fits: first alarms of several indexes share one, then those of lesser use are left out, in the
    order of `fit.DETAILS`; `fit.remarks` and `dropped` say so.
    """
    return fit.fullest(lambda detail: in_detail(watch, detail), room)


def service_alarms(
    environment: str, service: str, notify: Notify, runbook: str, settings: AlarmSettings = DEFAULT
) -> tuple[Alarm, ...]:
    """The alarms on what DynamoDB counts once per account and Region; named after the service that brings them."""
    name = names.service_stack(environment, service)
    found = []
    for kind in KINDS:
        if kind.scope == SERVICE and settings.has(kind):
            periods, threshold = settings.periods(kind), settings.threshold(kind)
            description = alarm_words.describe(kind, "", (), "", threshold, periods, runbook)
            measure = Measure(kind.metric)
            found.append(_alarm(kind, f"{name}-{kind.name}", measure, threshold, periods, description, notify.people))
    return tuple(found)


def in_detail(watch: Watch, detail: fit.Detail) -> tuple[AnyAlarm, ...]:
    """The alarms of a table in a given detail."""
    alarms: list[Alarm] = []
    paging: list[str] = []
    for kind in KINDS:
        if kind.scope == SERVICE or kind.section in detail.without or not watch.settings.has(kind):
            continue
        made = list(_of_kind(watch, kind, detail))
        alarms += made
        if watch.settings.severity(kind) == PAGE:
            paging += [alarm.name for alarm in made]
    if not paging:
        return tuple(alarms)
    return *alarms, _composite(watch, paging)


def dropped(state: DesiredTable, settings: AlarmSettings) -> tuple[str, ...]:
    """The sections of which a table should have alarms and has none, for want of room in its template."""
    present = {kind.section for alarm in state.alarms if (kind := kind_of(alarm.name))}
    wanted = (kind.section for kind in KINDS if settings.has(kind) and _applies(state, settings, kind))
    return tuple(section for section in dict.fromkeys(wanted) if section not in present)


def _applies(state: DesiredTable, settings: AlarmSettings, kind: Kind) -> bool:
    """Whether a table has anything that a kind of alarm can be about."""
    if kind.scope == OPERATION:
        return bool(settings.latency_p99_ms)
    return kind.scope == TABLE or (kind.scope == TARGET and bool(_targets(state, kind)))


def _composite(watch: Watch, children: Sequence[str]) -> CompositeAlarm:
    table = watch.state.name
    return CompositeAlarm(
        name=names.alarm(table, "", UNHEALTHY),
        rule=" OR ".join(f'ALARM("{name}")' for name in children),
        description=alarm_words.describe_composite(table, len(children), watch.runbook),
        actions=watch.notify.people,
        ok_actions=watch.notify.people,
    )


def _of_kind(watch: Watch, kind: Kind, detail: fit.Detail) -> Iterator[Alarm]:
    table = watch.state.name
    if not _applies(watch.state, watch.settings, kind):
        return
    if kind.scope == TABLE and kind.metric != "SystemErrors":
        yield _made(watch, kind, names.alarm(table, "", kind.name), expressions.single(kind, table), ("",))
    elif kind.scope == TABLE:
        of = [expressions.dimensions(table, operation=name) for name in watch.operations]
        yield _made(watch, kind, names.alarm(table, "", kind.name), expressions.total(kind, of), ("",))
    elif kind.scope == OPERATION:
        for operation, limit in watch.settings.latency_p99_ms.items():
            name = names.alarm(table, "", f"{operation}-{kind.name}")
            yield _made(
                watch, kind, name, expressions.single(kind, table, operation=operation), ("",), operation, limit
            )
    elif kind.scope == TARGET:
        targets = _targets(watch.state, kind)
        if "" in targets:
            yield _made(watch, kind, names.alarm(table, "", kind.name), _measure(watch.state, kind, ("",)), ("",))
        yield from _of_indexes(watch, kind, [index for index in targets if index], detail.of(kind))


def _of_indexes(watch: Watch, kind: Kind, indexes: Sequence[str], how: str) -> Iterator[Alarm]:
    """The alarms of one kind on indexes: one for each, or one for several at once."""
    table = watch.state.name
    if how == fit.SEPARATE:
        for index in indexes:
            yield _made(
                watch, kind, names.alarm(table, index, kind.name), _measure(watch.state, kind, (index,)), (index,)
            )
    elif how == fit.TOGETHER:
        size = MAX_METRICS // (2 if kind.section == "capacity" else 1)
        for number, start in enumerate(range(0, len(indexes), size), 1):
            group = tuple(indexes[start : start + size])
            name = names.alarm(table, f"indexes-{number}", kind.name)
            yield _made(watch, kind, name, _measure(watch.state, kind, group), group)


def _targets(state: DesiredTable, kind: Kind) -> list[str]:
    """The table, as "", and the indexes that a kind of alarm can be about."""
    every = ["", *(index.name for index in state.indexes)]
    side = _side(kind)
    if kind.section == "on-demand-maximum":
        return [target for target, *units in state.on_demand_maximum if units[side] and target in every]
    if kind.section == "capacity":
        return every if state.billing == "PROVISIONED" else []
    if kind.section == "capacity-ceiling":
        return [target for target, _ in _maxima(state, kind) if target in every]
    return every


def _maxima(state: DesiredTable, kind: Kind) -> list[tuple[str, int]]:
    """The most that auto scaling may provision: (index, units a second)."""
    what = ("Read", "Write")[_side(kind)]
    return [(scaling.index, scaling.maximum) for scaling in state.scaling if scaling.kind == what]


def _side(kind: Kind) -> int:
    """0 for reads, 1 for writes."""
    return int(kind.name.startswith("write"))


def _measure(state: DesiredTable, kind: Kind, targets: tuple[str, ...]) -> Measure:
    if kind.section == "capacity":
        return expressions.utilisation(kind, state.name, targets)
    if kind.section == "capacity-ceiling":
        maxima = dict(_maxima(state, kind))
        return expressions.share_of(kind, state.name, [(target, maxima[target]) for target in targets])
    if len(targets) == 1:
        return expressions.single(kind, state.name, targets[0])
    return expressions.total(kind, [expressions.dimensions(state.name, target) for target in targets])


def _made(
    watch: Watch,
    kind: Kind,
    name: str,
    measure: Measure,
    targets: tuple[str, ...],
    operation: str = "",
    limit: float | None = None,
) -> Alarm:
    """One alarm of a table, with threshold, periods and actions as they are set."""
    rate = max((_rate(watch, kind, target) for target in targets), default=0)
    threshold = watch.settings.threshold(kind, rate) if limit is None else limit
    datapoints, periods = watch.settings.periods(kind)
    if measure.gaps and periods == datapoints:
        periods += expressions.SLACK
    indexes = tuple(target for target in targets if target)
    description = alarm_words.describe(
        kind, watch.state.name, indexes, operation, threshold, (datapoints, periods), watch.runbook
    )
    actions = watch.notify.feed if watch.settings.severity(kind) == PAGE else watch.notify.people
    return _alarm(kind, name, measure, threshold, (datapoints, periods), description, actions)


def _rate(watch: Watch, kind: Kind, target: str) -> float:
    """The requests per second that a kind of alarm is about; writes and reads together where it is about both."""
    traffic = watch.traffic.get(target, (0.0, 0.0))
    return traffic[_side(kind)] if kind.scope == TARGET else sum(traffic)


def _alarm(
    kind: Kind,
    name: str,
    measure: Measure,
    threshold: float,
    periods: tuple[int, int],
    description: str,
    actions: tuple[str, ...],
) -> Alarm:
    return Alarm(
        name=name,
        metric=measure.metric,
        dimensions=measure.dimensions,
        statistic=kind.statistic if measure.metric else "",
        period=kind.period,
        evaluation_periods=periods[1],
        datapoints=periods[0],
        threshold=threshold,
        comparison="GreaterThanThreshold",
        missing_data=kind.missing_data,
        description=description,
        actions=actions,
        expression=measure.expression,
        metrics=measure.metrics,
    )
