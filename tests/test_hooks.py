"""The pre-commit hooks: clean on what is committed; a change of a contract regenerates and is not let through silently."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.working_copy import git, make, run

PRE_COMMIT = (str(Path(sys.executable).parent / "pre-commit"), "run")
# One file of each kind that a hook looks at.
FILES = (
    "contracts/bookshop/migrationContract.json",
    "generated/bookshop/prod-eu-west-1/templates/tables/Carts.yaml",
    "generated/bookshop/prod-eu-west-1/access/operator.json",
    "policies/stack-policy.json",
    "scripts/files.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("hooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRE_COMMIT_HOME", str(folder / "cache"))
        yield make(folder / "copy")


def test_clean_and_then_a_new_table_and_a_hand_made_edit(copy: Path) -> None:
    code, said = run(copy, *PRE_COMMIT, "--files", *FILES)
    assert code == 0, said
    assert said.count("Passed") == len(said.splitlines()), said
    assert git(copy, "status", "--porcelain") == ""

    contract = copy / "contracts" / "bookshop" / "migrationContract.json"
    content = json.loads(contract.read_text())
    content["tables"].append(
        {"table": "Reviews", "type": "single-entity", "pk": "isbn", "attributes": [{"name": "isbn", "type": "S"}]}
    )
    contract.write_text(json.dumps(content, indent=2) + "\n")
    template = copy / FILES[1]
    good = template.read_text()
    edited = good.replace("DeletionPolicy: Retain", "DeletionPolicy: Delete")
    template.write_text(edited)
    git(copy, "add", "--all")
    code, said = run(copy, *PRE_COMMIT)
    assert code == 1
    assert f"updated {FILES[1]}" in said and template.read_text() == good, "it is taken back"
    assert "created generated/bookshop/prod-eu-west-1/templates/tables/Reviews.yaml" in said
    assert "created generated/bookshop/tables/Reviews.md" in said
    assert "checks passed" not in said, "what is not generated yet need not be judged"

    git(copy, "add", "--all")
    code, said = run(copy, *PRE_COMMIT, "generate")
    assert code == 0, said

    # The check of a commit's files finds the edit too.
    template.write_text(edited)
    code, said = run(copy, sys.executable, "-m", "scripts.check", "validator", "--files", *FILES)
    assert code == 1
    assert "FAILED  validator" in said
    assert FILES[1] in said
