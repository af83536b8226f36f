"""What PutResourcePolicy refuses, as recorded from DynamoDB: by itself, and where a template asks for a policy."""

import json
import re
from collections.abc import Iterator
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule

_INVALID = "One or more parameter values were invalid: "
_DOCUMENT = _INVALID + "Invalid policy document: "
_PUBLIC = (
    "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure "
    "least-privilege form of access"
)
_LOCKOUT = "The new resource policy will not allow you to update the resource policy in the future."
_SIZE = 20_480
_POLICIES = "DeleteResourcePolicy GetResourcePolicy PutResourcePolicy"
# The names that the policy of a table, and of a stream, may have. A pattern must stand for one of them.
_OF_TABLES = [
    "AssociateTableReplica",
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "CreateBackup",
    "CreateTableReplica",
    "DeleteItem",
    "DeleteTable",
    "DeleteTableReplica",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeKinesisStreamingDestination",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
    "DescribeTimeToLive",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExportTableToPointInTime",
    "GetItem",
    "InjectError",
    "ListTagsOfResource",
    "PartiQLDelete",
    "PartiQLInsert",
    "PartiQLSelect",
    "PartiQLUpdate",
    "PutItem",
    "Query",
    "ReadDataForReplication",
    "ReplicateSettings",
    "RestoreTableToPointInTime",
    "Scan",
    "SearchVectors",
    "StartAwsBackupJob",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateItem",
    "UpdateKinesisStreamingDestination",
    "UpdateTable",
    "UpdateTableReplicaAutoScaling",
    "UpdateTimeToLive",
    "WriteDataForReplication",
    *_POLICIES.split(),
]
_OF_STREAMS = f"DescribeStream GetRecords GetShardIterator {_POLICIES}".split()
_SERVICES = ("redshift.amazonaws.com", "replication.dynamodb.amazonaws.com")
_TRUSTED = re.compile(
    r"aws:(Principal(Account|Arn|OrgID|OrgPaths|ServiceName|ServiceNamesList|IsAWSService)"
    r"|Source(Account|Arn|Vpc|Vpce|OrgID|OrgPaths)|Ec2InstanceSourceVpc|UserId)",
    re.IGNORECASE,
)
_PRINCIPAL = re.compile(r"\*|[0-9]{12}|arn:[a-z-]+:(iam|sts)::[0-9]{12}:[a-z-]+(/[\w+=,.@/-]+)?")


@rule(
    "resource-policy-document",
    "A resource policy has statements with different Sids, an effect, principals, resources that are no streams in the "
    "policy of a table, and only actions on a table, or on a stream in the policy of a stream. Whether a principal exists "
    "is not looked at, nor what a resource names: AWS takes any table.",
    sources.RESOURCE_POLICY_ACTIONS,
)
def refuse_bad_document(arn: str, text: str) -> list[dict[str, Any]]:
    """The statements of a policy. Raises Refused with AWS's words when it takes no such policy for the ARN."""
    if len(text.encode()) > _SIZE:
        raise RequestRefused(f"{_INVALID}Maximum policy size of {_SIZE} bytes exceeded")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise RequestRefused(f"{_DOCUMENT}This policy contains invalid Json")
    found = document.get("Statement")
    statements = found if isinstance(found, list) else [found] if isinstance(found, dict) else []
    if not statements or not all(isinstance(one, dict) for one in statements):
        raise RequestRefused(f"{_DOCUMENT}Could not parse the policy: Statement is empty!")
    of_stream = "/stream/" in arn
    for one in statements:
        _refuse_statement(one, of_stream)
    sids = [one["Sid"] for one in statements if "Sid" in one]
    if len(set(map(str, sids))) < len(sids):
        raise RequestRefused(f"{_DOCUMENT}The Statement Ids in the policy are not unique")
    return statements


