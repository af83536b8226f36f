"""Promises that hold for every input, tried with random ones."""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.contract.rules import RULES
from scripts.contract.schema import validator
from scripts.show_problems import render_text
from tests.contract.support import check, check_text
from tests.for_each import for_each
from tests.strategies import json_values, valid_contracts

MISSPELT = "C208"


@given(valid_contracts())
def test_legal_contract_reads_without_errors_and_doubts(contract: dict[str, Any]) -> None:
    result, problems = check(contract)
    assert [problem for problem in problems if problem.severity != "note"] == []
    assert result is not None
    assert [table.name for table in result.tables] == [table["table"] for table in contract["tables"]]
    for table, raw in zip(result.tables, contract["tables"], strict=True):
        assert table.keys.partition[0].name == raw["pk"]
        assert [key.name for key in table.keys.sort] == ([raw["sk"]] if raw.get("sk") else [])
        assert [index.name for index in table.indexes] == [gsi["index_name"] for gsi in raw.get("gsis", [])]
        for index, gsi in zip(table.indexes, raw.get("gsis", []), strict=True):
            partition, sort = gsi["pk"], gsi.get("sk") or []
            assert [key.name for key in index.keys.partition] == (
                [partition] if isinstance(partition, str) else partition
            )
            assert [key.name for key in index.keys.sort] == ([sort] if isinstance(sort, str) else sort)
            assert index.projection == gsi.get("projection", "ALL")
            assert list(index.included) == sorted(gsi.get("projected_attributes", []))
        assert [index.name for index in table.local_indexes] == [lsi["index_name"] for lsi in raw.get("lsis", [])]
        for index, lsi in zip(table.local_indexes, raw.get("lsis", []), strict=True):
            assert index.keys.partition == table.keys.partition
            assert [key.name for key in index.keys.sort] == [lsi["sk"]]
            assert index.projection == lsi.get("projection", "ALL")
            assert list(index.included) == sorted(lsi.get("projected_attributes", []))
        types = {
            attribute["name"]: attribute["type"]
            for place in [raw, *raw.get("entities", [])]
            for attribute in place.get("attributes", [])
        }
        for keys in [table.keys, *(index.keys for index in (*table.indexes, *table.local_indexes))]:
            assert all(key.type == types[key.name] for key in keys.attributes)


@given(json_values)
def test_any_json_value_gets_an_answer(value: Any) -> None:
    contract, problems = check(value)
    assert (contract is None) == any(problem.severity == "error" for problem in problems)
    assert contract is not None or problems


@given(st.one_of(st.text(), st.text("{}[]\",:/*\\ \n'eE+-.0123456789truefalsn#"), st.text('{}[]",:a0 ')))
def test_any_text_gets_an_answer_and_only_json_is_accepted(text: str) -> None:
    contract, problems = check_text(text)
    assert contract is None and problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A legal contract in which one value anywhere is replaced by any JSON value, renamed or removed."""
    contract = copy.deepcopy(draw(valid_contracts(max_tables=2)))
    path: list[tuple[Any, Any]] = []
    node: Any = contract
    while isinstance(node, (dict, list)) and node and (not path or draw(st.integers(0, 3))):
        key = draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        path.append((node, key))
        node = node[key]
    parent, key = path[-1]
    action = draw(st.sampled_from(["replace", "replace", "remove", "rename"]))
    if action == "replace":
        odd = st.sampled_from(
            [None, "", [], {}, "ALL", "include", "INCLUDE", ["a"], ["a", "b"], {"type": "ALL"}, "GSI"]
        )
        parent[key] = draw(st.one_of(odd, json_values))
    elif action == "remove" or isinstance(parent, list):
        del parent[key]
    else:
        new = draw(
            st.sampled_from(
                ["gsi", "lsi", "partition_key", "sort_key", "name", "gsis", "lsis", "non_key_attributes", "x"]
            )
        )
        parent[new] = parent.pop(key)
    return contract


SCHEMA = validator()


@given(mutated())
def test_schema_and_rules_agree_on_the_form(contract: Any) -> None:
    _, problems = check_text(json.dumps(contract), schema=False)
    found = {problem.id for problem in problems}
    if found & {MISSPELT, "C201"} or not isinstance(contract, dict) or "tables" not in contract:
        return
    form = {rule for rule in found if RULES[rule].form}
    assert SCHEMA.is_valid(contract) == (not form), (form, [error.message for error in SCHEMA.iter_errors(contract)])


@given(mutated())
def test_mutated_contract_never_needs_the_second_opinion(contract: Any) -> None:
    _, problems = check(contract)
    assert "C218" not in {problem.id for problem in problems}


NASTY = [
    "a\nb",
    'a"b',
    "${AWS::Region}",
    "{{resolve:ssm:x}}",
    "<script>",
    "|`*[x](y)",
    "../../etc/passwd",
    "a\u202eb",
    "a\u00adb\u180ec\u200bd\u2060e",
    "a\U000e0041b",
    "\x07",
]


@for_each("text", NASTY)
@for_each("field", ["table", "index_name"])
def test_hostile_names_of_tables_and_indexes_are_refused(text: str, field: str) -> None:
    place = {"index_name": "Name", "pk": "PK"}
    table = {"table": "Name", "pk": "PK", "attributes": [{"name": "PK", "type": "S"}], "gsis": [place]}
    (table if field == "table" else place)[field] = text
    contract, problems = check({"tables": [table]})
    assert contract is None
    assert ("C301" if field == "table" else "C302") in {problem.id for problem in problems}
    assert all(problem.message.isprintable() for problem in problems)


def test_a_message_shows_every_invisible_character() -> None:
    """Those beyond the first 65,536 as Python and C write them."""
    _, (problem, *_) = check({"tables": [{"table": "Us\U000e0041ers\u00ad", "pk": "PK"}]})
    assert "Us\\U000e0041ers\\u00ad" in render_text([problem], line_of=lambda _file, _line: "Us\U000e0041ers\u00ad")
