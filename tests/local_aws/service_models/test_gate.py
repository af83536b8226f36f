"""Requests that break their model, sent to the local AWS by a client that does not look at them first."""

from typing import Any

import boto3
from botocore.config import Config

from tests.for_each import for_each
from tests.local_aws.support import client, provokes, refusal

# (service, operation, request, the refusal): one for each protocol and each code of an error
SENT: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "json": ("dynamodb", "list_tables", {"ExclusiveStartTableName": ["Orders"]},
             "SerializationException: Unrecognized collection type class java.lang.String"),
    "json, constraint": ("dynamodb", "list_tables", {"Limit": 101},
                         "ValidationException: 1 validation error detected: Value '101' at 'limit' failed to satisfy "
                         "constraint: Member must have value less than or equal to 100"),
    "json with the code of a form": ("cloudwatch", "describe_alarms", {"MaxRecords": 101},
                                     "ValidationError: 1 validation error detected: Value '101' at 'maxRecords' failed "
                                     "to satisfy constraint: Member must have value less than or equal to 100"),
    "form": ("cloudformation", "describe_change_set", {"StackName": "one", "ChangeSetName": "?"},
             "ValidationError: 1 validation error detected: Value '?' at 'changeSetName' failed to satisfy constraint: "
             "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/]*"),
    "form, nothing there": ("sns", "get_topic_attributes", {},
                            "ValidationError: 1 validation error detected: Value null at 'topicArn' failed to satisfy "
                            "constraint: Member must not be null"),
    "path": ("backup", "create_backup_vault", {"BackupVaultName": "o"},
             "InvalidParameterValueException: Backup vault name o is not valid"),
    "query string": ("backup", "list_backup_plans", {"MaxResults": 0},
                     "InvalidParameterValueException: 1 validation error detected: Value '0' at 'maxResults' failed to "
                     "satisfy constraint: Member must have value greater than or equal to 1"),
    "tagging": ("resourcegroupstaggingapi", "get_resources", {"ResourcesPerPage": -1, "ResourceARNList": [""]},
                "InvalidParameterException: 1 validation error detected: Value '' at 'resourceARNList.1.member' failed "
                "to satisfy constraint: Member must have length greater than or equal to 1"),
    "keys": ("kms", "schedule_key_deletion", {"KeyId": "k", "PendingWindowInDays": 0},
             "ValidationException: 1 validation error detected: Value '0' at 'pendingWindowInDays' failed to satisfy "
             "constraint: Member must have value greater than or equal to 1"),
}  # fmt: skip


@provokes("service-model")
@for_each(("service", "operation", "request_", "answer"), SENT.values(), ids=SENT)
def test_refused(service: str, operation: str, request_: dict[str, Any], answer: str) -> None:
    unchecked = boto3.Session(region_name="eu-west-1").client(service, config=Config(parameter_validation=False))
    assert refusal(getattr(unchecked, operation), **request_) == answer


@provokes("service-model")
def test_what_breaks_its_model_is_seen_before_what_exists() -> None:
    update = client("dynamodb").update_table
    assert "enum value set: [PROVISIONED, " in refusal(update, TableName="nowhere", BillingMode="ON_DEMAND")
    assert refusal(update, TableName="nowhere", BillingMode="PAY_PER_REQUEST").startswith("ResourceNotFoundException: ")
