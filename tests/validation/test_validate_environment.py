"""What a report says about the deployment that it is about."""

from pathlib import Path

import pytest

from scripts.validation import validate_environment
from tests.working_copy import git


def test_the_commit_is_that_of_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    assert validate_environment._commit() == ""
    (tmp_path / "contracts").mkdir()
    contract, page = tmp_path / "contracts" / "a.json", tmp_path / "page.md"
    contract.write_text("{}")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "a")
    page.write_text("Not deployed.")
    commit = validate_environment._commit()
    assert len(commit) == 7
    contract.write_text("[]")
    assert validate_environment._commit() == f"{commit} with uncommitted changes"
