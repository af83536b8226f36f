"""The edits of a message about a deployment.yaml, applied: the message is gone, and there is no other error or warning."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from scripts.problems import Problem
from scripts.project.settings_form import form_problems
from scripts.project.settings_reader import read_source
from scripts.text.edit_words import edit_words
from tests.contract.test_edits import doubts, patches
from tests.for_each import for_each
from tests.patches import applied
from tests.project import test_policy_rules, test_settings_check, test_settings_rules
from tests.project.settings_files import below, files, groups
from tests.project.test_settings_check import ENVIRONMENT, read

LEGAL = "tables:\n  Orders:\n    "


class _Loader(yaml.SafeLoader):
    """Reads keys as they are written: `on` is a name."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {key.value: self.construct_object(value, deep=deep or True) for key, value in node.value}


def _policy(statement: Any) -> str:
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    return test_policy_rules.ENVIRONMENT + test_policy_rules._yaml({"tables": {"Orders": {"resource_policy": policy}}})


# What the tests of the rules do not have, by what is wrong.
MORE = {
    "a Region with a slip of the hand": "environments:\n  prod:\n    region: eu-wset-1\n",
    "a Region in capitals": "environments:\n  prod:\n    region: EU-WEST-1\n",
    "a Region of next year": "environments:\n  prod:\n    region: eu-west-4\n",
    "an environment in capitals": "environments:\n  Prod Europe:\n    region: eu-west-1\n",
    "an account with hyphens": f"{ENVIRONMENT}    account: 1111-2222-3333\n",
    "true in quotes": f'{ENVIRONMENT}{LEGAL}deletion_protection: "true"\n',
    "insights as a truth value": f"{ENVIRONMENT}{LEGAL}contributor_insights: false\n",
    "a class in small letters": f"{ENVIRONMENT}{LEGAL}table_class: standard\n",
    "an account that YAML reads as an octal number": f"{ENVIRONMENT}    account: 012345670123\n",
    "tags that YAML reads as numbers and dates": (
        f"{ENVIRONMENT}{LEGAL}tags: {{Version: 010, At: 12:30:00, Day: 2026-01-01, Level: 1.10}}\n"
    ),
    "no for off": f"{ENVIRONMENT}{LEGAL}contributor_insights: no\n",
    "off for nothing": f"{ENVIRONMENT}{LEGAL}stream: off\n",
    "off for no attribute": f"{ENVIRONMENT}{LEGAL}ttl: off\n",
    "enabled for true": f"{ENVIRONMENT}{LEGAL}deletion_protection: enabled\n",
    "one for true": f"{ENVIRONMENT}{LEGAL}deletion_protection: 1\n",
    "no space behind a colon": f"{ENVIRONMENT}defaults:\n  alarms:full\n",
    "a list of tables": f"{ENVIRONMENT}tables:\n- Orders: {{alarms: full}}\n- Prices: {{alarms: full}}\n",
    "a name with a look-alike": f"{ENVIRONMENT}{LEGAL}al\u0430rms: full\n",
    "a table with a look-alike": f"{ENVIRONMENT}tables:\n  Ord\u0435rs: {{alarms: full}}\n",
    "an index with a look-alike": f"{ENVIRONMENT}{LEGAL}on_demand_maximum: {{indexes: {{ByD\u0430y: {{read: 9}}}}}}\n",
    "a value in a block": f"{ENVIRONMENT}{LEGAL}alarms: |\n      full\n",
    "a group beside its own": f"{ENVIRONMENT}    backups: {{copy_to: []}}\n    retention_days: 40\n",
    "an attribute for time to live in capitals": f"{ENVIRONMENT}tables: {{Orders: {{ttl: Expires-At}}}}\n",
    "a mode of billing in the words of AWS": f"{ENVIRONMENT}{LEGAL}billing: PAY_PER_REQUEST\n",
    "a class in the words of the console": f"{ENVIRONMENT}{LEGAL}table_class: Standard-IA\n",
    "an attribute for time to live": f"{ENVIRONMENT}{LEGAL}ttl: expire_at\n",
    "an index": f"{ENVIRONMENT}{LEGAL}on_demand_maximum: {{indexes: {{byday: {{read: 9}}}}}}\n",
    "an index in traffic": f"{ENVIRONMENT}{LEGAL}traffic: {{indexes: {{byday: {{share_of_items: 0.5}}}}}}\n",
    "the consistency of a global index": (
        f"{ENVIRONMENT}{LEGAL}traffic: {{indexes: {{ByDay: {{reads: {{average: 1, consistency: strong}}}}}}}}\n"
    ),
    "an action of AWS that changes the table": _policy(
        {**test_policy_rules.RIGHT, "Action": ["dynamodb:DeleteTable", "dynamodb:Query"]}
    ),
}


