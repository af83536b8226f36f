"""The rule files keep their own form, so that a reader can rely on headers, letters, messages and the README."""

import json
import re
from collections import Counter
from pathlib import Path

import yaml

from tests.for_each import for_each

POLICIES = Path(__file__).parents[2] / "policies"
RULES = sorted(POLICIES.glob("*.guard"))
README = (POLICIES / "README.md").read_text(encoding="utf-8")
each_rule = for_each("path", RULES, ids=lambda path: path.stem)


def scenarios(path: Path) -> dict[str, str]:
    """Return the letter and the outcome of each scenario in the header of a rule."""
    return dict(re.findall(r"^#   ([a-z])\) (SKIP|PASS|FAIL):", path.read_text(encoding="utf-8"), flags=re.MULTILINE))


def cases(path: Path) -> list[dict]:
    return yaml.load(
        (POLICIES / "tests" / f"{path.stem}_tests.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )


@each_rule
def test_file_rule_and_identifier_have_one_name(path):
    text = path.read_text(encoding="utf-8")
    assert f"# Rule Identifier:\n#   {path.stem}\n" in text
    assert re.search(rf"^rule {path.stem} when", text, flags=re.MULTILINE)


@each_rule
def test_every_scenario_has_unit_tests_with_its_letter_and_outcome(path):
    expected = scenarios(path)
    assert list(expected) == [chr(ord("a") + i) for i in range(len(expected))]
    assert {"SKIP", "PASS", "FAIL"} == set(expected.values())
    for case in cases(path):
        assert case["expectations"]["rules"] == {path.stem: expected[case["name"][0]]}, case["name"]
    assert {case["name"][0] for case in cases(path)} == set(expected)


@each_rule
def test_names_of_unit_tests_are_unique(path):
    assert max(Counter(case["name"] for case in cases(path)).values()) == 1


@each_rule
def test_every_message_says_what_is_wrong_and_what_to_do(path):
    messages = re.findall(r"<<(.*?)>>", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert messages
    for message in messages:
        assert re.fullmatch(r"\s+Violation: [A-Z][^\n]+\.\n\s+Fix: [A-Z][^\n]+\.\s*", message), message


@each_rule
def test_readme_lists_the_rule_with_its_scenarios(path):
    row = next(line for line in README.splitlines() if line.startswith(f"| [{path.stem}]({path.name}) |"))
    assert f"| a to {max(scenarios(path))} |" in row
    on_resources = "resourceProperties" in path.read_text(encoding="utf-8")
    assert row.rstrip().endswith("| stack, resource |" if on_resources else "| stack |")


def test_readme_lists_nothing_else():
    assert len(re.findall(r"^\| \[\w+\]\(\w+\.guard\)", README, flags=re.MULTILINE)) == len(RULES)


def test_every_test_file_belongs_to_a_rule():
    assert {path.name for path in (POLICIES / "tests").iterdir()} == {f"{path.stem}_tests.yaml" for path in RULES}


def test_stack_policy_allows_updates_but_no_replacement_and_no_removal_of_tables():
    allow, deny = json.loads((POLICIES / "stack-policy.json").read_text(encoding="utf-8"))["Statement"]
    assert allow == {"Effect": "Allow", "Principal": "*", "Action": "Update:*", "Resource": "*"}
    assert deny == {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["Update:Replace", "Update:Delete"],
        "Resource": "*",
        "Condition": {"StringEquals": {"ResourceType": ["AWS::DynamoDB::Table"]}},
    }
