"""A change set is judged before it is executed: by what CloudFormation says that it would do."""

import pytest

from scripts.deployment.gate import IMPORT_ONLY, ResourceChange, judge
from tests.for_each import for_each

TABLE, ALARM = "AWS::DynamoDB::Table", "AWS::CloudWatch::Alarm"


@for_each(
    ("change", "refused"),
    [
        (ResourceChange("Add", "Table", TABLE, "", ""), []),
        (ResourceChange("Modify", "Table", TABLE, "False", ""), []),
        (ResourceChange("Modify", "Alarm", ALARM, "True", "ReplaceAndDelete"), []),
        (ResourceChange("Remove", "Alarm", ALARM, "", "Delete"), []),
        (ResourceChange("Import", "Table", TABLE, "", ""), []),
        (ResourceChange("Remove", "Table", TABLE, "", "Retain"), ["Table (AWS::DynamoDB::Table) would be removed"]),
        (
            ResourceChange("Remove", "Topic", "AWS::SNS::Topic", "", "Delete"),
            ["Topic (AWS::SNS::Topic) would be removed"],
        ),
        (ResourceChange("Modify", "Table", TABLE, "True", ""), ["Table (AWS::DynamoDB::Table) would be replaced"]),
        (
            ResourceChange("Modify", "Table", TABLE, "Conditional", ""),
            ["Table (AWS::DynamoDB::Table) would be replaced"],
        ),
        (
            ResourceChange("Modify", "Table", TABLE, "False", "ReplaceAndRetain"),
            ["Table (AWS::DynamoDB::Table) would be replaced"],
        ),
        (
            ResourceChange("Dynamic", "Table", TABLE, "", ""),
            ["Table (AWS::DynamoDB::Table): CloudFormation cannot tell what would happen (Dynamic)"],
        ),
    ],
)
def test_a_change_set_is_judged(change: ResourceChange, refused: list[str]) -> None:
    assert judge([change]) == refused


@for_each(
    ("change", "refused"),
    [
        (ResourceChange("Import", "Table", TABLE, "", ""), []),
        (
            ResourceChange("Add", "Watch", ALARM, "", ""),
            ["Watch (AWS::CloudWatch::Alarm): Add in a change set that is only for Import"],
        ),
        (
            ResourceChange("Modify", "Table", TABLE, "False", ""),
            ["Table (AWS::DynamoDB::Table): Modify in a change set that is only for Import"],
        ),
    ],
)
def test_an_import_does_nothing_else(change: ResourceChange, refused: list[str]) -> None:
    assert judge([change], IMPORT_ONLY) == refused


@pytest.mark.parametrize("policy", ["Delete", "ReplaceAndDelete"])
def test_a_policy_action_that_loses_data_is_refused_whatever_the_action_is(policy: str) -> None:
    assert judge([ResourceChange("Modify", "Table", TABLE, "False", policy)])
    assert not judge([ResourceChange("Modify", "Watch", ALARM, "False", policy)])