def _examples() -> dict[str, str]:
    found = {f"form: {name}": ENVIRONMENT + text for name, (text, _) in test_settings_check.MISTAKES.items()}
    found |= {f"rule: {name}": ENVIRONMENT + wrong for name, (wrong, *_) in test_settings_rules.CASES.items()}
    found |= {f"policy: {name}": _policy(statement) for name, (statement, _) in test_policy_rules.WRONG.items()}
    return found | MORE


EXAMPLES = _examples()


@for_each("name", EXAMPLES)
def test_what_a_message_says_to_do_settles_it(tmp_path: Path, name: str) -> None:
    problems = read(tmp_path / "wrong", EXAMPLES[name])
    assert problems
    for rule in {problem.id for problem in problems if problem.edits}:
        settled = [problem for problem in problems if problem.id == rule and problem.edits]
        assert all(edit_words(problem.edits, bare=True) in problem.fix for problem in settled)
        value = applied(_Loader(EXAMPLES[name]).get_single_data(), *patches(settled))
        after = read(tmp_path / rule, yaml.safe_dump(value, sort_keys=False))
        assert doubts(after) <= doubts([problem for problem in problems if problem not in settled]), rule


@for_each("name", MORE)
def test_each_of_these_has_an_edit(tmp_path: Path, name: str) -> None:
    assert any(problem.edits for problem in read(tmp_path, MORE[name]))


# How a name or a value is written by mistake; None where it cannot be.
SLIPS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "hyphens": lambda name: name.replace("_", "-"),
    "a letter too few": lambda name: name[:2] + name[3:],
    "a letter too many": lambda name: name + name[-1],
    "two letters exchanged": lambda name: name[:1] + name[2:3] + name[1:2] + name[3:],
}
WRITTEN: dict[str, Callable[[Any], Any]] = {
    "in quotes": lambda value: str(value).lower() if isinstance(value, int) else value,
    "without quotes": lambda value: int(value) if isinstance(value, str) and value.isdigit() else value,
    "without a list": lambda value: value[0] if isinstance(value, list) and len(value) == 1 else value,
    "twice": lambda value: value * 2 if isinstance(value, list) else value,
    "in small letters": lambda value: value.lower() if isinstance(value, str) else value,
    "with a line break": lambda value: f"{value}\n" if isinstance(value, str) else value,
}


@given(files(), st.sampled_from([*SLIPS, *WRITTEN, "too deep", "not deep enough"]), st.data())
def test_each_edit_settles_its_message_in_any_file(folder: Path, tree: Any, kind: str, data: Any) -> None:
    tree = copy.deepcopy(tree)
    places = [(*where, key) for where in groups(tree) for key in below(tree, where)]
    *where, key = data.draw(st.sampled_from(places))
    group = below(tree, tuple(where))
    if kind in WRITTEN:
        assume(WRITTEN[kind](group[key]) != group[key])
        group[key] = WRITTEN[kind](group[key])
    elif kind in SLIPS:
        assume(SLIPS[kind](key) not in group)
        group[SLIPS[kind](key)] = group.pop(key)
    elif kind == "too deep":
        others = [name for name, value in group.items() if isinstance(value, dict) and name != key]
        assume(others)
        group[data.draw(st.sampled_from(others))].setdefault(key, group.pop(key))
    else:
        assume(where and key not in below(tree, tuple(where[:-1])))
        below(tree, tuple(where[:-1]))[key] = group.pop(key)
    problems = _form(folder, tree)
    for problem in problems:
        if problem.edits:
            assert edit_words(problem.edits, bare=True) in problem.fix
            after = _form(folder, applied(tree, *patches([problem])))
            assert (problem.id, problem.path, problem.message) not in {(p.id, p.path, p.message) for p in after}
            assert doubts(after) <= doubts(problems)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("settings")


def _form(folder: Path, tree: Any) -> list[Problem]:
    path = folder / "deployment.yaml"
    path.write_text(yaml.safe_dump(tree, sort_keys=False))
    return form_problems(path, read_source(path))
