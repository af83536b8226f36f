"""Jobs of AWS Backup: begun by a request, over after some more calls that look at them."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scripts.local_aws.strictness import clock, sources
from scripts.local_aws.strictness.now import now
from scripts.local_aws.strictness.registry import Request, RequestRefused, rule
from scripts.local_aws.strictness.table_recovery.answers import told

# By kind of job: the member that tells the state, and the state of a job that has not begun.
STATES = {"Backup": ("State", "CREATED"), "Copy": ("State", "CREATED"), "Restore": ("Status", "PENDING")}
ENDED = ("COMPLETED", "FAILED", "ABORTED")


@dataclass(slots=True)
class Job:
    """A job of an account in a Region. Its outcome is known from the start, and told when it is over."""

    kind: str  # a key of STATES
    account: str
    region: str
    told: Request  # what is told of it at any time
    message: str | None  # why it fails; None when it does not
    id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    created: float = field(default_factory=now)
    completed: float | None = None
    left: int = 0  # calls that still see it at work
    of: int = 0
    results: Request = field(default_factory=dict)  # what is told besides once it is COMPLETED
    finish: Callable[[], None] = lambda: None  # carried out when it is COMPLETED
    aborted: bool = False
    metadata: Request = field(default_factory=dict)  # of a restore, as it was given

    @property
    def state(self) -> str:
        """As AWS names it."""
        if self.aborted:
            return "ABORTED"
        if self.left:
            return STATES[self.kind][1] if self.left > self.of // 2 else "RUNNING"
        return "FAILED" if self.message else "COMPLETED"

    def description(self) -> Request:
        """What Describe...Job tells of it now."""
        state = self.state
        return told(
            {
                **self.told,
                **(self.results if state == "COMPLETED" else {}),
                f"{self.kind}JobId": self.id,
                "AccountId": self.account,
                "CreationDate": self.created,
                "CompletionDate": self.completed,
                STATES[self.kind][0]: state,
                "StatusMessage": self.message if state == "FAILED" else None,
                "PercentDone": "100.0" if state == "COMPLETED" else "0.0",
                "IsParent": False,
            }
        )

    def tick(self) -> None:
        """One call has looked at it."""
        if self.left and not self.aborted:
            self.left -= 1
            self.settle()

    def settle(self) -> None:
        """End it when no call is left that sees it at work."""
        if not self.left:
            self.completed = now()
            if not self.message:
                self.finish()


_jobs: dict[str, Job] = {}
_tokens: dict[tuple[str, str, str, str], str] = {}  # (kind, account, Region, token) of the request, to the job's id


def reset() -> None:
    """Forget all jobs."""
    _jobs.clear()
    _tokens.clear()


@rule(
    "backup-job-progress",
    "A job of AWS Backup is CREATED (a restore PENDING), then RUNNING, then COMPLETED, or FAILED with a "
    "StatusMessage. The same IdempotencyToken stands for the same job.",
    sources.BACKUP_JOB,
)
def same(kind: str, token: str | None) -> Job | None:
    """The job that an earlier request with this token has begun, in the account and Region of the request."""
    return _jobs.get(_tokens.get(_key(kind, token), "")) if token else None


def begin(job: Job, token: str | None) -> Job:
    """Begin a job, with the token of its request."""
    job.left = job.of = clock.settings.backup
    _jobs[job.id] = job
    if token:
        _tokens[_key(job.kind, token)] = job.id
    job.settle()
    return job


def find(kind: str, id: Any) -> Job:
    """The job of that id, in the account and Region of the request. Raises Refused when there is none."""
    job = _jobs.get(id)
    if job is None or job not in of_kind(kind):
        raise RequestRefused(f"{kind} job {id} does not exist", "ResourceNotFoundException")
    return job


def of_kind(kind: str) -> list[Job]:
    """The jobs of the account and Region of the request, oldest first."""
    from ministack.core.responses import get_account_id, get_region

    here = (kind, get_account_id(), get_region())
    return [job for job in _jobs.values() if (job.kind, job.account, job.region) == here]


def answers_of(*seen: Job) -> list[dict[str, Any]]:
    """What is told of jobs that a request looks at, each of which is one look nearer to its end afterwards."""
    found = [job.description() for job in seen]
    for job in seen:
        job.tick()
    return found


def _key(kind: str, token: str | None) -> tuple[str, str, str, str]:
    from ministack.core.responses import get_account_id, get_region

    return kind, get_account_id(), get_region(), token or ""
