"""Whatever looks like a table, an index or a key, and stands where nothing reads it, is an error that names it."""

import copy
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.show_problems import render_text
from tests.contract.support import at, check, contract, successor
from tests.for_each import for_each
from tests.strategies import valid_contracts

ORDERS = ("tables", 0)
INDEX = (*ORDERS, "gsis", 0)
TABLE = {"table": "Extra", "pk": "id", "attributes": [{"name": "id", "type": "S"}]}
BY_EMAIL = {"index_name": "ByEmail", "pk": "carrier"}
SCHEMA = [{"AttributeName": "carrier", "KeyType": "HASH"}, {"AttributeName": "total", "KeyType": "RANGE"}]
Case = tuple[tuple[str | int, ...], str, Any, str, str]

# Where it stands, its name, its value, the id, and a part of the message with its fix.
CASES: dict[str, Case] = {
    "indexes at the root": ((), "gsis", [BY_EMAIL, BY_EMAIL], "C220", "2 indexes would be lost"),
    "indexes in words, at the root": ((), "gsis", ["ByEmail on email"], "C220", 'Write each index, an object, into "gsis"'),
    "a local index by a flag": (INDEX, "is_local", True, "C222", 'Move the index into "lsis"'),
    "a key schema in words": (ORDERS, "key_schema", "customer_id", "C220", 'Write the key in "pk" and "sk" of this table'),
    "an index by its name, in a table": (ORDERS, "by_carrier", {"pk": "carrier"}, "C220", 'an index goes into "gsis", with a name'),
    "one index at the root": ((), "global_secondary_index", BY_EMAIL, "C220", '"gsis" of the table that it belongs to'),
    "tables under another name": ((), "additional_tables", [TABLE], "C220", '1 table would be lost. Move each entry into "tables"'),
    "tables by their names": ((), "more", {"Extra": TABLE, "Other": {**TABLE, "table": "Other"}}, "C220", "2 tables"),
    "tables and an index, deep in a note": ((), "metadata", {"a": [{"b": [TABLE]}, BY_EMAIL]}, "C220", "1 table and 1 index"),
    "a key at the root": ((), "pk", "PK", "C220", "1 key would be lost"),
    "a table in a table": (ORDERS, "child", TABLE, "C220", 'Move it into "tables"'),
    "an index of a table in a field of its own": (ORDERS, "by_email", BY_EMAIL, "C220", 'Move it into "tables[0].gsis"'),
    "a local index in a field of its own": (ORDERS, "local_by_date", [{"index_name": "ByTotal", "sk": "total"}], "C220", '"lsis"'),
    "a key schema": (ORDERS, "schema", SCHEMA, "C220", 'Decide which is the key, that of "pk" and "sk" or "pk": "carrier", "sk": "total"'),
    "a key as an object": (ORDERS, "keys", {"partition": 1, "sk": "total"}, "C220", "1 key would be lost"),
    "the type of a key": (ORDERS, "pk_type", "N", "C221", "Decide which is right"),
    "the type of a key, which its attribute has": (ORDERS, "pk_type", "S", "C221", "Remove it."),
    "the type of a sort key": (ORDERS, "sortKeyType", "N", "C221", "that of the attribute"),
    "the type of a key of an index": (INDEX, "sk_type", "N", "C221", "that of the attribute"),
    "a key schema in an index": (INDEX, "key_schema", SCHEMA, "C220", 'or "pk": "carrier", "sk": "total", and remove this'),
    "a key schema that says what the key says": (INDEX, "KeySchema", [{"AttributeName": "status", "KeyType": "HASH"}, {"AttributeName": "placed_at", "KeyType": "RANGE"}], "C220", "Remove it."),
    "a local index among the global ones": (INDEX, "type", "LSI", "C222", 'Move the index into "lsis"'),
    "the same in other words": (INDEX, "scope", "local secondary index", "C222", '"gsis" is not the list of local'),
    "an index in an index": (INDEX, "also", [BY_EMAIL], "C220", "1 index would be lost"),
    "an index in an entity": (("tables", 1, "entities", 0), "gsis", [BY_EMAIL], "C220", "of the table that it belongs"),
    "a key in an entity": (("tables", 1, "entities", 0), "pk", "USER#{id}", "C220", 'Keep one of the two: "pk_template"'),
    "an index in an attribute": ((*ORDERS, "attributes", 0), "index", BY_EMAIL, "C220", "1 index would be lost"),
    "an index in a join": ((*ORDERS, "attributes", 0), "join", {"type": "foreign-key", "x": BY_EMAIL}, "C220", "1 index"),
    "an index name in a table": (ORDERS, "index_name", "ByEmail", "C212", "This entry is an index"),
    "an entity under another name": (ORDERS, "kinds", [{"entity_type": "A", "attributes": []}], "C220", "1 entity"),
}  # fmt: skip


@for_each("name", CASES)
def test_what_would_be_lost_is_told_with_its_place(name: str) -> None:
    where, field, value, rule, words = CASES[name]
    tree = contract()
    at(tree, *where)[field] = value
    result, problems = check(tree)
    assert result is None
    (problem,) = [problem for problem in problems if problem.severity == "error"]
    assert (problem.id, problem.path.rpartition(".")[2]) == (rule, field)
    assert words in f"{problem.message} {problem.fix}"


def test_a_sort_key_under_another_name() -> None:
    tree = contract()
    tree["tables"][0]["sorted_by"] = tree["tables"][0].pop("sk")
    result, problems = check(tree)
    assert result is None
    assert [(problem.id, problem.path) for problem in problems] == [("C220", "tables[0].sorted_by")]


