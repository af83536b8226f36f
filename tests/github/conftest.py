"""GitHub, as far as environments go."""

import json
from pathlib import Path

import pytest

from tests.github import fake_program


class GitHub:
    """The state behind the fake `gh`, and what a command did to it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        people = {"7": {"id": 7, "login": "ada"}, "9": {"id": 9, "slug": "dba", "name": "DBA"}}
        self.write({"environments": {}, "people": people, "calls": [], "last": 100})

    @property
    def state(self) -> dict:
        """All of it."""
        return json.loads(self._file.read_text())

    def write(self, state: dict) -> None:
        """Replace all of it."""
        self._file.write_text(json.dumps(state))

    def change(self, **more: object) -> None:
        """Replace parts of it."""
        self.write({**self.state, **more})

    def add(self, name: str, **more: object) -> None:
        """An environment that is protected in every way, but for what is given."""
        good = {
            "reviewers": [{"type": "User", "id": 7}],
            "prevent_self_review": True,
            "wait_timer": 0,
            "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
            "branches": [{"id": 1, "name": "main", "type": "branch"}],
            "variables": [],
            "can_admins_bypass": False,
        }
        self.change(environments={**self.state["environments"], name: {**good, **more}})

    @property
    def changes(self) -> list[str]:
        """The calls that were more than looking."""
        return [call for call in self.state["calls"] if not call.startswith("GET")]


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitHub:
    """A repository without environments, behind a `gh` on the PATH."""
    monkeypatch.setenv("PATH", "/nowhere")  # nothing else is needed
    fake_program.install(monkeypatch, tmp_path / "bin", "fake_bootstrap_gh")
    monkeypatch.setenv("FAKE_GH", str(tmp_path / "github.json"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/tables")
    return GitHub(tmp_path / "github.json")
