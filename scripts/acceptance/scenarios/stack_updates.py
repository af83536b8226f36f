"""Changes of what is deployed: indexes in steps, values that were changed by hand, and what CloudFormation does with a mixed change."""

import json
from typing import Any

from scripts.acceptance.every_setting import attributes, table
from scripts.acceptance.scenario import Observations, scenario
from scripts.acceptance.stack import TrialStack, index, table_template
from scripts.acceptance.trial import Trial

DEPLOYMENTS = "Deployments"
ITEMS = 25


@scenario(
    "indexes",
    DEPLOYMENTS,
    "Two new indexes of a table with items are made in two steps, and the removal of one in another.",
    30,
    2,
    stacks=2,
    tables=1,
    long=True,
)
def indexes(trial: Trial) -> Observations:
    keys = attributes(id="S", a="S", b="S", c="S")
    indexed = [{"index_name": f"By-{key}", "pk": key} for key in "abc"]
    service = trial.service("indexes", [table("Orders", attributes=keys, gsis=indexed[2:])])
    yield "creation", service.deploy()
    database = trial.client("dynamodb")
    for number in range(ITEMS):
        item = {"id": {"S": str(number)}, "a": {"S": "x"}, "b": {"S": "y"}, "c": {"S": "z"}}
        database.put_item(TableName=service.table("Orders"), Item=item)
    before = _updates(trial, service.stack("Orders"))
    service.write([table("Orders", attributes=keys, gsis=indexed[:2])])
    yield "plan", service.plan()
    yield "change", service.deploy()
    yield "stack updates", str(_updates(trial, service.stack("Orders")) - before)
    yield "differences", service.problems()
    for key in "ab":
        found = database.query(
            TableName=service.table("Orders"),
            IndexName=f"By-{key}",
            KeyConditionExpression="#k = :k",
            ExpressionAttributeNames={"#k": key},
            ExpressionAttributeValues={":k": {"S": "x" if key == "a" else "y"}},
        )
        yield f"items in By-{key}", str(found["Count"])


def _updates(trial: Trial, stack: str) -> int:
    """How many operations of a stack have begun."""
    pages = trial.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=stack)
    return sum(
        event["ResourceStatus"] == "UPDATE_IN_PROGRESS" and event["PhysicalResourceId"] == event["StackId"]
        for page in pages
        for event in page["StackEvents"]
    )


@scenario(
    "by-hand",
    DEPLOYMENTS,
    "A value that somebody changed by hand stays when a stack update changes another one of the same table.",
    3,
    stacks=1,
    tables=1,
)
def by_hand(trial: Trial) -> Observations:
    stack = TrialStack(trial, "byhand")
    yield "creation", stack.change(table_template(stack.table, TableClass="STANDARD"))
    trial.client("dynamodb").update_table(TableName=stack.table, TableClass="STANDARD_INFREQUENT_ACCESS")
    trial.settled(stack.table)
    body = table_template(stack.table, TableClass="STANDARD", DeletionProtectionEnabled=True)
    yield "update of another property", stack.change(body)
    live = trial.settled(stack.table)
    yield "table class by hand", live.get("TableClassSummary", {}).get("TableClass", "STANDARD")
    yield "deletion protection of the update", str(live["DeletionProtectionEnabled"])


@scenario(
    "mixed",
    DEPLOYMENTS,
    "What CloudFormation does when one update changes an index, the stream, the protection and the table class: its events tell.",
    15,
    1,
    stacks=1,
    tables=1,
    long=True,
)
def mixed(trial: Trial) -> Observations:
    stack = TrialStack(trial, "mixed")
    yield "creation", stack.change(table_template(stack.table))
    before = len(stack.events())
    body = table_template(
        stack.table,
        index("by-a", "a"),
        DeletionProtectionEnabled=True,
        TableClass="STANDARD_INFREQUENT_ACCESS",
        StreamSpecification={"StreamViewType": "NEW_IMAGE"},
    )
    yield "mixed update", stack.change(body)
    told = [e for e in stack.events()[: len(stack.events()) - before] if e["LogicalResourceId"] == "Table"]
    yield "events of the table", ", ".join(e["ResourceStatus"] for e in reversed(told))
    yield "reason of a failure", stack.failures().get("Table", "none")
    live = trial.settled(stack.table)
    yield "index", ", ".join(i["IndexName"] for i in live.get("GlobalSecondaryIndexes", ())) or "none"
    yield "stream", live.get("StreamSpecification", {}).get("StreamViewType", "none")
    yield "deletion protection", str(live["DeletionProtectionEnabled"])
    yield "table class", live.get("TableClassSummary", {}).get("TableClass", "STANDARD")


@scenario(
    "policy",
    DEPLOYMENTS,
    "A `DeletionPolicy` that somebody weakened is told, and the next deployment puts it back.",
    3,
    base=True,
)
def policy(trial: Trial) -> Observations:
    stack, cloudformation = trial.base.stack("Carts"), trial.client("cloudformation")
    body: dict[str, Any] = _template(cloudformation, stack)
    body["Resources"]["Table"]["DeletionPolicy"] = "Delete"
    alone = trial.refusal("cloudformation", "update_stack", StackName=stack, TemplateBody=json.dumps(body))
    yield "the policy alone", alone
    body["Resources"]["Table"]["Metadata"] = {"Note": "by hand"}
    cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(body))
    trial.until(lambda: _done(cloudformation, stack), f"the update of {stack}")
    report = trial.base.validate()
    yield "differences", trial.base.problems(report)
    yield "fixes", trial.base.mend(report)
    yield "differences afterwards", trial.base.problems()


def _template(cloudformation: Any, stack: str) -> dict[str, Any]:
    found = cloudformation.get_template(StackName=stack)["TemplateBody"]
    return json.loads(found if isinstance(found, str) else json.dumps(found))


def _done(cloudformation: Any, stack: str) -> str | None:
    status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    return None if status.endswith("_IN_PROGRESS") else status
