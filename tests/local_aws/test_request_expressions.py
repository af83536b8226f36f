"""Expressions are refused as AWS refuses them, with the same words."""

import re
from typing import Any

import pytest

from scripts.local_aws.strictness.data_plane import syntax
from scripts.local_aws.strictness.data_plane.scope import Scope, reserved_words
from scripts.local_aws.strictness.data_plane.tokens import Malformed
from scripts.local_aws.strictness.data_plane.updates import check_projection

from .items import ITEM, answer, check, orders
from .support import client, provokes, refusal

VALUES: dict[str, Any] = {
    ":s": {"S": "x"},
    ":t": {"S": "y"},
    ":n": {"N": "5"},
    ":m": {"N": "3"},
    ":b": {"BOOL": True},
    ":l": {"L": []},
    ":ss": {"SS": ["x"]},
    ":type": {"S": "SS"},
}
NAMES = {"#a": "name", "#b": "title"}


def placeholders(*expressions: str) -> dict[str, Any]:
    """The names and values of the expressions that are defined here."""
    words = set(re.findall(r"[#:]\w+", " ".join(expressions)))
    names = {key: value for key, value in NAMES.items() if key in words}
    values = {key: value for key, value in VALUES.items() if key in words}
    return {
        **({"ExpressionAttributeNames": names} if names else {}),
        **({"ExpressionAttributeValues": values} if values else {}),
    }


def syntax_error(token: str, near: str) -> str:
    return f'Syntax error; token: "{token}", near: "{near}"'


RESERVED = "Attribute name is a reserved keyword; reserved keyword: "
UNKNOWN = "Invalid function name; function: "
MISUSED = "The function is not allowed to be used this way in an expression; function: "
NUMBER = "Incorrect number of operands for operator or function; operator or function: "
TYPE = "Incorrect operand type for operator or function; operator or function: "
NAME = "An expression attribute name used in the document path is not defined; attribute name: "
VALUE = "An expression attribute value used in expression is not defined; attribute value: "
SAME = "The first operand must be distinct from the remaining operands for this operator or function; operator: "
PATH = "Operator or function requires a document path; operator or function: "
PARENTHESES = "The expression has redundant parentheses;"

