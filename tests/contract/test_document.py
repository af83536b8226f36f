"""The JSON parser that knows places and reads on after mistakes."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts.contract.document import NOTHING, Document
from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.tolerant import Parser
from tests.contract.support import check_text
from tests.for_each import for_each
from tests.strategies import json_values


def quiet(*_args: Any, **_facts: Any) -> None:
    """Take no notice of a report."""


@given(json_values, st.sampled_from([None, 1, 4]), st.booleans())
def test_valid_json_gives_the_value_of_the_json_module(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    reports: list[Any] = []
    parsed = Parser(text, lambda *args, **_: reports.append(args)).parse()
    assert parsed == value and json.dumps(parsed) == json.dumps(value) and not reports


@given(st.one_of(st.text(max_size=30), st.text("{}[]\",:\\ \n'-+.0129eEtruefalsn/*#ud8", max_size=20)))
def test_a_text_without_reports_is_json(text: str) -> None:
    findings = ProblemCollector("x.json")
    value = Document(text, findings).value
    try:
        expected = json.loads(text)
    except ValueError:
        assert len(findings) and findings.has_errors()
    else:
        assert len(findings) or json.dumps(value) == json.dumps(expected)


@given(json_values, st.sampled_from([None, 2]))
def test_every_value_is_where_its_place_says(value: Any, indent: int | None) -> None:
    text = json.dumps({"a": value, "b": [value]}, indent=indent)
    document = Document(text, ProblemCollector("x.json"))
    lines = text.split("\n")
    parser = Parser(text, quiet)
    parser.parse()
    for path in parser.values:
        line, column = document.of_path(path)
        expected: Any = {"a": value, "b": [value]}
        for part in path:
            expected = expected[part]
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == expected
    for path in parser.keys:
        line, column = document.of_path(path, key=True)
        assert json.JSONDecoder().raw_decode(lines[line - 1][column - 1 :])[0] == path[-1]


GOOD = '{"tables": [{"table": "Users", "pk": "PK", "attributes": [{"name": "PK", "type": "S"}]}]}'
# What is wrong, the text with a mark before each place, and the ids that must be found there; nothing else may be.
MISTAKES = {
    "line comment": (GOOD + "\n»// end", ["C107"]),
    "hash comment": ("»# start\n" + GOOD, ["C107"]),
    "block comment": ("»/* a\nb */ " + GOOD, ["C107"]),
    "two comments": ("»// a\n»// b\n" + GOOD, ["C107", "C107"]),
    "trailing comma in an object": (GOOD[:-1] + "»,}", ["C108"]),
    "trailing comma in a list": (GOOD.replace("]}]}", "]}»,]}"), ["C108"]),
    "single quotes": (GOOD.replace('"Users"', "»'Users'"), ["C109"]),
    "single quotes around a field name": (GOOD.replace('"pk"', "»'pk'"), ["C109"]),
    "no quotes around a field name": (GOOD.replace('"pk"', "»pk"), ["C109"]),
    "no quotes around a value": (GOOD.replace('"Users"', "»Users"), ["C109"]),
    "NaN": (GOOD.replace('"PK",', '"PK", "x": »NaN,', 1), ["C110"]),
    "Infinity": (GOOD.replace('"PK",', '"PK", "x": »-Infinity,', 1), ["C110"]),
    "None": (GOOD.replace('"PK",', '"PK", "sk": »None,', 1), ["C110"]),
    "field twice": (GOOD.replace('"PK",', '"PK", »"table": "Users",', 1), ["C111"]),
    "field twice in what is not read": (GOOD[:-1] + ', "x": {"a": {"b": 1, »"b": 2}}}', ["C111"]),
    "nested too deep": (GOOD[:-1] + ', "x": ' + "[" * 63 + "»" + "[" * 7 + "]" * 70 + "}", ["C112"]),
    "nested far too deep": ("[" * 64 + "»" + "[" * 100_000, ["C112"]),
    "line break in a string": ('{"tables": [{"table": "Users»\n", "pk": "PK"}]}', ["C113"]),
    "tab in a string": (GOOD[:-1] + ', "x": "a»\tb"}', ["C113"]),
    "truncated in an object": (GOOD[:-2] + "»]", ["C114"]),
    "truncated in a list": (GOOD[:-3] + "»}", ["C114"]),
    "truncated in a string": (GOOD[:-7] + "»" + GOOD[-7], ["C114"]),
    "truncated comment": (GOOD + "/* »x", ["C114"]),
    "missing colon": (GOOD.replace('"pk":', '"pk"').replace(' "PK",', ' »"PK",', 1), ["C115"]),
    "missing comma": (GOOD.replace('"Users", ', '"Users" »'), ["C115"]),
    "wrong bracket": (GOOD[:-2] + "»}}", ["C115"]),
    "double comma": (GOOD.replace('"PK",', '"PK",»,', 1), ["C115"]),
    "two values": (GOOD + "\n»{}", ["C116"]),
    "unknown escape": (GOOD[:-1] + ', "x": "»\\x41"}', ["C117"]),
    "incomplete escape": (GOOD[:-1] + ', "x": "»\\u12"}', ["C117"]),
    "half a surrogate pair": (GOOD[:-1] + ', "x": »"\\ud83d"}', ["C119"]),
    "leading zero": (GOOD[:-1] + ', "x": »007}', ["C118"]),
    "number of thousands of digits": (GOOD[:-1] + ', "x": »' + "9" * 5000 + "}", ["C118"]),
    "number with a long fraction": (GOOD[:-1] + ', "x": »0.' + "9" * 5000 + "}", ["C118"]),
    "escaped control character": (GOOD[:-1] + ', "x": »"\\u0007"}', ["C119"]),
    "several at once, and what they say": (
        GOOD.replace('"pk": "PK"', '"pk": »\'\' »// here\n, »"gsi": []')[:-1] + "»,}",
        ["C109", "C107", "C207", "C108"],
    ),
}


@for_each("mistake", MISTAKES)
def test_mistakes_in_the_json_are_named_and_placed(mistake: str) -> None:
    marked, expected = MISTAKES[mistake]
    places = []
    for part in marked.split("»")[:-1]:
        before = (places[-1][2] if places else "") + part
        places.append((before.count("\n") + 1, len(before) - before.rfind("\n"), before))
    contract, problems = check_text(marked.replace("»", ""))
    found = [(p.id, p.line, p.column) for p in problems if p.id != "C206"]
    assert found == [(rule, line, column) for rule, (line, column, _) in zip(expected, places, strict=True)]
    assert contract is None
    assert all(problem.message and problem.fix for problem in problems)


def test_a_text_that_is_cut_anywhere_is_refused() -> None:
    for end in range(1, len(GOOD)):
        contract, problems = check_text(GOOD[:end])
        assert contract is None and problems, GOOD[:end]


def test_legal_escapes_and_pairs_are_read() -> None:
    document = Document('// x\n{"a": "\\u0041\\n\\ud83d\\ude00\\"\\\\\\/"}', ProblemCollector("x.json"))
    assert document.value == {"a": 'A\n\U0001f600"\\/'}


def test_no_value_when_reading_stops() -> None:
    assert Document('{"a" = 1}', ProblemCollector("x.json")).value is NOTHING
