"""What access patterns need: grants of exactly their actions, on exactly the table and the indexes that they use."""

from collections.abc import Collection, Iterable

from scripts.access.actions import OPERATIONS
from scripts.access.arns import ArnScope
from scripts.access.documents import INDEXES, ITEMS, TRANSACTIONS, Condition, Grant
from scripts.model import AccessPattern, ContractTable
from scripts.patterns_of import patterns_of, untold


def of_table(patterns: Iterable[AccessPattern], table: ContractTable) -> list[AccessPattern]:
    """The patterns on a table of which the operation is known."""
    return [pattern for pattern in patterns_of(patterns, table.name) if pattern.operation]


def all_known(patterns: Iterable[AccessPattern], table: ContractTable) -> bool:
    """Whether the patterns tell every use of a table: there are some, and each one of them states its operation.

    A sentence in `satisfies` that belongs to none of them is a use of which only the words are known.
    """
    here = patterns_of(patterns, table.name)
    return bool(here) and all(pattern.operation for pattern in here) and not untold(table, here)


def grants(
    patterns: Iterable[AccessPattern], place: ArnScope, name: str, only: Collection[str] | None = None
) -> list[Grant]:
    """What the patterns of one table need, whose name in AWS is `name`; with `only`, of these actions no others.

    Transactions come last, and without what is allowed outside of them anyway.
    """
    plain: dict[str, set[str]] = {}
    enclosed: dict[str, set[str]] = {}
    for pattern in patterns:
        use = OPERATIONS[pattern.operation]
        actions = set(use.actions) if only is None else set(use.actions).intersection(only)
        if use.enclosing:
            enclosed.setdefault(use.enclosing, set()).update(actions)
            continue
        on_index = use.on_index and pattern.index
        plain.setdefault(place.index(name, pattern.index) if on_index else place.table(name), set()).update(actions)
    table = place.table(name)
    found = [
        Grant(ITEMS if resource == table else INDEXES, tuple(sorted(actions)), resource)
        for resource, actions in plain.items()
        if actions
    ]
    for operation, actions in enclosed.items():
        rest = actions - plain.get(table, set())
        if rest:
            found.append(Grant(TRANSACTIONS, tuple(sorted(rest)), table, _inside(operation)))
    return found


def _inside(operation: str) -> Condition:
    # The set operator is that of the Developer Guide, "Using IAM with DynamoDB transactions", example 2; without the key
    # in the request it is false, so that the grant holds inside transactions only.
    return (("ForAnyValue:StringEquals", "dynamodb:EnclosingOperation", (operation,)),)
