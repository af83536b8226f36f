"""Ten mistakes at once, and single mistakes in random contracts: each is reported, with its id and its path."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.contract.support import check, check_text, contract
from tests.for_each import for_each
from tests.strategies import valid_contracts

# The change that makes the mistake, the change that is its fix, the id and the path.
Mistake = tuple[Callable[[Any], Any], Callable[[Any], Any], str, str]


def put(place: Callable[[Any], Any], field: Any, wrong: Any, right: Any) -> tuple[Any, Any]:
    return (
        lambda tree: place(tree).__setitem__(field, wrong),
        lambda tree: place(tree).__setitem__(field, right),
    )


def orders(tree: Any) -> Any:
    return tree["tables"][0]


def users(tree: Any) -> Any:
    return tree["tables"][1]


def rename(tree: Any, old: str, new: str) -> None:
    users(tree)[new] = users(tree).pop(old)


TEN: list[Mistake] = [
    (*put(orders, "table", "the orders", "Orders"), "C301", "tables[0].table"),
    (*put(orders, "type", "single", "single-entity"), "C211", "tables[0].type"),
    (*put(orders, "sk", ["a", "b"], "placed_at"), "C306", "tables[0].sk"),
    (
        *put(lambda tree: orders(tree)["gsis"][0], "projection", "SOME", "KEYS_ONLY"),
        "C213",
        "tables[0].gsis[0].projection",
    ),
    (
        *put(lambda tree: orders(tree)["gsis"][1], "index_name", "ByStatus", "ByCarrier"),
        "C305",
        "tables[0].gsis[1].index_name",
    ),
    (
        *put(lambda tree: orders(tree)["gsis"][1], "projected_attributes", [], ["total"]),
        "C313",
        "tables[0].gsis[1].projected_attributes",
    ),
    (*put(lambda tree: orders(tree)["attributes"][5], "type", "bool", "BOOL"), "C214", "tables[0].attributes[5].type"),
    (
        *put(orders, "estimated_item_size_bytes", "900", 900),
        "C205",
        "tables[0].estimated_item_size_bytes",
    ),
    (*put(users, "sk", "PK", "SK"), "C308", "tables[1].sk"),
    (
        lambda tree: rename(tree, "entities", "entitys"),
        lambda tree: rename(tree, "entitys", "entities"),
        "C208",
        "tables[1].entitys",
    ),
]


def test_ten_mistakes_are_ten_messages_in_the_order_of_the_file() -> None:
    tree = contract()
    for make, _, _, _ in TEN:
        make(tree)
    _, problems = check(tree)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [(problem.id, problem.path) for problem in errors] == [(rule, path) for _, _, rule, path in TEN]
    assert [(p.line, p.column) for p in errors] == sorted((p.line, p.column) for p in errors)


@for_each("number", range(len(TEN)))
def test_each_fix_removes_its_message_and_no_other(number: int) -> None:
    tree = contract()
    for make, _, _, _ in TEN:
        make(tree)
    TEN[number][1](tree)
    _, problems = check(tree)
    rest = [(rule, path) for _, _, rule, path in TEN[:number] + TEN[number + 1 :]]
    assert [(problem.id, problem.path) for problem in problems if problem.severity == "error"] == rest


def test_all_fixes_leave_nothing() -> None:
    tree = contract()
    for make, _, _, _ in TEN:
        make(tree)
    for _, fix, _, _ in TEN:
        fix(tree)
    result, problems = check(tree)
    assert result is not None and not problems


# Name: a change of the table with this number in a random contract -> id and path below the table, or None (no place).
def no_pk(table: Any) -> tuple[str, str]:
    del table["pk"]
    return ("C210" if "entities" in table else "C206"), ""


def sort_is_partition(table: Any) -> tuple[str, str]:
    table["sk"] = table["pk"]
    return "C308", ".sk"


def list_as_key(table: Any) -> tuple[str, str]:
    table["pk"] = [table["pk"], "other"]
    return "C306", ".pk"


def other_field(wrong: str, right: str, value: Any) -> Callable[[Any], tuple[str, str]]:
    def change(table: Any) -> tuple[str, str]:
        table[wrong] = table.pop(right, value)
        return "C207", f".{wrong}"

    return change


def key_of_type(kind: str, rule: str) -> Callable[[Any], tuple[str, str]]:
    def change(table: Any) -> tuple[str, str]:
        for place in [table, *table.get("entities", [])]:
            for attribute in place.get("attributes", []):
                if attribute["name"] == table["pk"]:
                    attribute["type"] = kind
        return rule, ".pk"

    return change


def index_with(rule: str, path: str, **fields: Any) -> Callable[[Any], tuple[str, str]]:
    def change(table: Any) -> tuple[str, str]:
        index = {"index_name": "An-index-of-its-own", "pk": table["pk"], **fields}
        table["gsis"] = [*table.get("gsis", []), index]
        return rule, f".gsis[{len(table['gsis']) - 1}]{path}"

    return change


def local_index_with(rule: str, path: str, **fields: Any) -> Callable[[Any], tuple[str, str]]:
    def change(table: Any) -> tuple[str, str]:
        table["sk"] = table.get("sk") or "A sort key of its own"
        index = {"index_name": "A-local-index-of-its-own", "sk": "Another sort key", **fields}
        table["lsis"] = [*table.get("lsis", []), index]
        return rule, f".lsis[{len(table['lsis']) - 1}]{path}"

    return change


def local_index_without_sort_key(table: Any) -> tuple[str, str]:
    table["sk"] = None
    table["lsis"] = [{"index_name": "A-local-index-of-its-own", "sk": "Another sort key"}]
    return "C319", ".lsis"


def local_index_by_table_key(table: Any) -> tuple[str, str]:
    return local_index_with("C320", ".sk", sk=table["pk"])(table)


def local_index_of_global_name(table: Any) -> tuple[str, str] | None:
    if not table.get("gsis"):
        return None
    return local_index_with("C305", ".index_name", index_name=table["gsis"][0]["index_name"])(table)


def same_index(table: Any) -> tuple[str, str] | None:
    if not table.get("gsis"):
        return None
    table["gsis"].append(copy.deepcopy(table["gsis"][0]))
    return "C305", f".gsis[{len(table['gsis']) - 1}].index_name"


SINGLE: dict[str, Callable[[Any], tuple[str, str] | None]] = {
    "missing pk": no_pk,
    "pk equal to sk": sort_is_partition,
    "a key list": list_as_key,
    "sort_key": other_field("sort_key", "sk", "x"),
    "partition_key": other_field("partition_key", "pk", "x"),
    "GSIs": other_field("GSIs", "gsis", []),
    "key of type BOOL": key_of_type("BOOL", "C309"),
    "unknown projection": index_with("C213", ".projection", projection="EVERYTHING"),
    "no list for INCLUDE": index_with("C313", ".projection", projection="INCLUDE"),
    "a list with ALL": index_with("C316", ".projected_attributes", projection="ALL", projected_attributes=["x"]),
    "5 keys": index_with("C307", ".sk", sk=list("abcde")),
    "no index name": index_with("C206", "", index_name=None),
    "bad index name": index_with("C302", ".index_name", index_name="a b c"),
    "duplicate index": same_index,
    "localIndexes": other_field("localIndexes", "lsis", []),
    "a local index without a sort key": local_index_with("C206", "", sk=None),
    "a local index with two sort keys": local_index_with("C306", ".sk", sk=["a", "b"]),
    "a local index with a partition key of its own": local_index_with("C215", ".pk", pk="Another partition key"),
    "a local index on a table without a sort key": local_index_without_sort_key,
    "a local index by the partition key of the table": local_index_by_table_key,
    "a local index with the name of a global one": local_index_of_global_name,
}


@given(valid_contracts(), st.integers(0, 100))
def test_a_single_mistake_anywhere_is_reported(tree: Any, number: int) -> None:
    number %= len(tree["tables"])
    for mistake, make in SINGLE.items():
        wrong = json.loads(json.dumps(tree))
        expected = make(wrong["tables"][number])
        if expected is None:
            continue
        rule, below = expected
        result, problems = check_text(json.dumps(wrong), schema=False)
        assert (rule, f"tables[{number}]{below}") in [(problem.id, problem.path) for problem in problems], mistake
        assert result is None
