"""Without a terminal there is nobody to ask; with one, only an answer counts."""

import pytest

from scripts import prompts


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (lambda: prompts.choose("Which environment", ["dev", "prod"], "--environment"), "--environment: dev, prod"),
        (lambda: prompts.ask("Which Region", "--region"), "--region"),
        (lambda: prompts.confirm("prod", "--yes"), "--yes"),
    ],
)
def test_without_a_terminal_the_option_is_named(question: object, words: str) -> None:
    with pytest.raises(prompts.NotAsked, match=words):
        question()  # type: ignore[operator]


def test_an_empty_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["", "  ", " eu-west-1 "])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.prompt.Prompt.ask", lambda *_, **__: next(answers))
    assert prompts.ask("Which Region", "--region") == "eu-west-1"


@pytest.mark.parametrize(
    ("answer", "given"), [("prod", True), (" prod ", True), ("Prod", False), ("y", False), ("", False)]
)
def test_only_the_very_word_confirms(monkeypatch: pytest.MonkeyPatch, answer: str, given: bool) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.prompt.Prompt.ask", lambda *_, **__: answer)
    assert prompts.confirm("prod", "--yes") is given
