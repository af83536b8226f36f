"""Calls of botocore that go no further than this process: from the parameters to the answer, without an HTTP request in between.

An HTTP request, made, signed and sent, is more than half of the time of such a call.
"""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import urlencode
from botocore.endpoint import Endpoint

# method, URL, headers and body of a request, to status, headers by names in lower case, and content
Ask = Callable[[str, str, Mapping[str, Any], bytes], tuple[int, dict[str, str], bytes]]
PROTOCOLS = ("json", "query")  # all that is in such a request is in its body, and all of an answer too


class DirectRequest:
    """What the handlers of a request look at, and those who try it again."""

    stream_output = False

    def __init__(self, given: Mapping[str, Any]) -> None:
        body = given["body"]
        self.method, self.url, self.context = given["method"], given["url"], given["context"]
        self.headers = {
            name: value if isinstance(value, bytes) else value.encode() for name, value in given["headers"].items()
        }
        self.body = urlencode(body, doseq=True).encode() if isinstance(body, dict) else body

    def reset_stream(self) -> None:
        """Nothing was read."""


class DirectAnswer:
    """What the handlers of an answer look at."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.status_code, self.headers, self.content = status, headers, content


def install(address: str, ask: Ask) -> None:
    """Let botocore's calls to this address be answered by `ask`; the others stay as they are."""
    create, send = Endpoint.create_request, Endpoint._do_get_response

    def created(endpoint: Endpoint, given: dict[str, Any], operation: Any = None) -> Any:
        if (
            operation is None
            or operation.service_model.resolved_protocol not in PROTOCOLS
            or not given["url"].startswith(address)
        ):
            return create(endpoint, given, operation)
        request = DirectRequest(given)
        name = f"request-created.{operation.service_model.service_id.hyphenize()}.{operation.name}"
        endpoint._event_emitter.emit(name, request=request, operation_name=operation.name)  # signs it
        return request

    def answered(endpoint: Endpoint, request: AWSPreparedRequest | DirectRequest, operation: Any, context: Any) -> Any:
        if not isinstance(request, DirectRequest):
            return send(endpoint, request, operation, context)
        event = f"{operation.service_model.service_id.hyphenize()}.{operation.name}"
        emit = endpoint._event_emitter.emit
        try:
            told = [answer for _, answer in emit(f"before-send.{event}", request=request) if answer is not None]
            response = (
                told[0] if told else DirectAnswer(*ask(request.method, request.url, request.headers, request.body))
            )
        except Exception as error:  # as botocore does: whoever tries it again judges it
            return None, error
        content: dict[str, Any] = {
            "headers": response.headers,
            "status_code": response.status_code,
            "body": response.content,
            "context": {"operation_name": operation.name},
        }
        custom: dict[str, Any] = {}
        emit(f"before-parse.{event}", operation_model=operation, response_dict=content, customized_response_dict=custom)
        parser = endpoint._response_parser_factory.create_parser(operation.service_model.resolved_protocol)
        parsed = parser.parse(content, operation.output_shape)
        parsed.update(custom)
        if response.status_code >= 300:
            endpoint._add_modeled_error_fields(content, parsed, operation, parser)
        return (response, parsed), None

    Endpoint.create_request, Endpoint._do_get_response = created, answered
