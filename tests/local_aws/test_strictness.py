"""The rules are documented, tested and kept apart."""

import ast
import re
from pathlib import Path

from scripts.local_aws.strictness import all_rules
from tests.for_each import for_each

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)


def strings_of_tests() -> set[str]:
    """Every string literal in the tests of this folder but these."""
    files = [file for file in Path(__file__).parent.rglob("test_*.py") if file.name != Path(__file__).name]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_rule_has_a_test_that_provokes_it() -> None:
    assert set(all_rules()) - strings_of_tests() == set()


@for_each("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_rule_is_documented_as_it_is(rule: object) -> None:
    row = f"| `{rule.id}` | {rule.aws} | [{page(rule.source)}]({rule.source}) |"
    assert row in (ROOT / "docs" / "local-aws.md").read_text()


def page(source: str) -> str:
    """The name of an AWS page, as the documentation shows it."""
    return source.rsplit("/", 1)[-1].removesuffix(".html")


def test_nothing_is_documented_that_is_no_rule() -> None:
    documented = ROW.findall((ROOT / "docs" / "local-aws.md").read_text())
    assert sorted(documented) == sorted(all_rules())


def test_only_the_demo_the_acceptance_and_the_sandbox_know_the_local_aws() -> None:
    own = ROOT / "scripts" / "local_aws"
    files = [file for file in (ROOT / "scripts").rglob("*.py") if own not in file.parents]
    knowing = {file.relative_to(ROOT).parts[1] for file in files if "local_aws" in file.read_text()}
    assert knowing <= {"acceptance", "demo", "demo.py", "sandbox"}
