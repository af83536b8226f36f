"""The pre-commit hooks: clean on what is committed; a change of a contract regenerates and is not let through silently."""

import json
import sys
from pathlib import Path

import pytest

from tests.working_copy import git, make, run

HOOKS = (str(Path(sys.executable).parent / "pre-commit"), "run", "--all-files")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    return make(tmp_path / "copy")


def test_clean_and_then_a_new_table(copy: Path) -> None:
    code, said = run(copy, *HOOKS)
    assert code == 0, said
    assert git(copy, "status", "--porcelain") == ""

    contract = copy / "contracts" / "bookshop" / "migrationContract.json"
    content = json.loads(contract.read_text())
    content["tables"].append(
        {"table": "Reviews", "type": "single-entity", "pk": "isbn", "attributes": [{"name": "isbn", "type": "S"}]}
    )
    contract.write_text(json.dumps(content, indent=2) + "\n")
    git(copy, "add", "--all")
    code, said = run(copy, *HOOKS, "generate")
    assert code == 1
    assert "created generated/bookshop/prod-eu-west-1/templates/tables/Reviews.yaml" in said
    assert "created generated/bookshop/tables/Reviews.md" in said

    git(copy, "add", "--all")
    code, said = run(copy, *HOOKS, "generate")
    assert code == 0, said
