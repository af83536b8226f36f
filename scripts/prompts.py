"""Questions to the person at the keyboard. Without a terminal there is nobody to ask, and the answer is an error."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.prompt import Prompt


class NotAsked(Exception):
    """An answer is needed and there is nobody to give it: one line that names the option to use instead."""


def choose(question: str, choices: Sequence[str], option: str) -> str:
    """One of `choices`. Raises NotAsked, naming `option`, when there is no terminal."""
    if not sys.stdin.isatty():
        raise NotAsked(f"{question}? Say it with {option}: {', '.join(choices)}.")
    return Prompt.ask(question, choices=list(choices), console=Console(stderr=True))


def ask(question: str, option: str, default: str | None = None) -> str:
    """A line of text, not empty. Raises NotAsked, naming `option`, when there is no terminal."""
    if not sys.stdin.isatty():
        raise NotAsked(f"{question}? Say it with {option}.")
    answer = ""
    while not answer:
        answer = (Prompt.ask(question, default=default, console=Console(stderr=True)) or "").strip()
    return answer


def confirm(word: str, option: str) -> bool:
    """Whether the person types `word`. Raises NotAsked, naming `option`, when there is no terminal."""
    if not sys.stdin.isatty():
        raise NotAsked(f"The deployment waits for a confirmation. Give it with {option}, or make's YES=1.")
    return Prompt.ask(f'Type "{word}" to deploy, anything else to leave', console=Console(stderr=True)).strip() == word
