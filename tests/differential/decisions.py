"""Who is right where two engines differ: read from decisions.yaml, and held against what a run has shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from tests.differential.compare import Difference

FILE = Path(__file__).with_name("decisions.yaml")
RIGHT = ("local AWS", "dynalite", "moto", "not known")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whom AWS agrees with in all classes that fit. `engine`, `operation`, `local` and `other`: patterns, of which one fits."""

    what: str  # the difference in words, for the table
    aws: str  # one of RIGHT
    why: str
    source: str
    engine: tuple[str, ...] = ("*",)
    operation: tuple[str, ...] = ("*",)
    local: tuple[str, ...] = ("*",)
    other: tuple[str, ...] = ("*",)

    def covers(self, found: Difference) -> bool:
        """Whether a class of differences is one of these."""
        pairs = (
            (found.engine, self.engine),
            (found.operation, self.operation),
            (found.local, self.local),
            (found.other, self.other),
        )
        return all(any(fnmatchcase(value, pattern) for pattern in patterns) for value, patterns in pairs)


def load(file: Path = FILE) -> list[Decision]:
    """The decisions, in order: the first that covers a class decides it. Raises ValueError when one is not whole."""
    decisions = []
    for number, row in enumerate(yaml.safe_load(file.read_text(encoding="utf-8")), 1):
        patterns = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in row.items()}
        texts = {key: row.get(key) for key in ("what", "aws", "why", "source")}
        if texts["aws"] not in RIGHT or not all(texts.values()):
            raise ValueError(
                f"{file.name}, decision {number}: what, aws ({', '.join(RIGHT)}), why and source are needed."
            )
        decisions.append(Decision(**{**patterns, **texts}))  # type: ignore[arg-type]
    return decisions


def decide(
    seen: Iterable[Difference], decisions: list[Decision]
) -> tuple[dict[Difference, Decision], list[Difference]]:
    """Each class with its decision, and the classes that none covers."""
    decided, undecided = {}, []
    for found in sorted(seen):
        decision = next((each for each in decisions if each.covers(found)), None)
        if decision is None:
            undecided.append(found)
        else:
            decided[found] = decision
    return decided, undecided
