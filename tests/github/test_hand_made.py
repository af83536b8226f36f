"""A pull request that forgets `make generate`, or edits what it writes, fails with the command that mends it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import check, generate, plan
from scripts.github import clean_tree
from tests.shop import CONTRACT, DEPLOYMENT


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "contracts" / "shop"
    folder.mkdir(parents=True)
    (folder / "migrationContract.json").write_text(json.dumps(CONTRACT))
    (folder / "deployment.yaml").write_text(DEPLOYMENT)
    monkeypatch.chdir(tmp_path)
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    capsys.readouterr()
    return tmp_path


def test_the_check_looks_whether_generated_files_are_fresh() -> None:
    assert [one for one in check.CHECKS if one.name == "generated"]


@pytest.mark.parametrize("edit", ["template", "page", "policy", "added", "removed", "contract", "settings"])
def test_what_was_not_generated_fails_with_the_command(
    project: Path, edit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    generated, contracts = project / "generated" / "shop", project / "contracts" / "shop"
    environment = generated / "test-eu-west-1"
    match edit:
        case "template":
            path = environment / "templates" / "tables" / "Orders.yaml"
            path.write_text(path.read_text().replace("Retain", "Delete", 1))
        case "page":
            (generated / "README.md").write_text("# Trust me\n")
        case "policy":
            path = next((environment / "access").iterdir())
            path.write_text(path.read_text().replace('"dynamodb:', '"*:', 1))
        case "added":
            (environment / "templates" / "tables" / "Users.yaml").write_text("Resources: {}\n")
        case "removed":
            shutil.rmtree(environment / "access")
        case "contract":
            changed = json.loads(json.dumps(CONTRACT))
            changed["tables"][0]["gsis"].pop()
            (contracts / "migrationContract.json").write_text(json.dumps(changed))
        case "settings":
            (contracts / "deployment.yaml").write_text(DEPLOYMENT.replace("14", "15"))
    assert generate.main(["--check"]) == 1
    said = "".join(capsys.readouterr())
    assert "make generate" in said
    assert "generated/shop" in said
    # Nor is it planned or deployed: the plan compares what is generated before it asks AWS for anything.
    assert plan.main(["--environment", "test-eu-west-1"]) == 1
    assert "make generate" in capsys.readouterr().err


def test_what_the_checks_leave_behind_fails_with_the_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    (project / ".gitignore").write_text("*\n")
    assert clean_tree.main([]) == 0
    (project / ".gitignore").write_text("generated\ncontracts\n")
    (project / "::error::x").write_text("")
    assert clean_tree.main([]) == 1
    out, err = capsys.readouterr()
    assert "make generate" in err
    assert not any(line.startswith("::") for line in out.splitlines())
