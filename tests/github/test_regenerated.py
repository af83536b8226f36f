"""What `make generate` changes on main is proposed: all of it, nothing else, and as one pull request that is never out of date."""

import json
from pathlib import Path

import pytest

from scripts.command import Refused
from scripts.github import regenerated_files, regenerated_pull_request
from scripts.github.regenerated_pull_request import BRANCH, MADE_ON, regenerated
from tests.for_each import for_each
from tests.github import fake_program
from tests.github.runner import git


def _artifact(folder: Path, *names: str, removed: tuple[object, ...] = ()) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"{name}\n")
    (folder / "removed.json").write_text(json.dumps({"removed": removed}))
    return folder


FOREIGN = (
    "README.md",
    "scripts/plan.py",
    ".github/workflows/check.yml",
    "generated/README.md",
    "generated/shop/prod/deployment.json",
    "generated/shop/prod/deployment.md",
    "generated/shop/a b.md",
)
NAMES_OF_NO_FILE = (
    "",
    "generated/../scripts/plan.py",
    "generated/shop/../../scripts/plan.py",
    "generated//etc/passwd",
    7,
)


@for_each("name", FOREIGN)
def test_only_what_is_generated_is_proposed(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="Nothing is proposed"):
        regenerated(_artifact(tmp_path, name))


@for_each("name", [*FOREIGN, *NAMES_OF_NO_FILE])
def test_only_what_was_generated_is_removed(tmp_path: Path, name: object) -> None:
    with pytest.raises(Refused, match="Nothing is proposed"):
        regenerated(_artifact(tmp_path, removed=(name,)))


@for_each("table", ["Orders", ".hidden", "-x", "_y", "..."])
def test_every_name_of_a_table_will_do(tmp_path: Path, table: str) -> None:
    name = f"generated/shop/tables/{table}.md"
    assert regenerated(_artifact(tmp_path, name, removed=(name,))) == ({name: f"{name}\n"}, [name])


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = _artifact(tmp_path / "artifact", "generated/shop/README.md")
    (folder / "generated/shop/x.md").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="symbolic link"):
        regenerated(folder)


class Hub:
    """A repository on the imitated GitHub, with a check-out of its main."""

    def __init__(self, folder: Path) -> None:
        self.work, self.origin, self.state = folder / "work", folder / "origin.git", folder / "github.json"
        git("init", "--quiet", "--initial-branch", "main", str(self.work))
        git("init", "--quiet", "--bare", "--initial-branch", "main", str(self.origin))
        git("remote", "add", "origin", str(self.origin), cwd=self.work)
        self.state.write_text(json.dumps({"repository": "o/r", "origin": str(self.origin), "last": 3, "pulls": []}))

    def push(self, **files: str) -> str:
        """Commit pages of a service to main; the commit."""
        for name, text in files.items():
            path = self.work / "generated" / "shop" / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git("add", "--all", cwd=self.work)
        git("commit", "--quiet", "--allow-empty", "-m", "Page", cwd=self.work)
        git("push", "--quiet", "origin", "main", cwd=self.work)
        return git("rev-parse", "HEAD", cwd=self.work)

    def tree(self, branch: str = BRANCH) -> dict[str, str]:
        """The pages of a branch."""
        names = git("-C", str(self.origin), "ls-tree", "-r", "--name-only", branch).splitlines()
        return {Path(name).stem: git("-C", str(self.origin), "show", f"{branch}:{name}") for name in names}

    @property
    def pulls(self) -> list[tuple[int, str]]:
        """Number and state of each pull request."""
        return [(pull["number"], pull["state"]) for pull in json.loads(self.state.read_text())["pulls"]]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    fake_program.install(monkeypatch, tmp_path / "bin", "fake_gh")
    made = Hub(tmp_path)
    values = {
        "FAKE_GH_STATE": str(made.state),
        "FAKE_GH_PERMISSIONS": json.dumps({"contents": "write", "pull-requests": "write"}),
        "GH_TOKEN": "a-token",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_RUN_ID": "5",
        "GITHUB_SERVER_URL": "https://github.com",
        "BASE": "main",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(made.work)
    return made


def test_one_pull_request_follows_main_and_is_closed_when_nothing_is_left(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(regenerated_pull_request, "PORTION", 2)

    def propose(commit: str, number: int) -> str:
        monkeypatch.setenv("COMMIT", commit)
        assert regenerated_files.main([str(tmp_path / f"artifact-{number}")]) == 0
        assert regenerated_pull_request.main([str(tmp_path / f"artifact-{number}")]) == 0
        git("reset", "--quiet", "--hard", cwd=hub.work)
        git("clean", "-fdq", cwd=hub.work)
        return capsys.readouterr().out

    pages = hub.work / "generated" / "shop"
    first = hub.push(Old="1", Changed="1", Same="1")
    (pages / "Old.md").unlink()
    (pages / "Changed.md").write_text("2")
    (pages / "New.md").write_text("2")
    assert "3 files were out of date" in (said := propose(first, 1)) and said.endswith("Proposed in #4.\n")
    assert hub.tree() == {"Changed": "2", "New": "2", "Same": "1"}
    assert git("-C", str(hub.origin), "branch", "--list", MADE_ON) == ""

    second = hub.push(Another="1")
    (pages / "Changed.md").write_text("3")
    assert propose(second, 2).endswith("Proposed in #4.\n")
    assert hub.tree() == {"Another": "1", "Changed": "3", "Old": "1", "Same": "1"}
    assert git("-C", str(hub.origin), "merge-base", "main", BRANCH) == second

    third = hub.push(Changed="3")
    (pages / "Same.md").write_text("2")
    assert "has moved on" in propose(second, 3)
    assert hub.pulls == [(4, "open")]
    assert "#4 is closed" in propose(third, 4)
    assert hub.pulls == [(4, "closed")]
    assert "Nothing is out of date." in propose(third, 5)
