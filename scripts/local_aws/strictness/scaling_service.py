"""Application Auto Scaling as a service of the emulator: what it tells, its tags, and its answers over HTTP."""

import json
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness import scaling_api
from scripts.local_aws.strictness.registry import Request, RequestRefused
from scripts.local_aws.strictness.scaling_api import SERVICE
from scripts.local_aws.strictness.scaling_checks import NAMESPACE

TARGET_PREFIX = "AnyScaleFrontendService"


def _matching(records: Any, request: Request, wanted: dict[str, Any]) -> list[dict[str, Any]]:
    if request.get("ServiceNamespace") != NAMESPACE:
        return []
    return [record for record in records.values() if all(not v or record[k] in v for k, v in wanted.items())]


def _page(records: list[dict[str, Any]], request: Request, name: str) -> dict[str, Any]:
    start, size = int(request.get("NextToken") or 0), int(request.get("MaxResults") or 50)
    more = {"NextToken": str(start + size)} if start + size < len(records) else {}
    return {name: records[start : start + size], **more}


def describe_targets(request: Request) -> dict[str, Any]:
    """DescribeScalableTargets, by ResourceIds and ScalableDimension, in pages."""
    dimension = request.get("ScalableDimension")
    wanted = {"ResourceId": request.get("ResourceIds"), "ScalableDimension": [dimension] if dimension else None}
    return _page(_matching(scaling_api.STORE.targets, request, wanted), request, "ScalableTargets")


def describe_policies(request: Request) -> dict[str, Any]:
    """DescribeScalingPolicies, by PolicyNames, ResourceId and ScalableDimension, in pages."""
    single = {name: [request[name]] for name in ("ResourceId", "ScalableDimension") if request.get(name)}
    found = _matching(scaling_api.STORE.policies, request, {"PolicyName": request.get("PolicyNames"), **single})
    return _page(found, request, "ScalingPolicies")


def _tags(request: Request) -> dict[str, str]:
    arn = request.get("ResourceARN")
    if arn not in scaling_api.STORE.tags:
        raise RequestRefused(f"Resource not found: {arn}", "ResourceNotFoundException")
    return scaling_api.STORE.tags[arn]


def list_tags(request: Request) -> dict[str, Any]:
    """ListTagsForResource of a target."""
    return {"Tags": _tags(request)}


def tag(request: Request) -> dict[str, Any]:
    """TagResource of a target."""
    _tags(request).update(request.get("Tags") or {})
    return {}


def untag(request: Request) -> dict[str, Any]:
    """UntagResource of a target."""
    tags = _tags(request)
    for key in request.get("TagKeys") or []:
        tags.pop(key, None)
    return {}


OPERATIONS: dict[str, Callable[[Request], dict[str, Any]]] = {
    "RegisterScalableTarget": scaling_api.register,
    "DescribeScalableTargets": describe_targets,
    "DeregisterScalableTarget": scaling_api.deregister,
    "PutScalingPolicy": scaling_api.put_policy,
    "DescribeScalingPolicies": describe_policies,
    "DeleteScalingPolicy": scaling_api.delete_policy,
    "ListTagsForResource": list_tags,
    "TagResource": tag,
    "UntagResource": untag,
}


async def handle_request(_method: str, _path: str, headers: dict[str, str], body: bytes, _query: Any) -> Any:
    """Answer one request, as the emulator's own services do."""
    from ministack.core.responses import error_response_json, json_response

    name = headers.get("x-amz-target", "").rsplit(".", 1)[-1]
    if name not in OPERATIONS:
        return error_response_json("UnknownOperationException", f"Unknown operation: {name}", 400)
    try:
        return json_response(OPERATIONS[name](json.loads(body or b"{}")))
    except RequestRefused as refusal:
        return error_response_json(refusal.code, str(refusal), 400)


def reset() -> None:
    """Forget every target and policy. The emulator calls this."""
    scaling_api.STORE.clear()


def install() -> None:
    """Make the service one of the emulator's."""
    import sys

    import ministack.app as app
    import ministack.core.router as router

    reset()
    app.SERVICE_REGISTRY[SERVICE] = {"module": SERVICE}
    app._loaded_modules[SERVICE] = sys.modules[__name__]
    app.SERVICE_HANDLERS[SERVICE] = handle_request
    router.SERVICE_PATTERNS[SERVICE] = {"target_prefixes": [TARGET_PREFIX], "credential_scope": SERVICE}
