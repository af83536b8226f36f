"""Without a terminal there is nobody to ask; with one, only an answer counts."""

import io

import pytest

from scripts.command import Refused
from scripts.text import prompts
from tests.for_each import for_each


@for_each(
    ("question", "words"),
    [
        (lambda: prompts.choose("Which environment", ["dev", "prod"], "--environment"), "--environment: dev, prod"),
        (lambda: prompts.ask("Which Region", "--region"), "--region"),
        (lambda: prompts.confirm("prod", "--yes"), "--yes"),
    ],
)
def test_without_a_terminal_the_option_is_named(question: object, words: str) -> None:
    with pytest.raises(Refused, match=words):
        question()  # type: ignore[operator]


def test_an_empty_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter(["", "  ", " eu-west-1 "])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.prompt.Prompt.ask", lambda *_, **__: next(answers))
    assert prompts.ask("Which Region", "--region", offered=["eu-west-1 Ireland"]) == "eu-west-1"
    assert "eu-west-1 Ireland" in capsys.readouterr().err


@for_each(("answer", "given"), [("prod", True), (" prod ", True), ("Prod", False), ("y", False), ("", False)])
def test_only_the_very_word_confirms(monkeypatch: pytest.MonkeyPatch, answer: str, given: bool) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.prompt.Prompt.ask", lambda *_, **__: answer)
    assert prompts.confirm("prod", "--yes") is given


QUESTIONS = [
    lambda: prompts.choose("Which environment", ["dev", "prod"], "--environment"),
    lambda: prompts.ask("Which Region", "--region"),
    lambda: prompts.confirm("prod", "--yes"),
]


@for_each("question", QUESTIONS)
def test_the_end_of_the_input_is_no_answer(monkeypatch: pytest.MonkeyPatch, question: object) -> None:
    def ended(*_: object, **__: object) -> str:
        raise EOFError

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.prompt.Prompt.ask", ended)
    with pytest.raises(Refused, match="--"):
        question()  # type: ignore[operator]


@for_each("question", QUESTIONS)
def test_a_process_may_have_no_standard_input(monkeypatch: pytest.MonkeyPatch, question: object) -> None:
    closed = io.StringIO()
    closed.close()
    for stdin in (None, closed):
        monkeypatch.setattr("sys.stdin", stdin)
        with pytest.raises(Refused, match="--"):
            question()  # type: ignore[operator]
