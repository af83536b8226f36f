"""Composite alarms through the CloudWatch API and through CloudFormation."""

import json
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.alarm_limits import Alarm
from scripts.local_aws.strictness.property_changes import Properties, boolean
from scripts.local_aws.strictness.registry import RequestRefused, rule, upheld
from scripts.local_aws.strictness.service_model import refuse_by_model
from scripts.local_aws.strictness.table_resource import already_exists, handler_error

TYPE = "AWS::CloudWatch::CompositeAlarm"
ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")
SUPPRESSION = ("ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod")

upheld(
    "composite-rule-syntax",
    "AlarmRule is made of ALARM(name), OK(name), INSUFFICIENT_DATA(name), AT_LEAST, AND, OR, NOT, TRUE, FALSE and "
    "parentheses; anything else is refused with its position.",
    sources.PUT_COMPOSITE,
)
upheld(
    "composite-references",
    "The alarms that AlarmRule names must exist.",
    sources.PUT_COMPOSITE,
)
upheld(
    "composite-in-use",
    "An alarm that a composite alarm names cannot be deleted, and one request deletes one composite alarm at most.",
    sources.DELETE_ALARMS,
)
rule(
    "composite-resource",
    "Templates make, change, import and delete composite alarms; a new name is a replacement.",
    sources.COMPOSITE_RESOURCE,
)


@rule(
    "composite-suppressor",
    "ActionsSuppressor comes with both of its periods. AWS's wording is not known.",
    sources.PUT_COMPOSITE,
)
def composite_problem(alarm: Alarm) -> str | None:
    """Why CloudWatch would refuse this composite alarm whatever it names, or None."""
    if len({alarm.get(name) is None for name in SUPPRESSION}) > 1:
        return f"{', '.join(SUPPRESSION)} must be specified together"
    return None


def composite_request(name: str, properties: Properties) -> Alarm:
    """The PutCompositeAlarm request of a template's properties."""
    names = ("AlarmRule", "AlarmDescription", "ActionsSuppressor", *ACTIONS)
    request: Alarm = {"AlarmName": name} | {key: properties[key] for key in names if properties.get(key) is not None}
    request |= {key: int(properties[key]) for key in SUPPRESSION[1:] if properties.get(key) is not None}
    return request | {"ActionsEnabled": boolean(properties.get("ActionsEnabled", True))}


def install() -> None:
    """Put these rules in front of the emulator's own functions and add the resource type."""
    import ministack.services.cloudformation.changesets as changesets
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.cloudwatch as cloudwatch

    def put(
        params: Any, data: Any, is_cbor: bool, is_json: bool = False, _original: Any = cloudwatch._put_composite_alarm
    ) -> tuple[Any, ...]:
        # The query protocol carries no structure here; boto3 speaks CBOR or JSON.
        structured = is_cbor or is_json
        if structured and (problem := composite_problem(data)):
            return cloudwatch._error("ValidationError", problem, 400, use_json=is_json, use_cbor=is_cbor)
        answer = _original(params, data, is_cbor, is_json)
        if structured and answer[0] < 400:
            kept = {key: data[key] for key in SUPPRESSION if data.get(key) is not None}
            cloudwatch._composite_alarms[data["AlarmName"]] |= kept
        return answer

    def put_from_template(name: str, properties: Properties) -> tuple[str, dict[str, Any]]:
        request = composite_request(name, properties)
        try:
            refuse_by_model("monitoring", "PutCompositeAlarm", request)
        except RequestRefused as refusal:
            raise handler_error(str(refusal), refusal.code) from None
        status, _, body = put({}, request, False, True)
        if status >= 400:
            error = json.loads(body)
            raise handler_error(error["message"], error["__type"])
        arn = cloudwatch._composite_alarms[name]["AlarmArn"]
        cloudwatch.cloudformation_set_metric_alarm_tags(name, properties.get("Tags") or [])
        return name, {"Arn": arn}

    def create(logical_id: str, properties: Properties, stack_name: str) -> tuple[str, dict[str, Any]]:
        name = properties.get("AlarmName") or provisioners._physical_name(stack_name, logical_id, max_len=255)
        if name in cloudwatch._alarms or name in cloudwatch._composite_alarms:
            raise handler_error(already_exists(TYPE, name), "AlreadyExists")
        return put_from_template(name, properties)

    def update(physical_id: str, _old: Properties, new: Properties, _stack: str) -> tuple[str, dict[str, Any]]:
        return put_from_template(physical_id, new)

    def delete(physical_id: str, _properties: Properties) -> None:
        if physical_id not in cloudwatch._composite_alarms:
            return
        status, _, body = cloudwatch._delete_alarms({}, {"AlarmNames": [physical_id]}, False, True)
        if status >= 400:
            error = json.loads(body)
            raise handler_error(error["message"], error["__type"])

    def import_problem(name: str) -> str | None:
        if name in cloudwatch._composite_alarms:
            return None
        return f"Resource of type '{TYPE}' with identifier '{name}' was not found."

    def adopt(identifier: dict[str, str]) -> tuple[str, dict[str, Any]]:
        name = identifier["AlarmName"]
        return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}

    cloudwatch._put_composite_alarm = put
    provisioners._RESOURCE_HANDLERS[TYPE] = {"create": create, "update": update, "delete": delete, "import": adopt}
    provisioners._REPLACING_PROPERTIES[TYPE] = ("AlarmName",)
    provisioners._STACK_TAG_PROPERTY[TYPE] = ("Tags", "list")
    changesets._IMPORT_LOOKUPS[TYPE] = (("AlarmName",), import_problem)
