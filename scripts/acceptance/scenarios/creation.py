"""Creation: every setting at once, and what happens when a first creation is refused half-way."""

from typing import Any

from scripts.acceptance.scenario import Observations, scenario
from scripts.acceptance.stack import TrialStack, alarm, table_template
from scripts.acceptance.trial import Trial

DEPLOYMENTS = "Deployments"
IN_EVENTS = "request token of ExecuteChangeSet in the events"


@scenario(
    "create",
    DEPLOYMENTS,
    "A service with every setting that a sandbox can have is created, validated, and then nothing is left to do.",
    6,
    10,
    stacks=5,
    tables=3,
)
def create(trial: Trial) -> Observations:
    yield "deployment", trial.base.deployed
    yield "differences", trial.base.problems()
    yield "plan afterwards", trial.base.plan()
    yield "second deployment", trial.base.deploy()


@scenario(
    "token",
    DEPLOYMENTS,
    "The events of a stack carry the request token of `ExecuteChangeSet`, from which a repeated deployment knows the plan that "
    "was approved. Without it the deployment refuses to go on (exit code 3), and the new plan needs an approval.",
    1,
    base=True,
)
def token(trial: Trial) -> Observations:
    from scripts.observe.stacks import last_operation

    found = last_operation(trial.aws, trial.base.stack("Carts"))
    yield IN_EVENTS, "there" if found and found.token else "missing"


@scenario(
    "rollback",
    DEPLOYMENTS,
    "The rollback of a first creation (`RetainExceptOnCreate`) whose alarm is refused takes the new table away, unless it is protected.",
    4,
    stacks=3,
    tables=3,
)
def rollback(trial: Trial) -> Observations:
    # Every period is valid by the schema; that a period of 10 days is too long CloudWatch says only when it is asked.
    refused = alarm(trial, "rollback", Period=86400, EvaluationPeriods=30)
    for name, protected, execute in (
        ("kept apart", False, {"RetainExceptOnCreate": True}),
        ("retained", False, {}),
        ("protected", True, {"RetainExceptOnCreate": True}),
    ):
        word = name.split()[-1]
        stack = TrialStack(trial, f"rollback-{word}")
        body = table_template(stack.table, DeletionProtectionEnabled=protected)
        body["Resources"]["Alarm"] = {"DependsOn": "Table", **refused}
        yield f"{name}: status", stack.change(body, execute=execute)
        yield f"{name}: reason", stack.failures().get("Alarm", "none")
        yield f"{name}: table", "there" if stack.table in _tables(trial) else "gone"


def _tables(trial: Trial) -> list[Any]:
    pages = trial.client("dynamodb").get_paginator("list_tables").paginate()
    return [name for page in pages for name in page["TableNames"]]
