"""A scenario: a question to AWS, how it is asked, and what the local AWS answers to it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from scripts.input_file import read_text

if TYPE_CHECKING:
    from scripts.acceptance.trial import Trial

ANSWERS = Path(__file__).with_name("answers.yaml")  # what the local AWS answers, by scenario
Observations = Iterator[
    tuple[str, str]
]  # what was looked at, and what AWS answered; the names are those of `Scenario.answer`


class NotTried(Exception):
    """The scenario cannot ask its question here; the message says why, as a clause."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One question. `observe` asks it and yields what it sees; `answer` has the same names.

    `section` and `question`: its heading and its line in docs/not-tested.md. `minutes` and `cents`: estimates of what it
    takes on AWS. `stacks` and `tables`: how many it makes. `long`: only with LONG=1. `base`: it looks at the deployment
    of the scenario `create`.
    """

    id: str
    section: str
    question: str
    observe: Callable[["Trial"], Observations]
    minutes: float
    cents: float = 0.0
    stacks: int = 0
    tables: int = 0
    long: bool = False
    base: bool = False

    @property
    def answer(self) -> Mapping[str, str]:
        """What the local AWS answers, by what was looked at."""
        return _answers().get(self.id, {})


@cache
def _answers() -> dict[str, dict[str, str]]:
    return yaml.safe_load(read_text(ANSWERS)) or {}


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    id: str,
    section: str,
    question: str,
    minutes: float,
    cents: float = 0.0,
    *,
    stacks: int = 0,
    tables: int = 0,
    long: bool = False,
    base: bool = False,
) -> Callable[[Callable[["Trial"], Observations]], Callable[["Trial"], Observations]]:
    """Register the decorated function as the scenario `id`: a few lower-case letters and -, a part of names in AWS."""

    def register(observe: Callable[["Trial"], Observations]) -> Callable[["Trial"], Observations]:
        SCENARIOS[id] = Scenario(id, section, question, observe, minutes, cents, stacks, tables, long, base)
        return observe

    return register