def _refuse_statement(one: dict[str, Any], of_stream: bool) -> None:
    for field in ("Effect", "Principal", "Action", "Resource"):
        if field not in one and f"Not{field}" not in one:
            raise RequestRefused(f"{_DOCUMENT}Missing required field {field}")
    if str(one["Effect"]).casefold() not in ("allow", "deny"):
        raise RequestRefused(f"{_DOCUMENT}Invalid effect: {one['Effect']}")
    if one.get("Principal", "*") != "*" and not isinstance(one["Principal"], dict):
        raise RequestRefused(f"{_DOCUMENT}Syntax error at position (1,{len(json.dumps(one))})")
    for kind, name in _principals(one):
        if kind == "Service" and name not in _SERVICES:
            raise RequestRefused(f"{_DOCUMENT}Policy contains invalid service principal")
        if kind == "AWS" and not _PRINCIPAL.fullmatch(name):
            raise RequestRefused(f"{_INVALID}Invalid principal in policy document.")
    known = _OF_STREAMS if of_stream else _OF_TABLES
    if wrong := [
        action for action in _texts(one.get("Action", [])) if not any(_covers(action, name) for name in known)
    ]:
        raise RequestRefused(f"{_DOCUMENT}The following action names are invalid: {', '.join(map(json.dumps, wrong))}")
    for resource in _texts(one.get("Resource", [])):
        if "/stream/" in resource and not of_stream:
            raise RequestRefused(
                f'{_DOCUMENT}The relative-id "{resource.split(":", 5)[-1]}" is invalid for ARN "{resource}"'
            )


@rule(
    "resource-policy-public",
    "A resource policy that allows everybody something is refused, unless a condition names fixed values of a key that "
    "block public access trusts.",
    sources.BLOCK_PUBLIC_ACCESS,
)
def refuse_public(statements: list[dict[str, Any]]) -> None:
    """Raise Refused when a statement gives public access."""
    for one in statements:
        everybody = any(name == "*" for kind, name in _principals(one) if kind == "AWS")
        if one["Effect"].casefold() == "allow" and everybody and not any(map(_fixes, _conditions(one))):
            raise RequestRefused(_PUBLIC)


@rule(
    "resource-policy-lockout",
    "A resource policy that denies its author PutResourcePolicy is refused (AccessDeniedException) without "
    "ConfirmRemoveSelfResourceAccess, which CloudFormation never sends. Conditions of such a statement are not evaluated.",
    sources.RESOURCE_POLICY,
)
def refuse_lockout(statements: list[dict[str, Any]], account: str) -> None:
    """Raise Refused when a statement without conditions denies the account the next policy."""
    ours = {"*", account, f"arn:aws:iam::{account}:root"}
    for one in statements:
        denied = any(_covers(action, "PutResourcePolicy") for action in _texts(one.get("Action", [])))
        everybody = any(name in ours for kind, name in _principals(one) if kind == "AWS")
        if one["Effect"].casefold() == "deny" and denied and everybody and not one.get("Condition"):
            raise RequestRefused(_LOCKOUT, "AccessDeniedException")


def _texts(value: Any) -> list[str]:
    return [str(one) for one in (value if isinstance(value, list) else [value])]


def _principals(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    principal = one.get("Principal", {})
    kinds = principal if isinstance(principal, dict) else {"AWS": principal}
    yield from ((kind, name) for kind, names in kinds.items() for name in _texts(names))


def _conditions(one: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(how, key, value) for how, keys in (one.get("Condition") or {}).items() for key, value in keys.items()]


def _fixes(condition: tuple[str, str, Any]) -> bool:
    how, key, value = condition
    loose = "not" in how.casefold() or how.casefold().startswith(("null", "forallvalues:")) or how.endswith("IfExists")
    return not loose and bool(_TRUSTED.fullmatch(key)) and not re.search(r"[*?]|\$\{", " ".join(_texts(value)))


def _covers(action: str, name: str) -> bool:
    pattern = re.escape(action).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(pattern, f"dynamodb:{name}", re.IGNORECASE) is not None


def install() -> None:
    """Put these rules in front of the emulator's own function."""
    import ministack.services.dynamodb as dynamodb

    def put(data: Request, _original: Any = dynamodb._put_resource_policy) -> tuple[Any, ...]:
        arn, text = data.get("ResourceArn"), data.get("Policy")
        if isinstance(arn, str) and isinstance(text, str) and dynamodb._resource_arn_exists(arn):
            try:
                statements = refuse_bad_document(arn, text)
                refuse_public(statements)
                if not data.get("ConfirmRemoveSelfResourceAccess"):
                    refuse_lockout(statements, arn.split(":")[4])
            except RequestRefused as refused:
                return dynamodb.error_response_json(refused.code, str(refused), 400)
        return _original(data)

    dynamodb._put_resource_policy = put
