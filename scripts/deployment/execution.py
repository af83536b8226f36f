"""Execute a deployment: several stacks at once, each by its steps, in a way that a second run can continue."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from scripts.deployment.approval import Approval
from scripts.deployment.change_sets import Deployment, Executed, protect
from scripts.deployment.concurrent_changes import check_stack
from scripts.deployment.table_run import TableRun
from scripts.folders import ROOT
from scripts.input_file import read_text
from scripts.observe import stacks
from scripts.observe.aws import EXPIRED, FAILURES, error_code, explain
from scripts.observe.stack_recovery import recovered
from scripts.observe.stacks import StackError
from scripts.observe.target import ServiceEnvironment, Target
from scripts.observe.waiting import CALM, SHORTEST, Stopped, Waiting
from scripts.planning.schedule import LOCAL, Schedule, full
from scripts.planning.stack_work import StackChange, table_change, works
from scripts.planning.table_changes import TableChange
from scripts.planning.template_diff import SharedStack
from scripts.templates.retained_resources import retain_resources
from scripts.templates.template import to_json
from scripts.text.progress import Board

POLICY = ROOT / "policies" / "stack-policy.json"
DEPLOYED, UNCHANGED, FAILED, RUNNING, NOT_BEGUN = "deployed", "unchanged", "failed", "running", "not begun"
TRIES = 3  # of a stack that fails because AWS is asked for too much at once
TOO_MUCH = ("Rate exceeded", "Throttling", "LimitExceededException", "TooManyRequestsException")
NO_CREDENTIALS = "The credentials have expired, and there are no new ones."
OUT_OF_TIME = "The time for which this run may wait is over."
GOES_ON = "CloudFormation goes on with it by itself. Sign in again if you are asked to, and run the same command again: it continues."


@dataclass(slots=True)
class Outcome:
    """What became of one stack. `table` as in the contract; None for a stack that the tables share."""

    service: str
    table: str | None
    title: str  # how the progress names it
    outcome: str = NOT_BEGUN
    reason: str = ""
    change_sets: list[Executed] = field(default_factory=list)


class Run:
    """The execution of a deployment, which Ctrl-C can stop at any point and a second run continues."""

    def __init__(
        self,
        target: Target,
        jobs: list[TableChange],
        board: Board,
        waiting: Waiting | None = None,
        shared: Sequence[SharedStack] = (),
        approval: Approval | None = None,
        keep: Callable[[Mapping[str, Outcome]], object] = lambda _outcomes: None,
        source: str = "",
        seconds: float | None = None,
    ) -> None:
        """`shared`: the stacks of what the tables share, as they were planned with. `approval`: the plan that is executed.

        `keep` is given the outcomes each time one of them changes, by one thread at a time: what is left if this is killed.
        `seconds`: after so many it waits no longer for AWS; None: as long as it takes.
        `source`: what the change sets say about where they come from. No tags do: a stack hands its tags on to its resources,
        so that each commit would change every table.
        """
        self._source = source
        self._keep, self._lock = keep, threading.Lock()
        self._approved = approval.stacks if approval else {}
        self._target = target
        self.jobs = jobs
        self._board = board
        self._policy = read_text(POLICY)
        self._waiting = waiting or Waiting(first=SHORTEST if target.aws.local else CALM)
        self._shared = [(name, template, place) for place in target.places for name, template in place.shared.items()]
        self._planned = {each.stack: each.before or {} for each in shared}
        self.interrupted = False
        self.left = ""  # why it does not wait for AWS any longer; empty where it did
        self._end = None if seconds is None else self._waiting.clock.now() + seconds
        self._executed: dict[str, int] = {}  # change sets that were told already
        self._tries: dict[str, int] = {}  # how often a stack was begun
        self.outcomes: dict[str, Outcome] = {
            **{name: Outcome(place.service.name, None, name) for name, _, place in self._shared},
            **{job.stack_name: Outcome(job.place.service.name, job.table.name, job.desired.name) for job in jobs},
        }

    @property
    def waits(self) -> bool:
        """Whether this run ended before everything was done, and nothing has failed: what AWS has begun goes on by itself."""
        return bool(self.left) and FAILED not in {each.outcome for each in self.outcomes.values()}

    def titles(self, *outcomes: str) -> list[str]:
        """The names of what has come to one of these outcomes."""
        return [each.title for each in self.outcomes.values() if each.outcome in outcomes]

    def execute(self) -> None:
        """Several stacks at once, in the order and at the pace of the schedule. A failure of one stops those that need it.

        Ctrl-C ends the waiting, not what AWS is doing; `interrupted` then says so.
        """
        try:
            self._scheduled()
        except KeyboardInterrupt:
            self.interrupted = True

    def _scheduled(self) -> None:
        pace = LOCAL if self._target.aws.local else full()
        schedule = Schedule(works(self._changes()), pace, self._waiting.clock.now)
        work = self._work()
        running: dict[Future[str], str] = {}
        pool = ThreadPoolExecutor(pace.most)
        throttles = self._target.aws.throttles
        try:
            while True:
                if throttles != (throttles := self._target.aws.throttles):
                    schedule.throttled()
                while begun := schedule.begin():
                    running[pool.submit(self._guarded, begun.stack, work[begun.stack])] = begun.stack
                pause = schedule.pause()
                if self._end is not None and (running or pause is not None):
                    if (left := self._end - self._waiting.clock.now()) <= 0:
                        self.left = OUT_OF_TIME
                        return
                    pause = left if pause is None else min(pause, left)
                if running:
                    for future in wait(running, pause, FIRST_COMPLETED).done:
                        self._ended(schedule, running.pop(future), future.result())
                elif pause is None:
                    return
                else:
                    self._waiting.pause(pause)
        finally:
            self._waiting.stop.set()
            pool.shutdown(cancel_futures=True)

    def _changes(self) -> list[StackChange]:
        """Every stack, as it is and as it is wanted."""
        return [
            *(
                StackChange(name, place.service.name, self._planned.get(name, {}), template, shared=True)
                for name, template, place in self._shared
            ),
            *map(table_change, self.jobs),
        ]

    def _work(self) -> dict[str, Callable[[Deployment], bool]]:
        """What brings each stack to where it should be, by its name."""

        def table(job: TableChange) -> Callable[[Deployment], bool]:
            return lambda deployment: TableRun(self._target, job, deployment, self._policy).run()

        return {
            **{
                name: partial(self._bring_shared, name=name, template=template, place=place)
                for name, template, place in self._shared
            },
            **{job.stack_name: table(job) for job in self.jobs},
        }

    def _ended(self, schedule: Schedule, name: str, reason: str) -> None:
        """Tell the schedule what has become of a stack; one that AWS was asked too much for is tried again.

        `reason`: why it failed, empty if it did not.
        """
        self._tries[name] = self._tries.get(name, 0) + 1
        if not reason:
            schedule.ended(name)
        elif self._tries[name] < TRIES and any(text in reason for text in TOO_MUCH):
            said = self.outcomes[name]
            said.outcome, said.reason = RUNNING, ""
            self._board.tell(said.title, "AWS asks for patience: tried again")
            schedule.again(name)
        else:
            schedule.failed(name)
            self._board.done(self.outcomes[name].title, self.outcomes[name].outcome, good=False)

    def _guarded(self, name: str, work: Callable[[Deployment], bool]) -> str:
        """Run one piece of work and keep its outcome; why it failed, empty if it did not."""
        if self._waiting.stop.is_set():
            return ""
        said = self.outcomes[name]
        said.outcome = RUNNING
        self._changed()
        deployment = Deployment(
            self._target.aws, self._waiting, lambda what: self._tell(said, what), executed=said.change_sets
        )
        deployment.approved, deployment.source = self._approved.get(name), self._source
        try:
            said.outcome = DEPLOYED if work(deployment) else UNCHANGED
        except Stopped:
            return ""
        except StackError as error:
            said.outcome, said.reason = FAILED, str(error)
        except FAILURES as error:
            # The call failed; what CloudFormation was doing did not.
            expired = error_code(error) in EXPIRED
            if expired:
                self.left = NO_CREDENTIALS
            begun = deployment.running or (expired and bool(said.change_sets))
            said.outcome = RUNNING if begun else NOT_BEGUN if expired else FAILED
            said.reason = f"{explain(error)} {GOES_ON}" if begun else explain(error)
        self._changed()
        if not said.reason:
            self._board.done(said.title, said.outcome)
        return said.reason

    def _tell(self, said: Outcome, what: str) -> None:
        self._board.tell(said.title, what)
        if (executed := len(said.change_sets)) != self._executed.get(said.title, 0):
            self._executed[said.title] = executed
            self._changed()

    def _changed(self) -> None:
        with self._lock:
            self._keep(self.outcomes)

    def _bring_shared(
        self, deployment: Deployment, name: str, template: Mapping[str, Any], place: ServiceEnvironment
    ) -> bool:
        """What the tables share: keys and vaults that hold data stay, even if no setting asks for them any more."""
        aws = self._target.aws
        stack = recovered(aws, name, self._waiting, deployment.tell)
        deployed = stacks.template(aws, name) if stack and stack.exists else {}
        wanted = retain_resources(template, deployed)
        changed = False
        if stack is None or wanted != deployed or not stacks.carries(stack, place.tags):
            if deployed:
                check_stack(aws, name, self._planned.get(name, {}))
            changed = deployment.run(name, to_json(wanted), place.tags, left=deployed)
        if changed or stack is None or not stack.protected:
            protect(aws, name, self._policy, stack is not None and stack.protected)
        return changed
