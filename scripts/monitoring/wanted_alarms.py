"""Which alarms a table has, and which ones a service has once per environment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from scripts import names
from scripts.model import Alarm, AnyAlarm, CompositeAlarm, DesiredTable
from scripts.monitoring import alarm_words, expressions, fit
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.expressions import MAX_METRICS, Measure, Tolerated
from scripts.monitoring.kinds import BACKUPS, KINDS, OPERATION, PAGE, SERVICE, TABLE, UNHEALTHY, Kind, kind_of
from scripts.monitoring.notify import Notify
from scripts.monitoring.usage import NOT_KNOWN, Expected, Traffic, in_all

DEFAULT = AlarmSettings()
TIMES_THE_PEAK, AT_LEAST = 3, 100  # how much more than the expected peak is far more, and from how many units a second


class Watch(NamedTuple):
    """What the alarms of one table are made from. `traffic`: of the table and its indexes, as far as it is known.

    `peak`: read and write units a second that the table is expected to use at its peak; None: not known.
    """

    state: DesiredTable  # its alarms are not looked at
    notify: Notify
    runbook: str  # a path or a URL; a `#` and the section are put after it
    settings: AlarmSettings = DEFAULT
    traffic: Traffic = MappingProxyType({})
    peak: tuple[float | None, float | None] = (None, None)


def table_alarms(watch: Watch, room: int = fit.ROOM) -> tuple[AnyAlarm, ...]:
    """The alarms of a table and of its indexes; the composite alarm, where several of them get people up, last.

    `room`: bytes that they may take in the template, as compact JSON. A table with many indexes, or long names, gets
    the fullest set that fits: first alarms of several indexes share one, then those of lesser use are left out, in the
    order of `fit.DETAILS`; `fit.remarks` and `dropped` say so.
    """
    return fit.fullest(lambda detail: in_detail(watch, detail), room)


def service_alarms(
    environment: str,
    service: str,
    notify: Notify,
    runbook: str,
    settings: AlarmSettings = DEFAULT,
    expected: Expected = NOT_KNOWN,
    states: Sequence[DesiredTable] = (),
    backups: Mapping[str, Any] | None = None,
) -> tuple[Alarm, ...]:
    """The alarms on the account and Region, and on the service's backups; named after the service that brings them.

    `expected`: the requests of its tables. `backups`: how AWS Backup backs them up, as deployment.yaml has it; None: it does not.
    """
    name = names.service_stack(environment, service)
    found = []
    for kind in KINDS:
        if kind.scope == SERVICE and settings.has(kind) and _has(kind, states, backups):
            threshold = settings.threshold(kind, expected)
            beyond = alarm_words.more_than(kind, threshold)
            if kind.only_with == BACKUPS:
                measure = expressions.failed_jobs(kind, names.backup_vault(environment, service), backups or {})
            else:
                measure = expressions.everywhere(kind) if kind.every else Measure(kind.metric)
            periods = _periods(settings, kind, measure)
            description = alarm_words.describe(kind, "", (), "", beyond, periods, runbook)
            # No composite alarm tells of them, so that a page goes to people, and to the feed like any other.
            actions = (*notify.people, *(notify.feed if settings.severity(kind) == PAGE else ()))
            found.append(_alarm(kind, f"{name}-{kind.name}", measure, threshold, periods, description, actions))
    return tuple(found)


def _has(kind: Kind, states: Sequence[DesiredTable], backups: Mapping[str, Any] | None) -> bool:
    """Whether a service has what a kind of alarm is about."""
    if kind.only_with == BACKUPS:
        return bool(backups)
    return not kind.only_with or any(getattr(state, kind.only_with) for state in states)


def _periods(settings: AlarmSettings, kind: Kind, measure: Measure) -> tuple[int, int]:
    """(datapoints, evaluation periods) as they are set; more of the latter where the newest may be gaps that were filled."""
    datapoints, periods = settings.periods(kind)
    return datapoints, periods + (expressions.SLACK if measure.gaps and periods == datapoints else 0)


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
    if len(paging) > 1:
        return *alarms, _composite(watch, paging)
    # One message about a table: where one alarm gets people up, that tells them itself.
    told = (*watch.notify.people, *watch.notify.feed)
    return tuple(replace(alarm, actions=told) if alarm.name in paging else alarm for alarm in alarms)


def dropped(state: DesiredTable, settings: AlarmSettings) -> tuple[str, ...]:
    """The sections of which a table should have alarms and has none, for want of room in its template."""
    present = {kind.section for alarm in state.alarms if (kind := kind_of(alarm.name))}
    wanted = (kind.section for kind in KINDS if settings.has(kind) and _applies(state, settings, kind))
    return tuple(section for section in dict.fromkeys(wanted) if section not in present)


def _applies(state: DesiredTable, settings: AlarmSettings, kind: Kind) -> bool:
    """Whether a table has anything that a kind of alarm can be about."""
    if kind.scope == OPERATION:
        return bool(settings.latency_p99_ms)
    return kind.scope != SERVICE and ("" in kind.watched or bool(_sides(state, kind)))


def _composite(watch: Watch, children: Sequence[str]) -> CompositeAlarm:
    table = watch.state.name
    return CompositeAlarm(
        name=names.alarm(table, "", UNHEALTHY),
        rule=" OR ".join(f'ALARM("{name}")' for name in children),
        description=alarm_words.describe_composite(table, len(children), watch.runbook),
        # None for OK. It would be told of every table that is deployed, because a new alarm comes from INSUFFICIENT_DATA
        # (CloudWatch API Reference, PutCompositeAlarm), and when the data end with the table.
        actions=watch.notify.people,
    )


def _of_kind(watch: Watch, kind: Kind, detail: fit.Detail) -> Iterator[Alarm]:
    table = watch.state.name
    if not _applies(watch.state, watch.settings, kind):
        return
    if kind.scope == TABLE and "" in kind.watched:
        threshold = watch.settings.threshold(kind, in_all([watch.traffic.get("", ())]))
        yield _made(watch, kind, names.alarm(table, "", kind.name), expressions.single(kind, table), threshold)
    elif kind.scope == OPERATION:
        for operation, limit in watch.settings.latency_p99_ms.items():
            name = names.alarm(table, "", f"{operation}-{kind.name}")
            measure = expressions.single(kind, table, operation=operation)
            yield _made(watch, kind, name, measure, limit, operation=operation)
    else:
        for what, targets in _groups(watch.state, kind, detail.of(kind)):
            measure, threshold = _measure(watch, kind, targets)
            yield _made(watch, kind, names.alarm(table, what, kind.name), measure, threshold, targets)


def _groups(state: DesiredTable, kind: Kind, how: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The table, as "", and its indexes, as an alarm each or as several together watch them: name of the target, targets."""
    targets = _targets(state, kind)
    if how == fit.LEFT_OUT:
        targets = [target for target in targets if not target]
    alone = [] if kind.grouped else targets if how == fit.SEPARATE else [target for target in targets if not target]
    yield from ((target, (target,)) for target in alone)
    together = [target for target in targets if target not in alone]
    size = MAX_METRICS // (4 if kind.section == "capacity" else 2)
    first = 0 if "" in together else 1  # a group with the table in it is named as the table's
    for number, start in enumerate(range(0, len(together), size), first):
        yield f"indexes-{number}" if number else "", tuple(together[start : start + size])


