"""What DynamoDB can never change about a table."""

from collections.abc import Iterator

from scripts.model import DesiredTable, Index, LiveTable
from scripts.planning.plan_rules import OTHER_INDEX, OTHER_KEYS, OTHER_LOCAL_INDEXES, OTHER_TYPE
from scripts.planning.reasons import Reason, reason


def blocked(desired: DesiredTable, live: LiveTable) -> Iterator[Reason]:
    """Every reason for which the live table cannot be made the desired one, each with the way out."""
    if desired.keys != live.keys:
        yield reason(OTHER_KEYS, live=live.keys, desired=desired.keys)
    found = {index.name: index for index in live.indexes}
    for index in desired.indexes:
        if index.name in found and index != found[index.name]:
            yield reason(OTHER_INDEX, name=index.name, live=found[index.name], desired=index)
    if differences := list(_local(desired, live)):
        yield reason(OTHER_LOCAL_INDEXES, differences="; ".join(differences))
    types, told = _types(live), set[str]()
    for keys in (index.keys for index in desired.indexes):
        for key in keys.attributes:
            if types.get(key.name, key.type) != key.type and key.name not in told:
                told.add(key.name)
                yield reason(OTHER_TYPE, name=key.name, live=types[key.name], desired=key.type)


def _local(desired: DesiredTable, live: LiveTable) -> Iterator[str]:
    """How the local secondary indexes differ from those that are wanted."""
    wanted = {index.name: index for index in desired.local_indexes}
    found = {index.name: index for index in live.local_indexes}
    yield from (f'"{name}" is not there' for name in wanted if name not in found)
    yield from (f'"{name}" is there, but the contract does not have it' for name in found if name not in wanted)
    # The partition key is that of the table, which is judged by itself.
    for name, index in wanted.items():
        if name in found and _own(index) != _own(found[name]):
            yield f'"{name}" is {found[name]}, the contract wants {index}'


def _own(index: Index) -> tuple[object, ...]:
    return index.keys.sort, index.projection, index.included


def _types(live: LiveTable) -> dict[str, str]:
    every = (*(index.keys for index in (*live.indexes, *live.local_indexes)), live.keys)
    return {key.name: key.type for keys in every for key in keys.attributes}
