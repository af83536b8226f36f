"""Point-in-time recovery, in days; 0 means off."""

from typing import Any

from scripts.model import DesiredTable
from scripts.properties.base import Property, Reading


def _read(reading: Reading) -> int:
    """ContinuousBackupsStatus is always ENABLED; only the point-in-time recovery description tells (developer guide)."""
    answer = reading.ask("describe_continuous_backups", TableName=reading.name)
    recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return 0
    return recovery.get("RecoveryPeriodInDays", 35)


def _render(state: DesiredTable) -> dict[str, Any]:
    days = {"RecoveryPeriodInDays": state.recovery_days} if state.recovery_days else {}
    enabled = {"PointInTimeRecoveryEnabled": bool(state.recovery_days)}
    return {"PointInTimeRecoverySpecification": {**enabled, **days}}


RECOVERY: Property[int] = Property(
    "recovery_days",
    "point-in-time recovery",
    desired=lambda wanted: wanted.settings["point_in_time_recovery_days"],
    read=_read,
    render=_render,
    shown=lambda value: f"on, {value} day{'' if value == 1 else 's'}" if value else "off",
    fix=lambda name, desired, _: (
        f"aws dynamodb update-continuous-backups --table-name {name} "
        f"--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays={desired}"
    ),
    keep=lambda _settings, live: (
        {"point_in_time_recovery_days": live.recovery_days}
        if live.recovery_days
        else "every table has it, from 1 to 35 days; the price does not depend on the days"
    ),
)
