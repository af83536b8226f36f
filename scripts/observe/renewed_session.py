"""A session that renews its own credentials in a job of GitHub Actions, so that a deployment may outlast any of them.

GitHub gives a job with `id-token: write` an address and a token, with which it can ask again and again for a token of OpenID
Connect (https://docs.github.com/en/actions/reference/security/oidc). AWS takes that for new credentials of the role
(AssumeRoleWithWebIdentity). Nothing is stored: the keys are in the memory of this process only.
"""

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import CredentialRetrievalError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

ROLE, NAME = "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME"
ADDRESS, TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
AUDIENCE = "sts.amazonaws.com"
PATIENCE = 30  # seconds for one answer of GitHub


def session(region: str, environment: Mapping[str, str] = os.environ) -> boto3.Session:
    """The session for a Region: with renewed credentials where a job names a role and may ask for tokens, else the usual one.

    Raises botocore's ProfileNotFound if AWS_PROFILE names none, and the other errors of `aws.FAILURES` where no token is given
    or AWS does not take it.
    """
    if not all(environment.get(name) for name in (ROLE, ADDRESS, TOKEN)):
        return boto3.Session(region_name=region)
    made = botocore.session.get_session()
    credentials = RefreshableCredentials.create_from_metadata(
        _assume(region, environment), lambda: _assume(region, environment), "github-oidc"
    )
    made._credentials = credentials
    return boto3.Session(botocore_session=made, region_name=region)


def _assume(region: str, environment: Mapping[str, str]) -> dict[str, Any]:
    """New credentials of the role, as botocore wants them."""
    anonymous = boto3.Session(region_name=region).client("sts", config=Config(signature_version=UNSIGNED))
    found = anonymous.assume_role_with_web_identity(
        RoleArn=environment[ROLE],
        RoleSessionName=environment.get(NAME) or "deploy",
        WebIdentityToken=_token(environment),
    )["Credentials"]
    return {
        "access_key": found["AccessKeyId"],
        "secret_key": found["SecretAccessKey"],
        "token": found["SessionToken"],
        "expiry_time": found["Expiration"].isoformat(),
    }


def _token(environment: Mapping[str, str]) -> str:
    address = f"{environment[ADDRESS]}&audience={quote(AUDIENCE)}"
    request = AWSRequest("GET", address, headers={"Authorization": f"Bearer {environment[TOKEN]}"}).prepare()
    answer = URLLib3Session(timeout=PATIENCE, proxies=get_environ_proxies(address)).send(request)
    try:
        return str(json.loads(answer.content)["value"])
    except (ValueError, KeyError, TypeError):
        why = f"GitHub gave no token (HTTP {answer.status_code})"
        raise CredentialRetrievalError(provider="github-oidc", error_msg=why) from None
