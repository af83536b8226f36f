"""A table that is remembered is the one that would be read, with the same notes at the same places."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.read import check_text_of
from scripts.contract.table_memory import TableMemory
from scripts.folders import CONTRACT
from scripts.model import Contract
from scripts.problems import Problem
from tests.contract import test_specification as specification
from tests.contract.support import FILE, at, contract, successor
from tests.contract.test_properties import mutated
from tests.working_copy import KEPT_SAMPLE

Answer = tuple[Contract | None, list[Problem]]


def read(value: Any, memory: TableMemory | None = None) -> Answer:
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return check_text_of(text, ProblemCollector(FILE), memory=memory)


def learnt(value: Any) -> TableMemory:
    """What is kept of a contract until the next run."""
    memory = TableMemory()
    assert read(value, memory) == read(value)
    return TableMemory(memory.text)


def test_every_form_of_a_table_is_remembered_as_it_is() -> None:
    forms = [change(contract()) for change, _ in specification.NORMALISE.values()]
    sample = json.loads((KEPT_SAMPLE / CONTRACT).read_text())  # which has joins, calculations and transformations
    for value in (contract(), successor(), sample, *forms):
        memory = learnt(value)
        assert read(value, memory) == read(value)
        assert read(value, TableMemory(memory.text)) == read(value), (
            "what was only remembered is kept for the next run too"
        )


@given(st.lists(mutated(), min_size=2, max_size=2), st.booleans())
def test_one_contract_after_another(values: list[Any], moved: bool) -> None:
    before, after = values
    if moved and all(isinstance(value, dict) and isinstance(value.get("tables"), list) for value in values):
        after["tables"] = [*after["tables"], *before["tables"]]
    assert read(after, learnt(before)) == read(after)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, (dict, list)) and value:
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*path, key))
    else:
        yield path


def test_every_change_of_a_value_is_seen() -> None:
    known = learnt(contract())
    for *path, last in leaves(contract()):
        after = contract()
        at(after, *path)[last] = "other"
        assert read(after, known) == read(after), (*path, last)


def test_the_same_text_in_another_dialect_is_another_table() -> None:
    value = {**successor(), "table_definitions": contract()["tables"]}
    assert read(value, learnt(contract())) == read(value)


def test_what_is_wrong_or_doubted_is_judged_again() -> None:
    value = contract()
    value["tables"][0]["gsis"][0]["pk"] = "nowhere"
    value["tables"].append({**value["tables"][1], "table": "users"})
    memory = TableMemory()
    _, problems = read(value, memory)
    assert {problem.severity for problem in problems} >= {"error"}
    kept = {table.name for table, _ in memory.kept.values()}
    assert kept == {"Users", "users"}, "two names that differ in case only are judged beside each other, at every run"
