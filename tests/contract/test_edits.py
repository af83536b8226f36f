"""The edits of a message about a contract, applied: the message is gone, and there is no other error or warning."""

import copy
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.problems import Problem
from scripts.show_problems import render_json
from scripts.text.edit_words import edit_words
from tests.contract import test_lost_shapes, test_near_miss, test_specification
from tests.contract.support import at, check, contract, successor
from tests.for_each import for_each
from tests.patches import applied
from tests.strategies import valid_contracts


def _renamed_key(tree: Any) -> Any:
    tree["table_definitions"][0]["gsis"][0]["partition_key"][1]["attribute_name"] = "regon"
    return tree


def _examples() -> dict[str, Any]:
    """Every wrong contract of the tests of the rules, by what is wrong."""
    found = {name: change(contract()) for name, (change, _) in test_specification.WARN.items()}
    found |= {name: change(contract()) for name, (change, _) in test_specification.REJECT.items()}
    found |= {name: change(successor()) for name, (change, _) in test_specification.SUCCESSOR.items()}
    for name, (where, field, value, *_) in test_lost_shapes.CASES.items():
        tree = contract()
        at(tree, *where)[field] = copy.deepcopy(value)
        found[name] = tree
    for name, (written, _) in test_near_miss.MISSES.items():
        tree = contract()
        tree["tables"][0]["gsis"][1]["pk"] = written
        found[name] = tree
    found["a key of the successor that is nearly an attribute"] = _renamed_key(successor())
    for name, change in MORE.items():
        tree = contract()
        change(tree["tables"][0], tree)
        found[name] = tree
    return found


# What the tests of the rules do not have: the same, written so that it is clear what is meant.
MORE: dict[str, Callable[[Any, Any], Any]] = {
    "a key that is nearly an attribute": lambda table, _: table.update(pk="custmer_id"),
    "a key of an index that is nearly one": lambda table, _: table["gsis"][1].update(pk="carier"),
    "a projected attribute that is nearly one": lambda table, _: table["gsis"][1].update(projected_attributes=["pad"]),
    "an attribute declared twice in the same words": lambda table, _: table["attributes"].append(
        table["attributes"][4]
    ),
    "a table type with an underscore": lambda table, _: table.update(type="single_entity"),
    "a projection without an underscore": lambda table, _: table["gsis"][0].update(projection="KeysOnly"),
    "a size in quotes": lambda table, _: table.update(estimated_item_size_bytes="900"),
    "one text for a list": lambda table, _: table.update(satisfies="AP1"),
    "a number for a text": lambda table, _: table.update(satisfies=[1, "AP2"]),
    "one index for a list": lambda table, _: table.update(gsis=table["gsis"][0]),
    "a key as an object": lambda table, _: table.update(pk={"AttributeName": "customer_id", "AttributeType": "S"}),
    "a pattern on a table that is nearly there": lambda _, tree: tree.update(
        access_patterns=[{"id": "AP1", "table": "Order", "operation": "Query"}]
    ),
    "an operation in small letters": lambda _, tree: tree.update(
        access_patterns=[{"id": "AP1", "table": "Orders", "operation": "query"}]
    ),
    "a rate in camel case": lambda _, tree: tree.update(
        access_patterns=[{"id": "AP1", "table": "Orders", "operation": "Query", "designRps": 5}]
    ),
    "a key in small letters in an entity": lambda _, tree: tree["tables"][1]["entities"][0].update(
        attributes=[{"name": "pk", "type": "S"}, {"name": "SK", "type": "S"}]
    ),
    "a partition key in other words, as an object": lambda table, _: table.update(
        partition_key={"attribute_name": table.pop("pk"), "attribute_type": "S"}
    ),
    "a partition key in a field of its own": lambda table, _: table["gsis"][1].update(hash=table["gsis"][1].pop("pk")),
    "a partition key in capitals, as an object": lambda table, _: table["gsis"][0].update(
        PartitionKey={"AttributeName": table["gsis"][0].pop("pk"), "AttributeType": "S"}
    ),
    "a key schema as an object": lambda table, _: table["gsis"][1].update(
        key_schema={"pk": table["gsis"][1].pop("pk")}
    ),
    "indexes by their names": lambda table, _: table.update(
        gsis={index.pop("index_name"): index for index in table["gsis"]}
    ),
    "tables by their names": lambda _, tree: tree.update(
        tables={table.pop("table"): table for table in tree["tables"]}
    ),
    "a table with a name": lambda table, _: table.update(name=table.pop("table")),
    "an index with a name in capitals": lambda table, _: table["gsis"][0].update(
        Name=table["gsis"][0].pop("index_name")
    ),
    "an attribute as AWS writes it": lambda table, _: table["attributes"].append(
        {"AttributeName": "note", "AttributeType": "S"}
    ),
    "a table with a letter that no name can have": lambda table, _: table.update(table="Bestellungen für"),
    "tables in capitals": lambda _, tree: tree.update(Tables=tree.pop("tables")),
    "an entry of a list that is null": lambda table, _: table["gsis"].append(None),
    "local indexes of the only table, at the root": lambda table, tree: tree.update(
        tables=[table], lsis=[{"index_name": "ByTotal", "sk": "total"}]
    ),
    "indexes of the only table, at the root": lambda table, tree: tree.update(tables=[table], gsis=table.pop("gsis")),
}
EXAMPLES = _examples()


def patches(problems: list[Problem]) -> list[list[dict[str, Any]]]:
    """The edits as the JSON output has them, the last in the file first, so that none moves what another is about."""
    return [problem["edits"] for problem in reversed(json.loads(render_json(problems))) if problem["edits"]]


