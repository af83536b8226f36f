"""Tables that the contract does not have any more: they are kept, and how to part with them is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from scripts.model import DesiredTable, Keys
from scripts.planning.durations import amount

NAME_MAX = 250  # characters of a backup's name, at most 255, that the table's may take (API reference, CreateBackup)


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


def kept(retired: Retired) -> tuple[str, ...]:
    """What happens to it: nothing."""
    has = f" It has {_amount(retired)}." if retired.item_count is not None else ""
    return (
        f"The contract does not have it any more. The table and its stack {retired.stack} are kept as they are; its alarms "
        f"go on.{has} To keep it for good, put it back into the contract.",
    )


def handed_over(retired: Retired) -> tuple[str, ...]:
    """What happens to a table that another service or environment of the contracts wants now: nothing by itself."""
    return (
        f"Table {retired.table} is still wanted by the contracts, but no longer here: do not delete it. Let its stack "
        f"{retired.stack} go, which keeps the table, then deploy: the table is adopted where it is wanted.",
    )


def hand_over(retired: Retired) -> tuple[str, ...]:
    """How to let the stack of such a table go, as commands; none of them touches the table."""
    at = _at(retired)
    stack = quote(retired.stack)
    return (
        "Take the stack's protection off: aws cloudformation update-termination-protection "
        f"--no-enable-termination-protection --stack-name {stack}{at}",
        f"Delete the stack, which keeps the table: aws cloudformation delete-stack --stack-name {stack}{at}",
    )


def recipe(retired: Retired) -> tuple[str, ...]:
    """How to part with it, as commands."""
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
        f"{names} holds{items} stays there. Copy it (runbook, Change a key) and switch the applications over, or go back to the old name.",
    )
