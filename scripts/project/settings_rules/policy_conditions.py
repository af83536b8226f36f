"""Conditions of resource policies. They must be able to hold."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from scripts.access.resource_policies import DYNAMODB_KEYS, GLOBAL_KEYS, OPERATOR, OPERATORS
from scripts.access.statement import quoted
from scripts.edit import rename
from scripts.problems import Breach, did_you_mean, rule
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.policy_statement import policy_statements, told

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]+)?)?|[0-9]+")


@rule(
    "S234",
    "The conditions of a resource policy can hold",
    "{found}",
    "{hint}",
    "A condition with a misspelt operator is refused; one with a misspelt key or a value of another type never holds.",
    "Condition: {StringEqual: {aws:PrincipalOrgId: o-example}}",
    "Condition: {StringEquals: {aws:PrincipalOrgID: o-example}}",
    source="IAM User Guide, reference_policies_elements_condition_operators and reference_policies_condition-keys",
)
def impossible_condition(case: Case) -> Iterator[Breach]:
    for statement in policy_statements(case):
        condition = statement.fields.get("Condition", {})
        for operator, keys in condition.items() if isinstance(condition, dict) else ():
            where = (*statement.place, "Condition", operator)
            base = OPERATOR.fullmatch(operator)
            family = next((one for one in OPERATORS if base and one.casefold() == base["base"].casefold()), None)
            if family is None:
                # StringEquals is near NotStringEquals, and the opposite of it.
                near = did_you_mean(operator, [one for one in OPERATORS if _negates(one) == _negates(operator)])
                known = "Write one of IAM, for example StringEquals."
                way_out = rename(where, near) if near and near not in condition else known
                yield Breach(*where, found=f"{quoted(operator)} is no operator of conditions.", **told(way_out))
                continue
            if not isinstance(keys, dict):
                yield Breach(*where, found=f"{operator} has no keys.", hint="Write {<key>: <value>}.")
                continue
            for key, value in keys.items():
                for found, near in _unknown_key(key):
                    known = "DynamoDB knows keys that begin with aws: or dynamodb:."
                    way_out = rename((*where, key), near) if near and near not in keys else known
                    yield Breach(*where, key, found=found, **told(way_out))
                for found, hint in _unfit_value(family, value):
                    yield Breach(*where, key, found=found, hint=hint)


def _negates(operator: str) -> bool:
    return "not" in operator.casefold()


def _unknown_key(key: str) -> Iterator[tuple[str, str | None]]:
    """What is wrong with a key of a condition, and the key that is meant."""
    prefix, _, name = key.partition(":")
    known = (*GLOBAL_KEYS, *DYNAMODB_KEYS)
    whole = key.partition("/")[0].casefold()
    if whole in (one.casefold() for one in known) or "." in prefix or prefix.casefold() in ("saml", "sts"):
        return
    if prefix.casefold() == "aws" and name and not did_you_mean(key, known, 0.8):
        return  # AWS adds keys for all services
    yield f"{quoted(key)} is no key that a request to DynamoDB has.", did_you_mean(key, known, 0.8)


def _unfit_value(family: str, value: Any) -> Iterator[tuple[str, str]]:
    """What a value of a condition is not, for the family of its operator."""
    for one in value if isinstance(value, list) else [value]:
        text = str(one).lower() if isinstance(one, bool) else str(one)
        if isinstance(one, list | dict) or one is None:
            yield f"{quoted(one)} is no value of a condition.", "Write a text, or a list of texts."
        elif family in ("Bool", "Null") and text.lower() not in ("true", "false"):
            yield f"{quoted(one)} is neither true nor false, as {family} needs.", 'Write "true" or "false".'
        elif family.startswith("Numeric") and not _NUMBER.fullmatch(text):
            yield f"{quoted(one)} is no number, as {family} needs.", "Write a number."
        elif family.startswith("Date") and not _DATE.fullmatch(text):
            yield f"{quoted(one)} is no date, as {family} needs.", 'Write for example "2026-12-31T00:00:00Z".'
        elif family.startswith("Arn") and not re.match(r"arn:|\*|\$\{", text):
            yield f"{quoted(one)} is no ARN, as {family} needs.", "Write the whole ARN; * and ? may stand in it."
        elif family.endswith("IpAddress") and not _is_network(text):
            yield f"{quoted(one)} is no address or range, as {family} needs.", 'Write for example "203.0.113.0/24".'


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
