"""What CloudFormation and DynamoDB refuse, and the words in which they do: the product reads them, and passes them on."""

from typing import Any

from scripts.acceptance.scenario import Observations, scenario
from scripts.acceptance.stack import TrialStack, alarm, index, table_properties, table_template
from scripts.acceptance.trial import Trial

DEPLOYMENTS = "Deployments"


@scenario(
    "refused-sets",
    DEPLOYMENTS,
    "Change sets, or their execution, that CloudFormation refuses, and its words: no change, two indexes at once, another key.",
    4,
    1,
    stacks=1,
    tables=1,
)
def refused_change_sets(trial: Trial) -> Observations:
    stack = TrialStack(trial, "refusedsets")
    body = table_template(stack.table)
    yield "creation", stack.change(body)
    yield "no change", stack.change(body)
    two = table_template(stack.table, index("by-a", "a"), index("by-b", "b"))
    yield "two indexes at once", stack.change(two)
    yield "two indexes at once: reason", stack.failures().get("Table", "none")
    other: dict[str, Any] = table_template(stack.table)
    other["Resources"]["Table"]["Properties"] |= {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    }
    made = stack.propose(other)
    yield "another key", f"{made['Status']} {made.get('StatusReason', '')}".strip()
    changes = [change["ResourceChange"] for change in made["Changes"]]
    yield "another key: replacement", ", ".join(c.get("Replacement", "none") for c in changes) or "none"
    yield "another key: policy action", ", ".join(c.get("PolicyAction", "none") for c in changes) or "none"


@scenario(
    "validation",
    DEPLOYMENTS,
    "What pre-deployment validation says in `DescribeEvents`: an unknown key, a missing one, a name that exists.",
    2,
    stacks=3,
    tables=1,
)
def validation(trial: Trial) -> Observations:
    unknown = TrialStack(trial, "validunknown")
    yield from _told("unknown key", trial, unknown, table_template(unknown.table, PointInTimeRecovery=True))
    missing = TrialStack(trial, "validmissing")
    body = table_template(missing.table)
    del body["Resources"]["Table"]["Properties"]["KeySchema"]
    yield from _told("missing key", trial, missing, body)
    taken = TrialStack(trial, "validtaken")
    tags = [{"Key": "Environment", "Value": taken.table.removesuffix("-Orders")}]
    trial.client("dynamodb").create_table(**table_properties(taken.table, Tags=tags))
    trial.settled(taken.table)
    yield from _told("name that exists", trial, taken, table_template(taken.table))


def _told(what: str, trial: Trial, stack: TrialStack, body: dict[str, Any]) -> Observations:
    made = stack.propose(body)
    yield f"{what}: change set", f"{made['Status']} {made.get('StatusReason', '')}".strip()
    pages = trial.client("cloudformation").get_paginator("describe_events").paginate(ChangeSetName=made["ChangeSetId"])
    events = [e for page in pages for e in page["OperationEvents"] if e["EventType"] == "VALIDATION_ERROR"]
    for number, event in enumerate(events, 1):
        for key in ("ValidationName", "ValidationPath", "ValidationStatusReason", "ValidationFailureMode"):
            yield f"{what}: {key} {number}", event.get(key, "none")


@scenario(
    "revert",
    DEPLOYMENTS,
    "What a change set with REVERT_DRIFT does for each type of resource: it says what has drifted, and brings it back.",
    4,
    stacks=1,
    tables=1,
)
def revert(trial: Trial) -> Observations:
    stack = TrialStack(trial, "revert")
    body = table_template(stack.table, DeletionProtectionEnabled=True)
    body["Resources"]["Alarm"] = alarm(trial, "revert")
    body["Resources"]["Gone"] = alarm(trial, "revert", "gone")
    body["Resources"]["Board"] = {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": trial.environment("revert"), "DashboardBody": '{"widgets": []}'},
    }
    body["Resources"]["Topic"] = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"TopicName": trial.environment("revert"), "KmsMasterKeyId": "alias/aws/sns"},
    }
    yield "creation", stack.change(body)
    trial.client("dynamodb").update_table(TableName=stack.table, DeletionProtectionEnabled=False)
    trial.settled(stack.table)
    cloudwatch = trial.client("cloudwatch")
    cloudwatch.put_metric_alarm(**{**body["Resources"]["Alarm"]["Properties"], "Threshold": 99})
    cloudwatch.delete_alarms(AlarmNames=[body["Resources"]["Gone"]["Properties"]["AlarmName"]])
    text = '{"widgets": [{"type": "text", "width": 1, "height": 1, "properties": {"markdown": "x"}}]}'
    cloudwatch.put_dashboard(DashboardName=trial.environment("revert"), DashboardBody=text)
    arn = f"{trial.aws.arn('sns')}:{trial.environment('revert')}"
    trial.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")
    yield "a usual change set", stack.change(body)
    made = stack.propose(body, DeploymentMode="REVERT_DRIFT")
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in made["Changes"]}
    for name in body["Resources"]:
        found = changes.get(name, {})
        yield (
            f"{name}: action and drift",
            f"{found.get('Action', 'none')} {found.get('ResourceDriftStatus', '')}".strip(),
        )
    if made["Status"] == "FAILED":
        yield "revert", f"refused: {made.get('StatusReason', '')}"
        return
    trial.client("cloudformation").execute_change_set(ChangeSetName=made["ChangeSetId"])
    yield "revert", stack.status()
    yield "Table: deletion protection", str(trial.settled(stack.table)["DeletionProtectionEnabled"])
    names = [body["Resources"][name]["Properties"]["AlarmName"] for name in ("Alarm", "Gone")]
    live = cloudwatch.describe_alarms(AlarmNames=names)["MetricAlarms"]
    yield "Alarm, Gone: thresholds", ", ".join(str(each["Threshold"]) for each in live)
    attributes = trial.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    yield "Topic: key", attributes.get("KmsMasterKeyId", "none") or "none"
