"""The dashboards of a service in an environment, split into several when one would not fit into a template."""

import json
from collections.abc import Sequence
from typing import Any

from scripts import names
from scripts.model import Alarm, CompositeAlarm, DesiredTable
from scripts.monitoring import widgets
from scripts.monitoring.kinds import PAGE, kind_of

# Bytes of a dashboard in a template, as compact JSON: an inline template may have 51,200 (CloudFormation quotas), and
# the first dashboard shares its template with the topics, keys and backup plans of the service.
ROOM = 36_000
STATUS_ROOM = 14_000  # of these, for the states of the alarms of all tables on the first dashboard; else only its own
STATUS_LINE, HEALTH_LINE = 90, 60  # bytes, without the name, of an alarm's ARN and of a table's line in a graph
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
Page = list[tuple[DesiredTable, list[widgets.Widget]]]
WIDGETS_MAX = 500  # per dashboard (CloudWatch, PutDashboard)
METRICS_MAX = 2_500  # per dashboard (CloudWatch user guide, service quotas)


def dashboard_resources(
    service: str, environment: str, states: Sequence[DesiredTable], runbook: str
) -> list[dict[str, dict[str, Any]]]:
    """The dashboards as resources: the first belongs into the service's template, each other one into one of its own."""
    pages = _pages(states)
    found = []
    for number, page in enumerate(pages, 1):
        body = _body(service, environment, states if number == 1 else (), page, runbook, (number, len(pages)))
        name = dashboard_name(environment, service, number)
        text = _COMPACT.encode(body)
        properties = {"DashboardName": name, "DashboardBody": {"Fn::Sub": text} if "${" in text else text}
        found.append({"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}})
    return found


def dashboard_name(environment: str, service: str, number: int = 1) -> str:
    """The name of a dashboard; they are the account's, not a Region's, so it has the environment in it."""
    name = names.service_stack(environment, service)
    return name if number == 1 else f"{name}-{number}"


def _body(
    service: str,
    environment: str,
    every: Sequence[DesiredTable],
    page: Page,
    runbook: str,
    of: tuple[int, int],
) -> dict[str, Any]:
    """One dashboard: a title, the states of alarms, what is wrong over all its tables, then table by table."""
    number, count = of
    which = f", page {number} of {count}" if count > 1 else ""
    here = [state for state, _ in page]
    shown = every if number == 1 and _status_bytes(every) <= STATUS_ROOM else here
    status = widgets.alarm_status("Alarms that get someone up", [name for state in shown for name in _watched(state)])
    rows: list[list[widgets.Widget]] = [[widgets.note(f"# {service} in {environment}{which}\nRunbook: {runbook}")]]
    rows += [[widget] for widget in status]
    rows += [widgets.health(here), *(of_table for _, of_table in page)] if page else []
    return {"widgets": widgets.placed(rows)}


def _watched(state: DesiredTable) -> list[str]:
    """The composite alarm of a table; without one, the table's own alarms that get someone up."""
    composite = [alarm.name for alarm in state.alarms if isinstance(alarm, CompositeAlarm)]
    paging = [
        a.name for a in state.alarms if isinstance(a, Alarm) and (kind := kind_of(a.name)) and kind.severity == PAGE
    ]
    return composite or [name for name in paging if "/" not in name]


def _pages(states: Sequence[DesiredTable]) -> list[Page]:
    """The tables of each dashboard with their widgets, in order: as many as fit."""
    pages: list[Page] = [[]]
    status = _status_bytes(states)
    room = ROOM - (status if status <= STATUS_ROOM else 0)
    used = count = lines = 0
    for state in states:
        of_table = widgets.table(state)
        made = widgets.placed([of_table])
        size = _bytes(made) + 2 * (len(state.name) + HEALTH_LINE) + _status_bytes([state])
        metrics = sum(len(widget["properties"].get("metrics", ())) for widget in made) + 2
        full = used + size > room or count + len(made) > WIDGETS_MAX - 10 or lines + metrics > METRICS_MAX - 10
        if pages[-1] and full:
            pages.append([])
            used = count = lines = 0
            room = ROOM
        pages[-1].append((state, of_table))
        used, count, lines = used + size, count + len(made), lines + metrics
    return pages


def _status_bytes(states: Sequence[DesiredTable]) -> int:
    return sum(len(name.encode()) + STATUS_LINE for state in states for name in _watched(state))


def _bytes(value: Any) -> int:
    """The bytes of a part of a body inside a template: JSON within a string of JSON."""
    return len(_COMPACT.encode(_COMPACT.encode(value)).encode())
