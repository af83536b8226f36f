"""Whether a backup selection takes in a table, and how old the newest backup may be."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from scripts.comparison.backup_expectations import MAX_AGE_DAYS, Backups, takes
from scripts.comparison.expectation import check
from scripts.model import Unknown
from scripts.templates.backup import SCHEDULES
from tests.for_each import for_each

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


@for_each(("selection", "tags", "taken"), CASES.values(), ids=CASES)
def test_what_a_selection_takes_in(selection: dict[str, Any], tags: dict[str, str], taken: bool) -> None:
    assert takes(selection, ARN, tags) is taken


OLD = datetime(2020, 1, 1, tzinfo=UTC)


def newest(
    schedule: str, time: Any, created: Any = OLD, selected: Any = OLD, tags: Any = (("BackupPlan", "nightly"),)
) -> list[Any]:
    """The checks of one table whose newest backup was made then, and what they find."""

    def last() -> dict[str, Any]:
        if isinstance(time, Exception):
            raise time
        return {ARN: time} if time else {}

    selections = [{"ListOfTags": TAGGED, "SelectionName": "nightly", "CreationDate": selected}]
    listed: Any = SimpleNamespace(last_backups=last, once=lambda _name, _read: selections)
    environment = SimpleNamespace(backups={"schedule": schedule, "retention_days": 90})
    wanted: Any = SimpleNamespace(vault="nightly", environment=environment)
    found = [check("Orders", fact) for fact in Backups(None, listed, wanted).covers(ARN, tags, created)]  # type: ignore[arg-type]
    return [(one.property, one.outcome, one.live) for one in found][1:]


@for_each("schedule", SCHEDULES)
def test_a_newest_backup_that_is_older_than_the_plan_allows_is_a_mismatch(schedule: str) -> None:
    days = MAX_AGE_DAYS[schedule]
    now = datetime.now(UTC)
    wanted = f"at most {days} days old"
    assert newest(schedule, now - timedelta(days=days, hours=-1)) == [("newest backup", "match", wanted)]
    assert newest(schedule, now - timedelta(days=days, hours=1)) == [("newest backup", "mismatch", f"{days} days old")]


@for_each("schedule", SCHEDULES)
@for_each("other", [None, OLD - timedelta(days=1)], ids=["never", "of a table of that name before it"])
def test_a_table_that_never_had_a_backup_is_judged_once_one_is_due(schedule: str, other: Any) -> None:
    days = MAX_AGE_DAYS[schedule]
    due = datetime.now(UTC) - timedelta(days=days, hours=1)
    later = due + timedelta(hours=2)
    overdue = [("newest backup", "mismatch", f"none for {days} days")]
    assert newest(schedule, other and due - timedelta(days=1), due, due) == overdue
    assert newest(schedule, other, OLD, due) == newest(schedule, other, due, OLD) == overdue
    assert newest(schedule, other, OLD, later) == newest(schedule, other, later, OLD) == [], "not yet"


def test_what_is_not_known_of_backups_is_not_judged() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "x"}}, "ListProtectedResources")
    assert newest("daily", denied) == [("newest backup", "unknown", None)], "but told"
    assert newest("daily", None, created=None) == []
    assert newest("daily", None, tags=Unknown("denied")) == newest("daily", None, tags=()) == []
