"""What became of a scenario, and of a run: values only."""

from dataclasses import dataclass, field

AGREES, DIFFERS, NOT_TRIED = "agrees", "differs", "not tried"
ABSENT = "(nothing)"  # what was expected and not seen, or seen and not expected
LOCAL, REAL = "the local AWS", "AWS"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that AWS answers otherwise: what was looked at, what the local AWS says, and what was seen."""

    what: str
    local: str
    seen: str


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """One scenario: AGREES, DIFFERS or NOT_TRIED, the last with its reason."""

    id: str
    question: str
    outcome: str
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class RunReport:
    """A run. `where`: LOCAL or REAL; `problem`: why it ended early; `left`: what cleanup could not remove."""

    date: str  # YYYY-MM-DD, UTC
    region: str
    where: str
    commit: str
    outcomes: list[ScenarioOutcome] = field(default_factory=list)
    problem: str = ""
    left: list[str] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """How many scenarios had an outcome."""
        return sum(each.outcome == outcome for each in self.outcomes)
