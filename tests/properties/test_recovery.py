"""Point-in-time recovery: its days, from the setting to the live table and back."""

from typing import Any

from tests.local_aws.support import client
from tests.properties.support import live
from tests.shop import Shop


def _recovery(**specification: Any) -> Any:
    return lambda: client("dynamodb").update_continuous_backups(
        TableName="Orders", PointInTimeRecoverySpecification=specification
    )


def test_days_of_recovery(orders: Shop) -> None:
    live(
        orders,
        {"point_in_time_recovery_days": 7},
        [
            (_recovery(PointInTimeRecoveryEnabled=True, RecoveryPeriodInDays=6), "point-in-time recovery"),
            (_recovery(PointInTimeRecoveryEnabled=False), "point-in-time recovery"),
        ],
        {},
    )
    found = client("dynamodb").describe_continuous_backups(TableName="Orders")["ContinuousBackupsDescription"]
    assert found["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 35
