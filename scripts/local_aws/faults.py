"""Remembers every API call, and lets chosen ones fail: throttling, expired credentials, internal errors."""

import fnmatch
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from scripts.local_aws.api_calls import FORM, Answer, ApiCall, call_of, error
from scripts.local_aws.service_models import model_gate

MESSAGES = {
    "ExpiredToken": "The security token included in the request is expired",
    "ExpiredTokenException": "The security token included in the request is expired",
    "Throttling": "Rate exceeded",
    "ThrottlingException": "Rate exceeded",
}
DEFAULT_MESSAGE = "The local AWS was told to let this call fail"

App = Callable[..., Awaitable[None]]


@dataclass(slots=True)
class InjectedFault:
    """Calls that are to fail: `times` of those whose name fits, after `after` of them."""

    operation: str
    code: str
    message: str
    times: int
    after: int
    done: bool  # whether the call is carried out before it is answered with the error

    def strikes(self, name: str) -> bool:
        """Count a call; whether this is one that fails."""
        wanted = self.operation if ":" in self.operation else f"*:{self.operation}"
        if self.times < 1 or not fnmatch.fnmatchcase(name, wanted):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        self.times -= 1
        return True


@dataclass(slots=True)
class Record:
    """The calls since the last reset, and the faults to come."""

    calls: list[str] = field(default_factory=list)
    faults: list[InjectedFault] = field(default_factory=list)

    def reset(self) -> None:
        """Forget all calls and faults."""
        self.calls.clear()
        self.faults.clear()


RECORD = Record()


def fail(operation: str, code: str, message: str, times: int, after: int, done: bool) -> None:
    """Let calls fail. See LocalAws.fail."""
    said = message or MESSAGES.get(code, DEFAULT_MESSAGE)
    RECORD.faults.append(InjectedFault(operation, code, said, times, after, done))


def _replay(body: bytes, receive: Callable[..., Any]) -> Callable[..., Any]:
    """Give the application a body that has been read already."""
    given = False

    async def again() -> dict[str, Any]:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _answer(send: App, answer: Answer) -> None:
    status, kind, body, code = answer
    headers = [(b"content-type", kind.encode()), (b"x-amzn-errortype", code.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def read_body(receive: Callable[..., Any]) -> bytes:
    """The whole body of a request."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


async def serve(app: App, scope: dict[str, Any], receive: Callable[..., Any], send: App) -> None:
    """Serve one request: note it, and let it fail when it is to fail."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}
    # Only what may carry its operation in its body, or is judged by its model, is read here; the rest may be long.
    body = b""
    if FORM in headers.get("content-type", ""):
        body = await read_body(receive)
        receive = _replay(body, receive)
    method, path = scope.get("method", ""), scope.get("path", "")
    call: ApiCall | None = call_of(method, path, headers, body)
    if call is None:
        await app(scope, receive, send)
        return
    RECORD.calls.append(call.name)
    fault = next((fault for fault in RECORD.faults if fault.strikes(call.name)), None)
    if fault is None:
        if shape := model_gate.request_shape(call):
            if not body:
                body = await read_body(receive)
                receive = _replay(body, receive)
            if refused := model_gate.refusal(call, shape, method, path, scope.get("query_string", b""), body):
                await _answer(send, refused)
                return
        await app(scope, receive, send)
        return
    if fault.done:
        await app(scope, receive, _drop)
    elif not body:
        await read_body(receive)
    await _answer(send, error(call, fault.code, fault.message))


async def _drop(_message: dict[str, Any]) -> None:
    """Send nothing."""
