"""Every failure of a call is one line that says what to do."""

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, EndpointConnectionError, InvalidRegionError, NoCredentialsError

from scripts.local_aws import LocalAws
from scripts.observe.aws import FAILURES, HINTS, USER_AGENT, Aws, error_code, explain
from tests.for_each import for_each


def failure(code: str, message: str = "Something is wrong") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeTable")


@for_each("code", [code for code in HINTS if not code.endswith("Error") and code != "ProfileNotFound"])
def test_known_codes_come_with_a_hint(code: str) -> None:
    assert explain(failure(code)) == f"DescribeTable: Something is wrong. {HINTS[code]}"


def test_an_unknown_code_is_told_as_it_is() -> None:
    assert explain(failure("Strange", "Odd\nthing.")) == "DescribeTable: Odd thing."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            NoCredentialsError(),
            "Sign in (aws sso login) or set AWS_PROFILE; without an account, use the local AWS: make local.",
        ),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
            "Check the network, the Region and AWS_ENDPOINT_URL.",
        ),
    ],
)
def test_failures_on_this_side_have_a_hint_too(error: Exception, words: str) -> None:
    assert explain(error).endswith(words)
    assert error_code(error) == type(error).__name__


@pytest.mark.usefixtures("aws")
def test_clients_are_made_once_and_know_the_account() -> None:
    aws = Aws("us-east-1")
    assert aws.client("dynamodb") is aws.client("dynamodb")
    assert aws.client("dynamodb").meta.region_name == "us-east-1"
    assert aws.account == "111122223333"


@pytest.mark.usefixtures("aws")
def test_cloudtrail_can_tell_the_calls_from_others() -> None:
    client = Aws("us-east-1").client("dynamodb")
    sent: list[str] = []
    client.meta.events.register("before-send", lambda request, **_: sent.append(request.headers["User-Agent"].decode()))
    client.list_tables()
    client.list_tables()
    assert len(sent) == 2
    assert all(agent.startswith(f"{USER_AGENT} ") for agent in sent)
    assert USER_AGENT.startswith("migration-contract boto3/")


def test_an_address_that_is_none_is_a_failure_like_others(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("foo", "http://[::1"):
        monkeypatch.setenv("AWS_ENDPOINT_URL", name)
        with pytest.raises(FAILURES) as caught:
            Aws("us-east-1").client("sts")
        assert explain(caught.value).endswith("Set AWS_ENDPOINT_URL to a whole URL, or unset it.")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with pytest.raises(InvalidRegionError):
        Aws("no region").client("sts")


@pytest.mark.usefixtures("aws")
def test_an_answer_that_is_not_of_aws_is_a_failure_like_others() -> None:
    client = Aws("us-east-1").client("sts")
    page = AWSResponse("https://sts", 200, {}, None)
    page._content = b"Please sign in to the <b>hotel\nwifi"
    client.meta.events.register("before-send", lambda **_: page)
    with pytest.raises(FAILURES) as caught:
        client.get_caller_identity()
    said = explain(caught.value)
    assert said.endswith("What answers is not AWS. Check the network, its proxy and AWS_ENDPOINT_URL.")
    assert "hotel" not in said


def test_answers_that_ask_for_patience_are_counted(aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr(
        "botocore.retries.bucket.TokenBucket.acquire", lambda *_: True
    )  # the rate that throttling leaves
    aws.fail("ListTables", "ThrottlingException", times=2)
    aws.fail("DescribeStacks", "Throttling")
    connection = Aws("eu-west-1")
    assert connection.local
    connection.client("dynamodb").list_tables()
    connection.client("cloudformation").describe_stacks()
    assert connection.throttles == 3
