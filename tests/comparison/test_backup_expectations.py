"""Whether a backup selection takes in a table."""

from typing import Any

import pytest

from scripts.comparison.backup_expectations import takes

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
