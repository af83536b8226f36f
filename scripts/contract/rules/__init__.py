"""All rules that a contract is checked against, as data. docs/contract-rules.md is generated from them."""

from scripts.contract.rules import doubts, dynamodb, file, form, notes
from scripts.contract.rules.rule import Rule

GROUPS = (
    ("C1", "The file", file.RULES),
    ("C2", "The form of the contract", form.RULES),
    ("C3", "What DynamoDB demands", dynamodb.RULES),
    ("C4", "Doubts", doubts.RULES),
    ("C5", "Notes", notes.RULES),
)
RULES = {rule.id: rule for _, _, rules in GROUPS for rule in rules}

__all__ = ["GROUPS", "RULES", "Rule"]
