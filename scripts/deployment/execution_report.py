"""What a deployment did, as `execution.json`: there however it ends, also when it is refused, fails, is stopped or killed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.deployment.execution import Outcome
from scripts.files import json_text, write_atomically
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.commit import SOURCES, Commit, commit_words
from scripts.observe.target import Target
from scripts.recording.origin import commit_values, origin
from scripts.recording.unfinished import NAME

DEPLOYED, FAILED, STOPPED, REFUSED, WAITING = "deployed", "failed", "stopped", "refused", "waiting"
KILLED = "It ended without saying how it stands. Run the same command again: it continues."


def now() -> str:
    """The time, UTC, ISO 8601, in seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class ExecutionReport:
    """The report of one deployment. `plan`: its hash, once there is one. Who made it, from which commit, is asked at its beginning."""

    target: Target
    folder: Path
    sources: Sequence[str] = SOURCES  # the folders that decide what is deployed
    plan: str | None = None
    began: str = field(default_factory=now)
    origin: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Ask before anything is done: whoever records the deployment later may be another, with another commit."""
        self.origin = _origin(self.target.aws, self.sources)

    @property
    def commit_words(self) -> str:
        """The commit in words."""
        found = self.origin["commit"]
        return commit_words(Commit(**found) if found else None)

    @property
    def source(self) -> str:
        """Plan, commit and person, for whoever looks at a change set in AWS."""
        return (
            f"Plan {self.plan}, commit {self.commit_words}, by {self.origin['by'] or 'someone whom AWS did not name'}"
        )

    def write(self, outcome: str, message: str, outcomes: Mapping[str, Outcome] | None = None) -> dict[str, Any]:
        """Write the report, whole or not at all, and return it. `outcomes`: by the names of the stacks. Raises OSError."""
        content = {
            "environment": self.target.environment,
            "region": self.target.aws.region,
            "account": self.target.aws.account,
            "plan": self.plan,
            **self.origin,
            "began": self.began,
            "ended": now(),
            "outcome": outcome,
            "message": message,
            "stacks": {name: _values(each) for name, each in (outcomes or {}).items()},
        }
        write_atomically(self.folder / NAME, json_text(content))
        return content


def _origin(aws: Aws, sources: Sequence[str]) -> Mapping[str, Any]:
    """`by`, `commit` and `run`; what AWS does not tell is None, for a report is written however the deployment ends."""
    try:
        return origin(aws, sources=sources)
    except FAILURES:
        return {"by": None, "commit": commit_values(sources=sources), "run": None}


def _values(outcome: Outcome) -> dict[str, Any]:
    values = asdict(outcome)
    del values["title"]
    return values
