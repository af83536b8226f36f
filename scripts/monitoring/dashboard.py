"""The dashboards of a service in an environment, split into several when one would not fit into a template.

Each line of a body is about one table, and nothing in it depends on where in the list a table stands: CloudWatch itself finds
the places of the widgets.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from scripts import names
from scripts.limits import DASHBOARD_METRICS, DASHBOARD_WIDGETS
from scripts.model import Alarm, CompositeAlarm, DesiredTable
from scripts.monitoring import widgets
from scripts.monitoring.kinds import PAGE, TICKET, kind_of
from scripts.parts import ALWAYS_FIRST, NOTHING, Parts, share_out

# Bytes of a dashboard in a template, as compact JSON: an inline template may have 51,200 (CloudFormation quotas), and
# the first dashboard shares its template with the topics, keys and backup plans of the service, and shows its alarms.
ROOM, ROOM_OF_FIRST = 48_000, 34_000
STATUS_ROOM = 14_000  # of the first one's, for the states of the alarms of all tables; else it has only its own
STATUS_LINE, HEALTH_LINE = 90, 66  # bytes, without the name, of an alarm's ARN and of a table's line in a graph
Room = tuple[int, int, int]  # what a table takes on a dashboard: bytes, widgets, metrics
Rooms = Mapping[str, Room]  # by the name of the table
NO_ROOMS: Rooms = MappingProxyType({})
Wanted = Callable[[int, Sequence[str]], bool]
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class Dashboards(NamedTuple):
    """The dashboards as resources, by number, and the names of the tables on each.

    1 belongs into the service's template, each other one into one of its own.
    """

    resources: dict[int, dict[str, dict[str, Any]]]
    parts: Parts


def make_dashboards(
    service: str,
    environment: str,
    states: Sequence[DesiredTable],
    runbook: str,
    alarms: Sequence[Alarm] = (),
    kept: Mapping[str, int] = NOTHING,
    rooms: Rooms = NO_ROOMS,
    wanted: Wanted | None = None,
) -> Dashboards:
    """The dashboards of a service. `alarms`: its own, which the first one shows; `kept`: the number of the one that each table is on.

    `rooms`: those that are known already; `wanted`: whether a dashboard beyond the first is to be made, by its number and tables; None: all are.
    """
    ordered = sorted(states, key=lambda state: state.name)
    by_name = {state.name: state for state in ordered}
    found = {}
    parts = _pages(by_name, {state.name: rooms.get(state.name) or room_of(state) for state in ordered}, kept)
    for number, numbered in parts.items():
        if wanted and number > 1 and not wanted(number, numbered):
            continue
        here = [by_name[name] for name in numbered if name != ALWAYS_FIRST]
        shown = ordered if number == 1 and _status_bytes(ordered) <= STATUS_ROOM else here
        name = dashboard_name(environment, service, number)
        part = f", part {number}" if number > 1 else ""
        head = f"# {service} in {environment}{part}\nRunbook: {runbook}"
        text = _body(head, alarms if number == 1 else (), shown, here)
        properties = {"DashboardName": name, "DashboardBody": {"Fn::Sub": text} if "${" in text else text}
        found[number] = {"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}}
    return Dashboards(found, parts)


def dashboard_name(environment: str, service: str, number: int = 1) -> str:
    """The name of a dashboard; they are the account's, not a Region's, so it has the environment in it."""
    name = names.service_stack(environment, service)
    return name if number == 1 else f"{name}-{number}"


def _body(head: str, alarms: Sequence[Alarm], shown: Sequence[DesiredTable], here: Sequence[DesiredTable]) -> str:
    """One dashboard: a title, the states of alarms, what is wrong over all its tables, then table by table."""
    paging = [*_of(alarms, PAGE), *(name for state in shown for name in _watched(state))]
    tickets = [*_of(alarms, TICKET), *(name for state in here for name in _of(state.alarms, TICKET))]
    status = [
        *widgets.alarm_status("Alarms that get someone up", paging),
        *widgets.alarm_status("Alarms that open a ticket", tickets),
    ]
    lines = [_line(widget) for widget in widgets.sized([widgets.note(head)])]
    lines += [_lines(widget, "alarms") for one in status for widget in widgets.sized([one])]
    lines += (
        [_lines(widget, "metrics") for widget in widgets.sized([*widgets.health(here), *widgets.backups(alarms)])]
        if here
        else []
    )
    lines += [line for state in here for line in _table_lines(state)]
    return '{{"widgets":[\n{}\n]}}'.format(",\n".join(lines))


def _table_lines(state: DesiredTable) -> list[str]:
    return [_line(widget) for widget in widgets.sized(widgets.table(state))]


def _line(widget: widgets.Widget) -> str:
    return _COMPACT.encode(widget)


def _lines(widget: widgets.Widget, key: str) -> str:
    """A widget with a line for each entry of a list, so that a table more changes one."""
    entries = widget["properties"][key]
    listed = "[\n{}\n]".format(",\n".join(map(_COMPACT.encode, entries)))
    return _line(widget).replace(_COMPACT.encode(entries), listed)


def _watched(state: DesiredTable) -> list[str]:
    """The composite alarm of a table; without one, the table's own alarms that get someone up."""
    composite = [alarm.name for alarm in state.alarms if isinstance(alarm, CompositeAlarm)]
    return composite or [name for name in _of(state.alarms, PAGE) if "/" not in name]


def _of(alarms: Iterable[Alarm | CompositeAlarm], severity: str) -> list[str]:
    """The names of the alarms on metrics that get someone up, or of those that can wait for the morning."""
    return [a.name for a in alarms if (kind := kind_of(a.name)) and kind.severity == severity]


def _pages(states: Mapping[str, DesiredTable], rooms: Rooms, kept: Mapping[str, int]) -> Parts:
    """The names of the tables on each dashboard, by its number. `states`: by name."""
    status = _status_bytes(states.values())
    of_first = ROOM_OF_FIRST - (status if status <= STATUS_ROOM else 0)
    needed = {**rooms, ALWAYS_FIRST: (0, 0, 0)}

    def fits(number: int, page: Sequence[str], share: float) -> bool:
        size, count, metrics = (sum(column) for column in zip(*(needed[name] for name in page), strict=True))
        sizes = (
            (size, of_first if number == 1 else ROOM),
            (count, DASHBOARD_WIDGETS.room),
            (metrics, DASHBOARD_METRICS.room),
        )
        return all(takes <= room * share for takes, room in sizes)

    return share_out(needed, fits, kept)


def room_of(state: DesiredTable) -> Room:
    """What a table takes on a dashboard."""
    lines = _table_lines(state)
    of_widgets = sum(len(_COMPACT.encode(line).encode()) + 1 for line in lines)
    metrics = sum(line.count("[") for line in lines)  # each is a list, and so are all metrics of a widget
    tickets = sum(len(name.encode()) + STATUS_LINE for name in _of(state.alarms, TICKET))
    return of_widgets + 2 * (len(state.name) + HEALTH_LINE) + _status_bytes([state]) + tickets, len(lines), metrics


def _status_bytes(states: Iterable[DesiredTable]) -> int:
    return sum(len(name.encode()) + STATUS_LINE for state in states for name in _watched(state))
