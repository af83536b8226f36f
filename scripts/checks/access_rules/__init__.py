"""All rules of IAM policies for applications: a new one goes into the module of what it looks at, and is found there.

Each is one place: `@rule(...)` over its check, which gets the document, or each statement that allows something.
"""

import sys
from typing import Any

from scripts.access.statement import allowing, statements
from scripts.checks.access_rules import policy_shape, statement_rules
from scripts.edit import Place
from scripts.problems import Breach, Problem, Rule, rule_groups, rules_in
from scripts.text.line_index import Lines
from scripts.text.places import Places
from scripts.text.rule_family import Family
from scripts.text.yaml_source import dotted

FAMILY = Family(
    "access",
    "Rules of access policies",
    """
What `python -m scripts.checks.access_policies` looks for in IAM policies for applications, by id, also in those written by
hand. All of them are errors. See [access policies](../access.md).
""",
    "scripts/checks/access_rules/",
    rule_groups(sys.modules[__name__]),
)
_OF_DOCUMENTS, _OF_STATEMENTS = (rules_in(module).rules for module in (policy_shape, statement_rules))


def policy_problems(document: Any, file: str, text: str = "") -> list[Problem]:
    """What is wrong with a policy document. `text`: the JSON that it was read from, for lines and columns."""
    places, lines = (Places(text), Lines(text)) if text else (None, None)

    def problem(rule: Rule, breach: Breach, place: Place) -> Problem:
        offset = places.value(place) if places else None
        at = lines.of_offset(offset) if lines and offset is not None else (1, 1)
        return rule.problem(file, dotted(place), *at, **breach.facts)

    found = [
        problem(rule, breach, breach.where) for rule in _OF_DOCUMENTS if rule.check for breach in rule.check(document)
    ]
    for place, statement in statements(document):
        if allowed := allowing(statement):
            broken = [(rule, breach) for rule in _OF_STATEMENTS if rule.check for breach in rule.check(allowed)]
            found += [problem(rule, breach, place) for rule, breach in broken]
    return found
