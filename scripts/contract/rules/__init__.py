"""All rules that a contract is checked against: add one to any module here, or add a module.

A rule that judges a table once it has been read is one place: `@rule(...)` over its check, which gets a `PlacedTable`. A rule
that the readers report while they read is a constant, which they name.
"""

import sys

from scripts.problems import rule_groups
from scripts.text.rule_family import Family

FAMILY = Family(
    "contract",
    "Rules of the contract",
    """
What `python -m scripts.check_contract` looks for in a `migrationContract.json`, by id.

- An **error** must be settled before anything is generated.
- A **warning** is probably a mistake, but can be built. With `--strict`, or `strict: true` in `contracts/settings.yaml`, it is an error.
- A **note** says how something was understood that is usually written in another way, or what follows from it. It asks for nothing:
  the pages of the table and of the service have it, and `--notes` shows it.

The contract is never changed by a program; where a fix is one that a program could make, `--format json` has it as JSON Patch
(RFC 6902) too. Editors check its form while you write: `contracts/migrationContract.schema.json`
is the JSON Schema for it.
""",
    "scripts/contract/rules/",
    rule_groups(sys.modules[__name__]),
)
RULES = FAMILY.rules
TABLE_RULES = tuple(rule for rule in RULES.values() if rule.check)
