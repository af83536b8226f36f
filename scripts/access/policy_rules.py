"""What an IAM policy for applications must not hold. Every finding is a sentence that ends with what to do."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scripts.access.actions import ACTIONS, ADMIN, KEY, NOT_ACTIONS, SERVICES, UNSCOPED
from scripts.access.arns import kind
from scripts.access.documents import SIZE_LIMIT, VERSION, size
from scripts.problems import did_you_mean, printable

_BY_FOLDED = {name.casefold(): action for name, action in ACTIONS.items()}
_NOT_BY_FOLDED = {name.casefold(): stands for name, stands in NOT_ACTIONS.items()}
_SID = re.compile("[A-Za-z0-9]+")
_FIELDS = ("Sid", "Effect", "Action", "Resource", "Condition")
# Fields that a statement may have elsewhere, with why not here.
_REFUSED = {
    "NotAction": 'allows every action that it does not name, also those of tomorrow. List the actions in "Action".',
    "NotResource": 'covers every resource that it does not name. List the ARNs in "Resource".',
    "Principal": "belongs in a policy of a resource, and IAM refuses it here. Remove it, and attach the policy to the role.",
    "NotPrincipal": "belongs in a policy of a resource, and IAM refuses it here. Remove it, and attach the policy to the role.",
}
_WILDCARD = re.compile(r"[*?]")
_LEADING_KEYS = re.compile(r"dynamodb:(LeadingKeys|(First|Second|Third|Fourth)PartitionKeyValues)", re.IGNORECASE)
_VIA_SERVICE = "kms:viaservice"
_DYNAMODB_VIA = re.compile(r"dynamodb\.[a-z0-9-]+\.[a-z0-9.-]+")


def problems(document: Any) -> list[str]:
    """What is wrong with a policy document, as sentences; the empty list: nothing."""
    if not isinstance(document, dict):
        return ['the policy is not an object. Write {"Version": ..., "Statement": [...]}.']
    found = [
        f"{_quoted(name)} is no part of a policy. Remove it." for name in document.keys() - {"Version", "Statement"}
    ]
    if document.get("Version") != VERSION:
        found.append(f'"Version" is {_quoted(document.get("Version"))}. Write "{VERSION}".')
    if (length := size(document)) > SIZE_LIMIT:
        found.append(f"it has {length} characters, and IAM takes {SIZE_LIMIT}. Split it into two policies.")
    statements = document.get("Statement")
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        return [*found, '"Statement" holds no statement. Write a list of statements.']
    for number, statement in enumerate(statements, 1):
        sid = statement.get("Sid") if isinstance(statement, dict) else None
        label = f"statement {number}" + (f" ({printable(sid, 80)})" if isinstance(sid, str) else "")
        found += [f"{label}: {problem}" for problem in _statement(statement)]
    sids = Counter(s["Sid"] for s in statements if isinstance(s, dict) and isinstance(s.get("Sid"), str))
    found += [
        f'the Sid "{printable(sid, 80)}" stands {n} times. Rename all but one.' for sid, n in sids.items() if n > 1
    ]
    return found


def _statement(statement: Any) -> Iterator[str]:
    if not isinstance(statement, dict):
        yield "it is not an object. Write Effect, Action and Resource."
        return
    for name in statement:
        if name not in _FIELDS:
            yield f"{_quoted(name)} {_REFUSED.get(name, 'is no part of a statement. Remove it.')}"
    if "Sid" in statement and not (isinstance(statement["Sid"], str) and _SID.fullmatch(statement["Sid"])):
        yield f"the Sid {_quoted(statement['Sid'])} is not made of letters and digits. Rename it."
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        yield f'"Effect" is {_quoted(effect)}. Write "Allow".'
    actions, resources = _texts(statement.get("Action")), _texts(statement.get("Resource"))
    for name, values in (("Action", actions), ("Resource", resources)):
        if not values and f"Not{name}" not in statement:
            yield f'"{name}" is no text and no list of texts. Write at least one.'
    condition = statement.get("Condition", {})
    if not isinstance(condition, dict) or not all(isinstance(keys, dict) for keys in condition.values()):
        yield '"Condition" is not an object of operators with objects of keys. Write {"StringEquals": {"key": ["value"]}}.'
        condition = {}
    # What denies gives nothing away, so it may be as wide as one likes.
    if effect != "Deny" and actions and resources:
        for rule in _RULES:
            yield from rule(actions, resources, condition)


def _no_wide_action(actions: Sequence[str], _resources: Sequence[str], _condition: Any) -> Iterator[str]:
    for action in actions:
        folded = action.casefold()
        known = _BY_FOLDED.get(folded)
        if _WILDCARD.search(action):
            yield f"action {_quoted(action)} holds a wildcard, and so allows what nobody has read. List the actions."
        elif folded in _NOT_BY_FOLDED:
            yield f"action {_quoted(action)} is no IAM action. Write {_NOT_BY_FOLDED[folded]}."
        elif known is None and folded.partition(":")[0] not in SERVICES:
            yield f"action {_quoted(action)} is not about tables. Remove it, or put it into a policy of its own elsewhere."
        elif known is None:
            near = did_you_mean(action, ACTIONS)
            fix = f'Did you mean "{near}"?' if near else "Correct the name, or remove it."
            yield f"action {_quoted(action)} is not one that applications may have. {fix}"
        elif known.level == ADMIN:
            yield f"action {_quoted(action)} changes or exposes whole tables, which only a deployment may. Remove it."


def _no_wide_resource(actions: Sequence[str], resources: Sequence[str], _condition: Any) -> Iterator[str]:
    unscoped = {name.casefold() for name in UNSCOPED}
    for resource in resources:
        if resource == "*":
            scoped = [action for action in actions if action.casefold() not in unscoped]
            if scoped:
                yield f'resource "*" covers every table for {", ".join(map(_quoted, scoped))}. Name the ARNs of the tables.'
        elif "/index/" in resource and _WILDCARD.search(resource):
            yield f"resource {_quoted(resource)} covers every index, also those of tomorrow. Name each index."
        elif kind(resource) is None and _WILDCARD.search(resource):
            yield f"resource {_quoted(resource)} holds a wildcard. Name each table and index by its whole ARN."
        elif kind(resource) is None:
            yield (
                f"resource {_quoted(resource)} is no ARN of a table, index, stream, backup or key. "
                "Write arn:<partition>:dynamodb:<region>:<account>:table/<table>, and the partition of that region."
            )


def _nothing_idle(actions: Sequence[str], resources: Sequence[str], _condition: Any) -> Iterator[str]:
    """An action on a resource that it never acts on looks like access, and gives none."""
    kinds = {resource: kind(resource) for resource in resources if resource != "*"}
    known = [found for action in actions if (found := _BY_FOLDED.get(action.casefold())) and found.level != ADMIN]
    if not kinds or None in kinds.values() or len(known) < len(actions):
        return  # another rule has more to say
    idle = [action for action in known if not set(action.kinds) & set(kinds.values())]
    for action in idle:
        if action.kinds:
            yield f'"{action.name}" acts on none of these resources, but on {_one_of(action.kinds)}. Name its ARN.'
        else:
            yield f'"{action.name}" acts only on the resource "*" ({UNSCOPED[action.name]}). Give it a statement of its own.'
    for resource, of_kind in kinds.items():
        if not idle and of_kind and not any(of_kind in action.kinds for action in known):
            yield f"none of the actions acts on {_quoted(resource)}, which is {_one_of((of_kind,))}. Remove it."


def _key_by_dynamodb_only(
    actions: Sequence[str], _resources: Sequence[str], condition: dict[str, Any]
) -> Iterator[str]:
    for action in actions:
        known = _BY_FOLDED.get(action.casefold())
        if known is None or known.level != KEY:
            continue
        keys = {name.casefold(): _texts(value) for name, value in condition.get("StringEquals", {}).items()}
        services = keys.get(_VIA_SERVICE, [])
        if not services or not all(_DYNAMODB_VIA.fullmatch(_fill(service)) for service in services):
            yield (
                f"{_quoted(action)} is not limited to DynamoDB. "
                'Add the condition {"StringEquals": {"kms:ViaService": ["dynamodb.<region>.amazonaws.com"]}}.'
            )


def _leading_keys_hold(actions: Sequence[str], _resources: Sequence[str], condition: dict[str, Any]) -> Iterator[str]:
    """Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control"."""
    for operator, keys in condition.items():
        for key in filter(_LEADING_KEYS.fullmatch, keys):
            if operator.startswith("Null"):
                continue
            if not operator.startswith("ForAllValues:"):
                yield f'"{key}" has many values in one request. Write the operator "ForAllValues:{operator.split(":")[-1]}".'
            elif not _never_absent(condition, key):
                yield (
                    f'"{operator}" is also true for a request without "{key}". '
                    f'Add the condition {{"Null": {{"{key}": "false"}}}}.'
                )
            if any(action.casefold() == "dynamodb:scan" for action in actions):
                yield f'"{key}" does not limit "dynamodb:Scan". Remove that action.'


def _never_absent(condition: dict[str, Any], key: str) -> bool:
    keys = {name.casefold(): value for name, value in condition.get("Null", {}).items()}
    return keys.get(key.casefold()) in ("false", False, ["false"], [False])


_RULES: tuple[Callable[[Sequence[str], Sequence[str], dict[str, Any]], Iterator[str]], ...] = (
    _no_wide_action,
    _no_wide_resource,
    _nothing_idle,
    _key_by_dynamodb_only,
    _leading_keys_hold,
)


def _one_of(kinds: Sequence[str]) -> str:
    return " or ".join(f"{'an' if one == 'index' else 'a'} {one}" for one in kinds)


def _texts(value: Any) -> list[str]:
    """The texts of a field that may be one or a list; empty when it is anything else."""
    values = [value] if isinstance(value, str) else value
    return values if isinstance(values, list) and all(isinstance(one, str) for one in values) else []


def _fill(text: str) -> str:
    return text.replace("${REGION}", "us-east-1")


def _quoted(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False, default=str), 300)
