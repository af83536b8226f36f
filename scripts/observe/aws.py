"""The connection to AWS: clients that retry, and every failure as one line that says what to do."""

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, InvalidEndpointConfigurationError
from botocore.parsers import ResponseParserError

from scripts.folders import is_loopback
from scripts.model import Unknown
from scripts.observe.rate import Limiter, per_second
from scripts.observe.renewed_session import session
from scripts.properties.aws_answers import error_code
from scripts.properties.state_fields import look_at_body

# What a person can do about an error, by its code or, for errors on this side of the line, by its class.
HINTS = {
    "NoCredentialsError": "Sign in (aws sso login) or set AWS_PROFILE; without an account, use the local AWS: make local.",
    "PartialCredentialsError": "The AWS credentials are incomplete. Set both the access key and the secret key.",
    "CredentialRetrievalError": "No new credentials were given. Does the job have id-token: write, and does the role trust it?",
    "ProfileNotFound": "Set AWS_PROFILE to a profile of ~/.aws/config.",
    "SSOTokenLoadError": "Sign in again: aws sso login.",
    "UnauthorizedSSOTokenError": "Sign in again: aws sso login.",
    "TokenRetrievalError": "Sign in again: aws sso login.",
    "EndpointConnectionError": "Check the network, the Region and AWS_ENDPOINT_URL.",
    "ConnectTimeoutError": "Check the network, the Region and AWS_ENDPOINT_URL.",
    "InvalidEndpointConfigurationError": "Set AWS_ENDPOINT_URL to a whole URL, or unset it.",
    "ResponseParserError": "What answers is not AWS. Check the network, its proxy and AWS_ENDPOINT_URL.",
    "ExpiredToken": "The credentials have expired. Sign in again.",
    "ExpiredTokenException": "The credentials have expired. Sign in again.",
    "InvalidClientTokenId": "AWS does not know the credentials, or the Region is not enabled in the account.",
    "UnrecognizedClientException": "AWS does not know the credentials, or the Region is not enabled in the account.",
    "AccessDenied": "The role lacks the permission. docs/aws-permissions.md lists what each command needs.",
    "AccessDeniedException": "The role lacks the permission. docs/aws-permissions.md lists what each command needs.",
    "Throttling": "AWS asks for patience. Run the command again: it continues where it stopped.",
    "ThrottlingException": "AWS asks for patience. Run the command again: it continues where it stopped.",
    "RequestLimitExceeded": "AWS asks for patience. Run the command again: it continues where it stopped.",
    "LimitExceededException": "Too much is being changed at once, or a quota is reached. Run the command again later.",
}
THROTTLED = {"RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequestsException"}
FAILURES = (BotoCoreError, ClientError, ResponseParserError)
# Codes, or classes, of errors after which no call will succeed before somebody signs in again.
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "CredentialRetrievalError"})
# With this the userAgent of every call begins in CloudTrail. botocore makes its own anew for each, a tenth of a call's time.
USER_AGENT = f"migration-contract boto3/{boto3.__version__}"
__all__ = [
    "EXPIRED",
    "FAILURES",
    "HINTS",
    "USER_AGENT",
    "Aws",
    "error_code",
    "explain",
    "explain_failure",
    "unreadable",
]


class Aws:
    """Clients for one Region, made when first used. All of them keep to one rate, and retry when AWS throttles."""

    def __init__(self, region: str) -> None:
        """Raises botocore's ProfileNotFound if AWS_PROFILE names none."""
        self.region = region
        self._session = session(region)
        self._config = Config(
            retries={"mode": "adaptive", "total_max_attempts": 10},
            max_pool_connections=64,
            connect_timeout=10,
            read_timeout=60,
            user_agent=USER_AGENT,
        )
        self._limiters = Limiter(per_second()), Limiter(0)
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()  # making clients is not thread-safe, using them is
        self._throttles = 0

    def client(self, service: str) -> Any:
        """The client of an AWS service, the same one for every thread."""
        with self._lock:
            if service not in self._clients:
                client = self._made(service)
                limiter = self._limiters[is_loopback(client.meta.endpoint_url)]
                client.meta.events.register("before-call", lambda model, **_: limiter.wait(model.name))
                client.meta.events.register("response-received", self._answered)
                if service == "dynamodb":
                    client.meta.events.register("before-parse.dynamodb", look_at_body)
                self._clients[service] = client
            return self._clients[service]

    def _made(self, service: str) -> Any:
        try:
            return self._session.client(service, config=self._config)
        except BotoCoreError:
            raise
        except ValueError as error:  # botocore's only word about an address that is none
            raise InvalidEndpointConfigurationError(msg=str(error)) from None

    def _answered(self, parsed_response: dict[str, Any] | None = None, **_: Any) -> None:
        """Count the answers that ask for patience, each of which botocore repeats by itself."""
        if (parsed_response or {}).get("Error", {}).get("Code", "") in THROTTLED:
            with self._lock:
                self._throttles += 1

    @property
    def throttles(self) -> int:
        """How often AWS has throttled a call so far."""
        return self._throttles

    @cached_property
    def local(self) -> bool:
        """Whether the stacks are those of an AWS on this machine."""
        return is_loopback(self.client("cloudformation").meta.endpoint_url)

    @cached_property
    def _identity(self) -> Mapping[str, str]:
        return self.client("sts").get_caller_identity()

    @property
    def account(self) -> str:
        """The account that the credentials belong to, 12 digits. Raises the errors of FAILURES."""
        return self._identity["Account"]

    @property
    def caller(self) -> str:
        """The ARN of whom the credentials belong to. Raises the errors of FAILURES."""
        return self._identity["Arn"]

    def arn(self, service: str) -> str:
        """The beginning of the ARNs of a service in this Region and account, without the last colon."""
        partition = self._session.get_partition_for_region(self.region)
        return f"arn:{partition}:{service}:{self.region}:{self.account}"

    @property
    def endpoint(self) -> str:
        """Where DynamoDB is reached."""
        return self.client("dynamodb").meta.endpoint_url


def explain_failure(error: Exception) -> str | None:
    """One line for a failure of AWS or of the connection to it; None for any other error."""
    return explain(error) if isinstance(error, FAILURES) else None


def unreadable(error: Exception) -> Unknown:
    """What stands for a value that could not be read: why, and AWS's code."""
    return Unknown(explain(error), code=error_code(error))


def explain(error: Exception) -> str:
    """One line: what failed, and what to do."""
    code = error_code(error)
    if isinstance(error, ClientError):
        message = error.response.get("Error", {}).get("Message") or code
        what = f"{error.operation_name}: {message}"
    else:
        what = str(error)
    if isinstance(error, ResponseParserError):
        what = what.partition("\n")[0].rstrip(":")  # without the whole answer, which may be a page of a proxy
    what = " ".join(what.split())
    hint = HINTS.get(code, "")
    return f"{what.rstrip('.')}. {hint}".strip()
