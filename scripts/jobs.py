"""Look at every table of a target and decide what has to happen to it, before anything does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from scripts import names, stacks
from scripts.changes import BLOCKED, CREATE, Change, change
from scripts.compare import MATCH, compare
from scripts.live import read_table
from scripts.model import ContractTable, TableState, Unknown
from scripts.stacks import Stack, StackError
from scripts.target import Place, Target

WORKERS = 8  # tables looked at, or changed, at once; DynamoDB allows 250 indexed tables in creation


@dataclass(frozen=True, slots=True)
class Job:
    """One table to deploy: what is wanted, what is there, and what has to happen."""

    place: Place
    table: ContractTable
    desired: TableState
    live: TableState | Unknown | None
    stack: Stack | None
    change: Change

    @property
    def stack_name(self) -> str:
        """The stack of this table."""
        return names.table_stack(self.place.environment.name, self.place.service.name, self.table.name)

    @property
    def words(self) -> str:
        """What will happen, for the confirmation."""
        if self.change.action == BLOCKED:
            return "blocked"
        if self.change.action == CREATE:
            return "create"
        if len(self.change.steps) > 1:
            return f"update in {len(self.change.steps)} steps"
        number = self.differences
        return (
            f"update ({number} {'difference' if number == 1 else 'differences'})" if number else "no difference found"
        )

    @property
    def differences(self) -> int:
        """How many checks of the live table do not match."""
        return sum(finding.outcome != MATCH for finding in compare(self.desired, self.live))


def prepare(target: Target) -> list[Job]:
    """Look at every table of the target and decide what has to happen to it."""
    todo = [
        (place, table, state)
        for place in target.places
        for table, state in zip(place.service.contract.tables, place.states, strict=True)
    ]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda item: _job(target, *item), todo))


def _job(target: Target, place: Place, table: ContractTable, desired: TableState) -> Job:
    live = read_table(target.aws, desired)
    name = names.table_stack(place.environment.name, place.service.name, table.name)
    stack = stacks.describe(target.aws, name)
    try:
        stacks.usable(stack, place.tags)
        if isinstance(live, Unknown):
            raise StackError(f"The table cannot be read: {live.reason}")
        if live is not None and (stack is None or not stack.exists):
            raise StackError(
                f"A table of this name exists already, outside of stack {name}. It was not touched. "
                "Choose another table_prefix, or another name in the contract."
            )
        if live is None and stack is not None and stack.exists and not stack.status.startswith("CREATE_IN_PROGRESS"):
            raise StackError(
                f"Stack {name} exists, but its table is gone. Restore the table from its backup under the same name, or "
                "remove the stack's termination protection and delete the stack to begin with an empty table."
            )
        return Job(place, table, desired, live, stack, change(desired, live))
    except StackError as error:
        return Job(place, table, desired, live, stack, Change(BLOCKED, reasons=(str(error),)))
