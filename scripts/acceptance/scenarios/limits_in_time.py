"""What DynamoDB lets a table change only so often, and the words in which it refuses more."""

from typing import Any

from scripts.acceptance.scenario import Observations, scenario
from scripts.acceptance.stack import table_properties
from scripts.acceptance.trial import Trial

DEPLOYMENTS = "Deployments"
HOUR = 61  # minutes


@scenario("class-limit", DEPLOYMENTS, "The table class can be changed twice in 30 days.", 3, tables=1)
def table_class(trial: Trial) -> Observations:
    name = _by_hand(trial, "class")
    for number, wanted in enumerate(("STANDARD_INFREQUENT_ACCESS", "STANDARD", "STANDARD_INFREQUENT_ACCESS"), 1):
        yield f"change {number}", trial.refusal("dynamodb", "update_table", TableName=name, TableClass=wanted)
        trial.settled(name)


@scenario(
    "billing-limit",
    DEPLOYMENTS,
    "A table can be switched to on-demand four times in 24 hours.",
    20,
    1,
    tables=1,
    long=True,
)
def billing(trial: Trial) -> Observations:
    name = _by_hand(trial, "billing")
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    provisioned = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    for number in range(1, 6):
        trial.client("dynamodb").update_table(TableName=name, **provisioned)
        trial.settled(name)
        answer = trial.refusal("dynamodb", "update_table", TableName=name, BillingMode="PAY_PER_REQUEST")
        yield f"switch {number}", answer
        if answer != "accepted":
            return
        trial.settled(name)


@scenario(
    "ttl-limit",
    DEPLOYMENTS,
    "An hour must pass between two changes of time to live; then another attribute is taken after it was switched off.",
    130,
    tables=1,
    long=True,
)
def time_to_live(trial: Trial) -> Observations:
    name = _by_hand(trial, "ttl")
    yield "on", _ttl(trial, name, True, "first")
    trial.until(lambda: _settled(trial, name), f"time to live of {name}", 120)
    yield "off at once", _ttl(trial, name, False, "first")
    trial.pass_time(HOUR)
    yield "another attribute while it is on", _ttl(trial, name, True, "second")
    yield "off after an hour", _ttl(trial, name, False, "first")
    trial.until(lambda: _settled(trial, name), f"time to live of {name}", 120)
    trial.pass_time(HOUR)
    yield "another attribute after another hour", _ttl(trial, name, True, "second")


def _ttl(trial: Trial, name: str, enabled: bool, attribute: str) -> str:
    wanted = {"Enabled": enabled, "AttributeName": attribute}
    return trial.refusal("dynamodb", "update_time_to_live", TableName=name, TimeToLiveSpecification=wanted)


def _settled(trial: Trial, name: str) -> str | None:
    found = trial.client("dynamodb").describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    status = found["TimeToLiveStatus"]
    return None if status.endswith("ING") else str(status)


def _by_hand(trial: Trial, id: str) -> str:
    environment = trial.environment(id)
    tags: list[Any] = [{"Key": "Environment", "Value": environment}]
    trial.client("dynamodb").create_table(**table_properties(f"{environment}-Orders", Tags=tags))
    trial.settled(f"{environment}-Orders")
    return f"{environment}-Orders"
