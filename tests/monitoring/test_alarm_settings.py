"""The settings of alarms: their schema knows the same sections and operations as the alarms, and every one of them counts."""

import jsonschema

from scripts.model import Alarm
from scripts.monitoring import catalogue
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.kinds import KINDS, LEVELS, SECTIONS, SEVERITIES
from scripts.settings.deployment_file import properties, schema
from scripts.settings.repository_file import known_settings
from tests.for_each import for_each
from tests.monitoring.support import alarms, table

_DEFINITIONS = schema()["$defs"]
SCHEMA = {
    "table": {key: properties()[key] for key in ("alarms", "alarm_rules", "latency_p99_ms")},
    "environment": {
        key: _DEFINITIONS["environment"]["properties"][key] for key in ("alarm_topics", "alarm_encryption")
    },
    "repository": {"repository": known_settings()["repository"]},
}
RULES = SCHEMA["table"]["alarm_rules"]


def test_the_schema_knows_the_same_as_the_alarms() -> None:
    assert tuple(SCHEMA["table"]["alarms"]["enum"]) == LEVELS
    assert tuple(RULES["propertyNames"]["enum"]) == SECTIONS
    assert tuple(RULES["additionalProperties"]["properties"]["severity"]["enum"]) == SEVERITIES
    operations = SCHEMA["table"]["latency_p99_ms"]["propertyNames"]["enum"]
    assert set(operations) <= set(catalogue.operations())
    assert len(set(operations)) == len(operations)


@for_each("group", SCHEMA)
def test_every_part_is_a_schema_with_a_description_and_its_default_is_allowed(group: str) -> None:
    for name, part in SCHEMA[group].items():
        jsonschema.Draft202012Validator.check_schema(part)
        assert part["description"].endswith("."), name
        if "default" in part:
            jsonschema.validate(part["default"], part)


def test_no_alarm_can_be_set_to_look_further_back_than_a_day() -> None:
    limit = RULES["additionalProperties"]["properties"]["evaluation_periods"]["maximum"]
    assert max(kind.period for kind in KINDS) * limit <= 86_400  # CloudWatch, PutMetricAlarm: EvaluationPeriods


def test_settings_come_from_a_plain_mapping() -> None:
    given = {
        "alarms": "full",
        "alarm_rules": {"throttled": {"threshold": 3, "datapoints": 2}, "latency": {"severity": "page"}},
        "latency_p99_ms": {"Query": 30},
    }
    found = alarms(table("ByDay"), settings=AlarmSettings.of(given))
    throttled, latency = found["Orders-throttled"], found["Orders-Query-latency"]
    assert isinstance(throttled, Alarm)
    assert isinstance(latency, Alarm)
    assert (throttled.threshold, throttled.datapoints) == (3, 2)
    assert latency.threshold == 30
    assert latency.name in found["Orders-unhealthy"].rule  # type: ignore[union-attr]
    assert "Orders-transaction-conflicts" in found
    assert AlarmSettings.of({}) == AlarmSettings()
    own = AlarmSettings.of({"alarm_rules": {"throttled": {"threshold": 7}}})
    assert alarms(table(), settings=own)["Orders-throttled"].threshold == 7  # type: ignore[union-attr]
