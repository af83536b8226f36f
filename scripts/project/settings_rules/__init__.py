"""All rules that a `deployment.yaml` is checked against: add one to any module here, or add a module.

A rule that judges a table in an environment is one place: `@rule(...)` over its check, which gets a `Case`. The place of a
breach begins with the setting that it is about. Rules about the form of the file are constants, which its reader names.
"""

import sys

from scripts.problems import rule_groups, rules_in
from scripts.text import yaml_rules
from scripts.text.rule_family import Family

FAMILY = Family(
    "settings",
    "Rules of the settings",
    """
What is checked in a `deployment.yaml`, by id, by `make generate` and every command that reads contracts. Errors must be
settled before anything is generated; warnings are probably mistakes. Every key is explained in [settings](../settings.md).
""",
    "scripts/project/settings_rules/ and scripts/text/yaml_rules.py",
    (rules_in(yaml_rules), *rule_groups(sys.modules[__name__])),
)
CASE_RULES = tuple(rule for rule in FAMILY.rules.values() if rule.check)
