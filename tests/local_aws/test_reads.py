"""Query and Scan: what they may filter by, what indexes give and hold, and pages."""

from typing import Any

from .items import ITEM, TABLE, answer, check, orders
from .support import client, definitions, index, keys, provokes, refusal, settle

KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}
ON_KEY = "can only contain non-primary key attributes: Primary key attribute: "
NOT_PROJECTED = "One or more parameter values were invalid: Global secondary index ByCity does not project "
NOT_ALL = (
    "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index "
    "ByCity because its projection type is not ALL"
)


def query(dynamodb: Any, index: str | None = None, **more: Any) -> str:
    """The refusal of a query of the table or an index."""
    attribute, value = {None: ("pk", KEY["pk"]), "BySize": ("pk", KEY["pk"]), "ByAmount": ("amount", {"N": "1"})}.get(
        index, ("city", {"S": "Rome"})
    )
    values = {":v": value, **({":x": {"S": "x"}} if ":x" in str(more) else {})}
    on_index = {"IndexName": index} if index else {}
    condition = {"KeyConditionExpression": f"{attribute} = :v", "ExpressionAttributeValues": values}
    return answer(dynamodb.query, **condition, **on_index, **more)


@provokes("filter-on-key")
def test_filter_on_a_key() -> None:
    dynamodb = orders(ITEM)
    assert query(dynamodb, FilterExpression="city = :x") == ""
    assert query(dynamodb, FilterExpression="pk = :x") == f"Filter Expression {ON_KEY}pk"
    names = {"#k": "sk"}
    wanted = f"Filter Expression {ON_KEY}sk"
    assert query(dynamodb, FilterExpression="title = :x or #k = :x", ExpressionAttributeNames=names) == wanted
    assert query(dynamodb, "ByCity", FilterExpression="pk = :x") == ""
    assert query(dynamodb, "ByCity", FilterExpression="city = :x") == f"Filter Expression {ON_KEY}city"
    assert query(dynamodb, "BySize", FilterExpression="amount = :x") == f"Filter Expression {ON_KEY}amount"
    legacy = {"sk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "1"}]}}
    conditions = {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}
    assert answer(dynamodb.query, KeyConditions=conditions, QueryFilter=legacy) == f"QueryFilter {ON_KEY}sk"
    values = {":x": {"S": "x"}}
    assert answer(dynamodb.scan, FilterExpression="pk = :x", ExpressionAttributeValues=values) == ""


@provokes("index-projection")
def test_what_an_index_does_not_project() -> None:
    dynamodb = orders(ITEM)
    select: dict[str, Any] = {"Select": "ALL_ATTRIBUTES"}
    scan = {"IndexName": "ByCity"}
    assert query(dynamodb, "ByCity", **select) == NOT_ALL
    assert answer(dynamodb.scan, **scan, **select) == NOT_ALL
    assert query(dynamodb, "ByAmount", **select) == ""
    assert query(dynamodb, "ByCity", ProjectionExpression="pk, sk, city, amount, title") == ""
    assert query(dynamodb, "ByCity", ProjectionExpression="title, details.x") == f"{NOT_PROJECTED}[details]"
    assert answer(dynamodb.scan, **scan, ProjectionExpression="w, v, w.x[0]") != ""
    assert answer(dynamodb.scan, **scan, ProjectionExpression="w, v") == f"{NOT_PROJECTED}[w, v]"
    assert answer(dynamodb.scan, **scan, AttributesToGet=["pk", "w"]) == f"{NOT_PROJECTED}[w]"


@provokes("index-projection")
def test_a_local_index_fetches_what_it_does_not_project() -> None:
    dynamodb = orders(ITEM)

    def items(operation: Any, **more: Any) -> Any:
        return operation(TableName="Orders", IndexName="BySize", **more)["Items"]

    by_key = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": KEY["pk"]}}
    for operation, more in ((dynamodb.query, by_key), (dynamodb.scan, {})):
        assert items(operation, **more) == [{name: ITEM[name] for name in ("pk", "sk", "amount")}]
        assert items(operation, **more, Select="ALL_ATTRIBUTES") == [ITEM]
        assert items(operation, **more, ProjectionExpression="title") == [{"title": ITEM["title"]}]


@provokes("index-projection")
def test_a_filter_sees_what_an_index_projects() -> None:
    dynamodb = orders(ITEM)
    by_city = {"KeyConditionExpression": "city = :c", "ExpressionAttributeValues": {":c": {"S": "Rome"}}}
    for attribute, count in (("title", 1), ("details", 0)):
        found = dynamodb.query(
            TableName="Orders", IndexName="ByCity", FilterExpression=f"attribute_exists({attribute})", **by_city
        )
        assert (found["Count"], found["ScannedCount"]) == (count, 1)


@provokes("index-members")
def test_a_new_index_leaves_out_items_without_a_fitting_key() -> None:
    """One of five items belongs to the index; the others stay in the table, and enter it when they are mended."""
    dynamodb = client("dynamodb")
    table = {name: value for name, value in TABLE.items() if not name.endswith("Indexes")}
    dynamodb.create_table(**{**table, "AttributeDefinitions": definitions("pk", "sk")})
    keyed: dict[str, Any] = {
        "fits": {"S": "x"},
        "wrong type": {"N": "1"},
        "empty": {"S": ""},
        "no": None,
        "too large": {"S": "x" * 2049},
    }
    for name, value in keyed.items():
        item = {"pk": {"S": name}, "sk": {"S": "1"}, **({"code": value} if value else {})}
        dynamodb.put_item(TableName="Orders", Item=item)
    create = {"Create": index("ByCode", keys("code"))}
    dynamodb.update_table(
        TableName="Orders", AttributeDefinitions=definitions("pk", "sk", "code"), GlobalSecondaryIndexUpdates=[create]
    )
    settle()

    def held() -> list[str]:
        found = dynamodb.scan(TableName="Orders", IndexName="ByCode")
        assert found["Count"] == found["ScannedCount"] == len(found["Items"])
        return sorted(item["pk"]["S"] for item in found["Items"])

    def count(value: str) -> Any:
        condition = {"KeyConditionExpression": "code = :c", "ExpressionAttributeValues": {":c": {"S": value}}}
        return dynamodb.query(TableName="Orders", IndexName="ByCode", **condition)["Count"]

    assert held() == ["fits"]
    assert count("x") == 1
    assert count("x" * 2048) == 0
    assert dynamodb.scan(TableName="Orders")["Count"] == 5
    dynamodb.put_item(TableName="Orders", Item={"pk": {"S": "no"}, "sk": {"S": "1"}, "code": {"S": "x"}})
    assert held() == ["fits", "no"]
    assert count("x") == 2


AGGREGATED = (
    "One or more parameter values were invalid: Aggregated size of all {} keys has exceeded the size limit of {} bytes"
)


@provokes("index-key-size", "key-size")
def test_sizes_of_keys() -> None:
    dynamodb = orders()

    def put(**values: str) -> str:
        return answer(dynamodb.put_item, Item={**KEY, **{name: {"S": value} for name, value in values.items()}})

    sort, partition = AGGREGATED.format("range", 1024), AGGREGATED.format("hash", 2048)
    check(
        {
            "pk 2048": "",
            "pk 2049": partition,
            "sk 1024": "",
            "sk 1025": sort,
            "city 2048": "",
            "city 2049": f"{partition} IndexName: ByCity",
        },
        lambda case: put(**{case.split()[0]: "x" * int(case.split()[1])}),
    )
    assert put(city="ä" * 1025) == f"{partition} IndexName: ByCity"
    key = {"pk": {"S": "x" * 2049}, "sk": {"S": "1"}}
    assert answer(dynamodb.get_item, Key=key) == partition
    values = {":c": {"S": "x" * 2049}}
    update = {"UpdateExpression": "SET city = :c", "ExpressionAttributeValues": values}
    assert answer(dynamodb.update_item, Key=KEY, **update) == f"{partition} IndexName: ByCity"
    item = {**KEY, "city": values[":c"]}
    request = {"Orders": [{"PutRequest": {"Item": item}}]}
    assert f"{partition} IndexName: ByCity" in refusal(dynamodb.batch_write_item, RequestItems=request)
    transaction = [{"Put": {"TableName": "Orders", "Item": item}}]
    assert f"{partition} IndexName: ByCity" in refusal(dynamodb.transact_write_items, TransactItems=transaction)


def pages(operation: Any, **request: Any) -> list[dict[str, Any]]:
    """All pages of a Query or Scan."""
    found = [operation(TableName="Orders", **request)]
    while start := found[-1].get("LastEvaluatedKey"):
        found.append(operation(TableName="Orders", ExclusiveStartKey=start, **request))
    return found


def numbered(count: int, filler: int = 0) -> list[dict[str, Any]]:
    return [
        {
            "pk": {"S": "a"},
            "sk": {"S": f"{number:04}"},
            "city": {"S": "Rome"},
            "amount": {"N": str(number % 3)},
            "title": {"S": "x" * filler},
        }
        for number in range(count)
    ]


BY_KEY = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
BY_CITY = {
    "IndexName": "ByCity",
    "KeyConditionExpression": "city = :c",
    "ExpressionAttributeValues": {":c": {"S": "Rome"}},
}


@provokes("page-limit")
def test_pages_by_limit() -> None:
    """A page ends at Limit items read, with a LastEvaluatedKey even when there are no more."""
    dynamodb = orders(*numbered(6))
    for operation, request in (
        (dynamodb.query, BY_KEY),
        (dynamodb.query, {**BY_KEY, "ScanIndexForward": False}),
        (dynamodb.query, BY_CITY),
        (dynamodb.scan, {}),
        (dynamodb.scan, {"IndexName": "ByCity"}),
        (dynamodb.scan, {"IndexName": "BySize"}),
    ):
        for limit in (1, 2, 4, 6, 7):
            found = pages(operation, Limit=limit, **request)
            sizes = [limit] * (6 // limit) + [6 % limit]
            assert [page["Count"] for page in found] == sizes, (request, limit)
            seen = [item["sk"]["S"] for page in found for item in page["Items"]]
            assert sorted(seen) == [f"{number:04}" for number in range(6)]
    start = dynamodb.query(TableName="Orders", Limit=1, **BY_CITY)["LastEvaluatedKey"]
    assert set(start) == {"pk", "sk", "city", "amount"}


@provokes("page-limit")
def test_filters_come_after_pages() -> None:
    dynamodb = orders(*numbered(6))
    values = {":p": {"S": "a"}, ":n": {"N": "1"}}
    request = {
        "KeyConditionExpression": "pk = :p",
        "FilterExpression": "amount = :n",
        "ExpressionAttributeValues": values,
    }
    found = pages(dynamodb.query, Limit=3, **request)
    assert [(page["Count"], page["ScannedCount"]) for page in found] == [(1, 3), (1, 3), (0, 0)]
    counted = dynamodb.query(TableName="Orders", Select="COUNT", **request)
    assert (counted["Count"], counted["ScannedCount"], counted.get("Items")) == (2, 6, None)


@provokes("page-size")
def test_pages_of_a_megabyte() -> None:
    """2.5 MB are three pages; through an index that leaves out the large attribute, one."""
    dynamodb = orders(*numbered(10, filler=256 * 1024))
    for operation, request in ((dynamodb.query, BY_KEY), (dynamodb.scan, {})):
        found = pages(operation, **request)
        assert [page["Count"] for page in found] == [3, 3, 3, 1]
        assert all(len(str(page["Items"])) < 2**20 for page in found)
    by_size = {**BY_KEY, "IndexName": "BySize"}
    assert [page["Count"] for page in pages(dynamodb.query, **by_size)] == [10]


@provokes("page-limit", "start-key", "index-key-size")
def test_an_index_with_several_key_attributes() -> None:
    """Its start key has all of them, and the values of its partition key count together."""
    schema = keys(["city", "kind"], ["amount", "sk"])
    types = definitions("pk", "sk", "city", "kind", amount="N")
    dynamodb = client("dynamodb")
    table = {name: value for name, value in TABLE.items() if not name.endswith("Indexes")}
    dynamodb.create_table(**{**table, "AttributeDefinitions": types, "GlobalSecondaryIndexes": [index("Many", schema)]})
    settle()
    for item in numbered(4):
        dynamodb.put_item(TableName="Orders", Item={**item, "kind": {"S": "book"}})
    values = {":c": {"S": "Rome"}, ":k": {"S": "book"}}
    request = {"KeyConditionExpression": "city = :c and kind = :k", "ExpressionAttributeValues": values}
    found = pages(dynamodb.query, IndexName="Many", Limit=3, **request)
    assert [page["Count"] for page in found] == [3, 1]
    start = found[0]["LastEvaluatedKey"]
    assert set(start) == {"pk", "sk", "city", "kind", "amount"}
    del start["kind"]
    refused = answer(dynamodb.query, IndexName="Many", ExclusiveStartKey=start, **request)
    assert refused == "The provided starting key is invalid"
    large = {"city": {"S": "x" * 1024}, "kind": {"S": "x" * 1025}, "amount": {"N": "1"}}
    wanted = f"{AGGREGATED.format('hash', 2048)} IndexName: Many"
    assert answer(dynamodb.put_item, Item={**KEY, **large}) == wanted
    assert answer(dynamodb.put_item, Item={**KEY, **large, "kind": {"S": "x" * 1024}}) == ""