CONDITIONS = {
    # what is fine
    "title = :s": "",
    "(title = :s)": "",
    "(title) = :s": "",
    "#a.#b[0].x = :s and (size(title) > :n or not contains(title, :s))": "",
    "title between :m and :n and x in (:s, :t)": "",
    "attribute_type(title, :type) and attribute_exists(x.y) and begins_with(title, :s)": "",
    "NOT NOT title = :s": "",
    # grammar
    " ": "The expression can not be empty;",
    "title": syntax_error("<EOF>", "title"),
    "title = ": syntax_error("<EOF>", "="),
    "= :s": syntax_error("=", "= :s"),
    "title = :s and": syntax_error("<EOF>", "and"),
    "title :s": syntax_error(":s", "title :s"),
    "title = :s title": syntax_error("title", ":s title"),
    "(title = :s": syntax_error("<EOF>", ":s"),
    "title in :s": syntax_error(":s", "in :s"),
    "title between :m": syntax_error("<EOF>", ":m"),
    "title == :s": syntax_error("=", "== :s"),
    "title != :s": syntax_error("!", "title !="),
    "(title = :s) = :s": syntax_error("=", ") = :s"),
    "_title = :s": syntax_error("_", "_title"),
    "((title = :s))": PARENTHESES,
    "((title)) = :s": PARENTHESES,
    "title = :s and ((x = :t))": PARENTHESES,
    "title < :n " + "or title < :n " * 150: "The expression contains too many operators; operator count: 301",
    "title in ("
    + ", ".join([":s"] * 101)
    + ")": "The IN operator is provided with too many operands; number of operands: 101",
    # names, values and reserved words
    "name = :s": RESERVED + "name",
    "x.Name = :s": RESERVED + "Name",
    "x[0].status = :s": RESERVED + "status",
    "size = :s": RESERVED + "size",
    "attribute_exists(data)": RESERVED + "data",
    "#x = :s": NAME + "#x",
    "title = :x": VALUE + ":x",
    # functions and types
    "nothing(title)": UNKNOWN + "nothing",
    "if_not_exists(title, :s)": UNKNOWN + "if_not_exists",
    "SIZE(title) > :n": UNKNOWN + "SIZE",
    "size(title)": MISUSED + "size",
    "title = contains(x, :s)": MISUSED + "contains",
    "not size(title)": MISUSED + "size",
    "attribute_exists(title, x)": NUMBER + "attribute_exists, number of operands: 2",
    "begins_with(title)": NUMBER + "begins_with, number of operands: 1",
    "attribute_exists(:s)": PATH + "attribute_exists",
    "begins_with(title, :n)": TYPE + "begins_with, operand type: N",
    "size(:n) > :n": TYPE + "size, operand type: N",
    "title < :b": TYPE + "<, operand type: BOOL",
    "title between :l and :l": TYPE + "BETWEEN, operand type: L",
    "attribute_type(title, :n)": TYPE + "attribute_type, operand type: N",
    "attribute_type(title, x)": TYPE + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
    "attribute_type(title, :s)": "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    "title = title": SAME + "=, first operand: [title]",
    "contains(x[1].y, x[1].y)": SAME + "contains, first operand: [x, [1], y]",
    "title between :n and :m": "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
    "lower bound operand: AttributeValue: {N:5}, upper bound operand: AttributeValue: {N:3}",
    "title between :b and :l": "The BETWEEN operator requires same data type for lower and upper bounds; "
    "lower bound operand: AttributeValue: {BOOL:true}, upper bound operand: AttributeValue: {L:[]}",
    "title between :s and :m": "The BETWEEN operator requires same data type for lower and upper bounds; "
    "lower bound operand: AttributeValue: {S:x}, upper bound operand: AttributeValue: {N:3}",
}


@provokes("expression-grammar", "expression-functions", "reserved-words", "placeholders")
def test_conditions() -> None:
    dynamodb = orders()

    def condition(text: str) -> str:
        key = {"pk": {"S": "a"}, "sk": {"S": "1"}}
        message = answer(dynamodb.delete_item, Key=key, ConditionExpression=text, **placeholders(text))
        return message.removeprefix("1 validation error detected: ").removeprefix("Invalid ConditionExpression: ")

    def scan_filter(text: str) -> str:
        message = answer(dynamodb.scan, FilterExpression=text, **placeholders(text))
        return message.removeprefix("Invalid FilterExpression: ")

    cases = {text: wanted for text, wanted in CONDITIONS.items() if wanted}
    check(cases, condition)
    check(CONDITIONS, scan_filter)