def test_an_index_in_an_access_pattern_of_the_successor() -> None:
    tree = successor()
    tree["access_patterns"][0]["needs"] = {"gsi_name": "ByEmail", "partition_key": "email"}
    result, problems = check(tree)
    assert result is None
    assert ("C220", "access_patterns[0].needs") in {(problem.id, problem.path) for problem in problems}


def test_a_fix_never_proposes_the_key_of_the_table_for_an_index() -> None:
    tree = contract()
    tree["tables"][1]["gsis"] = [{"index_name": "ByEmail"}]
    _, problems = check(tree)
    (problem,) = [problem for problem in problems if problem.severity == "error"]
    assert problem.fix == 'Add "pk" with the name of one of the attributes: "SK".'


@for_each(
    "extra",
    [
        {"description": "the pk of the table", "notes": ["gsis: none"], "owner": {"team": "a", "key": "b"}},
        {
            "version_column": "total",
            "sort_order": "ascending",
            "metadata": {"columns": [{"name": "id", "type": "int"}]},
        },
        {"trade_offs": [{"table_name": "Orders", "index_name": "ByStatus", "text": "slow"}]},
    ],
)
def test_other_fields_stay_free(extra: dict[str, Any]) -> None:
    tree = contract()
    tree.update(extra)
    tree["tables"][0].update({name: value for name, value in extra.items() if name != "trade_offs"})
    result, problems = check(tree)
    assert result is not None and problems == []


UNREAD = st.sampled_from(
    ["additional_tables", "remarks", "keys", "design", "Index", "x-more", "schema", "GSI_1", "primary"]
)
WRAPS = st.sampled_from(
    [lambda v: v, lambda v: [v], lambda v: {"a": v}, lambda v: [{"b": [1, v]}], lambda v: {"c": [[v]]}]
)


@given(valid_contracts(), st.sampled_from(["table", "index", "key"]), UNREAD, WRAPS, st.data())
def test_whatever_is_moved_to_an_unread_place_is_named(tree: Any, kind: str, name: str, wrap: Any, data: Any) -> None:
    tree = copy.deepcopy(tree)
    tables = tree["tables"]
    source = data.draw(st.integers(0, len(tables) - 1))
    if kind == "table":
        assume(len(tables) > 1)
        moved = tables.pop(source)
    elif kind == "index":
        indexes = tables[source].get("gsis") or tables[source].get("lsis")
        assume(indexes)
        moved = indexes.pop()
    else:
        assume(tables[source].get("sk") and not tables[source].get("lsis"))
        moved = {"sk": tables[source].pop("sk")}
    places: list[tuple[str | int, ...]] = [()]
    for number, table in enumerate(tables):
        places.append(("tables", number))
        for field in ("gsis", "entities", "attributes"):
            places += [("tables", number, field, n) for n in range(len(table.get(field, ())))]
    where = data.draw(st.sampled_from(places))
    at(tree, *where)[name] = wrap(moved)
    result, problems = check(tree)
    assert result is None
    assert any(name in problem.path for problem in problems if problem.severity == "error")


def test_the_same_mistake_in_500_tables_is_one_group_with_a_count() -> None:
    gsis = [{"index_name": "ByEmail", "pk": "id", "key_schema": SCHEMA}]
    tables = [{**TABLE, "table": f"T{number:03}", "pk_type": "S", "gsis": gsis} for number in range(500)]
    _, problems = check({"tables": tables})
    assert len([problem for problem in problems if problem.severity == "error"]) == 1000
    text = render_text(problems)
    assert "495 more errors C220 like this, lines " in text and "495 more errors C221 like this, lines " in text
    assert len(text.splitlines()) < 60


@for_each(
    ("value", "found", "fix"),
    [
        ({"contract": contract()}, 'The file has no "tables". It has "contract".', 'Keep what stands in "contract"'),
        ([contract()], "The file is a list of contracts, not of tables.", "Keep one contract, without the brackets"),
        ({"tables": [[TABLE]]}, "a list; an object is needed.", "Write its entries into the list around it."),
        ({"Tabelle": 5}, 'The file has no "tables". It has "Tabelle".', 'Give the contract its "tables"'),
    ],
)
def test_what_stands_around_the_tables_is_told(value: Any, found: str, fix: str) -> None:
    result, problems = check(value)
    assert result is None
    (problem,) = [problem for problem in problems if problem.severity == "error"]
    assert found in problem.message
    assert problem.fix.startswith(fix)


def test_a_template_in_the_place_of_a_key_is_never_declared() -> None:
    tree = contract()
    tree["tables"][0]["gsis"][0]["pk"] = "STATUS#{status}"
    _, problems = check(tree)
    assert {problem.id for problem in problems} == {"C402", "C403"}
    assert not any("STATUS#" in problem.fix for problem in problems)


def test_a_name_in_letters_that_no_name_can_have_is_not_guessed() -> None:
    tree = contract()
    tree["tables"][0]["table"] = "\u0417\u0430\u043a\u0430\u0437\u044b-2024"
    (problem,) = [problem for problem in check(tree)[1] if problem.severity == "error"]
    assert (problem.id, problem.edits) == ("C301", ())


def test_projected_attributes_in_other_words_are_never_lost() -> None:
    tree = contract()
    index = tree["tables"][0]["gsis"][1]
    index["nonKeyAttributes"] = index.pop("projected_attributes")
    _, problems = check(tree)
    assert ("C207", 'Rename it to "projected_attributes".') in {(problem.id, problem.fix) for problem in problems}
