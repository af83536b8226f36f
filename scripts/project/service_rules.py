"""The folder contracts/. Whatever in it looks like a service must be one."""

import sys

from scripts.problems import Rule, rules_in
from scripts.text.rule_family import Family

NO_SERVICE = Rule(
    "P001",
    "Every folder is a service, and every file belongs to one",
    "{found}",
    "{hint}",
    "What nobody reads would be missing from the deployment without a word.",
    "contracts/shop/Deployment.yml",
    "contracts/shop/deployment.yaml",
)

SHARED_STACK = Rule(
    "P002",
    "No two stacks have one name",
    'Stack "{name}" would be that of {owner} and that of {other}.',
    "Rename one of the two folders or environments, or the table in the contract.",
    "`shop-api`, and the table `api` of `shop`, would take turns in one stack.",
    "contracts/shop-api/ beside a table api in contracts/shop/",
    "contracts/shop-web/ beside a table api in contracts/shop/",
)

FAMILY = Family(
    "services",
    "Rules of the services",
    "What is checked in the folder `contracts/` as a whole, by id. All of them are errors.",
    "scripts/project/service_rules.py",
    (rules_in(sys.modules[__name__]),),
)
