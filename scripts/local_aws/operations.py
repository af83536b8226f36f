"""Names the API operation of an HTTP request, as `service:Operation`, and writes an error in the request's protocol."""

import functools
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus
from xml.sax.saxutils import escape

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

Answer = tuple[int, str, bytes]  # status, content type, body


@dataclass(frozen=True, slots=True)
class Call:
    """One API call: the service that it is signed for, its operation, and the protocol of its answer."""

    service: str
    operation: str
    protocol: str  # json, query or rest

    @property
    def name(self) -> str:
        """As in `cloudformation:CreateChangeSet`."""
        return f"{self.service}:{self.operation}"


def call_of(method: str, path: str, headers: dict[str, str], body: bytes) -> Call | None:
    """The API call of a request, None when it is not signed. `body` is looked at in the query protocol only."""
    scope = _SCOPE.search(headers.get("authorization", ""))
    if scope is None:
        return None
    service = scope.group(1)
    if target := headers.get("x-amz-target"):
        return Call(service, target.rsplit(".", 1)[-1], "json")
    if FORM in headers.get("content-type", ""):
        action = _ACTION.search(body)
        return Call(service, unquote_plus(action[1].decode(errors="replace")) if action else "?", "query")
    named = (name for verb, route, name in routes(service) if verb == method and route.fullmatch(path))
    return Call(service, next(named, f"{method} {path}"), "rest")


@functools.cache
def routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """(method, path, operation) of a service that is addressed by paths, from its API description."""
    import botocore.exceptions
    import botocore.session

    try:
        model = botocore.session.Session().get_service_model(service)
    except botocore.exceptions.UnknownServiceError:
        return []
    found = []
    for name in model.operation_names:
        http: dict[str, Any] = model.operation_model(name).http
        parts = re.split(r"(\{[^}]+\})", http["requestUri"].split("?")[0].rstrip("/"))
        pattern = "".join(
            (".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part) for part in parts
        )
        found.append((http["method"], re.compile(pattern + "/?"), name))
    return found


def error(call: Call, code: str, message: str) -> Answer:
    """An error answer in the protocol of the call."""
    status = SERVER_ERRORS.get(code, 400)
    if call.protocol == "query":
        kind = "Receiver" if status >= 500 else "Sender"
        body = ERROR.format(type=kind, code=escape(code), message=escape(message), request=uuid.uuid4())
        return status, "text/xml", body.encode()
    kind = "application/x-amz-json-1.0" if call.protocol == "json" else "application/json"
    return status, kind, json.dumps({"__type": code, "message": message}).encode()
