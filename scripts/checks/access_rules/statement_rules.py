"""What a statement allows. Only real actions on exact ARNs, nothing that a deployment does, and nothing that is without effect."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.access.actions import ACTIONS, ADMIN, KEY, NOT_ACTIONS, SERVICES, UNSCOPED, Action
from scripts.access.arns import kind
from scripts.access.statement import Allowing, quoted, texts
from scripts.problems import Breach, did_you_mean, rule

_BY_FOLDED = {name.casefold(): action for name, action in ACTIONS.items()}
_NOT_BY_FOLDED = {name.casefold(): stands for name, stands in NOT_ACTIONS.items()}
_WILDCARD = re.compile(r"[*?]")
_LEADING_KEYS = re.compile(r"dynamodb:(LeadingKeys|(First|Second|Third|Fourth)PartitionKeyValues)", re.IGNORECASE)
_VIA_SERVICE = "kms:viaservice"
_DYNAMODB_VIA = re.compile(r"dynamodb\.[a-z0-9-]+\.[a-z0-9.-]+")


@rule(
    "I201",
    "Actions have no wildcards",
    "Action {action} holds a wildcard, and so allows what nobody has read.",
    "List the actions.",
    "It also allows the actions that AWS adds tomorrow.",
    '"Action": "dynamodb:*"',
    '"Action": ["dynamodb:GetItem", "dynamodb:Query"]',
)
def wide_action(allowed: Allowing) -> Iterator[Breach]:
    for action in allowed.actions:
        if _WILDCARD.search(action):
            yield Breach(action=quoted(action))


@rule(
    "I202",
    "Actions are those that applications may have",
    "Action {action} {found}.",
    "{hint}",
    "A misspelt action gives nothing; one of another service belongs elsewhere.",
    '"Action": "dynamodb:GetItems"',
    '"Action": "dynamodb:GetItem"',
    source="Service Authorization Reference, list_amazondynamodb",
)
def unknown_action(allowed: Allowing) -> Iterator[Breach]:
    for action in allowed.actions:
        folded = action.casefold()
        if _WILDCARD.search(action) or folded in _BY_FOLDED:
            continue
        if folded in _NOT_BY_FOLDED:
            found, hint = "is no IAM action", f"Write {_NOT_BY_FOLDED[folded]}."
        elif folded.partition(":")[0] not in SERVICES:
            found, hint = "is not about tables", "Remove it, or put it into a policy of its own elsewhere."
        else:
            near = did_you_mean(action, ACTIONS)
            found = "is not one that applications may have"
            hint = f'Did you mean "{near}"?' if near else "Correct the name, or remove it."
        yield Breach(action=quoted(action), found=found, hint=hint)


@rule(
    "I203",
    "Applications do not do what deployments do",
    "Action {action} changes or exposes whole tables, which only a deployment may.",
    "Remove it.",
    "Tables are changed by pull request.",
    '"Action": "dynamodb:DeleteTable"',
)
def administration(allowed: Allowing) -> Iterator[Breach]:
    for action in allowed.actions:
        if (known := _BY_FOLDED.get(action.casefold())) and known.level == ADMIN:
            yield Breach(action=quoted(action))


@rule(
    "I204",
    "Resources are named one by one",
    "Resource {resource} {found}.",
    "{hint}",
    "A wildcard also covers the tables and indexes of tomorrow, and those of others.",
    '"Resource": "*"',
    '"Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"',
)
def wide_resource(allowed: Allowing) -> Iterator[Breach]:
    unscoped = {name.casefold() for name in UNSCOPED}
    for resource in allowed.resources:
        if resource == "*":
            if scoped := [action for action in allowed.actions if action.casefold() not in unscoped]:
                found = f"covers every table for {', '.join(map(quoted, scoped))}"
                yield Breach(resource=quoted(resource), found=found, hint="Name the ARNs of the tables.")
        elif "/index/" in resource and _WILDCARD.search(resource):
            found = "covers every index, also those of tomorrow"
            yield Breach(resource=quoted(resource), found=found, hint="Name each index.")
        elif kind(resource) is None and _WILDCARD.search(resource):
            hint = "Name each table and index by its whole ARN."
            yield Breach(resource=quoted(resource), found="holds a wildcard", hint=hint)


@rule(
    "I205",
    "Resources are ARNs",
    "Resource {resource} is no ARN of a table, index, stream, backup, key or dashboard.",
    "Write arn:<partition>:dynamodb:<region>:<account>:table/<table>, and the partition of that region.",
    "What is no ARN of a table gives no access to one.",
    '"Resource": "Orders"',
    '"Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"',
    source="Service Authorization Reference, list_amazondynamodb",
)
def no_arn(allowed: Allowing) -> Iterator[Breach]:
    for resource in allowed.resources:
        if resource != "*" and kind(resource) is None and not _WILDCARD.search(resource):
            yield Breach(resource=quoted(resource))


@rule(
    "I206",
    "Actions and resources belong together",
    "{found}.",
    "{hint}",
    "An action on a resource that it never acts on looks like access, and gives none.",
    '{"Action": "dynamodb:GetItem", "Resource": ".../table/Orders/index/ByDate"}',
    '{"Action": "dynamodb:Query", "Resource": ".../table/Orders/index/ByDate"}',
    source="Service Authorization Reference, list_amazondynamodb",
)
def idle(allowed: Allowing) -> Iterator[Breach]:
    kinds = {resource: kind(resource) for resource in allowed.resources if resource != "*"}
    known = [found for found in map(_known, allowed.actions) if found and found.level != ADMIN]
    if not kinds or None in kinds.values() or len(known) < len(allowed.actions):
        return  # another rule has more to say
    idle = [action for action in known if not set(action.kinds) & set(kinds.values())]
    for action in idle:
        if action.kinds:
            found = f'"{action.name}" acts on none of these resources, but on {_one_of(action.kinds)}'
            yield Breach(found=found, hint="Name its ARN.")
        else:
            found = f'"{action.name}" acts only on the resource "*" ({UNSCOPED[action.name]})'
            yield Breach(found=found, hint="Give it a statement of its own.")
    for resource, of_kind in kinds.items():
        if not idle and of_kind and not any(of_kind in action.kinds for action in known):
            found = f"None of the actions acts on {quoted(resource)}, which is {_one_of((of_kind,))}"
            yield Breach(found=found, hint="Remove it.")


@rule(
    "I207",
    "A key is used by DynamoDB only",
    "{action} is not limited to DynamoDB.",
    'Add the condition {{"StringEquals": {{"kms:ViaService": ["dynamodb.<region>.amazonaws.com"]}}}}.',
    "Otherwise the application could decrypt whatever else the key protects.",
    source="AWS KMS Developer Guide, kms:ViaService",
)
def unlimited_key(allowed: Allowing) -> Iterator[Breach]:
    for action in allowed.actions:
        if (known := _known(action)) is None or known.level != KEY:
            continue
        keys = {name.casefold(): texts(value) for name, value in allowed.condition.get("StringEquals", {}).items()}
        services = [service.replace("${REGION}", "us-east-1") for service in keys.get(_VIA_SERVICE, [])]
        if not services or not all(map(_DYNAMODB_VIA.fullmatch, services)):
            yield Breach(action=quoted(action))


@rule(
    "I208",
    "Conditions on partition keys hold",
    "{found}.",
    "{hint}",
    "A condition that is true when nobody names a key, or that an action does not heed, limits nothing.",
    source='Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control"',
)
def leading_keys(allowed: Allowing) -> Iterator[Breach]:
    for operator, keys in allowed.condition.items():
        for key in filter(_LEADING_KEYS.fullmatch, keys):
            if operator.startswith("Null"):
                continue
            if not operator.startswith("ForAllValues:"):
                hint = f'Write the operator "ForAllValues:{operator.split(":")[-1]}".'
                yield Breach(found=f'"{key}" has many values in one request', hint=hint)
            elif not _never_absent(allowed.condition, key):
                hint = f'Add the condition {{"Null": {{"{key}": "false"}}}}.'
                yield Breach(found=f'"{operator}" is also true for a request without "{key}"', hint=hint)
            if any(action.casefold() == "dynamodb:scan" for action in allowed.actions):
                yield Breach(found=f'"{key}" does not limit "dynamodb:Scan"', hint="Remove that action.")


def _never_absent(condition: Mapping[str, Mapping[str, Any]], key: str) -> bool:
    keys = {name.casefold(): value for name, value in condition.get("Null", {}).items()}
    return keys.get(key.casefold()) in ("false", False, ["false"], [False])


def _known(action: str) -> Action | None:
    return _BY_FOLDED.get(action.casefold())


def _one_of(kinds: Sequence[str]) -> str:
    return " or ".join(f"{'an' if one == 'index' else 'a'} {one}" for one in kinds)
