"""How a command ends: its result, or one line that says why there is none; nothing that it says commands GitHub's runner."""

import pytest
from botocore.exceptions import NoCredentialsError

from scripts.command import Refused, one_line, run_command
from scripts.observe.aws import explain_failure
from scripts.problems import Problem, ProblemsError
from tests.for_each import for_each

CLOSING = "Nothing was done."


def fails(error: BaseException, code: int = 1) -> int:
    def work() -> int:
        raise error

    return run_command(work, CLOSING, code, explain_failure)


@for_each(
    ("error", "said"),
    [
        (Refused("There is no such environment.\nName one."), "There is no such environment. Name one."),
        (Refused("::add-mask::all"), " ::add-mask::all"),
        (Refused("No \x1b[2J, no \udcff."), "No \\u001b[2J, no \\udcff."),
        (FileNotFoundError(2, "No such file or directory", "a.json"), "a.json: No such file or directory"),
        (FileNotFoundError(2, "No such file", "::warning::a.json"), " ::warning::a.json: No such file"),
        (OSError("the disk is full"), "File: the disk is full"),
        (
            NoCredentialsError(),
            "Unable to locate credentials. Sign in (aws sso login) or set AWS_PROFILE; without an account, use the local AWS: make local.",
        ),
    ],
)
@for_each("code", [1, 2])
def test_a_failure_is_one_line(error: Exception, said: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert fails(error, code) == code
    assert capsys.readouterr() == ("", f"{said}\n{CLOSING}\n")


def test_problems_are_shown_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert fails(ProblemsError([Problem("a.json", 1, 1, "error", "C101", "", "It is no JSON.", "Mend it.")]), 2) == 2
    said = capsys.readouterr().err
    assert "It is no JSON." in said
    assert f"1 error. {CLOSING} Explained: " in said


def test_notes_are_not_told_beside_errors(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = {"error": "C101", "warning": "C401", "note": "C513"}
    assert (
        fails(ProblemsError([Problem("a.json", 1, 1, kind, id, "", "M.", "F.") for kind, id in kinds.items()]), 2) == 2
    )
    said = capsys.readouterr().err
    assert "1 error, 1 warning. " in said and "C401" in said and "C513" not in said


def test_a_result_is_passed_on_and_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(lambda: 3, CLOSING) == 3
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert fails(KeyboardInterrupt()) == 130
    assert capsys.readouterr().err == f"\nStopped. {CLOSING}\n"


def test_a_mistake_in_the_code_is_never_taken_for_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        fails(ZeroDivisionError(), 1)
    assert fails(ZeroDivisionError(), 2) == 2
    assert "Traceback" in capsys.readouterr().err


@for_each("text", ["::error::x", "##[command]x", "\n::set-output name=a::b", "  ::x", "\t##[x"])
def test_no_line_is_a_command_of_the_runner(text: str) -> None:
    assert "\n" not in one_line(text)
    assert not one_line(text).startswith(("::", "##["))