OVERLAP = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
CONFLICT = "Two document paths conflict with each other; must remove or rewrite one of these paths; "
RANGE = "List index is not within the allowable range; index: "
PROJECTIONS = {
    "title": "",
    "title, x.y, #a[0][1].z": "",
    "title, details.x , details.y": "",
    "x[2147483647]": "",
    ".".join(["x"] * 32): "",
    "": "The expression can not be empty;",
    ",": syntax_error(",", ","),
    "title,": syntax_error("<EOF>", ","),
    "title,,x": syntax_error(",", ",,x"),
    "x.": syntax_error("<EOF>", "."),
    ".x": syntax_error(".", ".x"),
    "x..y": syntax_error(".", "..y"),
    "x[": syntax_error("<EOF>", "["),
    "x[]": syntax_error("]", "[]"),
    "x[y]": syntax_error("y", "[y]"),
    "x[:s]": syntax_error(":s", "[:s]"),
    "x[#a]": syntax_error("#a", "[#a]"),
    "x[-1]": syntax_error("-", "[-1"),
    "x[1": syntax_error("<EOF>", "1"),
    "x[1.5]": syntax_error(".", "1.5"),
    "[0]": syntax_error("[", "[0"),
    "x.[0]": syntax_error("[", ".[0"),
    "x y": syntax_error("y", "x y"),
    "x.:s": syntax_error(":s", ".:s"),
    ":s": syntax_error(":s", ":s"),
    "x-y": syntax_error("-", "x-y"),
    "x.1y": syntax_error("1", ".1y"),
    "x'y": syntax_error("'", "x'y"),
    "size(x)": syntax_error("(", "size(x"),
    "x.status": RESERVED + "status",
    "data": RESERVED + "data",
    "#x": NAME + "#x",
    "x[2147483648]": RANGE + "[2147483648]",
    ".".join(["x"] * 33): "The document path has too many nesting levels; nesting levels: 33",
    "title, title": OVERLAP + "path one: [title], path two: [title]",
    "x, x.y[1]": OVERLAP + "path one: [x], path two: [x, y, [1]]",
    "x.y.z, x.y": OVERLAP + "path one: [x, y, z], path two: [x, y]",
    "#b, title": OVERLAP + "path one: [title], path two: [title]",
    "x[0].y, x.y": CONFLICT + "path one: [x, [0], y], path two: [x, y]",
    "pk.x": "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk",
    "city[0]": "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: city",
}


@provokes("document-paths", "nested-keys", "expression-grammar", "reserved-words")
def test_projections() -> None:
    dynamodb = orders(ITEM)

    def ask(operation: Any, **more: Any) -> Any:
        def projected(text: str) -> str:
            message = answer(operation, ProjectionExpression=text, **placeholders(text.replace(":s", "")), **more)
            return message.removeprefix("Invalid ProjectionExpression: ")

        return projected

    check(PROJECTIONS, ask(dynamodb.get_item, Key={"pk": {"S": "a"}, "sk": {"S": "1"}}))
    check(PROJECTIONS, ask(dynamodb.scan))


UPDATES = {
    "SET title = :s": "",
    "SET title = :s, amount = amount + :n REMOVE x, y[0] ADD z :n DELETE w :ss": "",
    "set title = if_not_exists(title, :s), v = list_append(:l, :l)": "",
    "SET u = (amount - :n)": "",
    "": "The expression can not be empty;",
    "title = :s": syntax_error("title", "title ="),
    "SET": syntax_error("<EOF>", "SET"),
    "SET title": syntax_error("<EOF>", "title"),
    "SET title :s": syntax_error(":s", "title :s"),
    "SET title = :s,": syntax_error("<EOF>", ","),
    "SET title = :s + :n + :n": syntax_error("+", ":n + :n"),
    "SET title = :s x": syntax_error("x", ":s x"),
    "ADD z": syntax_error("<EOF>", "z"),
    "ADD z title": syntax_error("title", "z title"),
    "REMOVE :s": syntax_error(":s", "REMOVE :s"),
    "SET title = :s, status = :t": RESERVED + "status",
    "REMOVE x.name": RESERVED + "name",
    "SET title = contains(x, :s)": UNKNOWN + "contains",
    "SET title = :s SET x = :t": 'The "SET" section can only be used once in an update expression;',
    "SET #x = :s": NAME + "#x",
    "SET title = :x": VALUE + ":x",
    "SET title = :s REMOVE title": OVERLAP + "path one: [title], path two: [title]",
    "SET x.y = :s, x[0] = :t": CONFLICT + "path one: [x, y], path two: [x, [0]]",
    "ADD z :s": "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, "
    "typeSet: ALLOWED_FOR_ADD_OPERAND",
    "DELETE z :n": "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, "
    "typeSet: ALLOWED_FOR_ADD_OPERAND",
    "SET title = list_append(x, :s)": TYPE + "list_append, operand type: S",
    "SET title = x + :s": TYPE + "+, operand type: S",
    "SET title = if_not_exists(:s, :s)": PATH + "if_not_exists",
    "SET title = if_not_exists(title)": NUMBER + "if_not_exists, number of operands: 1",
    "SET city.x = :s": "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
    "IndexKey: city",
}


