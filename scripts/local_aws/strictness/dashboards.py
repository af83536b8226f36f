"""Dashboards through PutDashboard and through CloudFormation."""

import json
from typing import Any

from scripts.local_aws.strictness import dashboard_schema, sources
from scripts.local_aws.strictness.dashboard_schema import Problem
from scripts.local_aws.strictness.registry import rule
from scripts.local_aws.strictness.table_resource import handler_error

CODE = "InvalidParameterInput"


def messages(problems: list[Problem]) -> list[dict[str, str]]:
    """Problems as DashboardValidationMessages."""
    return [{"DataPath": path, "Message": message} for path, message in problems]


@rule(
    "dashboard-refused",
    "PutDashboard refuses an invalid body with InvalidParameterInput and its validation messages; in a stack the "
    "dashboard fails with them.",
    sources.PUT_DASHBOARD,
)
def sentence(problems: list[Problem]) -> str:
    """The message of the refusal."""
    listed = json.dumps([{"dataPath": path, "message": message} for path, message in problems])
    return f"The dashboard body is invalid, there are {len(problems)} validation errors: {listed}"


def install() -> None:
    """Put these rules in front of the emulator's own functions."""
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.cloudwatch as cloudwatch

    def answer(status: int, body: dict[str, Any]) -> tuple[Any, ...]:
        return status, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(body).encode()

    def put(
        params: Any, data: Any, is_cbor: bool, is_json: bool = False, _original: Any = cloudwatch._put_dashboard
    ) -> tuple[Any, ...]:
        # boto3 speaks JSON.
        if not is_json:
            return _original(params, data, is_cbor, is_json)
        text = str(data.get("DashboardBody") or "")
        if found := dashboard_schema.problems(text):
            body = {"__type": CODE, "message": sentence(found), "dashboardValidationMessages": messages(found)}
            return answer(400, body)
        made = _original(params, data, is_cbor, is_json)
        if made[0] >= 400:
            return made
        return answer(200, {"DashboardValidationMessages": messages(dashboard_schema.warnings(text))})

    def body_of(properties: dict[str, Any], _original: Any = provisioners._cw_dashboard_body) -> str:
        text = _original(properties)
        if found := dashboard_schema.problems(text):
            raise handler_error(sentence(found), CODE)
        return text

    cloudwatch._put_dashboard = put
    provisioners._cw_dashboard_body = body_of
