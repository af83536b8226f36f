"""TTL of a table, as the direct API sets and tells it."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.clock import settings as clock_settings
from scripts.local_aws.strictness.now import MINUTE, now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

_TTL_CLOCK = "_local_aws_describes_left"
_TTL_CHANGED = "_local_aws_changed"
TOO_OFTEN = "Time to live has been modified multiple times within a fixed interval"


@rule(
    "ttl-change",
    "TTL is enabled on one attribute; enabling it twice, disabling it twice, naming another attribute while it is on, "
    "and changing it again before the last change has settled are refused.",
    sources.UPDATE_TTL,
)
def refuse_ttl_change(specification: Request, setting: dict[str, Any]) -> None:
    """Raise Refused when AWS would not make this change to the TTL setting of a table."""
    enabled, attribute = bool(specification.get("Enabled")), specification.get("AttributeName")
    on = setting.get("TimeToLiveStatus") == "ENABLED"
    if setting.get(_TTL_CLOCK):
        raise RequestRefused(TOO_OFTEN)
    if on and setting.get("AttributeName") != attribute:
        raise RequestRefused(
            "TimeToLive is active on a different AttributeName: "
            f"current AttributeName is {setting.get('AttributeName')}"
        )
    if on == enabled:
        raise RequestRefused(f"TimeToLive is already {'enabled' if on else 'disabled'}")


@rule(
    "ttl-interval",
    "The TTL of a table can be changed once per hour.",
    sources.UPDATE_TTL,
)
def refuse_early_ttl_change(setting: dict[str, Any], now: float, interval: float) -> None:
    """Raise Refused when the last change is less than `interval` minutes ago. `now` in seconds since 1970."""
    changed = setting.get(_TTL_CHANGED)
    if changed is not None and now < changed + interval * MINUTE:
        raise RequestRefused(TOO_OFTEN)


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.dynamodb as dynamodb
    from ministack.core.responses import error_response_json, json_response

    def update_ttl(data: Request, _original: Any = dynamodb._update_ttl) -> tuple[Any, ...]:
        name = dynamodb._normalize_table_name(data.get("TableName"))
        if name not in dynamodb._tables:
            return _original(data)
        setting = dynamodb._ttl_settings.get(name, {})
        refuse_early_ttl_change(setting, now(), clock_settings.ttl_interval)
        refuse_ttl_change(data.get("TimeToLiveSpecification") or {}, setting)
        answer = _original(data)
        dynamodb._ttl_settings[name] |= {_TTL_CLOCK: clock_settings.ttl, _TTL_CHANGED: now()}
        return answer

    def describe_ttl(data: Request) -> tuple[Any, ...]:
        name = dynamodb._normalize_table_name(data.get("TableName"))
        if name not in dynamodb._tables:
            return error_response_json(
                "ResourceNotFoundException", f"Requested resource not found: Table: {name} not found", 400
            )
        setting = dynamodb._ttl_settings.get(name, {})
        status, left = setting.get("TimeToLiveStatus", "DISABLED"), setting.get(_TTL_CLOCK, 0)
        description = {"TimeToLiveStatus": status.replace("ED", "ING") if left else status}
        if status == "ENABLED" or left:
            description["AttributeName"] = setting["AttributeName"]
        if left:
            setting[_TTL_CLOCK] = left - 1
        return json_response({"TimeToLiveDescription": description})

    dynamodb._update_ttl = update_ttl
    dynamodb._describe_ttl = describe_ttl