@provokes("expression-grammar", "document-paths", "expression-functions", "reserved-words")
def test_updates() -> None:
    dynamodb = orders(ITEM)

    def update(text: str) -> str:
        if not UPDATES[text]:
            item = {"x": {"L": []}, "y": {"L": []}, "z": {"N": "1"}, "w": {"SS": ["x", "y"]}}
            dynamodb.put_item(TableName="Orders", Item={**ITEM, **item})
        key = {"pk": {"S": "a"}, "sk": {"S": "1"}}
        message = answer(dynamodb.update_item, Key=key, UpdateExpression=text, **placeholders(text))
        return message.removeprefix("Invalid UpdateExpression: ")

    check(UPDATES, update)


WRONG_TYPE = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
NO_PLACE = "The document path provided in the update expression is invalid for update"
# of an item that has title (S), amount (N), details (M, with letters), tags (SS)
EFFECTS = {
    "SET u = details.x": NO_ATTRIBUTE,
    "SET u = title + :n": WRONG_TYPE,
    "SET u = if_not_exists(title, :n) - :n": WRONG_TYPE,
    "SET u = list_append(details, :l)": WRONG_TYPE,
    "SET u = list_append(nowhere, :l)": NO_ATTRIBUTE,
    "SET nowhere.x = :s": NO_PLACE,
    "SET title.x = :s": NO_PLACE,
    "SET details[0] = :s": NO_PLACE,
    "SET details.letters.x = :s": NO_PLACE,
    "REMOVE title.x": NO_PLACE,
    "REMOVE nowhere[0]": NO_PLACE,
    "ADD title :n": WRONG_TYPE,
    "ADD tags :n": WRONG_TYPE,
    "DELETE title :ss": WRONG_TYPE,
    "REMOVE nowhere, details.nowhere, details.letters[7]": "",
    "SET details.letters[9] = :s, u = if_not_exists(nowhere, amount) + :n ADD v :n DELETE w :ss": "",
}


@provokes("update-operands")
def test_updates_that_do_not_fit_the_item() -> None:
    item = {**ITEM, "tags": {"SS": ["x", "y"]}, "details": {"M": {"letters": {"L": [{"S": "x"}]}}}}
    dynamodb = orders(item)
    key = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    check(
        EFFECTS,
        lambda text: answer(dynamodb.update_item, Key=key, UpdateExpression=text, **placeholders(text)),
    )


@provokes("key-change")
def test_a_changed_key_is_refused_before_the_condition() -> None:
    dynamodb = orders(ITEM)
    for text in ("SET pk = :s", "SET sk.x = :s", "SET title = :s REMOVE sk"):
        name = "pk" if "pk" in text else "sk"
        update = {"UpdateExpression": text, "ConditionExpression": "attribute_not_exists(title)", **placeholders(":s")}
        assert answer(dynamodb.update_item, Key={"pk": {"S": "a"}, "sk": {"S": "1"}}, **update) == (
            f"One or more parameter values were invalid: Cannot update attribute {name}. This attribute is part of the key"
        )


INDEX_TYPES = {
    "SET city = :n": "city Expected: S Actual: N IndexName: ByCity",
    "SET title = :s, amount = :s": "amount Expected: N Actual: S IndexName: ByCity",
    "SET city = title + :n": "city Expected: S Actual: N IndexName: ByCity",
    "SET city = if_not_exists(city, :n)": "city Expected: S Actual: N IndexName: ByCity",
    "DELETE city :ss": "city Expected: S Actual: SS IndexName: ByCity",
}


