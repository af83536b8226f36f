"""ExclusiveStartKey is refused as AWS refuses it: by Query and Scan, of tables and of indexes."""

import json
from typing import Any

from .items import ITEM, answer, check, orders
from .support import provokes

INVALID = "The provided starting key is invalid"
NO_MATCH = "The provided key element does not match the schema"
EMPTY = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: "
ONE_TYPE = "must contain exactly one of the supported datatypes"
LARGE = "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
LARGE_PARTITION = "One or more parameter values were invalid: Aggregated size of all hash keys has exceeded the size limit of 2048 bytes"
S, T, N = {"S": "a"}, {"S": "1"}, {"N": "1"}
KEY = {"pk": S, "sk": T}
OF_CITY = {**KEY, "city": {"S": "Rome"}, "amount": N}
OF_AMOUNT = {**KEY, "amount": N}


def cases(*rows: tuple[dict[str, Any], str]) -> dict[str, str]:
    return {json.dumps(key): message for key, message in rows}


ANY = [
    ({"pk": S, "sk": {}}, f"{INVALID}: Supplied AttributeValue is empty, {ONE_TYPE}"),
    ({"pk": S, "sk": {"M": {"x": {}}}}, f"{INVALID}: Supplied AttributeValue is empty, {ONE_TYPE}"),
    ({"pk": {"S": "a", "N": "1"}, "sk": T}, f"{INVALID}: Supplied AttributeValue has more than one datatypes set, {ONE_TYPE}"),
    ({"pk": {"SS": []}, "sk": T}, f"{INVALID}: One or more parameter values were invalid: An string set  may not be empty"),
    ({"pk": {"NULL": False}, "sk": T}, f"{INVALID}: One or more parameter values were invalid: Null attribute value types must have the value of true"),
]  # fmt: skip
SCAN = cases(
    *ANY,
    (KEY, ""),
    ({"pk": {"S": "none"}, "sk": T}, ""),
    ({"pk": S}, f"{INVALID}: {NO_MATCH}"),
    ({**KEY, "x": S}, f"{INVALID}: {NO_MATCH}"),
    ({"pk": S, "x": T}, f"{INVALID}: {NO_MATCH}"),
    ({"pk": N, "sk": T}, f"{INVALID}: {NO_MATCH}"),
    ({"pk": S, "sk": {"SS": ["1"]}}, f"{INVALID}: {NO_MATCH}"),
    ({"pk": S, "sk": {"S": ""}}, f"{INVALID}: {EMPTY}sk"),
    ({"pk": S, "sk": {"S": "x" * 1025}}, f"{INVALID}: {LARGE}"),
    ({"pk": {"S": "x" * 2049}, "sk": T}, f"{INVALID}: {LARGE_PARTITION}"),
)
SCAN_CITY = cases(
    (OF_CITY, ""),
    (KEY, INVALID),
    (OF_AMOUNT, INVALID),
    ({**OF_CITY, "x": S}, INVALID),
    ({**KEY, "city": {"S": "Rome"}, "x": N}, INVALID),
    ({**OF_CITY, "city": N}, NO_MATCH),
    ({**OF_CITY, "amount": S}, NO_MATCH),
    ({**OF_CITY, "city": {"S": ""}}, EMPTY + "city"),
    ({**OF_CITY, "pk": N}, f"{INVALID}: {NO_MATCH}"),
    ({**OF_CITY, "sk": {"S": ""}}, f"{INVALID}: {EMPTY}sk"),
)
QUERY = cases(
    *ANY,
    (KEY, ""),
    ({"pk": S}, INVALID),
    ({**KEY, "x": S}, INVALID),
    ({"pk": S, "x": T}, INVALID),
    ({"pk": N, "sk": T}, NO_MATCH),
    ({"pk": S, "sk": N}, NO_MATCH),
    ({"pk": {"S": ""}, "sk": T}, EMPTY + "pk"),
    ({"pk": S, "sk": {"S": "x" * 1025}}, LARGE),
    ({"pk": {"S": "b"}, "sk": T}, "The provided starting key is outside query boundaries based on provided conditions"),
)
QUERY_RANGE = cases(
    (KEY, ""),
    ({"pk": S, "sk": {"S": "5"}}, "The provided starting key does not match the range key predicate"),
    ({"pk": {"S": "b"}, "sk": {"S": "5"}}, "The provided starting key does not match the range key predicate"),
    ({"pk": {"S": "b"}, "sk": T}, "The query can return at most one row and cannot be restarted"),
)
QUERY_CITY = cases(
    (OF_CITY, ""),
    (KEY, INVALID),
    ({**KEY, "x": S, "amount": N}, INVALID),
    ({**OF_CITY, "amount": S}, NO_MATCH),
    ({**OF_CITY, "pk": N}, f"{INVALID}: {NO_MATCH}"),
    ({**OF_CITY, "amount": {"N": "7"}}, "The provided starting key does not match the range key predicate"),
    ({**OF_CITY, "city": {"S": "Oslo"}}, "The query can return at most one row and cannot be restarted"),
)
# of a local secondary index, and of a global one without a sort key
QUERY_SIZE = cases((OF_AMOUNT, ""), (KEY, INVALID), (OF_CITY, INVALID))
QUERY_AMOUNT = cases(
    (OF_AMOUNT, ""),
    ({**OF_AMOUNT, "amount": {"N": "2"}}, "The provided starting key is outside query boundaries based on provided conditions"),
)  # fmt: skip


@provokes("start-key", "start-key-boundaries", "attribute-values")
def test_start_keys() -> None:
    dynamodb = orders(ITEM)

    def ask(operation: Any, **request: Any) -> Any:
        return lambda key: answer(operation, ExclusiveStartKey=json.loads(key), **request)

    def query(condition: str, index: str | None = None, **values: Any) -> Any:
        request = {"IndexName": index} if index else {}
        values = {f":{name}": value for name, value in values.items()}
        return ask(dynamodb.query, KeyConditionExpression=condition, ExpressionAttributeValues=values, **request)

    check(SCAN, ask(dynamodb.scan))
    check(SCAN_CITY, ask(dynamodb.scan, IndexName="ByCity"))
    check(QUERY, query("pk = :p", p=S))
    check(QUERY_RANGE, query("pk = :p and sk < :s", p=S, s={"S": "3"}))
    check(QUERY_RANGE, query("pk = :p and sk between :s and :t", p=S, s={"S": "0"}, t={"S": "3"}))
    check(QUERY_RANGE, query("pk = :p and begins_with(sk, :s)", p=S, s={"S": "1"}))
    check(QUERY_CITY, query("city = :c and amount < :n", "ByCity", c={"S": "Rome"}, n={"N": "2"}))
    for values in ({"p": N}, {"p": S, "s": N}):
        condition = "pk = :p and sk < :s" if "s" in values else "pk = :p"
        refused = query(condition, **values)(json.dumps(KEY))
        assert refused.endswith("Condition parameter type does not match schema type")
    check(QUERY_SIZE, query("pk = :p", "BySize", p=S))
    check(QUERY_AMOUNT, query("amount = :n", "ByAmount", n=N))


@provokes("start-key-segment")
def test_start_key_of_another_segment() -> None:
    dynamodb = orders(ITEM)
    wrong = "Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: "
    answers = {
        segment: answer(dynamodb.scan, ExclusiveStartKey=KEY, Segment=segment, TotalSegments=2) for segment in (0, 1)
    }
    assert sorted(answers.values())[0] == ""
    (refused,) = (segment for segment, message in answers.items() if message)
    assert answers[refused] == f"{INVALID}: {wrong}{refused}"
