"""How much an account may have in a Region, as far as a change set warns of it."""

from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import rule

DEFAULTS = {"tables": 2_500}  # the initial quota of an account, per Region
QUOTAS = dict(DEFAULTS)
TABLE = "AWS::DynamoDB::Table"


def configure(**quotas: int) -> None:
    """Set quotas by name; without any, those of a new account."""
    QUOTAS.clear()
    QUOTAS.update(DEFAULTS | quotas)


@rule(
    "quota-warning",
    "A change set that would exceed the quota of tables (2,500) is made all the same, with a warning in "
    "DescribeEvents. AWS's wording and the name of the validation are not known.",
    sources.EARLY_VALIDATION,
)
def exceeded(changes: list[dict[str, Any]], tables: int) -> list[tuple[str, str]]:
    """(logical id, reason) of each new table that the account has no room for. `tables`: those there are already."""
    new = [change["ResourceChange"] for change in changes]
    new = [change for change in new if change["Action"] == "Add" and change["ResourceType"] == TABLE]
    reason = f"The account would have {tables + len(new)} tables, more than its quota of {QUOTAS['tables']}."
    beyond = max(0, tables + len(new) - QUOTAS["tables"])
    return [(change["LogicalResourceId"], reason) for change in new[len(new) - beyond :]] if beyond else []