@provokes("index-key-change")
def test_a_wrong_index_key_is_refused_before_the_condition() -> None:
    dynamodb = orders(ITEM)
    for text, wanted in INDEX_TYPES.items():
        update = {"UpdateExpression": text, "ConditionExpression": "attribute_not_exists(pk)", **placeholders(text)}
        assert answer(dynamodb.update_item, Key={"pk": {"S": "a"}, "sk": {"S": "1"}}, **update) == (
            f"One or more parameter values were invalid: Type mismatch for Index Key {wanted}"
        )


@provokes("reserved-words")
def test_every_reserved_word_in_any_case_is_refused_and_can_be_replaced() -> None:
    assert len(reserved_words()) == 573
    for number, word in enumerate(sorted(reserved_words())):
        name = word.lower() if number % 2 else word
        with pytest.raises(Malformed, match=f"{RESERVED}{name}$"):
            check_projection(syntax.projection(name), Scope({}, {}))
        assert check_projection(syntax.projection("#w"), Scope({"#w": name}, {})) == [(name,)]
    dynamodb = orders()
    values = {":s": {"S": "x"}}
    for word in sorted(reserved_words())[2::90]:
        message = answer(dynamodb.scan, FilterExpression=f"{word} = :s", ExpressionAttributeValues=values)
        assert message == f"Invalid FilterExpression: {RESERVED}{word}"
        request = {"ExpressionAttributeNames": {"#w": word}, "ExpressionAttributeValues": values}
        assert answer(dynamodb.scan, FilterExpression="#w = :s", **request) == ""


PLACEHOLDERS: dict[str, dict[str, Any]] = {
    "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}": {"names": {"#x": "x"}},
    # a name that is the beginning of another one is not used
    "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}": {"values": {":v": {"S": "x"}}},
    'ExpressionAttributeNames contains invalid key: Syntax error; key: "x"': {"names": {"x": "x"}},
    'ExpressionAttributeValues contains invalid key: Syntax error; key: ":v-1"': {"values": {":v-1": {"S": "x"}}},
    "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: "
    "An string set  may not be empty for key :value": {"values": {":value": {"SS": []}}},
    "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the "
    "supported datatypes for key :value": {"values": {":value": {"M": {"x": {}}}}},
    "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: Null attribute value "
    "types must have the value of true for key :value": {"values": {":value": {"L": [{"NULL": False}]}}},
}


@provokes("placeholders", "attribute-values")
def test_names_and_values_of_placeholders() -> None:
    dynamodb = orders()
    own = {"#name": "name"}, {":value": {"S": "x"}}

    def ask(case: str) -> str:
        names, values = (
            {**own[0], **PLACEHOLDERS[case].get("names", {})},
            {**own[1], **PLACEHOLDERS[case].get("values", {})},
        )
        request = {"ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
        return answer(dynamodb.scan, FilterExpression="#name = :value", **request)

    check({case: case for case in PLACEHOLDERS}, ask)
    item = {"pk": {"S": "a"}, "sk": {"S": "1"}, "x": {"S": "x", "N": "1"}}
    assert refusal(dynamodb.batch_write_item, RequestItems={"Nothing": [{"PutRequest": {"Item": item}}]}).startswith(
        "ValidationException: Supplied AttributeValue has more than one datatypes set"
    )
    values = {":value": {"N": "1e200"}}
    assert answer(dynamodb.scan, FilterExpression="title = :value", ExpressionAttributeValues=values) == (
        "ExpressionAttributeValues contains invalid value: Number overflow. Attempting to store a number with magnitude larger "
        "than supported range for key :value"
    )


@provokes("expressions-and-legacy")
def test_expressions_are_not_mixed_with_what_they_replace() -> None:
    dynamodb = orders()
    mixed = "Can not use both expression and non-expression parameters in the same request: "
    equal = {"title": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "x"}]}}
    values = {":s": {"S": "x"}}
    assert answer(
        dynamodb.scan, FilterExpression="title = :s", ScanFilter=equal, ExpressionAttributeValues=values
    ) == mixed + ("Non-expression parameters: {ScanFilter} Expression parameters: {FilterExpression}")
    assert answer(
        dynamodb.query,
        KeyConditionExpression="pk = :s",
        QueryFilter=equal,
        ConditionalOperator="AND",
        ExpressionAttributeValues=values,
    ) == mixed + (
        "Non-expression parameters: {QueryFilter, ConditionalOperator} Expression parameters: {KeyConditionExpression}"
    )


