"""Tables that the contract does not have any more: they are kept, and how to part with them is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from scripts.model import DesiredTable, Keys
from scripts.planning.durations import amount

NAME_MAX = 250  # characters of a backup's name, at most 255, that the table's may take (API reference, CreateBackup)


THERE, ABSENT, UNREAD = "there", "gone", "unread"  # how a table was found; empty: nobody has looked


@dataclass(frozen=True, slots=True)
class Retired:
    """A table whose stack is ours, but which the contract has no more. None: not known."""

    service: str
    table: str
    stack: str
    region: str | None = None
    keys: Keys | None = None
    item_count: int | None = None
    size_bytes: int | None = None
    found: str = ""  # whether the table is there; its stack was looked at, too, unless this is empty
    recorded: bool | None = None  # whether the committed record has its stack; None: there is no record

    @property
    def seen(self) -> bool:
        """Whether its stack was looked at in AWS: only then is there a command about it."""
        return bool(self.found)


def kept(retired: Retired, environment: str) -> tuple[str, ...]:
    """What happens to it: nothing."""
    if not retired.seen:
        return (f"The contract does not have it any more. {_unseen(retired)} {_commands(environment)}",)
    has = f" It has {_amount(retired)}." if retired.item_count is not None else ""
    state = {
        THERE: f"The table and its stack {retired.stack} are kept as they are; its alarms go on.{has}",
        ABSENT: f"The table does not exist any more. Its stack {retired.stack} is kept as it is.",
        UNREAD: f"Its stack {retired.stack} is kept as it is. The table could not be looked at.",
    }[retired.found]
    back = " To keep it for good, put it back into the contract." if retired.found != ABSENT else ""
    return (f"The contract does not have it any more. {state}{back}",)


def handed_over(retired: Retired, environment: str) -> tuple[str, ...]:
    """What happens to a table that another service or environment of the contracts wants now: nothing by itself."""
    wanted = f"Table {retired.table} is still wanted by the contracts, but no longer here: do not delete it."
    if not retired.seen:
        return (f"{wanted} {_unseen(retired)} {_commands(environment)}",)
    return (
        f"{wanted} Let its stack {retired.stack} go, which keeps the table, then deploy: the table is adopted where it is wanted.",
    )


def _unseen(retired: Retired) -> str:
    """What can be said without having looked: what the committed record says, if there is one."""
    if retired.recorded is None:
        return (
            f"If it was deployed, the table and its stack {retired.stack} are kept as they are, and its alarms go on."
        )
    if retired.recorded:
        return (
            f"The committed record has its stack {retired.stack}: if it is still there, the table and the stack are kept as they are, and "
            "its alarms go on."
        )
    return f"The committed record does not have its stack {retired.stack}: if it was deployed all the same, it is kept as it is."


def _commands(environment: str) -> str:
    return (
        f"The commands to let it go are told by what looks at it first: make plan ENV={environment}, while deployment.yaml has the "
        "environment."
    )


def hand_over(retired: Retired) -> tuple[str, ...]:
    """How to let the stack of such a table go, as commands; none of them touches the table. None for what was not looked at."""
    if not retired.seen:
        return ()
    return let_go(retired.stack, retired.region, "which keeps the table")


def let_go(stack: str, region: str | None, what: str) -> tuple[str, ...]:
    """The commands that delete a stack that was looked at. `what`: becomes of what is in it."""
    at = f" --region {quote(region)}" if region else ""
    return (
        "Take the stack's protection off: aws cloudformation update-termination-protection "
        f"--no-enable-termination-protection --stack-name {quote(stack)}{at}",
        f"Delete the stack, {what}: aws cloudformation delete-stack --stack-name {quote(stack)}{at}",
    )


def recipe(retired: Retired) -> tuple[str, ...]:
    """How to part with it, as commands. None about a table that was not looked at, or is not there."""
    if retired.found != THERE:
        return hand_over(retired)
    at, table = _at(retired), quote(retired.table)
    return (
        f"Make a last backup: aws dynamodb create-backup --table-name {table} --backup-name {quote(retired.table[:NAME_MAX] + '-last')}{at}",
        *hand_over(retired),
        f"When nobody has missed it for a month: aws dynamodb update-table --table-name {table} "
        f"--no-deletion-protection-enabled{at}",
        f"Then delete the table: aws dynamodb delete-table --table-name {table}{at}",
    )


def _amount(retired: Retired) -> str:
    return amount(retired.item_count, retired.size_bytes)


def _at(retired: Retired) -> str:
    return f" --region {quote(retired.region)}" if retired.region else ""


def renamed(service: str, desired: DesiredTable, retired: Sequence[Retired]) -> tuple[str, ...]:
    """What to say of a table that is to be created while one with the same keys has left the contract of its service."""
    same = [r for r in retired if r.service == service and r.table != desired.name and r.keys == desired.keys]
    if not same:
        return ()
    names = " or ".join(each.table for each in same)
    items = f", {_amount(same[0])}," if len(same) == 1 and same[0].item_count is not None else ""
    return (
        f"If this is {names} under a new name: DynamoDB cannot rename a table. {desired.name} begins empty, and what "
        f"{names} holds{items} stays there. Copy it and switch the applications over, as generated/{service}/runbook.md#change-a-key says, "
        "or go back to the old name.",
    )