def _targets(state: DesiredTable, kind: Kind) -> list[str]:
    """The table, as "", and the indexes that a kind of alarm can be about."""
    sides = _sides(state, kind)
    return [target for target in ("", *(index.name for index in state.indexes)) if any(s[0] == target for s in sides)]


def _sides(state: DesiredTable, kind: Kind) -> list[tuple[str, str, int]]:
    """What a kind of alarm can be about: (index, "" for the table; Read or Write; units a second where there is a most)."""
    every = ["", *(index.name for index in state.indexes)]
    if kind.section == "on-demand-maximum":
        limits = [
            (t, d, u) for t, *units in state.on_demand_maximum for d, u in zip(("Read", "Write"), units, strict=True)
        ]
        return [side for side in limits if side[2] and side[0] in every]
    if kind.section == "capacity-ceiling":
        return [(s.index, s.kind, s.maximum) for s in state.scaling if s.index in every]
    if kind.section == "consumption":
        return [("", what, 0) for what in ("Read", "Write") if state.billing != "PROVISIONED"]
    if kind.section == "capacity" and state.billing != "PROVISIONED":
        return []
    return [(target, what, 0) for target in every for what in ("Read", "Write")]


def _measure(watch: Watch, kind: Kind, targets: tuple[str, ...]) -> tuple[Measure, float]:
    """What an alarm on these targets measures, and its threshold."""
    table = watch.state.name
    sides = [side for target in targets for side in _sides(watch.state, kind) if side[0] == target]
    if kind.section == "capacity":
        return expressions.utilisation(kind, table, targets), watch.settings.threshold(kind)
    if kind.section == "capacity-ceiling":
        return expressions.share_of(kind, table, sides), watch.settings.threshold(kind)
    if kind.section == "consumption":
        return expressions.exceeding(kind, _consumption(watch, kind), a_second=True)
    parts = []
    for target, what, _ in sides:
        expected = dict(zip(("Read", "Write"), watch.traffic.get(target, (NOT_KNOWN, NOT_KNOWN)), strict=True))[what]
        tolerated = watch.settings.threshold(kind, expected)
        parts.append(Tolerated(kind.watched[what], expressions.dimensions(table, target), tolerated))
    return expressions.exceeding(kind, parts)


def _consumption(watch: Watch, kind: Kind) -> list[Tolerated]:
    """What is set; else three times the peak that is expected; else half of what a table may use by default.

    40,000 units a second (Amazon DynamoDB Developer Guide, ServiceQuotas: throughput default quotas).
    """
    parts = []
    for metric, peak in zip(kind.watched.values(), watch.peak, strict=True):
        known = None if peak is None else max(AT_LEAST, round(TIMES_THE_PEAK * peak))
        tolerated = watch.settings.threshold(kind, default=known)
        parts.append(Tolerated(metric, expressions.dimensions(watch.state.name), tolerated))
    return parts


def _made(
    watch: Watch,
    kind: Kind,
    name: str,
    measure: Measure,
    threshold: float,
    targets: tuple[str, ...] = (),
    operation: str = "",
) -> Alarm:
    """One alarm of a table, with periods and actions as they are set."""
    periods = _periods(watch.settings, kind, measure)
    beyond = alarm_words.beyond(kind, measure.expression, measure.metrics, threshold)
    description = alarm_words.describe(kind, watch.state.name, targets, operation, beyond, periods, watch.runbook)
    actions = watch.notify.feed if watch.settings.severity(kind) == PAGE else watch.notify.people
    return _alarm(kind, name, measure, threshold, periods, description, actions)


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
