"""A local AWS in the process of the tests, which what runs there reaches without a socket: half the time of a call.

It is the application that `scripts.local_aws` serves, in a thread. Child processes reach it through its port as ever; only
botocore in this process hands its requests over directly. That the child process and its socket work is tested with those.
"""

import asyncio
import json
import os
import threading
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import botocore.httpsession
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse

from scripts.local_aws import LocalAws, server
from scripts.local_aws.process import EMULATOR_SETTINGS, HOST, _listening_socket

TIMEOUT = 60  # seconds; longer than any answer takes, shorter than patience


class InProcessAws(LocalAws):
    """As LocalAws, but there is no child, and it never ends."""

    _app: Any
    _loop: asyncio.AbstractEventLoop

    @classmethod
    def start(cls, port: int | None = None) -> Self:
        """Start it on `port` or a free one. Once per process: the emulator keeps what it holds in its modules."""
        listener = _listening_socket(port)
        made = cls(port=listener.getsockname()[1], _child=None)  # type: ignore[arg-type]
        ready = threading.Event()

        async def serve() -> None:
            made._loop = asyncio.get_running_loop()
            forever = asyncio.Event().wait
            await server.serve(made._app, listener.detach(), ready.set, shutdown_trigger=forever)

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

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return json.loads(self._ask("POST", path, "", {}, json.dumps(body).encode())[2])

    def _take_over(self) -> None:
        """Let botocore's requests to this address go no further than this process."""
        send, address = botocore.httpsession.URLLib3Session.send, f"{self.endpoint_url}/"

        def direct(session: Any, request: AWSPreparedRequest) -> Any:
            if not request.url.startswith(address):
                return send(session, request)
            url, body = urlsplit(request.url), request.body or b""
            given = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else body.read()
            status, headers, content = self._ask(request.method, url.path, url.query, request.headers, given)
            return AWSResponse(request.url, status, headers, _Content(content))

        canonical = SigV4Auth.canonical_request

        def unsigned(auth: SigV4Auth, request: AWSRequest) -> str:
            """Of a signature the local AWS reads the scope; it does not look whether it is of this request."""
            return "" if request.url.startswith(address) else canonical(auth, request)

        botocore.httpsession.URLLib3Session.send = direct
        SigV4Auth.canonical_request = unsigned

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

        asyncio.run_coroutine_threadsafe(self._app(scope, receive, keep), self._loop).result(TIMEOUT)
        start, *parts = answer
        given = {name.decode().lower(): value.decode() for name, value in start.get("headers", [])}
        return start["status"], given, b"".join(part.get("body", b"") for part in parts)


class _Content:
    """The content of an answer, as urllib3 has it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> list[bytes]:
        return [self._content]
