"""A key or projected attribute that is nearly a declared one is an error; the fix names what is declared."""

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.contract.near_miss import near_miss
from tests.contract.support import check, check_text, contract
from tests.for_each import for_each
from tests.strategies import attribute_names

# What is written in place of "carrier", and what the message says about its letters.
MISSES = {
    "case": ("Carrier", ""),
    "all capitals": ("CARRIER", ""),
    "an underscore": ("car_rier", ""),
    "a hyphen": ("car-rier", ""),
    "a space": ("car rier", ""),
    "a Cyrillic letter": ("c\u0430rrier", ': its "\u0430" is U+0430'),
    "two letters of other alphabets": ("\u0441arr\u03b9er", 'U+03B9 and "\u0441" is U+0441'),
    "a full-width letter": ("\uff43arrier", "is U+FF43"),
}


@for_each("name", MISSES)
def test_a_near_miss_in_a_key_of_an_index(name: str) -> None:
    written, words = MISSES[name]
    tree = contract()
    tree["tables"][0]["gsis"][1]["pk"] = written
    result, problems = check(tree)
    assert result is None
    (problem,) = [problem for problem in problems if problem.severity == "error"]
    assert (problem.id, problem.path, problem.fix) == ("C223", "tables[0].gsis[1].pk", 'Write "carrier".')
    assert words in problem.message


def test_a_near_miss_in_a_key_of_a_table_and_in_a_projection() -> None:
    tree = contract()
    tree["tables"][0]["pk"] = "Customer_ID"
    tree["tables"][0]["gsis"][1]["projected_attributes"] = ["Total", "status"]
    _, problems = check(tree)
    found = [(p.id, p.path, p.fix) for p in problems if p.severity == "error"]
    assert found == [
        ("C223", "tables[0].pk", 'Write "customer_id".'),
        ("C223", "tables[0].gsis[1].projected_attributes[0]", 'Write "total".'),
    ]


def test_an_attribute_that_differs_by_case_may_be_declared_too() -> None:
    tree = contract()
    tree["tables"][0]["attributes"].append({"name": "Carrier", "type": "S"})
    tree["tables"][0]["gsis"][1]["pk"] = "Carrier"
    result, problems = check(tree)
    assert result is not None and problems == []


@given(
    attribute_names,
    st.sampled_from([str.upper, str.title, str.swapcase, lambda n: f"{n[:1]}_{n[1:]}", lambda n: f"{n} "]),
)
def test_every_change_of_case_or_spacing_is_a_near_miss(name: str, change: Any) -> None:
    assume(
        near_miss(name, [name])
        and change(name) != name
        and change(name).casefold() == change(name.casefold()).casefold()
    )
    assert near_miss(change(name), ["other", name]) == name


def test_a_merge_conflict_is_one_error_with_both_sides() -> None:
    lines = json.dumps(contract(), indent=2).splitlines()
    lines[3:3] = ["<<<<<<< HEAD", '  "a": 1,', "=======", '  "a": 2,', '  "b": 3,', ">>>>>>> feature"]
    result, problems = check_text("\n".join(lines))
    assert result is None
    (problem,) = problems
    assert (problem.id, problem.line) == ("C121", 4)
    assert problem.message.endswith("could not finish: line 5 (HEAD) or lines 7 to 8 (feature).")
