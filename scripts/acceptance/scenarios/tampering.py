"""Changes by hand, and whether what the validation prints brings everything back: a scenario for each of the cases."""

from collections.abc import Callable
from typing import Any

from scripts.acceptance.scenario import Observations, scenario
from scripts.acceptance.trial import Trial

Way = Callable[[Trial], Any]
SECTION = "Printed fixes"
SOON = 5  # minutes; what takes longer is asked with LONG=1


def _table(operation: str, name: str, **request: Any) -> Way:
    def change(trial: Trial) -> None:
        table = trial.base.table(name)
        getattr(trial.client("dynamodb"), operation)(TableName=table, **request)
        trial.settled(table)

    return change


def _stack(operation: str, name: str, **request: Any) -> Way:
    return lambda trial: getattr(trial.client("cloudformation"), operation)(StackName=trial.base.stack(name), **request)


def _arn(trial: Trial, name: str) -> str:
    return f"{trial.aws.arn('dynamodb')}:table/{trial.base.table(name)}"


def _alarm(change: Callable[[dict[str, Any]], Any]) -> Way:
    """Put one alarm of Carts again, otherwise."""

    def put(trial: Trial) -> None:
        cloudwatch, name = trial.client("cloudwatch"), f"{trial.base.table('Carts')}-throttled"
        (found,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        known = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
        request = {key: value for key, value in found.items() if key in known}
        change(request)
        cloudwatch.put_metric_alarm(**request)

    return put


def _delete_alarms(trial: Trial) -> None:
    """The composite alarm first: CloudWatch deletes no alarm that one names."""
    for word in ("unhealthy", "throttled"):
        trial.client("cloudwatch").delete_alarms(AlarmNames=[f"{trial.base.table('Orders')}-{word}"])


def _dashboard(trial: Trial) -> None:
    body = '{"widgets": []}'
    trial.client("cloudwatch").put_dashboard(DashboardName=trial.base.stack(), DashboardBody=body)


def _scaling(trial: Trial) -> None:
    trial.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId=f"table/{trial.base.table('Books')}",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=4,
    )


def _topic(trial: Trial) -> None:
    arn = f"{trial.aws.arn('sns')}:{trial.base.stack()}-alarms"
    trial.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="KmsMasterKeyId", AttributeValue="")


def _index(trial: Trial) -> None:
    _table("update_table", "Orders", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ByStatus"}}])(trial)


WIDE = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 3}
OFF = {"StreamEnabled": False}
CASES: dict[str, tuple[str, Way, float]] = {
    "protection": ("deletion protection off", _table("update_table", "Orders", DeletionProtectionEnabled=False), 1),
    "recovery": (
        "a shorter point-in-time recovery",
        _table("update_continuous_backups", "Orders", PointInTimeRecoverySpecification=WIDE),
        1,
    ),
    "stream": ("the stream off", _table("update_table", "Orders", StreamSpecification=OFF), 1),
    "class": ("another table class", _table("update_table", "Orders", TableClass="STANDARD_INFREQUENT_ACCESS"), 1),
    "tags": (
        "a tag removed",
        lambda t: t.client("dynamodb").untag_resource(ResourceArn=_arn(t, "Orders"), TagKeys=["Team"]),
        1,
    ),
    "respolicy": (
        "the resource policy removed",
        lambda t: t.client("dynamodb").delete_resource_policy(ResourceArn=_arn(t, "Orders")),
        1,
    ),
    "insights": (
        "Contributor Insights off",
        _table("update_contributor_insights", "Books", ContributorInsightsAction="DISABLE"),
        1,
    ),
    "capacity": ("another limit of auto scaling", _scaling, 1),
    "alarm": ("another threshold of an alarm", _alarm(lambda request: request.update(Threshold=999999)), 2),
    "alarms": ("an alarm deleted, and the composite alarm that names it", _delete_alarms, 2),
    "dashboard": ("an empty dashboard", _dashboard, 2),
    "topic": ("the encryption of the topic off", _topic, 2),
    "termination": (
        "termination protection off",
        _stack("update_termination_protection", "Orders", EnableTerminationProtection=False),
        1,
    ),
    "index": ("an index deleted", _index, 15),
}


def _observe(way: Way) -> Callable[[Trial], Observations]:
    def observe(trial: Trial) -> Observations:
        way(trial)
        report = trial.base.validate()
        yield "differences", trial.base.problems(report)
        yield "fixes", trial.base.mend(report)
        yield "differences afterwards", trial.base.problems()

    return observe


for _id, (_what, _way, _minutes) in CASES.items():
    scenario(
        f"fix-{_id}",
        SECTION,
        f"After {_what} by hand, the validation says so, and what it prints brings it back.",
        _minutes,
        long=_minutes > SOON,
        base=True,
    )(_observe(_way))
