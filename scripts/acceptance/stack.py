"""A stack that a scenario changes by change sets of its own, for what no deployment of the product does."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scripts.acceptance.trial import Trial

ENDS = ("_COMPLETE", "FAILED")


def table_properties(name: str, *indexes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Properties of an on-demand table with the partition key `pk`, for a template and for CreateTable."""
    keys = sorted({"pk", *(key["AttributeName"] for index in indexes for key in index["KeySchema"])})
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
        **({"GlobalSecondaryIndexes": list(indexes)} if indexes else {}),
        **more,
    }


def index(name: str, key: str) -> dict[str, Any]:
    """A global secondary index that projects all."""
    keys = [{"AttributeName": key, "KeyType": "HASH"}]
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}


def table_template(name: str, *indexes: dict[str, Any], policy: str = "Retain", **more: Any) -> dict[str, Any]:
    """A template of one table that is retained, as those of the product are."""
    properties = table_properties(name, *indexes, **more)
    table = {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": policy,
        "UpdateReplacePolicy": policy,
        "Properties": properties,
    }
    return {"Resources": {"Table": table}}


def alarm_properties(name: str, table: str, **more: Any) -> dict[str, Any]:
    """Properties of an alarm on a table, for a template and for PutMetricAlarm."""
    return {
        "AlarmName": name,
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": table}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        **more,
    }


def alarm(trial: "Trial", id: str, name: str = "alarm", **more: Any) -> dict[str, Any]:
    """An alarm of a template."""
    environment = trial.environment(id)
    properties = alarm_properties(f"{environment}-{name}", f"{environment}-Orders", **more)
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


class TrialStack:
    """A stack of one table; `id` is a part of its name, and of the table's."""

    def __init__(self, trial: "Trial", id: str) -> None:
        self._trial = trial
        self.name = f"dynamodb-{trial.environment(id)}-Orders"
        self.table = f"{trial.environment(id)}-Orders"
        self._made = 0
        self._client = trial.client("cloudformation")

    def propose(self, body: dict[str, Any], kind: str = "", **more: Any) -> dict[str, Any]:
        """Create a change set and describe it when it has been made, or was refused."""
        self._made += 1
        name = f"change-{self._made}"
        self._client.create_change_set(
            StackName=self.name,
            ChangeSetName=name,
            ChangeSetType=kind or ("CREATE" if self._made == 1 else "UPDATE"),
            TemplateBody=json.dumps(body),
            Tags=[{"Key": "Environment", "Value": self.table.removesuffix("-Orders")}],
            **more,
        )

        def look() -> dict[str, Any] | None:
            made = self._client.describe_change_set(StackName=self.name, ChangeSetName=name)
            return made if made["Status"].endswith(ENDS) else None

        return self._trial.until(look, f"the change set {name} of {self.name}")

    def change(self, body: dict[str, Any], kind: str = "", execute: dict[str, Any] | None = None, **more: Any) -> str:
        """Create and execute a change set; the status that the stack ends with, or why the change set was refused."""
        made = self.propose(body, kind, **more)
        if made["Status"] == "FAILED":
            return f"refused: {made.get('StatusReason', '')}"
        self._client.execute_change_set(ChangeSetName=made["ChangeSetId"], **(execute or {}))
        return self.status()

    def status(self) -> str:
        """The status of the stack as soon as CloudFormation has ended."""

        def look() -> str | None:
            status = self._client.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]
            return status if status.endswith(ENDS) else None

        return self._trial.until(look, f"the operation of {self.name}", 60)

    def events(self) -> list[dict[str, Any]]:
        """All events, newest first."""
        pages = self._client.get_paginator("describe_stack_events").paginate(StackName=self.name)
        return [event for page in pages for event in page["StackEvents"]]

    def failures(self) -> dict[str, str]:
        """The reason of the last failure of each resource that has failed."""
        failed = [event for event in reversed(self.events()) if event["ResourceStatus"].endswith("_FAILED")]
        return {event["LogicalResourceId"]: event.get("ResourceStatusReason", "") for event in failed}
