"""A change set that CloudFormation refuses is explained: resource, property, reason, and what mends it."""

import html
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts import plan
from scripts.deployment.change_sets import Deployment
from scripts.deployment.refused_change_set import CONTRACT, SETTINGS, TABLE, refusal
from scripts.folders import LOCAL_RECORDS
from scripts.github.deployment_page import to_markdown
from scripts.github.outcomes import outcomes
from scripts.github.workflow_run import RunEnvironment
from scripts.local_aws.strictness.provider_schema import schema
from scripts.observe import aws as aws_connection
from scripts.observe.aws import Aws
from scripts.observe.stacks import StackError
from scripts.observe.waiting import Waiting
from scripts.planning import stack_operations
from tests.local_aws.support import alarm, alarm_resource, client, table, template
from tests.shop import ENVIRONMENT, Shop

ROOT = Path(__file__).parents[2]
NAME = "dynamodb-test-shop-Orders"
TOO_LONG = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 36}
FAILED_ALARM = {"DependsOn": "Table", **alarm_resource(EvaluationPeriods=5, DatapointsToAlarm=6)}


def refused(properties: dict[str, Any], **resources: Any) -> str:
    """What a deployment says of a template that does not come through. Nothing of it is left."""
    body = json.dumps(template(properties, **resources))
    with pytest.raises(StackError) as raised:
        Deployment(Aws("eu-west-1"), Waiting(), lambda _: None).run(
            NAME, body, {"Service": "shop", "Environment": "test"}
        )
    return str(raised.value)


@pytest.mark.usefixtures("aws")
def test_property() -> None:
    assert refused(table(PointInTimeRecoverySpecification=TOO_LONG)) == (
        "CloudFormation refused the change set before anything was changed. First cause: table Orders, property "
        "PointInTimeRecoverySpecification/RecoveryPeriodInDays: 36 is not less or equal to 35. Change the setting "
        "point_in_time_recovery_days in deployment.yaml. Then run make generate, merge, and deploy again."
    )
    assert client("cloudformation").describe_stacks()["Stacks"] == []


@pytest.mark.usefixtures("aws")
def test_of_several_the_first_is_explained_and_others_are_named() -> None:
    message = refused(table(Colour="red", Size=1, Shape=2, Weight=3, Age=4), Watch=alarm_resource(Colour="red"))
    assert message.startswith(
        "CloudFormation refused the change set before anything was changed. First cause: table Orders"
    )
    assert "No setting causes this" in message
    assert message.count(" Also: ") == 3
    assert message.endswith("2 more findings are like these.")


