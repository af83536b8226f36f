"""Questions to the person at the keyboard. Without a terminal there is nobody to ask, and the answer is an error."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.columns import Columns
from rich.console import Console
from rich.prompt import Prompt

from scripts.command import Refused


def choose(question: str, choices: Sequence[str], option: str) -> str:
    """One of `choices`. Raises Refused, naming `option`, when nobody answers."""
    refusal = Refused(f"{question}? Say it with {option}: {', '.join(choices)}.")
    return _answer(question, refusal, choices=list(choices))


def ask(question: str, option: str, default: str | None = None, offered: Sequence[str] = ()) -> str:
    """A line of text, not empty. `default`: what Enter takes; `offered`: what is shown in columns before the question.

    Raises Refused, naming `option`, when nobody answers.
    """
    answer = ""
    if offered and _is_terminal():
        Console(stderr=True).print(Columns(offered, padding=(0, 3), column_first=True), highlight=False, markup=False)
    while not answer:
        answer = _answer(question, Refused(f"{question}? Say it with {option}."), default=default).strip()
    return answer


def confirm(word: str, option: str, what: str = "deploy", waits: str = "The deployment") -> bool:
    """Whether the person types `word` to do `what`. Raises Refused, naming `option`, when nobody answers."""
    refusal = Refused(f"{waits} waits for a confirmation. Give it with {option}.")
    return _answer(f'Type "{word}" to {what}, anything else to leave', refusal).strip() == word


def _answer(question: str, refusal: Refused, **how: Any) -> str:
    """What the person answers. Raises `refusal` when there is no terminal, or when the answer is Ctrl-D."""
    if not _is_terminal():
        raise refusal
    console = Console(stderr=True)
    try:
        return Prompt.ask(question, console=console, **how) or ""
    except EOFError:
        console.print()  # the question has no line end yet
        raise refusal from None


def _is_terminal() -> bool:
    """Whether somebody can answer; a process may have been started without any standard input, or have closed it."""
    try:
        return sys.stdin is not None and sys.stdin.isatty()
    except ValueError:
        return False
