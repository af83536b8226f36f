"""GitHub's endpoint for tokens of OpenID Connect, as a job with `id-token: write` finds it in its environment."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "request-token"


class TokenEndpoint:
    """Gives a token to each who asks with the right header; after `refuse` to nobody any more. `asked` counts."""

    def __init__(self) -> None:
        self.asked, self.refuse = 0, False
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                good = self.headers["Authorization"] == f"Bearer {SECRET}" and query["audience"] == [
                    "sts.amazonaws.com"
                ]
                endpoint.asked += 1
                self.send_response(401 if endpoint.refuse or not good else 200)
                self.end_headers()
                self.wfile.write(b"{}" if endpoint.refuse or not good else json.dumps({"value": _token()}).encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()  # looks whether to end

    @property
    def environment(self) -> dict[str, str]:
        """What a job finds."""
        address = f"http://127.0.0.1:{self._server.server_port}/token?api-version=2.0"
        return {"ACTIONS_ID_TOKEN_REQUEST_URL": address, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": SECRET}

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def _token() -> str:
    claims = {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": "repo:example/tables",
    }
    parts = ({"alg": "none"}, claims)
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts), "x"]
    )
