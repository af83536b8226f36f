"""What people read of alarms and dashboards, whole: descriptions, limits, who is told, and the titles of widgets."""

import json
from dataclasses import replace

from scripts.model import Alarm, AnyAlarm, DesiredTable
from scripts.monitoring.alarm_resources import alarm_resources
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.dashboard import make_dashboards
from scripts.monitoring.notify import runbook
from tests.golden import Golden
from tests.monitoring.support import (
    EVERYTHING,
    RUNBOOK,
    alarms,
    limited,
    of_service,
    provisioned,
    table,
    with_alarms,
)

LONG = "A" * 60  # names are shortened in descriptions


def _told(alarm: AnyAlarm, logical_id: str) -> str:
    """An alarm as the person reads it who is told of it, and what it takes to tell."""
    lines = [alarm.name, f"  id           {logical_id}", f"  description  {alarm.description}"]
    if isinstance(alarm, Alarm):
        watched = alarm.expression or f"{alarm.statistic} of {alarm.metric} {dict(alarm.dimensions)}"
        lines += [f"  watches      {watched}", *(f"               {query}" for query in alarm.metrics)]
        limit = f"{alarm.threshold:g} in {alarm.datapoints} of {alarm.evaluation_periods} periods of {alarm.period} s"
        lines += [f"  fires        {alarm.comparison} {limit}; no data: {alarm.missing_data}"]
    else:
        lines += [f"  rule         {alarm.rule}"]
    return "\n".join([*lines, f"  tells        {', '.join(alarm.actions)}"])


def _text(*groups: tuple[str, DesiredTable, int, AlarmSettings]) -> str:
    parts = []
    for title, state, detail, settings in groups:
        found = tuple(alarms(state, detail, settings=settings).values())
        ids = list(alarm_resources(found))
        parts += [f"=== {title}", *(_told(alarm, id) for alarm, id in zip(found, ids, strict=True))]
    return "\n\n".join(parts) + "\n"


def test_alarms_of_tables(golden: Golden) -> None:
    golden.check(
        "alarms.txt",
        _text(
            ("provisioned", provisioned(), 0, EVERYTHING),
            ("with an on-demand maximum, indexes together", limited("ByDay", "ByHour"), 2, AlarmSettings("standard")),
            ("an index, and long names", table(LONG, name=LONG), 0, AlarmSettings("essential")),
        ),
    )


def test_alarms_of_a_service(golden: Golden) -> None:
    settings = replace_level(EVERYTHING, {"user-errors": {"threshold": 2.5, "datapoints": 1, "evaluation_periods": 1}})
    found = of_service(settings, backups={"retention_days": 90})
    golden.check("service_alarms.txt", "\n\n".join(_told(alarm, "-") for alarm in found) + "\n")


def replace_level(settings: AlarmSettings, sections: dict[str, dict[str, float]]) -> AlarmSettings:
    """The settings with these rules."""
    return settings._replace(sections=sections)


def test_where_the_runbook_is() -> None:
    assert runbook("shop") == "generated/shop/runbook.md"
    address = "https://github.com/acme/tables"
    assert runbook("shop", f"{address}/") == f"{address}/blob/HEAD/generated/shop/runbook.md"


def test_dashboards(golden: Golden) -> None:
    few = [with_alarms(provisioned("ByDay")), with_alarms(replace(limited(), name="Carts"))]
    many = [with_alarms(table(*(f"By{n}" for n in range(9)), name=f"Table{number}")) for number in range(14)]
    parts = []
    backups = {"retention_days": 90, "copy_to": ["arn:aws:backup:eu-central-1:444455556666:backup-vault:copies"]}
    own = of_service(states=few, backups=backups)
    for title, states in (("two tables", few), ("so many tables that there are several", many)):
        for resource in make_dashboards("shop", "prod", states, RUNBOOK, own).resources.values():
            properties = resource["Dashboard"]["Properties"]
            text = properties["DashboardBody"]
            body = json.loads(text["Fn::Sub"] if isinstance(text, dict) else text)
            parts.append(f"=== {title}: {properties['DashboardName']}")
            for widget in body["widgets"]:
                properties = widget["properties"]
                size = f"{widget['width']}x{widget['height']}"
                head = properties.get("title") or properties.get("markdown")
                shown = json.dumps(properties.get("metrics", properties.get("alarms", "")))
                parts.append(
                    f"{widget['type']} {size} {head}\n    {shown[:300] if title == 'two tables' else len(shown)}"
                )
    golden.check("dashboards.txt", "\n".join(parts) + "\n")
