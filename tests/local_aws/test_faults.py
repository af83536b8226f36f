"""Calls that fail when they are told to, and the list of all calls."""

import functools
import json
import os
from typing import Any

import boto3
import pytest
from botocore.config import Config

from scripts.local_aws import LocalAws
from scripts.local_aws.api_calls import call_of

from .support import Stack, alarm, described, refusal, table, template


def once(service: str) -> Any:
    """A client that does not try again by itself."""
    return _once(service, os.environ["AWS_ENDPOINT_URL"])


@functools.cache
def _once(service: str, _endpoint: str) -> Any:
    return boto3.Session(region_name="eu-west-1").client(service, config=Config(retries={"total_max_attempts": 1}))


# Operations of each protocol: service, operation, its request.
CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "json": ("dynamodb", "CreateTable", table()),
    "json with a name of its own": ("cloudwatch", "PutMetricAlarm", alarm()),
    "query": ("cloudformation", "CreateStack", {"StackName": "orders", "TemplateBody": json.dumps(template(table()))}),
    "rest": ("backup", "CreateBackupVault", {"BackupVaultName": "orders"}),
    "scaling": ("application-autoscaling", "DescribeScalableTargets", {"ServiceNamespace": "dynamodb"}),
}
SIGNED = {"cloudwatch": "monitoring"}


def invoke(made: Any, named: str, **request: Any) -> Any:
    methods = made.meta.method_to_api_mapping
    return getattr(made, next(name for name, api in methods.items() if api == named))(**request)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("code", ["ThrottlingException", "ExpiredToken", "InternalFailure"])
def test_call_fails_before_it_does_anything(aws: LocalAws, call: tuple[str, str, dict[str, Any]], code: str) -> None:
    service, operation, request = call
    aws.fail(f"{SIGNED.get(service, service)}:{operation}", code)
    message = refusal(invoke, made=once(service), named=operation, **request)
    assert message.startswith(f"{code}: ")
    invoke(once(service), operation, **request)
    assert aws.calls() == [f"{SIGNED.get(service, service)}:{operation}"] * 2


def test_message_times_and_after(aws: LocalAws) -> None:
    aws.fail("ListTables", "ThrottlingException", times=2, after=1)
    aws.fail("dynamodb:Describe*", "ValidationException", "no")
    database = once("dynamodb")
    database.list_tables()
    assert [refusal(database.list_tables) for _ in range(2)] == ["ThrottlingException: Rate exceeded"] * 2
    database.list_tables()
    assert refusal(database.describe_table, TableName="Orders") == "ValidationException: no"
    assert refusal(database.describe_table, TableName="Orders").startswith("ResourceNotFoundException")
    assert aws.calls() == ["dynamodb:ListTables"] * 4 + ["dynamodb:DescribeTable"] * 2


def test_answer_of_a_call_is_lost(aws: LocalAws) -> None:
    aws.fail("CreateTable", "InternalServerError", done=True)
    assert refusal(once("dynamodb").create_table, **table()).startswith("InternalServerError")
    assert described()["TableName"] == "Orders"


def test_stack_operation_continues_where_a_call_failed(aws: LocalAws) -> None:
    stack = Stack()
    proposed = stack.propose(template(table()))
    aws.fail("ExecuteChangeSet", "ExpiredToken")
    assert refusal(stack.client.execute_change_set, ChangeSetName=proposed["ChangeSetId"]).startswith("ExpiredToken")
    assert stack.status() == "REVIEW_IN_PROGRESS"
    stack.client.execute_change_set(ChangeSetName=proposed["ChangeSetId"])
    assert stack.status() == "CREATE_COMPLETE"
    # What CloudFormation does inside is no call of the client.
    assert {name.split(":")[0] for name in aws.calls()} == {"cloudformation"}


def test_reset_forgets_calls_and_faults(aws: LocalAws) -> None:
    aws.fail("ListTables", "ThrottlingException", times=9)
    aws.reset()
    once("dynamodb").list_tables()
    assert aws.calls() == ["dynamodb:ListTables"]
    aws.reset()
    assert aws.calls() == []


def test_path_of_an_unknown_operation_is_its_name() -> None:
    headers = {"authorization": "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/backup/aws4_request"}
    named = [call_of(method, path, headers, b"") for method, path in (("GET", "/backup/plans/1/"), ("GET", "/none"))]
    assert [call.name for call in named if call] == ["backup:GetBackupPlan", "backup:GET /none"]
    assert call_of("GET", "/", {}, b"") is None
