"""A source with versions, as copier sees it, and what a team does in a repository that was made from it."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from scripts.path_classes import DEVELOPMENT, class_of
from tests import samples
from tests.working_copy import ROOT, git

COPIER = ROOT / ".venv-copier" / "bin" / "copier"
ME = ("-c", "user.name=Test", "-c", "user.email=test@example.com")


def tracked() -> list[str]:
    """Everything that belongs to this repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no working copy of git, which knows what belongs to the repository")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0")[:-1] if (ROOT / name).exists()]


def commit(folder: Path, message: str) -> str:
    """Commit everything that is there; the commit."""
    git(folder, "add", "--all")
    git(folder, *ME, "commit", "--quiet", "-m", message)
    return git(folder, "rev-parse", "HEAD").strip()


def begin_git(folder: Path) -> None:
    """Make a folder a repository whose owner git knows."""
    git(folder, "init", "--quiet")
    git(folder, "config", "user.name", "Test")
    git(folder, "config", "user.email", "test@example.com")


def edit(file: Path, before: str, after: str) -> None:
    """Replace what stands in a file."""
    text = file.read_text()
    assert before in text, f"{file}: {before}"
    file.write_text(text.replace(before, after, 1))


# What the tests look at of what there are many of: copier takes its time for each file, three times in an upgrade.
FEW = {
    "docs/": ("docs/approving.md", "docs/cost.md", "docs/moving.md", "docs/peers.md", "docs/plan.md"),
    "generated/": ("generated/bookshop/README.md",),
    "policies/tests/": (),
}
LITTLE_CODE = {
    **FEW,
    "policies/": ("policies/stack-policy.json",),
    "scripts/": tuple(f"scripts/{name}.py" for name in ("__init__", "engine_archive", "fetch_engine", "generate")),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source with all code and few pages, and the few files of the development that show what becomes of them."""
    return _source(tmp_path_factory.mktemp("source") / "source", _without_many(FEW))


@pytest.fixture(scope="module")
def small_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with little code, for what is the same however much there is: copier asks git about each file."""
    return _source(tmp_path_factory.mktemp("small") / "source", _without_many(LITTLE_CODE))


def _without_many(few: Mapping[str, Sequence[str]]) -> list[str]:
    kept = {name for names in few.values() for name in names}
    return [name for name in _tracked_by_source() if name in kept or not name.startswith(tuple(few))]


def _tracked_by_source() -> list[str]:
    return [name for name in tracked() if class_of(name) != DEVELOPMENT or name.startswith(("copier", "CONTRIBUTING"))]


def _source(folder: Path, names: Sequence[str]) -> Path:
    """A source with three versions: one from before there were upgrades, v1.0.0 as it is here, and v1.1.0.

    v1.1.0 changes the first lines of two workflows and of a page, the default of a setting, and has a page less and one more.
    """
    if not COPIER.is_file():
        pytest.skip("copier is not there: make test sets it up")
    folder.mkdir()
    begin_git(folder)
    early = [
        name for name in names if name.startswith((".github/", "contracts/", "docs/", "README", "scripts/generate"))
    ]
    _copy(early, folder)
    commit(folder, "Before there were upgrades")
    git(folder, "branch", "early")
    _copy(names, folder)
    samples.write_service(folder, "theirs")  # a fork has services of its own, which are nobody else's
    (folder / "generated" / "theirs").mkdir(parents=True)
    (folder / "generated" / "theirs" / "README.md").write_text("# Theirs\n")
    (folder / "VERSION").write_text("1.0.0\n")
    commit(folder, "1.0.0")
    git(folder, "tag", "v1.0.0")
    for workflow in ("drift", "sandbox"):
        file = folder / ".github" / "workflows" / f"{workflow}.yml"
        file.write_text("# The project's new line.\n" + file.read_text())
    edit(folder / "docs" / "cost.md", "# ", "# Newer: ")
    edit(folder / "contracts" / "deployment.schema.json", '"default": 35', '"default": 21')
    (folder / "docs" / "peers.md").unlink(missing_ok=True)
    (folder / "docs" / "approving.md").unlink()
    (folder / "docs" / "moving.md").unlink()
    (folder / "docs" / "new.md").write_text("# New\n")
    (folder / "VERSION").write_text("1.1.0\n")
    commit(folder, "1.1.0")
    git(folder, "tag", "v1.1.0")
    git(folder, "gc", "--quiet")  # copier looks at each file of .git too
    return folder


def _copy(names: Sequence[str], folder: Path) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
