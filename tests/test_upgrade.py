"""The command that upgrades: what it says at its end is what it has done."""

from pathlib import Path

import pytest

from scripts import upgrade
from scripts.command import Refused
from scripts.own_repository import upgrading
from tests.working_copy import git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    return tmp_path


def _stops(repository: Path, *_: object) -> None:
    (repository / "half").touch()
    raise Refused("The network is gone.")


@pytest.mark.parametrize("begun", [False, True])
def test_an_upgrade_that_began_nothing_says_so(
    begun: bool, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if begun:
        monkeypatch.setattr(upgrading, "upgrade", _stops)
    else:
        (repository / "uncommitted").touch()
    assert upgrade.main(["--in", str(repository)]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("The upgrade is not complete: " if begun else "Nothing was upgraded.")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert upgrade.main(["--in", str(tmp_path / "none")]) == 1
    reason, last = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "none") in reason
    assert last == "Nothing was upgraded."
