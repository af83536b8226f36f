"""What the tests of the local AWS share: small tables, small templates, and a stack that is driven by change sets."""

import json
import os
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.for_each import for_each

Template = dict[str, Any]
_CLIENTS: dict[tuple[str, str, str], Any] = {}


def client(service: str, region: str = "eu-west-1") -> Any:
    """A boto3 client of the running local AWS, made once per endpoint."""
    key = (os.environ["AWS_ENDPOINT_URL"], service, region)
    if key not in _CLIENTS:
        # A user agent of its own, because botocore makes its usual one anew for each call.
        _CLIENTS[key] = boto3.Session(region_name=region).client(service, config=Config(user_agent="tests"))
    return _CLIENTS[key]


def provokes(*rules: str) -> Any:
    """Say which rules a test provokes. `test_rules` makes sure that every rule has one."""
    return lambda test: pytest.mark.usefixtures("aws")(pytest.mark.provokes(*rules)(test))


def provokes_each(names: tuple[str, ...], cases: dict[str, tuple[Any, ...]]) -> Any:
    """A test of many cases, which must leave nothing behind: by the name of each, the rule that it provokes, and its arguments."""
    rules = sorted({rule for rule, *_ in cases.values()})
    arguments = [tuple(arguments) for _, *arguments in cases.values()]
    return lambda test: pytest.mark.provokes(*rules)(for_each(names, arguments, ids=cases)(test))


def refusal(operation: Any, **request: Any) -> str:
    """The refusal of a call as 'code: message'. Fails when the call is not refused."""
    with pytest.raises(ClientError) as raised:
        operation(**request)
    error = raised.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def definitions(*names: str, **types: str) -> list[dict[str, str]]:
    return [{"AttributeName": n, "AttributeType": "S"} for n in names] + [
        {"AttributeName": n, "AttributeType": t} for n, t in types.items()
    ]


def keys(partition: str | list[str], sort: str | list[str] = ()) -> list[dict[str, str]]:
    def named(names: Any, kind: str) -> list[dict[str, str]]:
        names = [names] if isinstance(names, str) else names
        return [{"AttributeName": name, "KeyType": kind} for name in names]

    return named(partition, "HASH") + named(sort, "RANGE")


def index(name: str, key: list[dict[str, str]] | str, projection: str = "ALL", **more: Any) -> dict[str, Any]:
    included = {"NonKeyAttributes": more.pop("included")} if "included" in more else {}
    schema = keys(key) if isinstance(key, str) else key
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": projection, **included}, **more}


def table(*indexes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Properties of a table, for CreateTable and for a template alike, with the definitions that its keys need."""
    schema = more.pop("KeySchema", keys("pk"))
    schemas = [schema, *(i["KeySchema"] for i in [*indexes, *more.get("LocalSecondaryIndexes", [])])]
    names = {element["AttributeName"] for each in schemas for element in each}
    return {
        "TableName": "Orders",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": schema,
        "AttributeDefinitions": definitions(*sorted(names)),
        **({"GlobalSecondaryIndexes": list(indexes)} if indexes else {}),
        **more,
    }


def alarm(**more: Any) -> dict[str, Any]:
    """Properties of an alarm, for PutMetricAlarm and for a template alike."""
    return {
        "AlarmName": "Orders-throttled",
        "Namespace": "AWS/DynamoDB",
        "MetricName": "ReadThrottleEvents",
        "Dimensions": [{"Name": "TableName", "Value": "Orders"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 5,
        "DatapointsToAlarm": 5,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        **more,
    }


def math(metrics: int, expression: str = "", **more: Any) -> dict[str, Any]:
    """Properties of a metric-math alarm over so many metrics."""
    single = ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")
    kept = {name: value for name, value in alarm().items() if name not in single}
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "SystemErrors", "Dimensions": alarm()["Dimensions"]}
    queries: list[dict[str, Any]] = [
        {"Id": f"m{n}", "ReturnData": False, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
        for n in range(metrics)
    ]
    total = expression or "+".join(query["Id"] for query in queries)
    return {**kept, "Metrics": [{"Id": "total", "Expression": total, "ReturnData": True}, *queries], **more}


def template(properties: dict[str, Any] | None = None, policy: str = "Retain", **resources: Any) -> Template:
    """A template with one table, when its properties are given, and more resources."""
    own = {} if properties is None else {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": policy,
            "UpdateReplacePolicy": "Retain",
            "Properties": properties,
        }
    }  # fmt: skip
    return {"Resources": {**own, **resources}}


def alarm_resource(**more: Any) -> dict[str, Any]:
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm(**more)}


class Stack:
    """A stack that is changed by change sets, as the project does it."""

    def __init__(self, name: str = "dynamodb-test-orders", region: str = "eu-west-1") -> None:
        self.name, self.client, self.made = name, client("cloudformation", region), 0

    def propose(self, body: Template, kind: str | None = None, **options: Any) -> dict[str, Any]:
        """Create a change set and describe it."""
        self.made += 1
        kind = kind or ("CREATE" if self.made == 1 else "UPDATE")
        name = f"change-{self.made}"
        self.client.create_change_set(
            StackName=self.name, ChangeSetName=name, ChangeSetType=kind, TemplateBody=json.dumps(body), **options
        )
        return self.client.describe_change_set(StackName=self.name, ChangeSetName=name)

    def deploy(self, body: Template, kind: str | None = None, execute: Any = None, **options: Any) -> str:
        """Create and execute a change set; the status that the stack ends with."""
        made = self.propose(body, kind, **options)
        assert made["Status"] == "CREATE_COMPLETE", made["StatusReason"]
        self.client.execute_change_set(ChangeSetName=made["ChangeSetId"], **(execute or {}))
        return self.status()

    def deploy_one_by_one(self, before: Template, after: Template) -> str:
        """Change one property of the table after the other, then the rest; the first status that is no success."""
        body = json.loads(json.dumps(before))
        properties, wanted = (each["Resources"]["Table"]["Properties"] for each in (body, after))
        for name in sorted(properties.keys() | wanted.keys()):
            changed = {**properties, name: wanted[name]} if name in wanted else dict(properties)
            if name not in wanted:
                del changed[name]
            if changed == properties:
                continue
            properties = body["Resources"]["Table"]["Properties"] = changed
            if (status := self.deploy(body, "UPDATE")) != "UPDATE_COMPLETE":
                return status
        return self.deploy(after, "UPDATE") if body != after else "UPDATE_COMPLETE"

    def status(self) -> str:
        return self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]

    def failures(self) -> dict[str, str]:
        """The reason of the last failure of each resource that has failed."""
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
        return {event["LogicalResourceId"]: event.get("ResourceStatusReason", "") for event in failed}

    def delete(self) -> str:
        stack_id = self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        self.client.delete_stack(StackName=self.name)
        return self.client.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]


def described(name: str = "Orders", region: str = "eu-west-1") -> dict[str, Any]:
    return client("dynamodb", region).describe_table(TableName=name)["Table"]


def index_states(name: str = "Orders") -> tuple[str, dict[str, str]]:
    """The status of the table and of each index, from one DescribeTable call."""
    live = described(name)
    return live["TableStatus"], {i["IndexName"]: i["IndexStatus"] for i in live.get("GlobalSecondaryIndexes", [])}


def settle(name: str = "Orders", calls: int = 20) -> None:
    """Describe until the table and its indexes are ACTIVE."""
    for _ in range(calls):
        status, indexes = index_states(name)
        if status == "ACTIVE" and set(indexes.values()) <= {"ACTIVE"}:
            return
    raise AssertionError(f"{name} has not settled after {calls} calls")