@pytest.mark.usefixtures("aws")
def test_keys_of_the_contract_and_alarms_by_their_settings() -> None:
    index = {"IndexName": "by-pk", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
    keys = refused(table(GlobalSecondaryIndexes=[index]))
    assert "table Orders, property GlobalSecondaryIndexes/0: required key [Projection] not found" in keys
    assert "Mend the keys and indexes of the table in migrationContract.json." in keys
    watch = refused(table(), Watch=alarm_resource(EvaluationPeriods=0))
    assert "alarm Orders-throttled, property EvaluationPeriods: 0 is not greater or equal to 1" in watch
    assert "Change the setting alarms in deployment.yaml." in watch


@pytest.mark.usefixtures("aws")
def test_name_that_exists() -> None:
    client("cloudwatch").put_metric_alarm(**alarm())
    message = refused(table(), Watch=alarm_resource())
    assert "First cause: alarm Orders-throttled: Resource of type 'AWS::CloudWatch::Alarm' with identifier" in message
    look = "aws cloudformation describe-stack-resources --physical-resource-id 'Orders-throttled'"
    assert look in message
    client("dynamodb").create_table(**table())
    assert "Run the same command again: the plan offers to take it over as it is." in refused(table())


@pytest.mark.parametrize("code", ["AccessDenied", "InvalidAction", "Throttling"])
def test_what_cannot_be_read_is_said_and_the_refusal_stays_one(
    aws: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The role lacks the permission, the Region does not know the operation, or AWS does not answer."""
    once = aws_connection.Config
    monkeypatch.setattr(aws_connection, "Config", lambda **o: once(**{**o, "retries": {"total_max_attempts": 1}}))
    aws.fail("DescribeEvents", code, f"not allowed to call it: {code}", times=99)
    message = refused(table(PointInTimeRecoverySpecification=TOO_LONG))
    assert message.startswith(
        "CloudFormation refused the change set: The following hook(s)/validation failed: "
        "[AWS::EarlyValidation::PropertyValidation]."
    )
    assert f"could not be read (DescribeEvents: not allowed to call it: {code}" in message
    assert "Let the role call cloudformation:DescribeEvents (docs/aws-permissions.md) and deploy again" in message
    assert client("cloudformation").describe_stacks()["Stacks"] == []


def test_warning_is_told_when_the_operation_fails(aws: Any) -> None:
    aws.set_quotas(tables=0)
    message = refused(table(), Watch=FAILED_ALARM)
    assert "ended in ROLLBACK_COMPLETE. First cause: Watch" in message
    assert message.endswith("AWS had warned: table Orders: The account would have 1 tables, more than its quota of 0.")


def test_warning_that_cannot_be_read_hides_no_cause(aws: Any) -> None:
    aws.fail("DescribeEvents", "AccessDenied", times=99)
    message = refused(table(), Watch=FAILED_ALARM)
    assert "First cause: Watch" in message
    assert "DescribeEvents" not in message


class Answers:
    """An AWS whose DescribeEvents gives these pages."""

    def __init__(self, *pages: list[dict[str, Any]]) -> None:
        self._pages = pages

    def client(self, _service: str) -> "Answers":
        return self

    def describe_events(self, NextToken: str = "0", **_: Any) -> dict[str, Any]:
        number = int(NextToken)
        more = {"NextToken": str(number + 1)} if number + 1 < len(self._pages) else {}
        return {"OperationEvents": self._pages[number], **more}


def said(*pages: list[dict[str, Any]], reason: str = "The following hook(s)/validation failed: [x].") -> str:
    body = json.dumps(template(table()))
    return refusal(Answers(*pages), "arn:change-set", body, reason)  # type: ignore[arg-type]


def test_hooks_and_pages_and_what_is_no_result() -> None:
    whole = {"EventType": "STACK_EVENT", "OperationStatus": "FAILED"}
    skipped = {"EventType": "VALIDATION_ERROR", "ValidationStatus": "SKIPPED", "ValidationName": "SERVICE_QUOTA"}
    hook = {
        "EventType": "HOOK_INVOCATION_ERROR",
        "LogicalResourceId": "Table",
        "ResourceType": TABLE,
        "HookType": "Corp::Tags::Hook",
        "HookStatusReason": "Tag CostCenter\nis missing.",
        "HookFailureMode": "FAIL",
    }
    message = said([whole, skipped], [hook])
    assert "First cause: table Orders: Corp::Tags::Hook: Tag CostCenter is missing. A CloudFormation hook of" in message


@pytest.mark.parametrize("reason", ["Template error: nothing to read.", "The following validation failed: [x]."])
def test_without_a_result_the_sentence_of_the_change_set_stays(reason: str) -> None:
    assert said([], reason=reason) == f"CloudFormation refused the change set: {reason}"


def test_every_setting_that_is_named_exists() -> None:
    given = json.loads((ROOT / "contracts" / "deployment.schema.json").read_text())["$defs"]
    known = {*given["settingsProperties"]["properties"], *given["environment"]["properties"]}
    assert {setting for by_property in SETTINGS.values() for setting in by_property.values()} - known == set()


def test_every_property_of_a_table_has_its_way_out() -> None:
    kinds = schema(TABLE) or {}
    never = {"Arn", "StreamArn", "ImportSourceSpecification", "VectorIndexes"}  # not in the templates of this project
    assert set(kinds["properties"]) - never == {*SETTINGS[TABLE], *CONTRACT}


def test_refusal_at_the_terminal_in_the_report_in_the_record_and_in_the_comment(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS takes fewer days than this project knows: the stack of one table is refused, the other is deployed."""
    made = stack_operations.submitted_template

    def too_many_days(state: Any, *place: str) -> dict[str, Any]:
        body = made(state, *place)
        recovery = body["Resources"]["Table"]["Properties"]["PointInTimeRecoverySpecification"]
        if recovery["RecoveryPeriodInDays"] == 14:
            recovery["RecoveryPeriodInDays"] = 36
        return body

    assert plan.main(["--environment", ENVIRONMENT, "--each-service", "--report", f"artifacts/plan-{ENVIRONMENT}"]) == 2
    monkeypatch.setattr(stack_operations, "submitted_template", too_many_days)
    cause = (
        "table Orders, property PointInTimeRecoverySpecification/RecoveryPeriodInDays: 36 is not less or equal to 35. "
        "Change the setting point_in_time_recovery_days in deployment.yaml. Then run make generate"
    )
    assert shop.deploy() == 1
    assert "Traceback" not in shop.err
    assert (
        f"Orders: CloudFormation refused the change set before anything was changed. First cause: {cause}" in shop.err
    )
    assert client("dynamodb").list_tables()["TableNames"] == ["Books"]

    report = shop.root / "build" / "deploy" / ENVIRONMENT / "execution.json"
    stacks = json.loads(report.read_text())["stacks"]
    stack = f"dynamodb-{ENVIRONMENT}-shop-Orders"
    assert {name for name, done in stacks.items() if done["outcome"] == "failed"} == {stack}
    assert cause in stacks[stack]["reason"]

    page = (shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT / "deployment.md").read_text()
    assert plain(cause) in plain(page)

    (shop.root / "artifacts" / f"report-{ENVIRONMENT}.shop").mkdir()
    shutil.copy(report, shop.root / "artifacts" / f"report-{ENVIRONMENT}.shop")
    found = outcomes(shop.root / "artifacts", [RunEnvironment(ENVIRONMENT, "eu-west-1")], [])
    comment = to_markdown(found, "a" * 40, "https://github.com/o/r/actions/runs/1")
    assert plain(cause) in plain(comment)
    assert stack in comment


def plain(text: str) -> str:
    """Markdown without what it escapes and how it breaks lines."""
    return " ".join(html.unescape(text).replace("\\", "").split())
