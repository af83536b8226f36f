"""Which alarms a table has."""

from collections.abc import Sequence

from scripts import names
from scripts.model import Alarm

THROTTLE_PERIOD = 60  # seconds; the shortest for which DynamoDB emits metrics (developer guide, metrics-dimensions)
THROTTLE_MINUTES = 5  # of 5: what CloudWatch recommends for throttle alarms


def table_alarms(table: str, indexes: Sequence[str], threshold: int, topic: str) -> tuple[Alarm, ...]:
    """The alarms of a table and of its indexes, by their names in AWS. `threshold`: throttled events a minute."""
    return tuple(
        _throttle_alarm(table, index, what, threshold, topic)
        for index in ("", *indexes)
        for what in (names.READ, names.WRITE)
    )


def _throttle_alarm(table: str, index: str, what: str, threshold: int, topic: str) -> Alarm:
    """Reads or writes of a table, or of one of its indexes, are throttled."""
    target = f"index {index} of table {table}" if index else f"table {table}"
    dimensions = (("TableName", table),)
    return Alarm(
        name=names.alarm(table, index, f"{what.lower()}-throttled"),
        metric=f"{what}ThrottleEvents",
        dimensions=(*dimensions, ("GlobalSecondaryIndexName", index)) if index else dimensions,
        statistic="Sum",
        period=THROTTLE_PERIOD,
        evaluation_periods=THROTTLE_MINUTES,
        datapoints=THROTTLE_MINUTES,
        threshold=threshold,
        comparison="GreaterThanThreshold",
        missing_data="notBreaching",  # the metric is sparse: no data means that nothing was throttled
        description=f"{what}s of {target} are throttled: more than {threshold} a minute for {THROTTLE_MINUTES} minutes.",
        actions=(topic,),
    )
