"""The form of a policy. What IAM would refuse, and what nobody should have to read twice."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.access.documents import SIZE_LIMIT, VERSION, size
from scripts.access.statement import FIELDS, SID, conditions, quoted, statements, texts
from scripts.problems import Breach, Rule, printable, rule

# Fields that a statement may have elsewhere, with why not here, and what to do.
_PRINCIPAL = (
    "belongs in a policy of a resource, and IAM refuses it here",
    "Remove it, and attach the policy to the role.",
)
_REFUSED = {
    "NotAction": (
        "allows every action that it does not name, also those of tomorrow",
        'List the actions in "Action".',
    ),
    "NotResource": ("covers every resource that it does not name", 'List the ARNs in "Resource".'),
    "Principal": _PRINCIPAL,
    "NotPrincipal": _PRINCIPAL,
}
_SOURCE = "IAM User Guide, reference_policies_grammar"


@rule(
    "I101",
    "A policy is a version and a list of statements",
    "{found}",
    "{hint}",
    "IAM refuses anything else, or reads it by the rules of an older version.",
    source=_SOURCE,
)
def no_policy(document: Any) -> Iterator[Breach]:
    if not isinstance(document, Mapping):
        yield Breach(found="The policy is not an object.", hint='Write {"Version": ..., "Statement": [...]}.')
        return
    for name in document.keys() - {"Version", "Statement"}:
        yield Breach(name, found=f"{quoted(name)} is no part of a policy.", hint="Remove it.")
    if (version := document.get("Version")) != VERSION:
        yield Breach("Version", found=f'"Version" is {quoted(version)}.', hint=f'Write "{VERSION}".')
    if not statements(document):
        yield Breach("Statement", found='"Statement" holds no statement.', hint="Write a list of statements.")


@rule(
    "I102",
    f"A policy has at most {SIZE_LIMIT:,} characters",
    f"It has {{length}} characters, and IAM takes {SIZE_LIMIT}.",
    "Split it into two policies.",
    "IAM refuses a larger one; white space does not count.",
    source="IAM User Guide, reference_iam-quotas",
)
def large_policy(document: Any) -> Iterator[Breach]:
    if isinstance(document, Mapping) and (length := size(document)) > SIZE_LIMIT:
        yield Breach(length=length)


@rule(
    "I103",
    "A statement has Effect, Action and Resource",
    "{found}",
    "{hint}",
    "IAM refuses anything else, or gives more than anyone has read.",
    '{"Effect": "Allow", "NotAction": "dynamodb:DeleteTable", "Resource": "*"}',
    '{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"}',
    source=_SOURCE,
)
def no_statement(document: Any) -> Iterator[Breach]:
    for place, statement in statements(document):
        for found, hint in _statement(statement):
            yield Breach(*place, found=found, hint=hint)


def _statement(statement: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(statement, Mapping):
        yield "It is not an object.", "Write Effect, Action and Resource."
        return
    for name in statement:
        if name not in FIELDS:
            found, hint = _REFUSED.get(name, ("is no part of a statement", "Remove it."))
            yield f"{quoted(name)} {found}.", hint
    if "Sid" in statement and not (isinstance(statement["Sid"], str) and SID.fullmatch(statement["Sid"])):
        yield f"The Sid {quoted(statement['Sid'])} is not made of letters and digits.", "Rename it."
    if (effect := statement.get("Effect")) not in ("Allow", "Deny"):
        yield f'"Effect" is {quoted(effect)}.', 'Write "Allow".'
    for name in ("Action", "Resource"):
        if not texts(statement.get(name)) and f"Not{name}" not in statement:
            yield f'"{name}" is no text and no list of texts.', "Write at least one."
    if conditions(statement) is None:
        found = '"Condition" is not an object of operators with objects of keys.'
        yield found, 'Write {"StringEquals": {"key": ["value"]}}.'


@rule(
    "I104",
    "Statements have different Sids",
    'The Sid "{sid}" stands {count} times.',
    "Rename all but one.",
    "IAM refuses the policy.",
    source=_SOURCE,
)
def repeated_sid(document: Any) -> Iterator[Breach]:
    named = [one["Sid"] for _, one in statements(document) if isinstance(one, Mapping) and "Sid" in one]
    for sid, count in Counter(sid for sid in named if isinstance(sid, str)).items():
        if count > 1:
            yield Breach("Statement", sid=printable(sid, 80), count=count)


PLACEHOLDERS = Rule(
    "I105",
    "Only a template holds placeholders",
    "It still holds {left}, so it gives nothing.",
    'State "account" and "region" of the environment in deployment.yaml and run `make generate`, or let its name end in '
    ".template.json.",
    "IAM takes `${ACCOUNT_ID}` as it stands: a policy with it looks like access, and gives none.",
)

NO_TEMPLATE = Rule(
    "I106",
    "A template holds placeholders",
    "It holds no placeholder any more, so it is no template.",
    "Let its name end in .json.",
    "Whoever sees the name would not attach it.",
    "orders.template.json without placeholders",
    "orders.json",
)
