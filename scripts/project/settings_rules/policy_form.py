"""The form of resource policies. What DynamoDB refuses, and what nobody should have to read twice."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from scripts.access.actions import NOT_ACTIONS
from scripts.access.documents import VERSION
from scripts.access.resource_policies import (
    SERVICES,
    SIZE_MAX,
    STREAM_ACTIONS,
    TABLE_ACTIONS,
)
from scripts.access.statement import quoted, texts
from scripts.problems import Breach, did_you_mean, rule
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.policy_statement import (
    POLICY,
    PolicyStatement,
    matches,
    policy_statements,
    unusable,
)
from scripts.properties.streams import canonical

_FIELDS = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")
_REFUSED = {
    "NotAction": ("is about every action that it does not name, also those of tomorrow", "List the actions in Action."),
    "NotResource": (
        "is about everything that it does not name",
        'Write Resource: "*": the policy is about this table only.',
    ),
    "NotPrincipal": (
        "is about everybody whom it does not name, AWS services included",
        'Write Principal: "*" and the condition ArnNotLike with aws:PrincipalArn.',
    ),
}
_GRAMMAR = "IAM User Guide, reference_policies_grammar"
_PRINCIPAL = re.compile(
    r"\*|[0-9]{12}|arn:aws(-[a-z]+)*:iam::[0-9]{12}:(root|(role|user)/[\w+=,.@/-]+)"
    r"|arn:aws(-[a-z]+)*:sts::[0-9]{12}:(assumed-role/[\w+=,.@-]+/[\w+=,.@-]+|federated-user/[\w+=,.@-]+)"
)
_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


@rule(
    "S216",
    "A resource policy can be sent as it is",
    "{found}",
    "{hint}",
    f"DynamoDB refuses a policy of more than {SIZE_MAX:,} bytes, and CloudFormation replaces functions and references.",
    "resource_policy: {Version: 2012-10-17, Statement: [...]}",
    'resource_policy: {Version: "2012-10-17", Statement: [...]}',
    source="Amazon DynamoDB Developer Guide, resource-based policies",
)
def unusable_policy(case: Case) -> Iterator[Breach]:
    policy = case.settings[POLICY]
    problems = list(unusable(policy))
    if not problems and policy and not isinstance(policy.get("Statement"), list):
        problems.append((("Statement",), "The policy has no list of statements.", "Write Statement: [...]."))
    size = 0 if problems else len(canonical(policy).encode())
    if size > SIZE_MAX:
        problems.append(((), f"The policy has {size:,} bytes; a table takes {SIZE_MAX:,}.", "Shorten it."))
    for place, found, hint in problems:
        yield Breach(POLICY, *place, found=found, hint=hint)


@rule(
    "S231",
    "A resource policy is written as IAM reads it",
    "{found}",
    "{hint}",
    "DynamoDB refuses anything else, reads it by the rules of an older version, or gives more than anyone has read.",
    "Statement: [{Effect: Allow, NotPrincipal: {AWS: '444455556666'}, NotAction: 'dynamodb:DeleteTable'}]",
    "Statement: [{Effect: Allow, Principal: {AWS: '444455556666'}, Action: 'dynamodb:Query', Resource: '*'}]",
    source=_GRAMMAR,
)
def policy_grammar(case: Case) -> Iterator[Breach]:
    policy = case.settings[POLICY]
    for name in policy.keys() - {"Version", "Id", "Statement"}:
        yield Breach(POLICY, name, found=f"{quoted(name)} is no part of a policy.", hint="Remove it.")
    if policy and policy.get("Version") != VERSION and isinstance(policy.get("Version", ""), str):
        found = (
            f"The Version of the policy is {quoted(policy['Version'])}."
            if "Version" in policy
            else "There is no Version."
        )
        yield Breach(POLICY, "Version", found=found, hint=f'Write Version: "{VERSION}".')
    if policy.get("Statement") == []:
        hint = "Write a statement, or resource_policy: {} for no policy."
        yield Breach(POLICY, "Statement", found="The policy has no statement, and DynamoDB refuses it.", hint=hint)
    for statement in policy_statements(case):
        for name, found, hint in _statement_grammar(statement):
            yield Breach(*statement.place, *((name,) if name else ()), found=found, hint=hint)
    named = [one.fields["Sid"] for one in policy_statements(case) if isinstance(one.fields.get("Sid"), str)]
    for sid, count in Counter(named).items():
        if count > 1:
            found = f"The Sid {quoted(sid)} stands {count} times, and DynamoDB refuses the policy."
            yield Breach(POLICY, "Statement", found=found, hint="Rename all but one, or leave the Sids out.")


def _statement_grammar(statement: PolicyStatement) -> Iterator[tuple[str, str, str]]:
    """(field or empty, what is wrong, what to do) of one statement."""
    fields = statement.fields
    if not fields:
        yield "", "The statement is no group of names and values.", f"Write {', '.join(_FIELDS[1:5])}."
        return
    for name in fields:
        if name not in _FIELDS:
            near = did_you_mean(name, _FIELDS)
            again = f'Did you mean "{near}"?' if near else "Remove it."
            found, hint = _REFUSED.get(name, ("is no part of a statement", again))
            yield name, f"{quoted(name)} {found}.", hint
    if fields.get("Effect") not in ("Allow", "Deny"):
        found = f"Effect is {quoted(fields['Effect'])}." if "Effect" in fields else "The statement has no Effect."
        yield "Effect", found, "Write Effect: Allow, or Effect: Deny."
    for name in ("Principal", "Action", "Resource"):
        if name not in fields and f"Not{name}" not in fields:
            example = {
                "Principal": "who, for example {AWS: <account>}",
                "Action": "what",
                "Resource": '"*", for this table',
            }
            yield "", f"The statement has no {name}.", f"Write {name}: {example[name]}."
        elif name in fields and name != "Principal" and not texts(fields[name]):
            yield name, f"{name} is no text and no list of texts.", "Write at least one."
    if "Condition" in fields and not isinstance(fields["Condition"], dict):
        yield (
            "Condition",
            "Condition is no group of operators.",
            'Write {StringEquals: {"aws:PrincipalOrgID": o-example}}.',
        )


@rule(
    "S232",
    "The principals of a resource policy are ones that AWS knows",
    "{found}",
    "{hint}",
    "DynamoDB refuses a policy with a principal that does not exist, is cut short, or is a service that it does not work with.",
    "Principal: {AWS: reporting}",
    "Principal: {AWS: 'arn:aws:iam::444455556666:role/reporting'}",
    source="IAM User Guide, reference_policies_elements_principal; Amazon DynamoDB Developer Guide, zero-ETL",
)
def unknown_principal(case: Case) -> Iterator[Breach]:
    whole = "Write the 12 digits of an account, or the whole ARN of a role or user."
    for statement in policy_statements(case):
        value = statement.fields.get("Principal", {})
        if isinstance(value, str) and value != "*":
            hint = f'Write Principal: {{AWS: "{value}"}}.'
            yield Breach(*statement.place, "Principal", found=f"Principal {quoted(value)} has no kind.", hint=hint)
            continue
        if not isinstance(value, str | dict):
            yield Breach(*statement.place, "Principal", found="Principal is no group of kinds.", hint=whole)
            continue
        for kind in () if isinstance(value, str) else value:
            if kind not in _KINDS:
                hint = f"Write one of {', '.join(_KINDS)}."
                yield Breach(
                    *statement.place, "Principal", kind, found=f"{quoted(kind)} is no kind of principal.", hint=hint
                )
            elif not texts(value[kind]):
                yield Breach(*statement.place, "Principal", kind, found="No principal is named in quotes.", hint=whole)
        for place, kind, name in statement.principals():
            if kind == "AWS" and not _PRINCIPAL.fullmatch(name):
                yield Breach(*place, found=f"{quoted(name)} is no principal.", hint=whole)
            elif kind == "Service" and name not in SERVICES:
                near = did_you_mean(name, SERVICES)
                hint = f'Did you mean "{near}"?' if near else "Allow the role that the service uses, as AWS: <its ARN>."
                found = f"DynamoDB refuses the service {quoted(name)} in a resource policy."
                yield Breach(*place, found=found, hint=hint)


@rule(
    "S233",
    "The actions of a resource policy act on the table",
    "{found}",
    "{hint}",
    "DynamoDB refuses a policy with any other action. A stream has a policy of its own, which nothing here sets.",
    "Action: [dynamodb:GetItem, dynamodb:GetRecords]",
    "Action: [dynamodb:GetItem, dynamodb:Query]",
    source="Amazon DynamoDB Developer Guide, rbac-iam-actions",
)
def unknown_policy_action(case: Case) -> Iterator[Breach]:
    for statement in policy_statements(case):
        streams: list[tuple[Any, str]] = []
        for place, action in statement.entries("Action"):
            if any(matches(action, known) for known in TABLE_ACTIONS):
                continue
            if any(matches(action, known) for known in STREAM_ACTIONS):
                streams.append((place, action))
                continue
            stands_for = next((for_it for name, for_it in NOT_ACTIONS.items() if matches(action, name)), None)
            near = did_you_mean(action, TABLE_ACTIONS, 0.85)
            found = f"DynamoDB refuses the action {quoted(action)} in the policy of a table."
            hint = f'Did you mean "{near}"?' if near else "Remove it: it acts on no table, or does not exist."
            yield Breach(*place, found=found, hint=f"Write {stands_for}." if stands_for else hint)
        if streams:
            names = ", ".join(quoted(action) for _, action in streams)
            found = f"{names} {'acts' if len(streams) == 1 else 'act'} on a stream, which has a policy of its own."
            yield Breach(
                *streams[0][0],
                found=found,
                hint="Remove what is about streams: the role that reads the stream allows it.",
            )
