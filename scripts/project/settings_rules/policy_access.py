"""What resource policies give and take. Access to this table, to somebody, and never away from the deployment."""

from collections.abc import Iterator
from typing import Any

from scripts.access.arns import ArnScope
from scripts.access.resource_policies import CHANGES, NEEDED, TRUSTED_KEYS
from scripts.access.statement import quoted, texts
from scripts.contract.near_miss import near_miss
from scripts.edit import write
from scripts.problems import Breach, did_you_mean, rule
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.policy_statement import (
    POLICY,
    PolicyStatement,
    account_of,
    matches,
    policy_statements,
    told,
)

_ANY_ACCOUNT = "000000000000"  # of the table, where the settings do not say which
_NOTHING_LEFT = "List the actions that are needed, or remove the statement."
_WILD = ("*", "?")


def _table_arn(case: Case) -> str:
    scope = ArnScope(case.environment.region, case.environment.account or _ANY_ACCOUNT)
    return scope.table(case.environment.table_prefix + case.table.name)


def _account(case: Case, statement: PolicyStatement) -> str | None:
    """The account of the table: that of the environment, or the one that the statement names as its own."""
    named = [arn.split(":")[4] for _, arn in statement.entries("Resource") if arn.count(":") >= 5]
    return case.environment.account or next((one for one in named if one.isdigit()), None)


@rule(
    "S241",
    "A resource policy is about its own table",
    "Resource {resource} is not {table} in {environment}: {difference}.",
    "{hint}",
    "A statement about anything else has no effect here: DynamoDB stores it, and it gives nobody anything.",
    "Resource: 'arn:aws:dynamodb:us-east-1:111122223333:table/Other'",
    'Resource: "*"',
    source="Amazon DynamoDB Developer Guide, access-control-resource-based",
)
def foreign_resource(case: Case) -> Iterator[Breach]:
    own = _table_arn(case)
    indexes = [index.name for index in case.table.indexes]
    for statement in policy_statements(case):
        for place, resource in statement.entries("Resource"):
            asked = _with_own_account(resource, case)
            if any(matches(asked, arn, case=True) for arn in (own, *(f"{own}/index/{name}" for name in indexes))):
                continue
            shown = own.replace(_ANY_ACCOUNT, "<account>") if case.environment.account is None else own
            difference, way_out = _difference(asked, own, indexes, shown)
            facts: dict[str, Any] = {"table": case.table.name, "environment": case.environment.name}
            near = _index_meant(asked, own, indexes) if not case.shared(POLICY) else None
            facts |= told(write(place, f"{resource.partition('/index/')[0]}/index/{near}") if near else way_out)
            yield Breach(*place, resource=quoted(resource), difference=difference, **facts)


def _with_own_account(resource: str, case: Case) -> str:
    """The ARN with the account of `_table_arn`, where it names one and the settings do not."""
    parts = resource.split(":", 5)
    if case.environment.account is None and len(parts) == 6 and len(parts[4]) == 12 and parts[4].isdigit():
        parts[4] = _ANY_ACCOUNT
    return ":".join(parts)


def _difference(asked: str, own: str, indexes: list[str], shown: str) -> tuple[str, str]:
    """How an ARN differs from that of the table, and what to do."""
    hint = f'Write "{shown}", or "*" for this table and its indexes.'
    if "${AWS::" in asked:
        return "nothing replaces ${AWS::...} in a policy", hint
    if "/stream/" in asked:
        return "it is a stream, which has a policy of its own", "Remove it."
    parts, wanted = asked.split(":", 5), own.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return "it is no ARN", hint
    for position, what in ((1, "partition"), (2, "service"), (3, "Region"), (4, "account")):
        if not matches(parts[position], wanted[position], case=True):
            return f"its {what} is {parts[position] or 'missing'}, not {wanted[position]}", hint
    table, _, index = parts[5].partition("/index/")
    if index and matches(table, wanted[5], case=True):
        return f"it has no index {quoted(index)}", f"Its indexes are: {', '.join(indexes) or 'none'}."
    return f"it is {parts[5]}, not {wanted[5]}", hint


def _index_meant(asked: str, own: str, indexes: list[str]) -> str | None:
    """The index of the table that a misspelt one is meant to be; None where that is not what is wrong."""
    table, _, index = asked.partition("/index/")
    if not index or not matches(table, own, case=True):
        return None
    return near_miss(index, indexes) or did_you_mean(index, indexes)


@rule(
    "S242",
    "Nobody gets access whom the policy does not name",
    "The statement gives access to everybody: DynamoDB refuses public policies.",
    "Name accounts or roles in Principal, or add a condition on aws:PrincipalOrgID without wildcards.",
    "DynamoDB's block public access cannot be switched off.",
    'Principal: "*"',
    "Principal: {AWS: 'arn:aws:iam::444455556666:role/reporting'}",
    source="Amazon DynamoDB Developer Guide, rbac-bpa-rbp",
)
def public_policy(case: Case) -> Iterator[Breach]:
    for statement in policy_statements(case):
        open_places = [place for place, kind, name in statement.principals() if kind == "AWS" and name == "*"]
        if statement.allows and open_places and not any(_narrows(*found) for found in statement.conditions):
            yield Breach(*open_places[0])


