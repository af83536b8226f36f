"""Tables that exist already: imported as they are, with and without replicas."""

from scripts.acceptance.every_setting import table
from scripts.acceptance.scenario import NotTried, Observations, scenario
from scripts.acceptance.stack import TrialStack, table_properties
from scripts.acceptance.trial import Trial

DEPLOYMENTS = "Deployments"


@scenario(
    "adopt",
    DEPLOYMENTS,
    "A table that was made by hand is imported as it is, and then changed to what the contract says; its items stay.",
    4,
    stacks=2,
    tables=1,
)
def adopt(trial: Trial) -> Observations:
    service = trial.service("adopt", [table("Orders", pk="pk", attributes=[{"name": "pk", "type": "S"}])])
    name, database = service.table("Orders"), trial.client("dynamodb")
    _by_hand(trial, name)
    database.put_item(TableName=name, Item={"pk": {"S": "1"}})
    yield "plan", service.plan()
    yield "deployment", service.deploy()
    yield "differences", service.problems()
    yield "items", str(database.scan(TableName=name, ConsistentRead=True)["Count"])
    events = (
        trial.client("cloudformation")
        .get_paginator("describe_stack_events")
        .paginate(StackName=service.stack("Orders"))
    )
    told = [e["ResourceStatus"] for page in events for e in page["StackEvents"] if e["LogicalResourceId"] == "Table"]
    yield "events of the table", ", ".join(dict.fromkeys(reversed(told)))


@scenario(
    "replicas",
    DEPLOYMENTS,
    "A table with a replica in another Region is not adopted: the plan says that the contract does not have the replica.",
    20,
    1,
    stacks=2,
    tables=1,
    long=True,
)
def replicas(trial: Trial) -> Observations:
    service = trial.service("replicas", [table("Orders", pk="pk", attributes=[{"name": "pk", "type": "S"}])])
    name = service.table("Orders")
    _by_hand(trial, name, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    other = "eu-west-1" if trial.aws.region != "eu-west-1" else "us-east-1"
    answer = trial.refusal(
        "dynamodb", "update_table", TableName=name, ReplicaUpdates=[{"Create": {"RegionName": other}}]
    )
    if "AccessDenied" in answer:
        raise NotTried(f"the role may not make a replica in {other}")
    yield "replica", answer
    trial.settled(name)
    trial.until(
        lambda: (
            True
            if {r.get("ReplicaStatus", "ACTIVE") for r in trial.settled(name).get("Replicas", ())} == {"ACTIVE"}
            else None
        ),
        f"the replica of {name}",
    )
    yield "plan", service.plan()
    yield "deployment", service.deploy().replace(other, "OTHER")


@scenario(
    "import",
    DEPLOYMENTS,
    "What CloudFormation says when a table is imported with a property that differs from the template.",
    2,
    stacks=1,
    tables=1,
)
def imported(trial: Trial) -> Observations:
    from scripts.acceptance.stack import table_template

    stack = TrialStack(trial, "import")
    _by_hand(trial, stack.table)
    body = table_template(stack.table, DeletionProtectionEnabled=True, TableClass="STANDARD_INFREQUENT_ACCESS")
    made = stack.propose(body, ImportExistingResources=True)
    yield "change set", f"{made['Status']} {made.get('StatusReason', '')}".strip()
    yield "action", ", ".join(change["ResourceChange"]["Action"] for change in made["Changes"]) or "none"
    if made["Status"] != "FAILED":
        trial.client("cloudformation").execute_change_set(ChangeSetName=made["ChangeSetId"])
        yield "status", stack.status()
    live = trial.settled(stack.table)
    yield "table class afterwards", live.get("TableClassSummary", {}).get("TableClass", "STANDARD")


def _by_hand(trial: Trial, name: str, **more: object) -> None:
    tags = [{"Key": "Environment", "Value": name.removesuffix("-Orders")}]
    trial.client("dynamodb").create_table(**table_properties(name, Tags=tags, **more))
    trial.settled(name)
