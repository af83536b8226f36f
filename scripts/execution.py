"""Execute a deployment: several tables at once, each by its steps, in a way that a second run can continue."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts import stacks
from scripts.aws import FAILURES, explain
from scripts.changes import CREATE
from scripts.desired import table_state
from scripts.jobs import WORKERS, Job
from scripts.model import TableState
from scripts.progress import Board
from scripts.properties.deployed import keep
from scripts.shared.kept import with_kept
from scripts.shared.templates import shared_templates, stack_name
from scripts.stacks import Deployment, StackError, Stopped
from scripts.target import Place, Target
from scripts.template import table_template, to_json

POLICY = Path(__file__).parent.parent / "policies" / "stack-policy.json"
DEPLOYED, UNCHANGED = "deployed", "unchanged"


def shared_stacks(target: Target) -> list[tuple[str, dict[str, Any], Place]]:
    """The stacks that come before the tables: name, template, and the place that they belong to."""
    return [
        (stack_name(place.service.name, place.environment.name, stem), template, place)
        for place in target.places
        for stem, template in shared_templates(place.service, place.environment, place.states).items()
    ]


def unprotected(state: TableState) -> TableState:
    """The state without deletion protection, and with the reason that the policies ask for."""
    others = tuple(each for each in state.exceptions if each[0] != "deletion_protection")
    reason = ("deletion_protection", "only until the table has been created")
    return replace(state, deletion_protection=False, exceptions=(*others, reason))


class Run:
    """The execution of a deployment, which Ctrl-C can stop at any point and a second run continues."""

    def __init__(self, target: Target, jobs: list[Job], board: Board) -> None:
        self._target = target
        self._jobs = jobs
        self._board = board
        self._policy = POLICY.read_text(encoding="utf-8")
        self._stop = threading.Event()
        self.interrupted = False
        self.finished: dict[str, str] = {}  # name to what happened: deployed or unchanged
        self.running: set[str] = set()
        self.failed: dict[str, str] = {}

    def execute(self) -> None:
        """First what the tables share, then the tables, several at once. A failure of one does not stop the others.

        Ctrl-C ends the waiting, not what AWS is doing; `interrupted` then says so.
        """
        try:
            for name, template, place in shared_stacks(self._target):
                self._guarded(name, lambda n=name, t=template, p=place: self._shared(n, t, p))
            if not self.failed:
                self._tables()
        except KeyboardInterrupt:
            self.interrupted = True

    def _tables(self) -> None:
        pool = ThreadPoolExecutor(WORKERS)
        try:
            futures = [pool.submit(self._guarded, job.desired.name, lambda j=job: self._table(j)) for job in self._jobs]
            for future in as_completed(futures):
                future.result()
        finally:
            self._stop.set()
            pool.shutdown(cancel_futures=True)

    def _guarded(self, name: str, work: Callable[[], str]) -> None:
        """Run one piece of work and keep its outcome."""
        if self._stop.is_set():
            return
        self.running.add(name)
        try:
            outcome = work()
        except Stopped:
            return
        except StackError as error:
            self.failed[name] = str(error)
        except FAILURES as error:
            self.failed[name] = explain(error)
        else:
            self.finished[name] = outcome
            self._board.done(name, outcome)
        if name in self.failed:
            self._board.done(name, "failed", good=False)
        self.running.discard(name)

    def _shared(self, name: str, template: dict[str, Any], place: Place) -> str:
        """What the tables share: keys and vaults that hold data stay, even if no setting asks for them any more."""
        stack = stacks.describe(self._target.aws, name)
        deployed = stacks.template(self._target.aws, name) if stack and stack.exists else {}
        return self._stack(name, name, to_json(with_kept(template, deployed)), place)

    def _stack(self, thing: str, name: str, template: str, place: Place) -> str:
        deployment = Deployment(self._target.aws, self._stop, lambda what: self._board.tell(thing, what))
        return DEPLOYED if deployment.run(name, template, place.tags, self._policy) else UNCHANGED

    def _table(self, job: Job) -> str:
        """All steps of one table; after each one the table and its indexes must be ACTIVE (CloudFormation may not wait)."""
        outcome = UNCHANGED
        service, environment = job.place.service, job.place.environment
        states = [
            table_state(service, environment, replace(job.table, indexes=step.indexes)) for step in job.change.steps
        ]
        if job.change.action == CREATE:
            # A creation that fails half-way must be able to take its new, empty table away again; else it would block
            # the next try. Deletion protection would refuse that, so it is switched on once everything is there.
            states.insert(0, unprotected(states[0]))
        if isinstance(job.live, TableState):
            template = stacks.template(self._target.aws, job.stack_name) if job.stack and job.stack.exists else {}
            states = [keep(state, job.live, template) for state in states]
        for number, state in enumerate(states, 1):
            self._settle(job)
            body = to_json(table_template(state, service.name, environment.name))
            if self._stack(job.desired.name, job.stack_name, body, job.place) == DEPLOYED:
                outcome = DEPLOYED
            self._settle(job)
            if number < len(states):
                self._board.tell(job.desired.name, f"step {number} of {len(states)} done")
        return outcome

    def _settle(self, job: Job) -> None:
        """Wait until nothing about the table is changing any more."""
        dynamodb = self._target.aws.client("dynamodb")
        for _ in stacks.intervals(self._stop):
            try:
                table = dynamodb.describe_table(TableName=job.desired.name)["Table"]
            except dynamodb.exceptions.ResourceNotFoundException:
                return
            busy = [i["IndexName"] for i in table.get("GlobalSecondaryIndexes", []) if i.get("IndexStatus") != "ACTIVE"]
            if table["TableStatus"] == "ACTIVE" and not busy:
                return
            if table["TableStatus"] not in ("ACTIVE", "CREATING", "UPDATING"):
                raise StackError(f"The table is {table['TableStatus']}. See its events and its encryption key.")
            waiting = f"index {', '.join(busy)} is being built" if busy else f"table is {table['TableStatus']}"
            self._board.tell(job.desired.name, waiting)
