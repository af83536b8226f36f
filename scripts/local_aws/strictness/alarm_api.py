"""Alarms through the CloudWatch API and through CloudFormation, metric math included."""

import copy
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.alarm_limits import SINGLE_METRIC, Alarm, alarm_problem
from scripts.local_aws.strictness.property_changes import boolean
from scripts.local_aws.strictness.registry import RequestRefused, rule
from scripts.local_aws.strictness.service_model import refuse_by_model, typed
from scripts.local_aws.strictness.table_resource import already_exists, handler_error

TYPE = "AWS::CloudWatch::Alarm"

rule(
    "alarm-import",
    "A named alarm that exists can be imported into a stack.",
    sources.IMPORT,
)


def metric_queries(queries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Metrics as DescribeAlarms returns them: numbers as numbers, ReturnData always there."""
    result = copy.deepcopy(queries)
    for query in result:
        query["ReturnData"] = boolean(query.get("ReturnData", True))
        for holder in (query, query.get("MetricStat") or {}):
            if holder.get("Period") is not None:
                holder["Period"] = int(holder["Period"])
    return result


def with_math(record: Alarm, queries: list[dict[str, Any]]) -> Alarm:
    """The record of a metric-math alarm, made from that of a single-metric one."""
    kept = {name: value for name, value in record.items() if name not in SINGLE_METRIC}
    return {**kept, "Dimensions": [], "Metrics": metric_queries(queries)}


@rule(
    "alarm-statistic",
    "DescribeAlarms tells Statistic or ExtendedStatistic, the one that was given.",
    sources.PUT_ALARM,
)
def one_statistic(record: Alarm) -> Alarm:
    """The record without a statistic that nobody has asked for. `record` is changed and returned."""
    if record.get("ExtendedStatistic"):
        record.pop("Statistic", None)
    return record


def install() -> None:
    """Put these rules in the place of the emulator's own functions."""
    import ministack.services.cloudformation.changesets as changesets
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.cloudwatch as cloudwatch

    def record(name: str, properties: Alarm, _original: Any = provisioners._cw_metric_alarm_record) -> Alarm:
        try:
            refuse_by_model("monitoring", "PutMetricAlarm", typed("monitoring", "PutMetricAlarm", properties))
            if problem := alarm_problem(properties):
                raise RequestRefused(problem)
        except RequestRefused as refusal:
            raise handler_error(str(refusal), "ValidationError") from None
        queries = properties.get("Metrics")
        if not queries:
            return one_statistic(_original(name, properties))
        # The emulator knows only alarms on one metric: let it make one and put the metrics in its place.
        single = {key: value for key, value in properties.items() if key != "Metrics"}
        single |= {"MetricName": "math", "Namespace": "math"}
        single.setdefault("Threshold", 0)
        return with_math(_original(name, single), queries)

    def create(logical_id: str, properties: Alarm, stack_name: str) -> tuple[str, dict[str, Any]]:
        name = properties.get("AlarmName") or provisioners._physical_name(stack_name, logical_id, max_len=255)
        if name in cloudwatch._alarms or name in cloudwatch._composite_alarms:
            raise handler_error(already_exists(TYPE, name), "AlreadyExists")
        return provisioners._cw_metric_alarm_put(name, properties)

    def put(
        params: Any, data: Any, is_cbor: bool, is_json: bool = False, _original: Any = cloudwatch._put_metric_alarm
    ) -> tuple[Any, ...]:
        # The query protocol carries no structure here; boto3 speaks CBOR or JSON.
        queries = data.get("Metrics") if is_cbor or is_json else None
        if (is_cbor or is_json) and (problem := alarm_problem(data)):
            return cloudwatch._error("ValidationError", problem, 400, use_json=is_json, use_cbor=is_cbor)
        answer = _original(params, data, is_cbor, is_json)
        if answer[0] < 400 and (is_cbor or is_json):
            name = data["AlarmName"]
            made = one_statistic(cloudwatch._alarms[name])
            cloudwatch._alarms[name] = with_math(made, queries) if queries else made
        return answer

    def import_problem(name: str) -> str | None:
        if name in cloudwatch._alarms:
            return None
        return f"Resource of type '{TYPE}' with identifier '{name}' was not found."

    def adopt(identifier: dict[str, str]) -> tuple[str, dict[str, Any]]:
        name = identifier["AlarmName"]
        return name, {"Arn": cloudwatch._alarms[name]["AlarmArn"]}

    provisioners._cw_metric_alarm_record = record
    provisioners._cw_metric_alarm_create = create
    provisioners._RESOURCE_HANDLERS[TYPE] |= {"create": create, "import": adopt}
    cloudwatch._put_metric_alarm = put
    changesets._IMPORT_LOOKUPS[TYPE] = (("AlarmName",), import_problem)
