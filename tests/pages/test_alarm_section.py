"""The alarms on the page of a table."""

from dataclasses import replace

from scripts.model import DesiredTable
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.kinds import SECTIONS
from scripts.pages.alarm_section import alarm_section
from tests.monitoring.support import alarms, provisioned, table
from tests.pages.reading import read


def state(made: DesiredTable, **options: object) -> DesiredTable:
    return replace(made, alarms=tuple(alarms(made, **options).values()))


def rows(**states: DesiredTable) -> list[list[str]]:
    return read("\n\n".join("\n".join(b) if isinstance(b, list) else b for b in alarm_section(states))).tables[0]


def test_every_kind_of_alarm_is_one_row_with_a_link_to_the_runbook() -> None:
    head, *found = rows(prod=state(provisioned("ByDay")))
    assert head == ["The name ends in", "On when", "Watches", "Severity and runbook"]
    by_name = {row[0]: row[1:] for row in found}
    assert by_name["-throttled"] == [
        "more than 10 a minute, in 5 of 7 minutes",
        "table and 1 index",
        "page: throttled",
    ]
    assert by_name["-unhealthy"][1:] == ["all of these", "page: unhealthy"]
    assert by_name["-capacity"][0] == "more than 90 %, for 15 minutes"
    assert {row[3].split(": ")[1] for row in found} <= {*SECTIONS, "unhealthy"}


def test_what_differs_between_environments_is_told_apart() -> None:
    plain, other = (
        state(table("ByDay")),
        state(table("ByDay"), settings=AlarmSettings(sections={"throttled": {"threshold": 70}})),
    )
    head, *found = rows(dev=plain, prod=other)
    assert head[-1] == "In"
    places = {(row[0], row[1]): row[-1] for row in found}
    name = "-throttled"
    assert places[name, "more than 10 a minute, in 5 of 7 minutes"] == "dev"
    assert places[name, "more than 70 a minute, in 5 of 7 minutes"] == "prod"
    assert {row[-1] for row in found if row[0] == "-unhealthy"} == {"everywhere"}


def test_a_table_without_alarms_says_so() -> None:
    assert alarm_section({"dev": replace(table(), alarms=())}) == ["## Alarms", "None: the settings say so."]