KEY_CONDITIONS = {
    "pk = :s": "",
    ":s = pk and sk >= :t": "",
    "pk = :s and begins_with(sk, :t)": "",
    "(pk = :s) and (sk between :s and :t)": "",
    "pk = :s or sk = :t": "Invalid operator used in KeyConditionExpression: OR",
    "pk = :s and not sk = :t": "Invalid operator used in KeyConditionExpression: NOT",
    "pk = :s and sk <> :t": "Invalid operator used in KeyConditionExpression: <>",
    "pk = :s and sk in (:t)": "Invalid operator used in KeyConditionExpression: IN",
    "pk = :s and contains(sk, :t)": "Invalid operator used in KeyConditionExpression: contains",
    "pk = :s and attribute_exists(sk)": "Invalid operator used in KeyConditionExpression: attribute_exists",
    "pk = :s and size(sk) = :n": "KeyConditionExpressions cannot contain nested operations",
    "pk = :s and :t between sk and :t": "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key "
    "attribute as its first operand",
    "pk = :s and begins_with(:t, sk)": "Invalid condition in KeyConditionExpression: begins_with operator must have the key "
    "attribute as its first operand",
    "pk = sk": "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    ":s = :s": "Invalid condition in KeyConditionExpression: No key attribute specified",
    "pk.x = :s": "KeyConditionExpressions cannot have conditions on nested attributes",
    "pk = :s and sk > :s and sk < :t": "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one "
    "condition per key",
    "key = :s": f"Invalid KeyConditionExpression: {RESERVED}key",
    "pk = :s and sk between :t and :s": "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be "
    "greater than or equal to lower bound; lower bound operand: AttributeValue: {S:y}, upper bound operand: "
    "AttributeValue: {S:x}",
}


@provokes("key-conditions")
def test_key_conditions() -> None:
    dynamodb = orders()
    check(
        KEY_CONDITIONS,
        lambda text: answer(dynamodb.query, KeyConditionExpression=text, **placeholders(text)),
    )


@provokes("expression-grammar", "reserved-words")
def test_expressions_in_batches_and_transactions() -> None:
    dynamodb = orders()
    key = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    message = f"ValidationException: Invalid ProjectionExpression: {RESERVED}status"
    get = {"TableName": "Orders", "Key": key, "ProjectionExpression": "status"}
    assert refusal(dynamodb.transact_get_items, TransactItems=[{"Get": get}]) == message
    keys_only = {"Keys": [key], "ProjectionExpression": "status"}
    assert refusal(dynamodb.batch_get_item, RequestItems={"Orders": keys_only}) == message
    for kind, parameter, text in (
        ("Update", "UpdateExpression", "REMOVE status"),
        ("Delete", "ConditionExpression", "attribute_exists(status)"),
        ("ConditionCheck", "ConditionExpression", "attribute_exists(status)"),
    ):
        part = {"TableName": "Orders", "Key": key, parameter: text}
        wanted = f"ValidationException: Invalid {parameter}: {RESERVED}status"
        assert refusal(dynamodb.transact_write_items, TransactItems=[{kind: part}]) == wanted


@provokes("expression-grammar")
def test_deep_expressions_are_answered() -> None:
    dynamodb = orders()
    assert answer(dynamodb.scan, FilterExpression="a<b " + "or (a<b " * 149 + ")" * 149) == ""
    assert answer(dynamodb.scan, FilterExpression="(" * 2046 + "a<b" + ")" * 2046).endswith(PARENTHESES)
    assert "too many operators" in answer(dynamodb.scan, FilterExpression="not " * 1000 + "a<b")
    assert client("dynamodb").list_tables()["TableNames"] == ["Orders"]
