"""Random requests for items: reads of the tables that are there, and writes of items that are theirs alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.differential.engine import Request
from tests.differential.grammar import Draw
from tests.differential.world import CITIES, ITEMS

KEY = {"pk": {"S": "scratch"}, "sk": {"S": "1"}}
SCRATCH = {
    **KEY,
    "city": {"S": "Rome"},
    "amount": {"N": "2"},
    "title": {"S": "title 3"},
    "details": {"M": {"x": {"N": "1"}, "list": {"L": [{"S": "a"}]}}},
    "tags": {"SS": ["red", "green"]},
}
WRONG_KEYS: tuple[Request, ...] = (
    {},
    {"pk": {"S": "wrong"}},
    {"pk": {"S": "wrong"}, "sk": {"N": "1"}},
    {"pk": {"S": ""}, "sk": {"S": "1"}},
    {"pk": {"S": "wrong"}, "sk": {"S": "x" * 1025}},
    {"pk": {"S": "x" * 2049}, "sk": {"S": "1"}},
    {"pk": {"S": "wrong"}, "sk": {"S": "1"}, "city": {"S": "Rome"}},
    {"pk": {"S": "wrong"}, "sk": {"SS": ["1"]}},
    {"pk": {"S": "wrong"}, "sk": {}},
    {"pk": {"NULL": True}, "sk": {"S": "1"}},
)
INDEX_KEYS: tuple[Request, ...] = (
    {"city": {"S": ""}},
    {"city": {"N": "1"}},
    {"city": {"S": "x" * 2049}},
    {"amount": {"S": "1"}},
    {"amount": {"NULL": True}},
)


@dataclass(slots=True)
class Case:
    """One random request. `before`: items that every engine has when it comes; `gone`: keys deleted afterwards."""

    operation: str
    request: Request
    before: list[Request] = field(default_factory=list)
    gone: list[Request] = field(default_factory=list)
    tables: list[Request] = field(
        default_factory=list
    )  # made before; they and the table of a CreateTable go afterwards


def key(d: Draw) -> Request:
    """A key that is there, that is not there, or that is none."""
    if d.chance(0.15):
        return dict(d.of(*WRONG_KEYS))
    return {"pk": {"S": d.of("a", "b", "none")}, "sk": {"S": str(d.of(0, 1, 2, 9))}}


def key_to_write(d: Draw) -> Request:
    """As `key`, but none of an item that the others read."""
    found = key(d)
    return KEY if _is_real(found) else found


def start_key(d: Draw, index: str | None) -> Request:
    """An ExclusiveStartKey that fits, mostly."""
    item = d.of(*(item for item in ITEMS["Orders"] if "city" in item and "amount" in item))
    more = {"ByCity": ("city", "amount"), "ByAmount": ("amount",), "BySize": ("amount",)}.get(index or "", ())
    found = {name: item[name] for name in ("pk", "sk", *more)}
    if d.chance(0.5):
        kind = d.of("drop", "add", "type", "empty", "rename")
        name = d.of(*found)
        if kind == "add":
            found["title"] = {"S": "x"}
        elif kind == "type":
            found[name] = d.of({"N": "1"}, {"S": "a"}, {"BOOL": True})
        elif kind == "empty":
            found[name] = d.of({"S": ""}, {})
        else:
            value = found.pop(name)
            found |= {"title": value} if kind == "rename" else {}
    return found


def read(d: Draw, operation: str) -> Case:
    """A Query or Scan of the table or of an index."""
    index = d.of(None, None, "ByCity", "ByAmount", "BySize") if not d.chance(0.02) else "ByNothing"
    request: Request = {"TableName": "Orders", **({"IndexName": index} if index else {})}
    texts = [key_condition(d, index)] if operation == "Query" else []
    if texts:
        request["KeyConditionExpression"] = texts[0]
    if d.chance(0.4):
        request["FilterExpression"] = d.damaged(d.condition())
    if d.chance(0.3):
        request["ProjectionExpression"] = d.damaged(d.projection())
    options: dict[str, Callable[[], Any]] = {
        "Limit": lambda: d.of(1, 2, 3, 100, 0, -1),
        "Select": lambda: d.of("COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "SOME"),
        "ExclusiveStartKey": lambda: start_key(d, index),
        "ConsistentRead": lambda: d.of(True, False),
        "ReturnConsumedCapacity": lambda: d.of("TOTAL", "INDEXES", "NONE", "SOME"),
    }
    if operation == "Query":
        options["ScanIndexForward"] = lambda: d.of(True, False)
    for name, choose in options.items():
        if d.chance(0.12):
            request[name] = choose()
    if operation == "Scan" and d.chance(0.15):
        request |= {"Segment": d.of(0, 1, 2, -1), "TotalSegments": d.of(1, 2, 3, 0)}
        if d.chance(0.2):
            del request[d.of("Segment", "TotalSegments")]
    return Case(operation, with_placeholders(d, request))


def key_condition(d: Draw, index: str | None) -> str:
    """A key condition that fits the table or index, mostly."""
    if d.chance(0.1):
        return d.condition()
    partition, sort = {"ByCity": ("city", "amount"), "ByAmount": ("amount", ""), "BySize": ("pk", "amount")}.get(
        index or "", ("pk", "sk")
    )
    values = {"pk": ({"S": "a"}, {"S": "b"}), "city": tuple({"S": city} for city in CITIES), "amount": ({"N": "2"},)}
    if d.chance(0.05):
        values = {}
    text = f"{partition} = {d.value(*values.get(partition, ({'S': '1'}, {'N': '1'})))}"
    if sort and d.chance(0.5):
        kind = {"N": "2"} if sort == "amount" else {"S": "2"}
        some = lambda: d.value(kind) if not d.chance(0.1) else d.value()  # noqa: E731
        operator = d.of("=", "<", "<=", ">", ">=", "<>", "between", "begins_with")
        if operator == "between":
            text += f" and {sort} between {some()} and {some()}"
        elif operator == "begins_with":
            text += f" and begins_with({sort}, {some()})"
        else:
            text += f" and {sort} {operator} {some()}"
    return d.damaged(text, 0.06)


def with_placeholders(d: Draw, request: Request) -> Request:
    """The request with the names and values that its expressions use."""
    kinds = ("Update", "Condition", "KeyCondition", "Filter", "Projection")
    text = " ".join(str(request.get(f"{kind}Expression", "")) for kind in kinds)
    return {**request, **d.placeholders(text)}


def item(d: Draw) -> Request:
    """An item that can be put, mostly."""
    found = dict(SCRATCH)
    for _ in range(d.of(0, 1, 2)):
        found[d.of("title", "extra", "tags")] = d.of(*VALUES_OF_ITEMS) if d.chance(0.9) else d.of(*NO_VALUES)
    if d.chance(0.1):
        found |= d.of(*INDEX_KEYS)
    if d.chance(0.08):
        found = {**found, **d.of(*WRONG_KEYS)}
    if _is_real(found):
        found |= KEY  # what the others read stays as it is
    if d.chance(0.04):
        del found[d.of("pk", "sk")]
    return found


VALUES_OF_ITEMS: tuple[Request, ...] = ({"S": ""}, {"N": "1.50"}, {"B": "YQ=="}, {"L": []}, {"M": {}}, {"NULL": True})
NO_VALUES: tuple[Request, ...] = (
    {"N": "x"},
    {"SS": []},
    {"NS": ["1", "1.0"]},
    {"S": "a", "B": "YQ=="},
    {},
    {"N": "1e126"},
)


def put(d: Draw) -> Case:
    request: Request = {"TableName": "Orders", "Item": item(d)}
    return _write(d, "PutItem", request, d.of("NONE", "ALL_OLD", "ALL_NEW"))


def delete(d: Draw) -> Case:
    request: Request = {"TableName": "Orders", "Key": KEY if d.chance(0.7) else key_to_write(d)}
    return _write(d, "DeleteItem", request, d.of("NONE", "ALL_OLD", "UPDATED_NEW"))


def update(d: Draw) -> Case:
    request: Request = {"TableName": "Orders", "Key": KEY if d.chance(0.9) else key_to_write(d)}
    if d.chance(0.95):
        request["UpdateExpression"] = d.damaged(d.update())
    return _write(d, "UpdateItem", request, d.of("ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "ALL_OLD", "NONE"))


def _write(d: Draw, operation: str, request: Request, values: str) -> Case:
    if d.chance(0.4):
        request["ConditionExpression"] = d.damaged(d.condition())
    if d.chance(0.5):
        request["ReturnValues"] = values
    before = [SCRATCH] if d.chance(0.7) else []
    written = {name: request.get("Key", request.get("Item", {})).get(name) for name in KEY}
    gone = [KEY] + ([written] if written != KEY and all(written.values()) and not _is_real(written) else [])
    return Case(operation, with_placeholders(d, request), before, gone)


def get(d: Draw) -> Case:
    request: Request = {"TableName": "Orders", "Key": key(d)}
    if d.chance(0.6):
        request["ProjectionExpression"] = d.damaged(d.projection(), 0.25)
    return Case("GetItem", with_placeholders(d, request))


def batch_get(d: Draw) -> Case:
    part: Request = {"Keys": [key(d) for _ in range(d.of(1, 2, 3))]}
    if d.chance(0.3):
        part["ProjectionExpression"] = d.damaged(d.projection(), 0.25)
    return Case("BatchGetItem", {"RequestItems": {"Orders": with_placeholders(d, part)}})


def batch_write(d: Draw) -> Case:
    requests: list[Request] = []
    for _ in range(d.of(1, 2)):
        requests.append(
            {"PutRequest": {"Item": item(d)}} if d.chance(0.6) else {"DeleteRequest": {"Key": key_to_write(d)}}
        )
    if d.chance(0.05):
        requests = []
    table = "Orders" if d.chance(0.95) else "Nothing"
    return Case("BatchWriteItem", {"RequestItems": {table: requests}}, gone=[KEY])


def _is_real(keys: Request) -> bool:
    return any(all(item[name] == keys.get(name) for name in KEY) for item in ITEMS["Orders"])


def transaction(d: Draw) -> Case:
    parts: list[Request] = []
    for kind in d.random.sample(["Update", "ConditionCheck", "Put"], d.of(1, 2)):
        part: Request = {"TableName": "Orders"}
        place = {"pk": {"S": "scratch"}, "sk": {"S": str(len(parts))}}
        part |= {"Item": {**item(d), **place}} if kind == "Put" else {"Key": place}
        if kind == "Update":
            part["UpdateExpression"] = d.damaged(d.update())
        if kind == "ConditionCheck" or d.chance(0.3):
            part["ConditionExpression"] = d.damaged(d.condition())
        parts.append({kind: with_placeholders(d, part)})
    return Case(
        "TransactWriteItems", {"TransactItems": parts}, gone=[{"pk": {"S": "scratch"}, "sk": {"S": s}} for s in "01"]
    )
