"""The commit of a working copy, and whether what decides a deployment is in it: true words wherever it stands."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.observe.commit import Commit, commit, commit_words
from tests.working_copy import git

AUTHOR = ("-c", "user.name=T", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always")
FILES = (
    "contracts/shop/migrationContract.json",
    "contracts/shop/deployment.yaml",
    "generated/shop/prod/templates/service.yaml",
    "policies/table.guard",
    "scripts/plan.py",
    "docs/page.md",
)


def save(root: Path, message: str = "x") -> None:
    git(root, "add", "--all", "--force")
    git(root, *AUTHOR, "commit", "--quiet", "--allow-empty", "-m", message)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a file of each kind, all committed."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    root = tmp_path / "repository"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("1")
    (root / ".gitignore").write_text("build/\n*.pyc\n")
    git(root, "init", "--quiet")
    save(root)
    monkeypatch.chdir(root)
    return root


def change(name: str, text: str = "2") -> Callable[[Path], object]:
    return lambda root: ((root / name).parent.mkdir(parents=True, exist_ok=True), (root / name).write_text(text))


def ignored(root: Path) -> None:
    (root / ".gitignore").write_text("contracts/new/\n")
    save(root)
    change("contracts/new/migrationContract.json")(root)


DIRTY: dict[str, tuple[Callable[[Path], object], bool]] = {
    "nothing": (lambda _root: None, False),
    "a changed contract": (change(FILES[0]), True),
    "a changed deployment.yaml": (change(FILES[1]), True),
    "a changed template": (change(FILES[2]), True),
    "a changed policy": (change(FILES[3]), True),
    "changed code": (change(FILES[4]), True),
    "an untracked contract": (change("contracts/new/migrationContract.json"), True),
    "an untracked template": (change("generated/new/prod/templates/tables/A.yaml"), True),
    "a contract that git ignores": (ignored, True),
    "a contract that is gone": (lambda root: (root / FILES[0]).unlink(), True),
    "a staged change": (lambda root: (change(FILES[0])(root), git(root, "add", "--all")), True),
    "a page": (change(FILES[5]), False),
    "a record": (change("generated/shop/prod/deployment.json"), False),
    "a cache": (change("scripts/plan.pyc"), False),
}


@pytest.mark.parametrize(("prepare", "dirty"), DIRTY.values(), ids=DIRTY)
def test_what_decides_a_deployment_is_committed_or_said_not_to_be(
    root: Path, prepare: Callable[[Path], object], dirty: bool
) -> None:
    prepare(root)
    head = git(root, "rev-parse", "HEAD").strip()
    assert commit({}) == (head, dirty)
    more = " with uncommitted changes" if dirty else ""
    assert commit_words(commit({})) == f"{head[:12]}{more}"


def test_a_folder_of_a_larger_repository(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(root / ".git")
    git(tmp_path, "init", "--quiet")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "elsewhere").write_text("1")
    save(tmp_path)
    (tmp_path / "elsewhere").write_text("2")
    change("generated/shop/prod/deployment.json")(root)
    assert (commit({}) or Commit("", None)).dirty is False
    change(FILES[0])(root)
    assert (commit({}) or Commit("", None)).dirty is True


def test_a_detached_head_a_shallow_clone_and_a_submodule(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(root, "second")
    head = git(root, "rev-parse", "HEAD").strip()
    git(root, "checkout", "--quiet", "--detach")
    assert commit({}) == (head, False)
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{root}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    assert commit({}) == (head, False)
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet")
    git(outer, *AUTHOR, "submodule", "--quiet", "add", str(root), "inner")
    save(outer)
    monkeypatch.chdir(outer / "inner")
    assert commit({}) == (head, False)
    change(FILES[0])(outer / "inner")
    assert commit({}) == (head, True)


def test_where_git_knows_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert commit({}) is None
    assert commit_words(None) == "none that git knows here"
    git(tmp_path, "init", "--quiet")
    assert commit({}) is None, "nothing was committed yet"
    found = commit({"GITHUB_SHA": "a" * 40})
    assert found == ("a" * 40, None)
    assert commit_words(found) == f"{'a' * 12}, whether with uncommitted changes is not known"


def test_contracts_elsewhere_are_looked_at_where_they_are(root: Path) -> None:
    change("other/shop/migrationContract.json")(root)
    assert (commit({}) or Commit("", None)).dirty is False
    assert (commit({}, ("other", "generated")) or Commit("", None)).dirty is True
    assert (commit({}, ("/nowhere", "generated")) or Commit("", True)).dirty is None, "it is outside of the repository"
