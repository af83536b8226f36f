"""Settings without effect. What is stated where nothing uses it."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from scripts.capacity.economics import load_of
from scripts.edit import Place
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.kinds import BACKUPS, KINDS, OPERATION, SERVICE, Kind
from scripts.problems import Rule
from scripts.project.settings_rules.case import Case
from scripts.properties.exceptions import DEPARTURES

# Reported by the reader of the file: a setting is idle only where no table in no environment uses it.
IDLE_SETTING = Rule(
    "S271",
    "Settings have an effect",
    "Nothing uses {setting}: {why}.",
    "{hint}",
    "Whoever wrote it believes that it holds.",
    "defaults: {deletion_protection_reason: rebuilt every night}",
    "defaults: {deletion_protection: false, deletion_protection_reason: rebuilt every night}",
    severity="warning",
)


class Stated(NamedTuple):
    """A setting that can be idle: its place, and why it has no effect in this case; `why` is empty where it has one."""

    place: Place
    why: str = ""
    hint: str = "Remove it."


def stated(case: Case, of_service: Mapping[str, Any]) -> Iterator[Stated]:
    """The settings of one table in one environment that could be without effect.

    `of_service`: the settings of a table about which nothing is said, after which the alarms of the service are made.
    """
    for key, value, reason in DEPARTURES:
        if case.settings[reason]:
            found = case.settings[key]
            is_value = {True: "on", False: "off"}.get(found, found)
            hint = f"Remove it, or write {key}: {'false' if value is False else value}."
            yield Stated((reason,), "" if found == value else f"{key} is {is_value}", hint)
    if case.settings["contributor_insights_shows_keys"]:
        shown = case.settings["contributor_insights"] != "off" and case.customer_key
        yield Stated(
            ("contributor_insights_shows_keys",),
            "" if shown else "no key is shown that a customer managed key encrypts",
        )
    if case.settings["billing"] == "advise":
        load = load_of(case.settings, case.table, case.patterns)
        why = "" if load and not load.unknown else "it chooses by the traffic, and not all of it is stated"
        yield Stated(("billing",), why, "State the traffic, or write billing: on-demand.")
    yield from _alarms(case, AlarmSettings.of(of_service))


def _alarms(case: Case, of_service: AlarmSettings) -> Iterator[Stated]:
    settings = AlarmSettings.of(case.settings)
    latency = next(kind for kind in KINDS if kind.scope == OPERATION)
    if case.settings["latency_p99_ms"]:
        why = "" if settings.has(latency) else f"alarms is {settings.level}, which has no alarms on latency"
        yield Stated(("latency_p99_ms",), why, "Write alarms: standard, or remove it.")
    for section, rule in settings.sections.items():
        reasons = [_why_not(case, settings, of_service, kind) for kind in KINDS if kind.section == section]
        yield Stated(("alarm_rules", section), "" if "" in reasons else next(iter(reasons), ""), "Remove it.")
        if section == latency.section and "threshold" in rule:
            hint = "Write the objectives into latency_p99_ms, for example {GetItem: 10}, and remove it."
            yield Stated(("alarm_rules", section, "threshold"), "each operation has a limit of its own", hint)


def _why_not(case: Case, settings: AlarmSettings, of_service: AlarmSettings, kind: Kind) -> str:
    """Why there is no alarm of this kind that these settings could change; empty where there is one."""
    level = of_service if kind.scope == SERVICE else settings
    if not level.has(kind):
        return f"alarms is {level.level}; level {kind.level} has this alarm"
    if kind.scope == SERVICE and kind.section not in of_service.sections:
        return "the alarm is one for the whole service, not of a table"
    missing = {
        BACKUPS: "" if case.environment.backups else "the environment has no backups",
        "kinesis_stream": "" if case.settings["kinesis_stream"] else "no table has a kinesis_stream",
    }.get(kind.only_with, "")
    if kind.section == "on-demand-maximum" and not case.settings["on_demand_maximum"]:
        missing = "no on_demand_maximum is set"
    elif kind.section in ("capacity", "capacity-ceiling", "consumption"):
        provisioned = case.effective()["billing"] == "provisioned"
        if provisioned == (kind.section == "consumption"):
            missing = f"the billing is {'provisioned' if provisioned else 'on demand'}"
    elif kind.scope == OPERATION and not settings.latency_p99_ms:
        missing = "no latency_p99_ms is set"
    return missing
