"""Folders and records. Whatever looks like a service must be one, and every record is whole."""

import sys

from scripts.problems import Rule, rules_in
from scripts.text.merge_rule import MergeRule
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

UNFINISHED_RECORD = MergeRule(
    "P003",
    title="Records hold no unfinished merge",
    fix="Keep one side whole, that of the later deployment, in deployment.json and in deployment.md (git checkout --ours or --theirs); "
    "then run make record.",
    why="A record says what was deployed, when and by whom. Half of one and half of another is what nobody has deployed.",
)

ENVIRONMENT_ORDER = Rule(
    "P004",
    "The orders of environments fit together in all services",
    "The orders of all services together are no order. {found}",
    "{hint}",
    "One approval of an environment is for all services, so all of them take the environments in one order.",
    "`after: [test]` for dev in contracts/cart/, and `after: [dev]` for test in contracts/shop/",
    "`after: [dev]` for test in both",
)

LOCAL_RECORD = Rule(
    "P005",
    "Records are of AWS",
    "The record of a deployment is of an AWS on somebody's machine: {endpoint}.",
    "Remove it: git rm --cached --ignore-unmatch {record} {page}; rm {record} {page}. Deployments to the local AWS are recorded under {folder}/.",
    "Whoever reads it would take for deployed what was forgotten when that machine's local AWS ended.",
    '"endpoint": "http://127.0.0.1:4566"',
    '"endpoint": null',
)

FAMILY = Family(
    "services",
    "Rules of the services",
    "What is checked in the folder `contracts/` as a whole, and in the records of deployments under `generated/`, by id. "
    "All of them are errors.",
    "scripts/project/service_rules.py",
    (rules_in(sys.modules[__name__]),),
)