def _narrows(_place: object, operator: str, key: str, value: object) -> bool:
    """Whether a condition holds for fixed values of a key that block public access trusts, and for those only."""
    folded = operator.casefold()
    positive = folded.startswith(("string", "arn", "bool", "foranyvalue:")) and "not" not in folded
    fixed = [str(one).lower() for one in (value if isinstance(value, list) else [value])]
    wild = any(mark in one for one in fixed for mark in ("*", "?", "${"))
    return positive and not folded.endswith("ifexists") and key.casefold() in TRUSTED_KEYS and bool(fixed) and not wild


@rule(
    "S243",
    "A resource policy allows listed actions, and none that changes the table",
    "{found}",
    "{hint}",
    "A wildcard also allows what AWS adds tomorrow. Tables are changed by pull request.",
    "Action: 'dynamodb:*'",
    "Action: ['dynamodb:GetItem', 'dynamodb:Query']",
)
def wide_policy(case: Case) -> Iterator[Breach]:
    for statement in policy_statements(case):
        if not statement.allows:
            continue
        actions = statement.entries("Action")
        wide = [(place, action) for place, action in actions if any(mark in action for mark in _WILD)]
        changing = [(place, action) for place, action in actions if action.casefold() in map(str.casefold, CHANGES)]
        if wide:
            found = f"{_listed(wide)} allows what nobody has read."
            yield Breach(*wide[0][0], found=found, hint="List the actions that are needed.")
        if changing:
            found = f"{_listed(changing)} would change the table past its deployment."
            way_out = statement.without([place for place, _ in changing]) or _NOTHING_LEFT
            yield Breach(*changing[0][0], found=found, **told(way_out))


def _listed(actions: list[tuple[tuple[str | int, ...], str]]) -> str:
    return ", ".join(quoted(action) for _, action in actions)


@rule(
    "S244",
    "Other accounts can use the key of a table that they may use",
    "{principal} is of account {account}, which cannot use the key of {table} (encryption: {encryption}).",
    "Write encryption: <the ARN of a key that lets account {account} decrypt>, or aws-owned with an encryption_reason.",
    "Every request needs the key as well, and nobody can give another account the AWS managed key; the policy of a "
    "service-key gives it to the account of the table only.",
    source="Amazon DynamoDB Developer Guide, rbac-considerations; AWS KMS Developer Guide, key-policy-modifying-external-accounts",
)
def key_of_another_account(case: Case) -> Iterator[Breach]:
    encryption = case.settings["encryption"]
    if encryption not in ("aws-managed", "service-key"):
        return
    for statement in policy_statements(case):
        own = _account(case, statement)
        for place, kind, name in statement.principals() if statement.allows and own else ():
            account = account_of(name) if kind == "AWS" else None
            if account not in (None, own):
                facts: dict[str, Any] = {"table": case.table.name, "encryption": encryption}
                yield Breach(*place, principal=quoted(name), account=account, **facts)


@rule(
    "S245",
    "A resource policy shuts out neither the deployment nor the validation",
    "The Deny also holds for the roles of {who}: it covers {actions}.",
    "Deny the actions of applications only, or leave those roles out: Condition: {{ArnNotLike: {{aws:PrincipalArn: [<ARNs>]}}}}.",
    "A Deny beats every Allow. DynamoDB refuses a policy that would stop its author from replacing it, and stores one that "
    "stops everything else.",
    "Statement: [{Effect: Deny, Principal: '*', Action: 'dynamodb:*', Resource: '*'}]",
    "Statement: [{Effect: Deny, Principal: '*', Action: 'dynamodb:DeleteItem', Resource: '*'}]",
    source="Amazon DynamoDB API Reference, PutResourcePolicy, ConfirmRemoveSelfResourceAccess",
)
def locked_out(case: Case) -> Iterator[Breach]:
    for statement in policy_statements(case):
        if statement.fields.get("Effect") != "Deny" or not _may_be_ours(case, statement):
            continue
        patterns = [action for _, action in statement.entries("Action")]
        hit = {
            who: [name for name in names if any(matches(p, name) for p in patterns)] for who, names in NEEDED.items()
        }
        if any(hit.values()):
            actions = list(dict.fromkeys(name for names in hit.values() for name in names))
            shown = ", ".join(actions[:3]) + (f" and {len(actions) - 3} more" if len(actions) > 3 else "")
            who = " and ".join(name for name, names in hit.items() if names)
            yield Breach(*statement.place, who=who, actions=shown)


def _may_be_ours(case: Case, statement: PolicyStatement) -> bool:
    """Whether a Deny can hold for a request of our roles, whose names AWS makes: for a whole account, or everybody."""
    resources = [resource for _, resource in statement.entries("Resource")]
    if all("/index/" in resource for resource in resources):
        return False
    account = _account(case, statement)
    for _, kind, name in statement.principals():
        whole = name == "*" or name.isdigit() or name.endswith(":root")
        if kind == "AWS" and whole and (name == "*" or account in (None, account_of(name))):
            return not any(_spares_us(case, *found) for found in statement.conditions)
    return False


def _spares_us(case: Case, _place: object, operator: str, key: str, value: object) -> bool:
    """Whether a condition leaves our roles out: they use TLS, send no keys of items, and may be named as exceptions."""
    key, negative = key.casefold(), "not" in operator.casefold()
    values = [str(one).lower() for one in (value if isinstance(value, list) else [value])]
    if key == "aws:securetransport":
        return values == ["false"]
    if key == "aws:principalaccount":
        own = case.environment.account
        return (own is None or own in texts(value)) if negative else own not in texts(value)
    if key in ("aws:principalarn", "aws:principalorgid", "aws:principalorgpaths"):
        return negative or key == "aws:principalarn"
    return key.startswith("dynamodb:")
