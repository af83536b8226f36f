"""What a deployment has led to, read from AWS: how many tables are as wanted is only said of those that were read in the same run."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from scripts.comparison.compare import MISMATCH, UNKNOWN, Finding, compare
from scripts.comparison.finding_words import sentence
from scripts.deployment.execution import UNCHANGED, Run
from scripts.observe.aws import Aws
from scripts.observe.batch_reader import BatchReader
from scripts.observe.live_table import read_table
from scripts.observe.waiting import Stopped, Waiting
from scripts.planning.table_changes import WORKERS, TableChange

LOOKS = 3  # at a table that is not as wanted: tags and policies are told late (ListTagsOfResource, GetResourcePolicy)
PAUSE = 2.0  # seconds between two of them
NAMED = 3  # differences that are told of a table
WANTED, DIFFERS, SETTLING, UNREAD = "wanted", "differs", "settling", "unread"
# How many tables are in which state, one and several.
WORDS = {
    WANTED: ("table is as the contract says", "tables are as the contract says"),
    DIFFERS: ("differs", "differ"),
    SETTLING: ("is still being changed by AWS", "are still being changed by AWS"),
    UNREAD: (
        "could not be read back in full: its stack reports complete",
        "could not be read back in full: their stacks report complete",
    ),
}


@dataclass(frozen=True, slots=True)
class ReadBack:
    """One table after the deployment, with every check that is no match."""

    name: str
    findings: tuple[Finding, ...]

    @property
    def state(self) -> str:
        """One of WORDS: the worst that was found."""
        if any(finding.outcome == MISMATCH for finding in self.findings):
            return DIFFERS
        unknown = [finding for finding in self.findings if finding.outcome == UNKNOWN]
        if not unknown:
            return WANTED
        return SETTLING if all(finding.in_progress for finding in unknown) else UNREAD

    @property
    def words(self) -> str:
        """What differs, in a sentence."""
        differing = [sentence(finding) for finding in self.findings if finding.outcome == MISMATCH]
        more = f"; and {len(differing) - NAMED} more" if len(differing) > NAMED else ""
        return f"{'; '.join(differing[:NAMED])}{more}"


def read_back(run: Run, aws: Aws, waiting: Waiting | None = None) -> tuple[ReadBack, ...]:
    """Every table of a deployment that has come to its end. What was not touched is as it was read for the plan."""
    stays = [job for job in run.jobs if run.outcomes[job.stack_name].outcome == UNCHANGED and not job.unsettled]
    found = {job.stack_name: _compared(job, job.live) for job in stays}
    open_ = [job for job in run.jobs if job.stack_name not in found]
    pauses = waiting or Waiting()
    for look in range(LOOKS):
        if look and open_:
            try:
                pauses.pause(PAUSE)
            except Stopped:
                break
        listed = BatchReader(aws, [alarm for job in open_ for alarm in job.desired.alarms])
        with ThreadPoolExecutor(WORKERS) as pool:
            read = pool.map(partial(_read, aws, listed), open_)
            found |= {job.stack_name: state for job, state in zip(open_, read, strict=True)}
        open_ = [job for job in open_ if found[job.stack_name].state != WANTED]
    return tuple(found[job.stack_name] for job in run.jobs)


def _read(aws: Aws, listed: BatchReader, job: TableChange) -> ReadBack:
    return _compared(job, read_table(aws, job.desired, listed))


def _compared(job: TableChange, live: Any) -> ReadBack:
    return ReadBack(
        job.desired.name,
        tuple(finding for finding in compare(job.desired, live) if finding.outcome in (MISMATCH, UNKNOWN)),
    )


def counted(tables: Iterable[ReadBack]) -> str:
    """`2 tables are as the contract says, 1 differs`."""
    states = [table.state for table in tables]
    return ", ".join(_counts(states))


def _counts(states: list[str]) -> Iterator[str]:
    for state, (one, several) in WORDS.items():
        number = states.count(state)
        if number or state == WANTED:
            yield f"{number} {one if number == 1 else several}"
