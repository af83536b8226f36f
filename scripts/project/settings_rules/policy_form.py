"""The form of resource policies. What DynamoDB refuses, and what nobody should have to read twice."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from scripts.edit import Edit, Place, insert, remove, rename, write
from scripts.problems import Breach, did_you_mean, rule
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.policy_statement import (
    POLICY,
    PolicyStatement,
    matches,
    policy_statements,
    told,
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
_PARTS = ("Version", "Id", "Statement")
_NOTHING_LEFT = "Name an action that acts on the table, or remove the statement."
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
    for place, found, way_out in problems:
        yield Breach(POLICY, *place, found=found, **told(way_out))


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
    for name in [one for one in policy if one not in _PARTS]:
        way_out = _other_field((POLICY,), policy, name, _PARTS)
        yield Breach(POLICY, name, found=f"{quoted(name)} is no part of a policy.", **told(way_out))
    if policy and policy.get("Version") != VERSION and isinstance(policy.get("Version", ""), str):
        found = (
            f"The Version of the policy is {quoted(policy['Version'])}."
            if "Version" in policy
            else "There is no Version."
        )
        place = (POLICY, "Version")
        edit = write(place, VERSION) if "Version" in policy else insert(place, VERSION)
        yield Breach(*place, found=found, **told(edit))
    if policy.get("Statement") == []:
        hint = "Write a statement, or resource_policy: {} for no policy."
        yield Breach(POLICY, "Statement", found="The policy has no statement, and DynamoDB refuses it.", hint=hint)
    for statement in policy_statements(case):
        for name, found, way_out in _statement_grammar(statement):
            yield Breach(*statement.place, *((name,) if name else ()), found=found, **told(way_out))
    named = [one.fields["Sid"] for one in policy_statements(case) if isinstance(one.fields.get("Sid"), str)]
    for sid, count in Counter(named).items():
        if count > 1:
            found = f"The Sid {quoted(sid)} stands {count} times, and DynamoDB refuses the policy."
            yield Breach(POLICY, "Statement", found=found, hint="Rename all but one, or leave the Sids out.")


def _other_field(place: Place, fields: Mapping[str, Any], name: str, known: Sequence[str]) -> str | Edit:
    """What to do with a field that IAM does not know. What may be a condition is never simply taken away."""
    near = did_you_mean(name, known)
    if near:
        return f'Keep one of the two, if "{near}" is meant.' if near in fields else rename((*place, name), near)
    if isinstance(fields[name], (dict, list)):
        return f"Decide which of these it is: {', '.join(known)}; or remove it."
    return remove((*place, name))


def _statement_grammar(statement: PolicyStatement) -> Iterator[tuple[str, str, str | Edit]]:
    """(field or empty, what is wrong, what to do) of one statement."""
    fields = statement.fields
    if not fields:
        yield "", "The statement is no group of names and values.", f"Write {', '.join(_FIELDS[1:5])}."
        return
    for name in fields:
        if name not in _FIELDS:
            other = _other_field(statement.place, fields, name, _FIELDS)
            found, way_out = _REFUSED.get(name, ("is no part of a statement", other))
            yield name, f"{quoted(name)} {found}.", way_out
    if fields.get("Effect") not in ("Allow", "Deny"):
        found = f"Effect is {quoted(fields['Effect'])}." if "Effect" in fields else "The statement has no Effect."
        right = str(fields.get("Effect")).capitalize()
        place = (*statement.place, "Effect")
        known = write(place, right) if right in ("Allow", "Deny") else "Write Effect: Allow, or Effect: Deny."
        yield "Effect", found, known
    for name in ("Principal", "Action", "Resource"):
        if name not in fields and f"Not{name}" not in fields:
            example = {
                "Principal": "who, for example {AWS: <account>}",
                "Action": "what",
            }
            add = insert((*statement.place, name), "*") if name == "Resource" else f"Write {name}: {example[name]}."
            yield "", f"The statement has no {name}.", add
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
            place = (*statement.place, "Principal")
            way_out = write(place, {"AWS": value}) if _PRINCIPAL.fullmatch(value) else whole
            yield Breach(*place, found=f"Principal {quoted(value)} has no kind.", **told(way_out))
            continue
        if not isinstance(value, str | dict):
            yield Breach(*statement.place, "Principal", found="Principal is no group of kinds.", hint=whole)
            continue
        if value == {} and "Principal" in statement.fields:
            yield Breach(*statement.place, "Principal", found="Principal names nobody.", hint=whole)
        for kind in () if isinstance(value, str) else value:
            if kind not in _KINDS:
                place = (*statement.place, "Principal", kind)
                near = did_you_mean(kind, [one for one in _KINDS if one not in value])
                way_out = rename(place, near) if near else f"Write one of {', '.join(_KINDS)}."
                yield Breach(*place, found=f"{quoted(kind)} is no kind of principal.", **told(way_out))
            elif not texts(value[kind]):
                place = (*statement.place, "Principal", kind)
                account = str(value[kind]) if type(value[kind]) is int else ""
                way_out = write(place, account) if len(account) == 12 else whole
                yield Breach(*place, found="No principal is named in quotes.", **told(way_out))
        for place, kind, name in statement.principals():
            if kind == "AWS" and not _PRINCIPAL.fullmatch(name):
                yield Breach(*place, found=f"{quoted(name)} is no principal.", hint=whole)
            elif kind in ("Federated", "CanonicalUser") and any(mark in name for mark in ("*", "?")):
                yield Breach(
                    *place,
                    found=f"{quoted(name)} is no principal.",
                    hint=f"Write the whole name of one, or {whole[0].lower()}{whole[1:]}",
                )
            elif kind == "Service" and name not in SERVICES:
                near = did_you_mean(name, SERVICES)
                way_out = write(place, near) if near else "Allow the role that the service uses, as AWS: <its ARN>."
                found = f"DynamoDB refuses the service {quoted(name)} in a resource policy."
                yield Breach(*place, found=found, **told(way_out))


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
            if stands_for and "," in stands_for:
                yield Breach(*place, found=found, hint=f"Write those that are needed: {stands_for}.")
                continue
            right = f"dynamodb:{stands_for}" if stands_for else near
            way_out = write(place, right) if right else statement.without([place]) or _NOTHING_LEFT
            yield Breach(
                *place, found=found, **told(way_out, "" if right else ": it acts on no table, or does not exist")
            )
        if streams:
            names = ", ".join(quoted(action) for _, action in streams)
            found = f"{names} {'acts' if len(streams) == 1 else 'act'} on a stream, which has a policy of its own."
            way_out = statement.without([place for place, _ in streams]) or _NOTHING_LEFT
            more = ": the role that reads the stream allows it"
            yield Breach(*streams[0][0], found=found, **told(way_out, more))
