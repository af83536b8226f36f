"""Random requests for tables: most of them right, some with one property too many, too few or out of bounds."""

import copy

from tests.differential.engine import Request
from tests.differential.grammar import Draw
from tests.differential.items import Case

NAME = "Scratch"
BASE: Request = {
    "TableName": NAME,
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
}


def index(d: Draw, name: str, partition: str = "one") -> Request:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    if d.chance(0.4):
        keys.append({"AttributeName": "two", "KeyType": d.of("RANGE", "RANGE", "RANGE", "HASH")})
    projection: Request = {"ProjectionType": d.of("ALL", "KEYS_ONLY", "INCLUDE", "INCLUDE")}
    if projection["ProjectionType"] == "INCLUDE" or d.chance(0.05):
        projection["NonKeyAttributes"] = ["a", "b"]
    if d.chance(0.08):
        projection = d.of({}, {"ProjectionType": "SOME"}, {"ProjectionType": "INCLUDE"}, {"NonKeyAttributes": ["a"]})
    return {"IndexName": name, "KeySchema": keys, "Projection": projection}


def define(request: Request) -> None:
    """Put the definitions of all key attributes into a request."""
    indexes = [*request.get("GlobalSecondaryIndexes", []), *request.get("LocalSecondaryIndexes", [])]
    schemas = [request["KeySchema"], *(each["KeySchema"] for each in indexes)]
    names = dict.fromkeys(element["AttributeName"] for schema in schemas for element in schema)
    request["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": "S"} for name in names]


def create(d: Draw) -> Case:
    """A CreateTable with indexes, throughput and one mistake now and then."""
    request = copy.deepcopy(BASE)
    if d.chance(0.3):
        del request["KeySchema"][1]
    if d.chance(0.5):
        request["GlobalSecondaryIndexes"] = [
            index(d, f"Index{n}") for n in range(d.of(1, 1, 2, 21 if d.chance(0.1) else 2))
        ]
    if d.chance(0.3):
        request["LocalSecondaryIndexes"] = [
            index(d, f"Local{n}", "pk") for n in range(d.of(1, 1, 2, 6 if d.chance(0.2) else 2))
        ]
        for each in request["LocalSecondaryIndexes"]:
            if len(each["KeySchema"]) < 2 and d.chance(0.9):
                each["KeySchema"].append({"AttributeName": "two", "KeyType": "RANGE"})
    define(request)
    if d.chance(0.3):
        _provision(d, request)
    if d.chance(0.5):
        damage(d, request)
    return Case("CreateTable", request)


def _provision(d: Draw, request: Request) -> None:
    throughput = {"ReadCapacityUnits": d.of(1, 5, 0, -1), "WriteCapacityUnits": d.of(1, 5)}
    request |= {"BillingMode": "PROVISIONED", "ProvisionedThroughput": throughput}
    for each in request.get("GlobalSecondaryIndexes", []):
        if d.chance(0.9):
            each["ProvisionedThroughput"] = {"ReadCapacityUnits": 1, "WriteCapacityUnits": d.of(1, 1, 1, 0)}


def damage(d: Draw, request: Request) -> None:
    """Make one mistake."""
    kind = d.of("drop", "name", "definition", "type", "keys", "billing", "index name", "stream", "empty", "wrong type")
    if kind == "drop":
        del request[d.of("TableName", "KeySchema", "AttributeDefinitions", "BillingMode")]
    elif kind == "name":
        request["TableName"] = d.of("ab", "a b", "x" * 256, "", "Orders")
    elif kind == "definition":
        definitions = request["AttributeDefinitions"]
        d.of(definitions.pop, lambda: definitions.append({"AttributeName": "spare", "AttributeType": "S"}))()
    elif kind == "type":
        request["AttributeDefinitions"][0]["AttributeType"] = d.of("X", "BOOL", "SS", "N")
    elif kind == "keys":
        request["KeySchema"] = d.of(
            [],
            request["KeySchema"] * 2,
            [{"AttributeName": "pk", "KeyType": "RANGE"}],
            [{"AttributeName": "pk", "KeyType": "SORT"}],
            [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "pk", "KeyType": "RANGE"}],
            [{"AttributeName": "k" * 256, "KeyType": "HASH"}],
        )
    elif kind == "billing":
        request["BillingMode"] = d.of("ON_DEMAND", "", "PROVISIONED")
    elif kind == "index name":
        for each in request.get("GlobalSecondaryIndexes", [])[:1]:
            each["IndexName"] = d.of("x", "a b", "Local0", "x" * 256)
    elif kind == "stream":
        request["StreamSpecification"] = d.of(
            {"StreamEnabled": True}, {"StreamEnabled": True, "StreamViewType": "SOME"}, {"StreamEnabled": False}
        )
    elif kind == "empty":
        request[d.of("GlobalSecondaryIndexes", "LocalSecondaryIndexes")] = []
    else:
        request[d.of("KeySchema", "TableName", "GlobalSecondaryIndexes")] = d.of("text", 1, True, {})


def update(d: Draw) -> Case:
    """An UpdateTable of a table with one index."""
    table = copy.deepcopy(BASE)
    table["GlobalSecondaryIndexes"] = [
        {
            "IndexName": "Index0",
            "KeySchema": [{"AttributeName": "one", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ]
    define(table)
    new: Request = {"Create": index(d, d.of("Index1", "Index0", "x"), "three")}
    changes: list[list[Request]] = [
        [new],
        [{"Delete": {"IndexName": d.of("Index0", "Index9")}}],
        [new, {"Delete": {"IndexName": "Index0"}}],
        [
            {
                "Update": {
                    "IndexName": "Index0",
                    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
                }
            }
        ],
        [{}],
        [],
    ]
    request: Request = {"TableName": d.of(NAME, NAME, NAME, NAME, "Nothing")}
    if d.chance(0.7):
        request["GlobalSecondaryIndexUpdates"] = d.of(*changes)
        names = d.of(("three", "two"), ("three",), ())
        request["AttributeDefinitions"] = [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "one", *names)
        ]
        if d.chance(0.2):
            del request["AttributeDefinitions"]
    if d.chance(0.4):
        request |= d.of(
            {"BillingMode": "PAY_PER_REQUEST"},
            {"BillingMode": "PROVISIONED"},
            {"ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 2}},
            {"BillingMode": "SOME"},
        )
    return Case("UpdateTable", request, tables=[table])
