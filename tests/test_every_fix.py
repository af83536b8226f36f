"""Every rule either says, as an edit, what to do about it, or is listed here with why that is for a person to say."""

import json

import pytest

from scripts.contract.contract_file import decode
from scripts.contract.problem_collector import ProblemCollector
from scripts.rule_families import all_rules, families
from scripts.show_problems import render_json
from tests.contract import test_edits as of_contracts
from tests.contract.support import FILE, check, check_text, contract
from tests.for_each import for_each
from tests.project import test_edits as of_settings
from tests.project.test_settings_check import read

# Why there is no edit -> the rules. A rule that has one in any of the examples must not stand here.
DECIDED: dict[str, str] = {
    "nothing is wrong": " ".join(id for id in all_rules() if id.startswith("C5")),
    "two things stand there, and either can be the right one": (
        "C111 C121 C204 C216 C219 C224 C303 C304 C305 C308 C310 C411 C222 S004 S006 S206 S261 P002 P003 P004"
    ),
    "a name, a value or a reason is missing, and nothing says which": (
        "C209 C210 C306 C307 C311 C313 C319 C320 C403 S101 S202 S203 S204 S207 S208 S209 S253 S254 S262"
    ),
    "the file is no JSON or YAML yet, so that nothing in it has a path": (
        "C101 C102 C103 C104 C105 C106 C107 C108 C109 C110 C112 C113 C114 C115 C116 C117 C118 C122 C123 "
        "S001 S002 S003 S005"
    ),
    "it is in the wrong file, folder or table": "C201 C212 C414 C419 P001 P005",
    "what the tables can do, or cost, depends on the choice": (
        "C215 C217 C309 C314 C315 C316 C321 C404 C405 C410 S210 S211 S213 S215 S217 S221 S224 S263 S271 L001 L002 L003 L004 L005 L006"
    ),
    "who may do what is not for a program to say": "C120 S242 S244 S245",
    "another tool made it, or other people must look at it": "C218 C416 C417 C418",
}
# Families that judge no file that people write.
OTHER_FAMILIES = {
    "alarms": "generated templates: they follow from the inputs",
    "access": "generated policies: they follow from the inputs",
    "policies": "generated templates: they follow from the inputs",
    "plan": "a state of AWS: the fix is a command, a wait, or another name",
    "risks": "what a change means: it is approved or not",
}


@pytest.fixture(scope="module")
def with_edits(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The rules that have an edit in any of the examples, each of which is applied by the tests beside it."""
    folder = tmp_path_factory.mktemp("settings")
    problems = [problem for tree in of_contracts.EXAMPLES.values() for problem in check(tree)[1]]
    for number, text in enumerate(of_settings.EXAMPLES.values()):
        problems += read(folder / str(number), text)
    return {problem.id for problem in problems if problem.edits}


def test_every_rule_has_an_edit_or_a_reason_why_not(with_edits: set[str]) -> None:
    listed = [id for ids in DECIDED.values() for id in ids.split()]
    others = {id for family in families() if family.name in OTHER_FAMILIES for id in family.rules}
    assert len(listed) == len(set(listed))
    assert with_edits | set(listed) | others == all_rules().keys()
    assert with_edits & (set(listed) | others) == set()


def _at(text: str, line: int, column: int) -> int:
    return sum(len(one) + 1 for one in text.split("\n")[: line - 1]) + column - 1


TEXT = json.dumps(contract(), indent=1)
# What is wrong with a text, and its text once what the message says has been done at its place: rule, what, by what.
TEXTS: dict[str, tuple[str, str, str, str]] = {
    "a comma too many": (TEXT.replace("\n}", ",\n}"), "C108", ",", ""),
    "a remark": (TEXT.replace('"tables"', '/* mine */ "tables"'), "C107", "/* mine */", ""),
    "a remark at the end of a line": (TEXT.replace("[\n", "[ // mine\n", 1), "C107", "// mine", ""),
    "a name without quotes": (TEXT.replace('"tables"', "tables"), "C109", "tables", '"tables"'),
    "a name in other quotes": (TEXT.replace('"tables"', "'tables'"), "C109", "'tables'", '"tables"'),
    "a word of Python": (TEXT.replace('"AP1"', "None"), "C110", "None", "null"),
    "a tab in a text": (TEXT.replace('"AP1"', '"AP\t1"'), "C113", "\t", "\\t"),
    "a missing comma": (TEXT.replace(",", "", 1), "C115", "", ","),
    "a missing colon": (TEXT.replace('"tables":', '"tables"', 1), "C115", "", ":"),
    "a text in backticks": (TEXT.replace('"AP1"', "`AP1`"), "C109", "`AP1`", '"AP1"'),
    "a code of two digits": (TEXT.replace('"AP1"', '"AP\\x31"'), "C117", "\\x31", "\\u0031"),
    "a backslash": (TEXT.replace('"AP1"', '"AP\\1"'), "C117", "\\", "\\\\"),
}


@for_each("name", TEXTS)
def test_what_a_message_about_the_text_says_settles_it_at_its_place(name: str) -> None:
    text, rule, what, right = TEXTS[name]
    result, (problem, *others) = check_text(text)
    assert (result, problem.id, {other.id for other in others} - {"C205"}) == (None, rule, set())
    at = _at(text, problem.line, problem.column)
    assert text[at : at + len(what)] == what
    assert (right or "Remove") in problem.fix
    _, after = check_text(text[:at] + right + text[at + len(what) :])
    assert rule not in {one.id for one in after}


def test_a_byte_order_mark_is_told_and_left_out() -> None:
    collector = ProblemCollector(FILE)
    text = decode(TEXT.encode("utf-8-sig"), collector)
    assert text == TEXT
    assert len(collector) == 1
    (problem,) = json.loads(render_json(collector.placed(None)))
    assert (problem["id"], problem["edits"]) == ("C106", [])
