"""A deployment in a job of GitHub takes its role itself, and again before the credentials end."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore import credentials
from botocore.exceptions import CredentialRetrievalError

from scripts.observe.renewed_session import session
from tests.github.token_endpoint import TokenEndpoint

ROLE = "arn:aws:iam::111122223333:role/dynamodb-deploy"


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    """Where the job asks for tokens."""
    made = TokenEndpoint()
    yield made
    made.close()


@pytest.fixture
def job(endpoint: TokenEndpoint, aws: Any) -> dict[str, str]:
    """What the job finds in its environment."""
    return {**endpoint.environment, "AWS_ROLE_ARN": ROLE, "AWS_ROLE_SESSION_NAME": "deploy-7"}


def test_the_role_is_taken_again_before_its_credentials_end(
    endpoint: TokenEndpoint, job: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = session("eu-west-1", job)
    caller = made.client("sts").get_caller_identity()
    assert caller["Arn"] == "arn:aws:sts::111122223333:assumed-role/dynamodb-deploy/deploy-7"
    first = made.get_credentials().get_frozen_credentials()
    assert (endpoint.asked, made.get_credentials().get_frozen_credentials()) == (1, first)

    now = credentials._local_now
    monkeypatch.setattr(made.get_credentials(), "_time_fetcher", lambda: now() + timedelta(minutes=55))
    assert made.get_credentials().get_frozen_credentials() != first
    assert endpoint.asked == 2

    endpoint.refuse = True
    monkeypatch.setattr(made.get_credentials(), "_time_fetcher", lambda: now() + timedelta(minutes=115))
    with pytest.raises(CredentialRetrievalError, match="GitHub gave no token \\(HTTP 401\\)"):
        made.get_credentials().get_frozen_credentials()


@pytest.mark.parametrize("missing", ["AWS_ROLE_ARN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
def test_elsewhere_the_usual_credentials_are_used(endpoint: TokenEndpoint, job: dict[str, str], missing: str) -> None:
    session("eu-west-1", {**job, missing: ""})
    assert endpoint.asked == 0
