"""Which tests a change runs: those of contracts only where nothing else was touched, in whatever way."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.github import changed_files
from tests.for_each import for_each
from tests.github.runner import git

CONTRACT = "contracts/shop/migrationContract.json"
PAGE = "generated/shop/README.md"
ENGINE = "scripts/plan.py"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    git("init", "--quiet", "--initial-branch", "main", cwd=folder)
    for name in (CONTRACT, PAGE, ENGINE):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(f"{name}\n" * 20)
    _commit(folder)
    return folder


def _commit(folder: Path) -> None:
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--allow-empty", "-m", "change", cwd=folder)


def _edit(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text("another\n")


def _move(folder: Path, old: str, new: str) -> None:
    (folder / new).parent.mkdir(parents=True, exist_ok=True)
    (folder / old).rename(folder / new)


@for_each(
    ("change", "engine", "service"),
    [
        (_edit(CONTRACT), "false", "shop"),
        (_edit(PAGE), "false", "shop"),
        (_edit("contracts/settings.yaml"), "false", ""),
        (lambda folder: (folder / PAGE).unlink(), "false", "shop"),
        (lambda folder: _move(folder, CONTRACT, "contracts/books/migrationContract.json"), "false", ""),
        (lambda folder: (folder / CONTRACT).unlink(), "false", ""),  # it is gone: what becomes of its tables is told
        (lambda _folder: None, "false", ""),
        (_edit(ENGINE), "true", ""),
        (lambda folder: (_edit(CONTRACT)(folder), _edit("Makefile")(folder)), "true", ""),
        (lambda folder: (folder / ENGINE).unlink(), "true", ""),
        (lambda folder: (folder / ENGINE).chmod(0o755), "true", ""),
        (lambda folder: _move(folder, ENGINE, "generated/plan.py"), "true", ""),
        (lambda folder: _move(folder, CONTRACT, "scripts/migrationContract.json"), "true", ""),
        (_edit("nobody knows what"), "true", ""),
    ],
)
def test_what_was_touched_decides(
    base: Path,
    tmp_path: Path,
    change: Callable[[Path], object],
    engine: str,
    service: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(base, folder)
    change(folder)
    _commit(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    assert changed_files.main(["--base", "HEAD^1"]) == 0
    assert (tmp_path / "output").read_text() == f'service="{service}"\nengine={engine}\n'
    assert ("All tests run" in capsys.readouterr().out) == (engine == "true")


@for_each("commit", ["", "0" * 40, "no-such-branch", "--help"])
def test_what_cannot_be_compared_runs_all_tests(
    base: Path, commit: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(base)
    assert changed_files.main([f"--base={commit}"]) == 0
    assert capsys.readouterr().out.endswith('all tests run.\nservice=""\nengine=true\n')
