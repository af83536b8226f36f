"""The rules: whatever a message can print is a rule, and every rule has its section in the documentation."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import scripts
from scripts.problems import SEVERITIES, Rule
from scripts.reference_pages import DOCS, main, reference_pages
from scripts.rule_families import all_rules, families
from scripts.text.rule_family import Family, rules_page
from tests.documentation import anchors
from tests.for_each import for_each
from tests.working_copy import ROOT

# The ground makes problems; what a run remembered of the warnings of an earlier one were made there.
MAKERS = {
    "scripts/problems.py",
    "scripts/rendering/update.py",
    "scripts/contract/problem_collector.py",
    "scripts/github/annotations.py",
}


def _sources() -> list[Path]:
    return [path for path in (ROOT / "scripts").rglob("*.py") if "local_aws" not in path.parts]


@for_each("name", reference_pages())
def test_pages_are_fresh(name: str) -> None:
    page = (ROOT / DOCS / name).read_text(encoding="utf-8")
    assert page == reference_pages()[name], "Run: python -m scripts.reference_pages"


@for_each("family", families(), ids=lambda family: family.name)
def test_every_id_has_a_section(family: Family) -> None:
    page = rules_page(family)
    assert set(family.rules) <= anchors(page)
    assert all(f"{id}: {rule.title}" in page for id, rule in family.rules.items())


def test_the_pages_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path)]) == 0
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.md")} == set(reference_pages())


def test_there_is_no_other_page() -> None:
    assert {path.stem for path in (ROOT / DOCS / "rules").glob("*.md")} - {"README"} == {
        family.name for family in families()
    }


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.startswith("Cannot write ")


def test_only_rules_make_problems() -> None:
    for path in _sources():
        text = path.read_text("utf-8")
        if "Problem" not in text:
            continue
        calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
        made = any(isinstance(call, ast.Name) and call.id == "Problem" for call in calls)
        assert not made or path.relative_to(ROOT).as_posix() in MAKERS, f"{path}: use the rule's problem()"


def test_every_rule_of_any_module_is_registered_once() -> None:
    known = set(map(id, all_rules().values()))
    assert len(all_rules()) == sum(len(group.rules) for family in families() for group in family.groups)
    for found in pkgutil.walk_packages(scripts.__path__, "scripts."):
        if ".local_aws" not in found.name and not found.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(found.name)).items():
                assert not isinstance(value, Rule) or id(value) in known, f"{found.name}.{name}"


@for_each("rule", all_rules().values(), ids=list(all_rules()))
def test_a_rule_says_what_it_is_and_why(rule: Rule) -> None:
    assert rule.title and rule.message and rule.fix
    assert rule.why or rule.id.islower(), "only the policies of others may say all in their title"
    assert rule.severity in SEVERITIES
    assert re.fullmatch(r"[A-Z]\d{3}|[a-z0-9_]+", rule.id)
