"""Whether a backup selection takes in a table, and how old the newest backup may be."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.comparison.backup_expectations import MAX_AGE_DAYS, Backups, takes
from scripts.comparison.expectation import check
from scripts.templates.backup import SCHEDULES

ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
TAGGED = [{"ConditionType": "STRINGEQUALS", "ConditionKey": "BackupPlan", "ConditionValue": "nightly"}]
CASES: dict[str, tuple[dict[str, Any], dict[str, str], bool]] = {
    "by its tag": ({"ListOfTags": TAGGED}, {"BackupPlan": "nightly"}, True),
    "another value": ({"ListOfTags": TAGGED}, {"BackupPlan": "weekly"}, False),
    "no tag": ({"ListOfTags": TAGGED}, {}, False),
    "by its name": ({"Resources": [ARN]}, {}, True),
    "another table": ({"Resources": [f"{ARN}2"]}, {}, False),
    "nothing": ({}, {"BackupPlan": "nightly"}, False),
    "excluded": ({"ListOfTags": TAGGED, "NotResources": [ARN]}, {"BackupPlan": "nightly"}, False),
    "on conditions": (
        {"ListOfTags": TAGGED, "Conditions": {"StringEquals": [{"ConditionKey": "x"}]}},
        {"BackupPlan": "nightly"},
        False,
    ),
    "empty conditions": (
        {"ListOfTags": TAGGED, "Conditions": {"StringEquals": []}, "NotResources": []},
        {"BackupPlan": "nightly"},
        True,
    ),
}


@pytest.mark.parametrize(("selection", "tags", "taken"), CASES.values(), ids=CASES)
def test_what_a_selection_takes_in(selection: dict[str, Any], tags: dict[str, str], taken: bool) -> None:
    assert takes(selection, ARN, tags) is taken


def newest(schedule: str, time: Any) -> list[tuple[str, Any]]:
    """The checks of one table whose newest backup was made then, and what they find."""

    def last() -> dict[str, Any]:
        if isinstance(time, Exception):
            raise time
        return {ARN: time} if time else {}

    selected = [{"ListOfTags": TAGGED, "SelectionName": "nightly"}]
    listed: Any = SimpleNamespace(last_backups=last, once=lambda _name, _read: selected)
    environment = SimpleNamespace(backups={"schedule": schedule, "retention_days": 90})
    wanted: Any = SimpleNamespace(vault="nightly", environment=environment)
    found = [check("Orders", fact) for fact in Backups(None, listed, wanted).covers(ARN, [("BackupPlan", "nightly")])]  # type: ignore[arg-type]
    return [(one.property, one.outcome, one.live) for one in found][1:]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_newest_backup_that_is_older_than_the_plan_allows_is_a_mismatch(schedule: str) -> None:
    days = MAX_AGE_DAYS[schedule]
    now = datetime.now(UTC)
    wanted = f"at most {days} days old"
    assert newest(schedule, now - timedelta(days=days, hours=-1)) == [("newest backup", "match", wanted)]
    assert newest(schedule, now - timedelta(days=days, hours=1)) == [("newest backup", "mismatch", f"{days} days old")]


def test_a_table_that_has_no_backup_yet_or_is_not_told_of_is_not_judged() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "x"}}, "ListProtectedResources")
    assert newest("daily", None) == newest("daily", denied) == []
