"""Generation asks for the address of the repository where git knows it, and nobody has written it down."""

from pathlib import Path

import pytest

from scripts import generate
from scripts.project.git_remote import web_address
from tests import samples, working_copy
from tests.for_each import for_each

ADDRESS = "https://github.com/example/tables"
REMOTES = {
    ADDRESS: ADDRESS,
    f"{ADDRESS}.git": ADDRESS,
    "https://token@github.com/example/tables.git/": ADDRESS,
    "git@github.com:example/tables.git": ADDRESS,
    "ssh://git@git.example.com:2222/group/sub/tables.git": "https://git.example.com/group/sub/tables",
    "/srv/git/tables.git": "",
    "file:///srv/git/tables.git": "",
    "": "",
}


@for_each(("remote", "address"), REMOTES.items())
def test_the_address_of_a_remote(remote: str, address: str) -> None:
    assert web_address(remote) == address


def test_generation_asks_for_it_once_where_it_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    contracts = samples.write_service(tmp_path)
    working_copy.git(tmp_path, "init", "--quiet")
    assert generate.main([]) == 0
    assert "repository:" not in capsys.readouterr().out, "git knows no address"
    working_copy.git(tmp_path, "remote", "add", "origin", f"{ADDRESS}.git")
    (tmp_path / "generated" / "shop" / "runbook.md").unlink()
    assert generate.main([]) == 0
    asked = (
        f"To link the messages of alarms to the runbook, write `repository: {ADDRESS}` into contracts/settings.yaml.\n"
    )
    assert capsys.readouterr().out.endswith(asked)
    assert generate.main([]) == 0
    assert "repository:" not in capsys.readouterr().out, "nothing was generated"
    (contracts / "settings.yaml").write_text(f"repository: {ADDRESS}\n")
    assert generate.main([]) == 0
    assert "repository:" not in capsys.readouterr().out