def doubts(problems: list[Problem]) -> Counter[str]:
    """How many errors and warnings there are, by id."""
    return Counter(problem.id for problem in problems if problem.severity != "note")


@for_each("name", EXAMPLES)
def test_what_a_message_says_to_do_settles_it(name: str) -> None:
    tree = EXAMPLES[name]
    _, problems = check(tree)
    for rule in {problem.id for problem in problems if problem.edits}:
        settled = [problem for problem in problems if problem.id == rule and problem.edits]
        assert all(edit_words(problem.edits) in problem.fix for problem in settled)
        _, after = check(applied(tree, *patches(settled)))
        assert doubts(after) <= doubts(problems) - Counter([rule] * len(settled)), rule


def _renamed(node: Any, old: str, new: str) -> bool:
    if old not in node or new in node:
        return False
    node[new] = node.pop(old)
    return True


def _swapped(node: Any, field: str, change: Callable[[str], str]) -> bool:
    name = node.get(field)
    if not isinstance(name, str) or change(name) == name:
        return False
    node[field] = change(name)
    return True


def _moved(table: Any, field: str, to: str, wrap: Callable[[Any], Any]) -> bool:
    if not table.get(field):
        return False
    table[to] = wrap(table.pop(field))
    return True


def _of_index(change: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda table: any(change(index) for index in [*table.get("gsis", []), *table.get("lsis", [])])


def _stated(table: Any, field: str, value: Any) -> bool:
    table[field] = value
    return True


def _look_alike(name: str) -> str:
    return name.translate({ord("a"): "\u0430", ord("e"): "\u0435", ord("S"): "\u0405", ord("K"): "\u041a"})


def _schema(node: Any) -> bool:
    keys = [key for key in (node.get("pk"), node.get("sk")) if key is not None]
    if not all(isinstance(key, str) for key in keys):
        return False
    kinds = ("HASH", "RANGE")
    node["KeySchema"] = [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)]
    del node["pk"]
    node.pop("sk", None)
    return True


def _again(table: Any) -> bool:
    for index in table.get("gsis", []):
        if names := index.get("projected_attributes"):
            names.append(names[0])
            return True
    return False


# What tired people write: each changes a table, and gives whether it could.
KINDS: dict[str, Callable[[Any], bool]] = {
    "a field in other words": lambda table: _renamed(table, "pk", "partition_key") | _renamed(table, "gsis", "GSIs"),
    "a misspelt field": lambda table: _renamed(table, "satisfies", "satisfys") | _renamed(table, "pk", "Pk"),
    "a misspelt field of an index": _of_index(lambda index: _renamed(index, "projection", "Projection")),
    "a field of an index in other words": _of_index(lambda index: _renamed(index, "pk", "hash_key")),
    "a key in capitals": lambda table: _swapped(table, "pk", str.upper),
    "a key of an index in capitals": _of_index(lambda index: _swapped(index, "sk", str.title)),
    "a key with a space": _of_index(lambda index: _swapped(index, "pk", lambda name: f"{name} ")),
    "a key with look-alikes": lambda table: _swapped(table, "sk", _look_alike),
    "a key with a zero-width space": lambda table: _swapped(table, "pk", lambda name: f"{name}\u200b"),
    "a key of an index with one": _of_index(lambda index: _swapped(index, "pk", lambda name: f"\ufeff{name}")),
    "a key as an object": lambda table: _swapped(table, "pk", lambda n: {"AttributeName": n, "AttributeType": "S"}),  # type: ignore[arg-type, return-value]
    "a key schema": _schema,
    "a key schema of an index": _of_index(_schema),
    "indexes by their names": lambda table: _moved(
        table, "gsis", "indexes", lambda found: {one.pop("index_name"): one for one in found}
    ),
    "indexes in a field of their own": lambda table: _moved(table, "gsis", "search", lambda found: found),
    "one index in a field of its own": lambda table: _moved(table, "gsis", "by_something", lambda found: found[0]),
    "an attribute type in words": lambda table: (
        bool(table.get("attributes")) and _swapped(table["attributes"][-1], "type", lambda _: "varchar")
    ),
    "a projection in other words": _of_index(lambda index: _swapped(index, "projection", lambda p: f"{p}S")),
    "another table type": lambda table: _swapped(table, "type", lambda kind: kind.replace("-", "_")),
    "a number in quotes": lambda table: _stated(table, "estimated_item_size_bytes", "900"),
    "one text where a list is needed": lambda table: _stated(table, "satisfies", "AP1"),
    "a projected attribute twice": _again,
    "the type of a key": lambda table: _stated(table, "pk_type", "S"),
    "a placeholder": lambda table: (
        bool(table.get("entities"))
        and _swapped(table["entities"][0], "pk_template", lambda template: template.replace("{", "${"))
    ),
}


@given(valid_contracts(max_tables=2), st.sampled_from(sorted(KINDS)), st.data())
def test_each_edit_settles_its_message_in_any_contract(tree: Any, kind: str, data: Any) -> None:
    tree = copy.deepcopy(tree)
    assume(KINDS[kind](data.draw(st.sampled_from(tree["tables"]))))
    _, problems = check(tree)
    for problem in problems:
        if problem.edits:
            assert edit_words(problem.edits) in problem.fix
            _, after = check(applied(tree, *patches([problem])))
            assert (problem.id, problem.path, problem.message) not in {(p.id, p.path, p.message) for p in after}
            assert doubts(after)[problem.id] <= doubts(problems)[problem.id]
