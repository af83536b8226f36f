"""What a check says reaches the reader: all of it when it fails, and its warnings when it passes."""

import sys
from pathlib import Path

import pytest

from scripts.checks.clean_memory import CleanMemory
from scripts.checks.run_checks import run_checks, work_of
from scripts.checks.static_checks import CHECKS, Check
from scripts.show_problems import render_text
from tests.contract.support import check, contract
from tests.for_each import for_each


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def doubted() -> str:
    tree = contract()
    tree["tables"][0]["billing_mode"] = "PROVISIONED"
    return render_text(check(tree)[1])


def said(capsys: pytest.CaptureFixture[str], text: str, code: int, warns: bool) -> tuple[int, str]:
    command = (sys.executable, "-c", f"print({text!r}); raise SystemExit({code})")
    one = Check("one", "what it checks", command, warns=warns)
    memory = CleanMemory(afresh=True)
    return run_checks([work_of(one, None, memory)], memory), capsys.readouterr().out


def test_warnings_are_shown_when_the_check_passes(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, doubted(), 0, warns=True)
    assert code == 0
    assert "ok" in text and "warning  C414" in text and "deployment.yaml beside the contract" in text


@for_each(("text", "warns"), [("34 files, all up to date", True), (doubted(), False), ("a warning", True)])
def test_nothing_else_is(capsys: pytest.CaptureFixture[str], text: str, warns: bool) -> None:
    code, out = said(capsys, text, 0, warns)
    assert code == 0 and len(out.splitlines()) == 2


def test_what_fails_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = said(capsys, doubted(), 1, warns=True)
    assert code == 1 and text.count("C414") == 1


def test_the_check_that_reads_contracts_and_settings_warns() -> None:
    assert [check.name for check in CHECKS if check.warns] == ["generated"]


@pytest.mark.parametrize("afresh", [True, False])
def test_what_a_command_remembers_by_itself_is_judged_afresh_too(afresh: bool) -> None:
    told = {
        check.name: work_of(check, None, CleanMemory(afresh)).parts[0].command for check in CHECKS if not check.files
    }
    assert {name for name, command in told.items() if "--afresh" in command} == ({"generated"} if afresh else set())
