"""What the tests of the data plane share: one table with indexes of every kind, and the answers to requests to it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.support import client, definitions, index, keys, settle

TABLE = {
    "TableName": "Orders",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": keys("pk", "sk"),
    "AttributeDefinitions": definitions("pk", "sk", "city", amount="N"),
    "GlobalSecondaryIndexes": [
        index("ByCity", keys("city", "amount"), "INCLUDE", included=["title"]),
        index("ByAmount", keys("amount")),
    ],
    "LocalSecondaryIndexes": [index("BySize", keys("pk", "amount"), "KEYS_ONLY")],
}
ITEM = {
    "pk": {"S": "a"},
    "sk": {"S": "1"},
    "city": {"S": "Rome"},
    "amount": {"N": "1"},
    "title": {"S": "t"},
    "details": {"M": {"in": {"L": [{"S": "x"}]}}},
}


def orders(*items: dict[str, Any]) -> Any:
    """A client of the local AWS, which has the table `Orders` with these items."""
    dynamodb = client("dynamodb")
    dynamodb.create_table(**TABLE)
    settle()
    for item in items:
        dynamodb.put_item(TableName="Orders", Item=item)
    return dynamodb


def answer(operation: Any, **request: Any) -> str:
    """The message with which a request to `Orders` is refused, or an empty string when it is accepted."""
    try:
        operation(TableName="Orders", **request)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ValidationException", error
        return str(error.response["Error"]["Message"])
    return ""


def check(cases: dict[str, str], ask: Any) -> None:
    """Ask for each case; the answers are those that are expected, all shown when some are not."""
    answers = {case: ask(case) for case in cases}
    if answers != cases:
        wrong = {case: (answers[case], cases[case]) for case in cases if answers[case] != cases[case]}
        pytest.fail("\n".join(f"{case}\n   got  {got}\n   want {want}" for case, (got, want) in wrong.items()))
