"""A local AWS in the process of the tests, which what runs there reaches without a socket: half the time of a call.

It is the application that `scripts.local_aws` serves, in a thread. Child processes reach it through its port as ever; only
botocore in this process hands its requests over directly. That the child process and its socket work is tested with those.
"""

import asyncio
import contextvars
import json
import os
import threading
import types
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import botocore.httpsession
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.endpoint import Endpoint
from botocore.signers import RequestSigner

from scripts.local_aws import LocalAws, control, server
from scripts.local_aws.faults import read_body
from scripts.local_aws.process import EMULATOR_SETTINGS, HOST, _listening_socket
from tests import direct_calls

TIMEOUT = 60  # seconds; longer than any answer takes, shorter than patience


class InProcessAws(LocalAws):
    """As LocalAws, but there is no child, and it never ends."""

    _app: Any
    _loop: asyncio.AbstractEventLoop
    _turn: threading.Lock

    @classmethod
    def start(cls, port: int | None = None) -> Self:
        """Start it on `port` or a free one. Once per process: the emulator keeps what it holds in its modules."""
        listener = _listening_socket(port)
        made = cls(port=listener.getsockname()[1], _child=None)  # type: ignore[arg-type]
        made._loop, made._turn = asyncio.new_event_loop(), threading.Lock()
        ready = threading.Event()

        async def serve() -> None:
            forever = asyncio.Event().wait
            await server.serve(made._in_turn, listener.detach(), ready.set, shutdown_trigger=forever)

        os.environ.update(EMULATOR_SETTINGS, GATEWAY_PORT=str(made.port))
        try:  # the emulator looks at them when it is imported and when it starts
            made._app = server.application()
            threading.Thread(target=lambda: asyncio.run(serve()), name="local AWS", daemon=True).start()
            assert ready.wait(TIMEOUT)
        finally:
            for name in (*EMULATOR_SETTINGS, "GATEWAY_PORT"):
                del os.environ[name]
        made._take_over()
        return made

    def stop(self) -> None:
        """It ends with the process; but the validator cannot be told to go when half of the interpreter is gone."""
        from scripts.local_aws.strictness import validator

        validator._engine.cache_clear()

    def reset(self) -> None:
        """As through the side door, without the thread of its own in which a server does it."""
        import ministack.app

        with self._turn:
            control.reset()
            ministack.app._reset_all_state()

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return json.loads(self._ask("POST", path, "", {}, json.dumps(body).encode())[2])

    def _take_over(self) -> None:
        """Let botocore's requests to this address go no further than this process."""
        send, address = botocore.httpsession.URLLib3Session.send, f"{self.endpoint_url}/"

        def direct(session: Any, request: AWSPreparedRequest) -> Any:
            if not request.url.startswith(address):
                return send(session, request)
            body = request.body or b""
            given = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read()
            status, headers, content = ask(request.method, request.url, request.headers, given)
            return AWSResponse(request.url, status, headers, _Content(content))

        def ask(method: str, url: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
            where = urlsplit(url)
            return self._ask(method, where.path, where.query, headers, body)

        sign, needs_retry = RequestSigner.sign, Endpoint._needs_retry

        def scoped(signer: RequestSigner, operation: str, request: AWSRequest, *more: Any, **options: Any) -> None:
            """Of a signature the local AWS reads the scope; it does not look whether it is of this request."""
            if signer._credentials is None or not request.url.startswith(address):
                sign(signer, operation, request, *more, **options)
                return
            who = signer._credentials.access_key
            scope = f"{who}/20260101/{signer._region_name}/{signer._signing_name}/aws4_request"
            request.headers["Authorization"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

        def failed(endpoint: Endpoint, attempts: int, operation: Any, request: Any, response: Any, error: Any) -> bool:
            """No answer that says that a call succeeded leads to another; botocore asks all its handlers all the same."""
            if response is not None and response[0].status_code < 300 and request["url"].startswith(address):
                return False
            return needs_retry(endpoint, attempts, operation, request, response, error)

        botocore.httpsession.URLLib3Session.send = direct
        RequestSigner.sign, Endpoint._needs_retry = scoped, failed
        direct_calls.install(address, ask)

    async def _in_turn(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Serve what came through the socket: requests are served one at a time, wherever they come from."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await read_body(receive)
        where = scope["method"], scope["raw_path"].decode(), scope["query_string"].decode()
        given = {name.decode(): value for name, value in scope["headers"]}
        status, headers, content = await asyncio.to_thread(self._ask, *where, given, body)
        shown = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": shown})
        await send({"type": "http.response.body", "body": content})

    def _ask(self, method: str, path: str, query: str, headers: Any, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """The status, headers and content of an answer."""
        names = {
            name.lower(): value if isinstance(value, bytes) else str(value).encode() for name, value in headers.items()
        }
        names.setdefault("host", f"{HOST}:{self.port}".encode())
        names.setdefault("content-length", str(len(body)).encode())
        scope = {
            "type": "http",
            "asgi": {"spec_version": "2.3", "version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value) for name, value in names.items()],
            "client": (HOST, 0),
            "server": (HOST, self.port),
            "extensions": {},
        }
        answer: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: dict[str, Any]) -> None:
            answer.append(message)

        with self._turn:
            self._run(self._app(scope, receive, keep))
        start, *parts = answer
        given = {name.decode().lower(): value.decode() for name, value in start.get("headers", [])}
        return start["status"], given, b"".join(part.get("body", b"") for part in parts)

    def _run(self, request: Coroutine[Any, Any, None]) -> None:
        """Serve a request, and what begins with it: the deployment of a stack. Most wait for nothing, and need no turn of the loop."""
        context = contextvars.copy_context()
        asyncio._set_running_loop(self._loop)
        try:
            awaited = context.run(request.send, None)
        except StopIteration:
            pass
        else:
            self._loop.create_task(_rest(request, awaited), context=context)
        finally:
            asyncio._set_running_loop(None)
        while tasks := asyncio.all_tasks(self._loop):
            self._loop.run_until_complete(asyncio.wait(tasks))


@types.coroutine
def _rest(request: Coroutine[Any, Any, None], awaited: Any) -> Iterator[Any]:
    """What remains of a coroutine that waits for `awaited`."""
    while True:
        yield awaited
        try:
            awaited = request.send(None)
        except StopIteration:
            return


class _Content:
    """The content of an answer, as urllib3 has it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]
