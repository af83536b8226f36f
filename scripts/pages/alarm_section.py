"""The alarms of a table in a few rows: what each kind of them watches, when it is on, and where to read what to do."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scripts.model import Alarm, CompositeAlarm, DesiredTable
from scripts.monitoring import alarm_words
from scripts.monitoring.kinds import PAGE, SECTIONS, TICKET, UNHEALTHY, Kind, kind_of
from scripts.pages.common import count
from scripts.text.markdown import code, codes, link, table

_RUNBOOK = "../runbook.md"
_INDEX = "GlobalSecondaryIndexName"


class _Row(NamedTuple):
    """The alarms of one section of the runbook, in one environment. Equal rows of several environments become one."""

    section: str
    names: tuple[str, ...]
    alarms: int
    watches: str
    when: str
    severity: str


def alarm_section(states: Mapping[str, DesiredTable]) -> list[list[str] | str]:
    """The section of a table's page. `states`: the table in each environment, by the environment's name."""
    where: dict[_Row, list[str]] = {}
    for environment, state in states.items():
        for row in _rows(state):
            where.setdefault(row, []).append(environment)
    if not where:
        return ["## Alarms", "None: the settings say so."]
    differ = any(len(names) < len(states) for names in where.values())
    head = ("The name ends in", "On when", "Watches", "Severity and runbook")
    rows = [(*_cells(row), *([_where(names, states)] if differ else [])) for row, names in where.items()]
    return ["## Alarms", table((*head, *(["In"] if differ else [])), rows)]


def _where(names: Iterable[str], states: Mapping[str, DesiredTable]) -> str:
    names = list(names)
    return "everywhere" if len(names) == len(states) else codes(names)


def _cells(row: _Row) -> tuple[str, ...]:
    runbook = f"{row.severity}: {link(row.section, f'{_RUNBOOK}#{row.section}')}"
    return codes(f"-{name}" for name in row.names), row.when, row.watches, runbook


def _rows(state: DesiredTable) -> list[_Row]:
    composite = [alarm for alarm in state.alarms if isinstance(alarm, CompositeAlarm)]
    rule = "".join(alarm.rule for alarm in composite)
    found: dict[str, list[tuple[Kind, Alarm]]] = {section: [] for section in SECTIONS}
    for alarm in state.alarms:
        kind = kind_of(alarm.name)
        if kind and isinstance(alarm, Alarm):
            found[kind.section].append((kind, alarm))
    rows = [_row(section, pairs, rule) for section, pairs in found.items() if pairs]
    if composite:
        when = "any alarm of severity page below is on; this one tells people"
        rows.insert(0, _Row(UNHEALTHY, (UNHEALTHY,), 1, "all of these", when, PAGE))
    return rows


def _row(section: str, pairs: list[tuple[Kind, Alarm]], rule: str) -> _Row:
    """`rule`: of the composite alarm, which is made of the alarms that get someone up; empty where there is none."""
    kind = pairs[0][0]
    names = tuple(dict.fromkeys(kind.name for kind, _ in pairs))
    beyond = _beyond(kind, [alarm for _, alarm in pairs])
    spans = dict.fromkeys(alarm_words.span(kind, (alarm.datapoints, alarm.evaluation_periods)) for kind, alarm in pairs)
    severity = kind.severity
    if rule:
        severity = PAGE if any(f'"{alarm.name}"' in rule for _, alarm in pairs) else TICKET
    when = f"{beyond} {kind.unit}".rstrip() + f", {' or '.join(spans)}"
    return _Row(section, names, len(pairs), _watched([alarm for _, alarm in pairs]), when, severity)


def _beyond(kind: Kind, alarms: list[Alarm]) -> str:
    """What the alarms do not tolerate; where they differ, each with what it watches."""
    found: dict[str, list[str]] = {}
    for alarm in alarms:
        words = alarm_words.beyond(kind, alarm.expression, alarm.metrics, alarm.threshold)
        found.setdefault(words, []).extend(code(place) if place else "table" for place in sorted(_places([alarm])))
    if len(found) == 1:
        return next(iter(found))
    return "; ".join(f"{words} ({', '.join(dict.fromkeys(places))})" for words, places in found.items())


def _places(alarms: Iterable[Alarm]) -> set[str]:
    """The indexes that the alarms watch, "" for the table."""
    return {
        dict(dimensions).get(_INDEX, "")
        for alarm in alarms
        for dimensions in (alarm.dimensions, *(query.dimensions for query in alarm.metrics))
        if dimensions
    }


def _watched(alarms: list[Alarm]) -> str:
    places = _places(alarms)
    indexes = len(places - {""})
    return " and ".join(
        filter(None, ["table" if "" in places else "", count(indexes, "index", "indexes") * bool(indexes)])
    )
