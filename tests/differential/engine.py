"""One DynamoDB that answers requests, and its answers in a form in which they can be compared."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Request = dict[str, Any]
# Which account, Region and service a request is for; nobody here looks at signatures.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0"
)
ACCEPTED = "accepted"
TIMEOUT = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says: the body when it accepts, else the error code and the message."""

    body: Request
    code: str = ""
    message: str = ""

    @property
    def accepted(self) -> bool:
        return not self.code


class Engine:
    """An engine behind an endpoint. Requests go there as they are, unchecked by any SDK."""

    def __init__(self, name: str, endpoint: str) -> None:
        place = urlsplit(endpoint)
        self.name = name
        self._connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=TIMEOUT)

    def ask(self, operation: str, request: Request) -> Answer:
        """Send one request; a refusal is an answer like any other."""
        headers = {
            "Authorization": AUTHORIZATION,
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        }
        self._connection.request("POST", "/", json.dumps(request).encode(), headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status == 200:
            return Answer(json.loads(text))
        try:
            error = json.loads(text)
        except ValueError:
            return Answer({}, f"HTTP {response.status}")
        code = str(error.get("__type", "")).rpartition("#")[2] or f"HTTP {response.status}"
        return Answer(error, code, str(error.get("message") or error.get("Message") or ""))

    def must(self, operation: str, request: Request) -> Request:
        """Send a request that every DynamoDB accepts. Raises RuntimeError when this one does not."""
        answer = self.ask(operation, request)
        if not answer.accepted:
            raise RuntimeError(f"{self.name} refuses {operation}: {answer.code}: {answer.message}")
        return answer.body
