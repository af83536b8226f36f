"""Lets functions of these rules answer like API operations of DynamoDB: a refusal becomes an error answer."""

import functools
import json
from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness.registry import Request, RequestRefused

Answer = tuple[Any, ...]  # status, headers, body


def answering(function: Callable[[Request], Request]) -> Callable[[Request], Answer]:
    """An API operation of DynamoDB from a function that returns the answer's content or raises Refused."""
    from ministack.core.responses import error_response_json, json_response

    @functools.wraps(function)
    def answer(request: Request) -> Answer:
        try:
            return json_response(function(request))
        except RequestRefused as refusal:
            return error_response_json(refusal.code, str(refusal), 400)

    return answer


def call(function: Callable[[Request], Answer], request: Request) -> Request:
    """Call an API operation of DynamoDB; the content of its answer. Raises Refused with its error."""
    status, _, body = function(request)
    content: Request = json.loads(body) if body else {}
    if status >= 400:
        raise RequestRefused(
            content.get("message") or content.get("Message") or "", content["__type"].rsplit("#", 1)[-1]
        )
    return content


def told(holder: dict[str, Any]) -> dict[str, Any]:
    """What is told of a record: everything that has a value."""
    return {name: value for name, value in holder.items() if value is not None}
