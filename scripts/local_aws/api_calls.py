"""Names the API operation of an HTTP request, as `service:Operation`, and writes an error in the request's protocol."""

import json
import re
import uuid
from dataclasses import dataclass
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape

from scripts.local_aws.service_models.model_shapes import routes

FORM = "application/x-www-form-urlencoded"
SERVER_ERRORS = {
    "InternalError": 500,
    "InternalFailure": 500,
    "InternalServerError": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
}
ERROR = (
    "<ErrorResponse><Error><Type>{type}</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    "<RequestId>{request}</RequestId></ErrorResponse>"
)
_ACTION = re.compile(rb"(?:^|&)Action=([^&]*)")  # the rest, such as a whole template, is nothing to us
_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")

Answer = tuple[int, str, bytes, str]  # status, content type, body, error code


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One API call: the service that it is signed for, its operation, and the protocol of its answer."""

    service: str
    operation: str
    protocol: str  # json, query or rest

    @property
    def name(self) -> str:
        """As in `cloudformation:CreateChangeSet`."""
        return f"{self.service}:{self.operation}"


def call_of(method: str, path: str, headers: dict[str, str], body: bytes) -> ApiCall | None:
    """The API call of a request, None when it is not signed. `body` is looked at in the query protocol only."""
    scope = _SCOPE.search(headers.get("authorization", ""))
    if scope is None:
        return None
    service = scope.group(1)
    if target := headers.get("x-amz-target"):
        return ApiCall(service, target.rsplit(".", 1)[-1], "json")
    if FORM in headers.get("content-type", ""):
        action = _ACTION.search(body)
        return ApiCall(service, unquote_plus(action[1].decode(errors="replace")) if action else "?", "query")
    named = (route.operation for route in routes(service) if route.method == method and route.path.fullmatch(path))
    return ApiCall(service, next(named, f"{method} {path}"), "rest")


def error(call: ApiCall, code: str, message: str) -> Answer:
    """An error answer in the protocol of the call."""
    status = SERVER_ERRORS.get(code, 400)
    if call.protocol == "query":
        kind = "Receiver" if status >= 500 else "Sender"
        body = ERROR.format(type=kind, code=escape(code), message=escape(message), request=uuid.uuid4())
        return status, "text/xml", body.encode(), code
    kind = "application/x-amz-json-1.0" if call.protocol == "json" else "application/json"
    return status, kind, json.dumps({"__type": code, "message": message}).encode(), code
