"""Says why CloudFormation refused a change set: the first cause, with resource, property and what mends it."""

import json
from collections.abc import Mapping
from typing import Any

from scripts.observe.aws import FAILURES, Aws, explain
from scripts.observe.stacks import hint
from scripts.observe.validation_results import HOOK, NAME_CONFLICT, ValidationResult, validation_results

TABLE = "AWS::DynamoDB::Table"
SHOWN = 3  # further findings that are named
WORDS = {
    TABLE: "table",
    "AWS::ApplicationAutoScaling::ScalableTarget": "scalable target",
    "AWS::ApplicationAutoScaling::ScalingPolicy": "scaling policy",
    "AWS::Backup::BackupPlan": "backup plan",
    "AWS::Backup::BackupVault": "backup vault",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::CloudWatch::CompositeAlarm": "composite alarm",
    "AWS::CloudWatch::Dashboard": "dashboard",
    "AWS::SNS::Topic": "topic",
}
NAMES = ("TableName", "AlarmName", "DashboardName", "BackupVaultName", "TopicName")
# The setting in deployment.yaml that a property comes from, by the type of its resource.
SETTINGS: Mapping[str, Mapping[str, str]] = {
    TABLE: {
        "BillingMode": "billing",
        "ContributorInsightsSpecification": "contributor_insights",
        "DeletionProtectionEnabled": "deletion_protection",
        "KinesisStreamSpecification": "kinesis_stream",
        "OnDemandThroughput": "on_demand_maximum",
        "PointInTimeRecoverySpecification": "point_in_time_recovery_days",
        "ProvisionedThroughput": "capacity",
        "ResourcePolicy": "resource_policy",
        "SSESpecification": "encryption",
        "StreamSpecification": "stream",
        "TableClass": "table_class",
        "TableName": "table_prefix",
        "Tags": "tags",
        "TimeToLiveSpecification": "ttl",
        "WarmThroughput": "warm_throughput",
    },
    "AWS::ApplicationAutoScaling::ScalableTarget": {"": "capacity"},
    "AWS::ApplicationAutoScaling::ScalingPolicy": {"": "capacity"},
    "AWS::Backup::BackupPlan": {"": "backups"},
    "AWS::Backup::BackupVault": {"": "backups"},
    "AWS::CloudWatch::Alarm": {"": "alarms"},
    "AWS::KMS::Key": {"": "encryption"},
    "AWS::SNS::Topic": {"": "alarm_encryption"},
}
CONTRACT = ("AttributeDefinitions", "GlobalSecondaryIndexes", "KeySchema", "LocalSecondaryIndexes")
AGAIN = "Then run make generate, merge, and deploy again."
UNREAD = (
    "Which resource and property it is about could not be read ({why}). Let the role call cloudformation:DescribeEvents "
    "(docs/aws-permissions.md) and deploy again: it then says so."
)


def refusal(aws: Aws, change_set: str, template: str, reason: str) -> str:
    """The whole message about a change set that has failed. `reason`: its StatusReason; `template`: JSON.

    Only validation and hooks have more to tell than that sentence. When they cannot be read it says why not.
    """
    try:
        found = validation_results(aws, change_set)
    except FAILURES as error:
        unread = f" {UNREAD.format(why=explain(error).rstrip('.'))}" if "validation" in reason.lower() else ""
        return f"CloudFormation refused the change set: {reason}{hint(reason)}{unread}"
    failed = [result for result in found if not result.warns]
    if not failed:
        return f"CloudFormation refused the change set: {reason}{hint(reason)}"
    resources = json.loads(template).get("Resources", {})
    first, *others = failed
    more = "".join(f" Also: {_words(each, resources)}." for each in others[:SHOWN])
    if len(others) > SHOWN:
        more += f" {len(others) - SHOWN} more findings are like these."
    return (
        "CloudFormation refused the change set before anything was changed. First cause: "
        f"{_words(first, resources)}. {_fix(first, resources)}{more}"
    )


def warnings(aws: Aws, change_set: str, template: str) -> str:
    """What validation had warned of, for an operation that failed; empty if nothing, or if it cannot be read."""
    try:
        found = validation_results(aws, change_set)
    except FAILURES:
        return ""
    resources = json.loads(template).get("Resources", {})
    return "".join(f" AWS had warned: {_words(each, resources)}." for each in found if each.warns)


def _words(result: ValidationResult, resources: Mapping[str, Any]) -> str:
    where = f", property {'/'.join(result.path)}" if result.path else ""
    kind = WORDS.get(result.type, result.type)
    return f"{kind} {_name(result, resources)}{where}: {result.reason}"


def _name(result: ValidationResult, resources: Mapping[str, Any]) -> str:
    """The resource's own name, if the template states it, else its logical id."""
    properties = resources.get(result.resource, {}).get("Properties", {})
    return next((str(properties[key]) for key in NAMES if isinstance(properties.get(key), str)), result.resource)


def _fix(result: ValidationResult, resources: Mapping[str, Any]) -> str:
    if result.check == HOOK:
        return "A CloudFormation hook of the account refuses this. Whoever keeps the hook knows what it asks for."
    if result.check == NAME_CONFLICT:
        return _conflict_fix(result, _name(result, resources))
    root = result.path[0] if result.path else ""
    if result.type == TABLE and root in CONTRACT:
        return f"Mend the keys and indexes of the table in migrationContract.json. {AGAIN}"
    by_property = SETTINGS.get(result.type, {})
    if setting := by_property.get(root) or by_property.get(""):
        return f"Change the setting {setting} in deployment.yaml. {AGAIN}"
    return (
        "No setting causes this: the templates of this project are behind what AWS accepts today. Use a newer version of it, "
        "or report the sentence above to whoever keeps it."
    )


def _conflict_fix(result: ValidationResult, name: str) -> str:
    if result.type == TABLE:
        return (
            "It has come after the plan was made. Run the same command again: the plan offers to take it over as it is."
        )
    return (
        "It exists outside of this stack, and nothing was changed in it. Look whose it is: aws cloudformation "
        f"describe-stack-resources --physical-resource-id '{name}'. Then remove it there, or set table_prefix for this "
        "environment."
    )
