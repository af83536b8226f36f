"""Decide what has to happen to one table: nothing, a creation, a change in safe steps, or nothing because it is blocked."""

import shlex
from dataclasses import dataclass

from scripts.model import Index, Keys, TableState, Unknown

CREATE, UPDATE, BLOCKED = "create", "update", "blocked"
INDEX_LIMIT = 20  # global secondary indexes per table (DynamoDB service quotas, default)
INCLUDED_LIMIT = 100  # attributes that all INCLUDE projections of a table name together (DynamoDB service quotas)


@dataclass(frozen=True, slots=True)
class Step:
    """One stack operation: what the table has after it; everything that is not said here is as wanted.

    `ttl_off` is the attribute whose time to live is switched off by this step and stays off until a later one.
    `waits_for_ttl`: an hour must have passed since time to live was changed last, before this step can begin.
    """

    indexes: tuple[Index, ...]
    ttl_off: str = ""
    waits_for_ttl: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a table: the stack operations in their order, the last of which leads to what is wanted."""

    action: str
    steps: tuple[Step, ...] = ()
    reasons: tuple[str, ...] = ()


def change(desired: TableState, live: TableState | None) -> Change:
    """The way from the live state (None: no such table) to the desired one."""
    if live is None:
        # A new table may have any number of indexes (up to the limit) at once (CreateTable).
        return Change(CREATE, (Step(desired.indexes),))
    reasons = tuple(_blocked(desired, live))
    if reasons:
        return Change(BLOCKED, reasons=reasons)
    return Change(UPDATE, tuple(map(Step, index_steps(desired.indexes, live.indexes, live.local_indexes))))


def index_steps(
    desired: tuple[Index, ...], live: tuple[Index, ...], local: tuple[Index, ...] = ()
) -> tuple[tuple[Index, ...], ...]:
    """The indexes after each step, at most one created or deleted per step: CloudFormation refuses more in one update.

    Creations come first, so that readers can move before an index goes, unless a limit of the table leaves no room.
    `local` are the local secondary indexes: they stay as they are, but their projected attributes take room.
    """
    reserved = sum(len(index.included) for index in local)
    wanted = {index.name: index for index in desired}
    now = {index.name: index for index in live}
    create = [index for index in desired if index.name not in now]
    delete = [index.name for index in live if index.name not in wanted]
    steps: list[tuple[Index, ...]] = []
    while create or delete:
        if create and (not delete or _room(now, create[0], reserved)):
            index = create.pop(0)
            now[index.name] = index
        else:
            del now[delete.pop(0)]
        steps.append(tuple(now.values()))
    return (*steps[:-1], desired)


def _room(now: dict[str, Index], index: Index, reserved: int) -> bool:
    """Whether a table with the indexes `now` can take one more; `reserved` projected attributes are taken anyway."""
    included = reserved + sum(len(other.included) for other in (*now.values(), index))
    return len(now) < INDEX_LIMIT and included <= INCLUDED_LIMIT


def _blocked(desired: TableState, live: TableState) -> list[str]:
    """Every reason for which the change cannot be made, with the way out."""
    reasons = []
    if isinstance(live.keys, Unknown):
        reasons.append(f"Its key schema is not known: {live.keys.reason.rstrip('.')}. Try again when it can be read.")
    elif desired.keys != live.keys:
        reasons.append(
            f"Its key schema is {live.keys}, the contract wants {desired.keys}. DynamoDB cannot change the keys of a "
            "table: give the table a new name in the contract, copy the items, then switch the applications over."
        )
    found = {index.name: index for index in live.indexes}
    for index in desired.indexes:
        if index.name in found and index != found[index.name]:
            reasons.append(
                f'Index "{index.name}" exists with another definition ({_words(found[index.name])}; wanted: '
                f"{_words(index)}). DynamoDB cannot change an index: add it under a new name, switch the applications "
                "over, then remove the old one."
            )
    reasons += _local(desired, live)
    types = _types(live)
    for keys in (index.keys for index in desired.indexes):
        for key in keys.attributes:
            if types.get(key.name, key.type) != key.type and not any(f'"{key.name}"' in reason for reason in reasons):
                reasons.append(
                    f'Attribute "{key.name}" is a key of type {types[key.name]}, the contract wants {key.type}. '
                    "DynamoDB cannot change the type of a key: use another attribute name."
                )
    if not isinstance(live.ttl_attribute, Unknown) and live.ttl_attribute not in ("", desired.ttl_attribute):
        wanted = f'"{desired.ttl_attribute}"' if desired.ttl_attribute else "none"
        reasons.append(
            f'Time to live is on for "{live.ttl_attribute}", wanted is {wanted}. DynamoDB changes it only by switching it '
            f"off and waiting an hour: aws dynamodb update-time-to-live --table-name {desired.name} "
            f"--time-to-live-specification {shlex.quote(f'Enabled=false,AttributeName={live.ttl_attribute}')}"
        )
    return reasons


def _local(desired: TableState, live: TableState) -> list[str]:
    """Why the local secondary indexes cannot be as wanted; one reason for all of them."""
    wanted = {index.name: index for index in desired.local_indexes}
    found = {index.name: index for index in live.local_indexes}
    parts = [f'"{name}" is not there' for name in wanted if name not in found]
    parts += [f'"{name}" is there, but the contract does not have it' for name in found if name not in wanted]
    # The partition key is that of the table, which is judged by itself.
    parts += [
        f'"{name}" is {_words(found[name])}, the contract wants {_words(index)}'
        for name, index in wanted.items()
        if name in found and _own(index) != _own(found[name])
    ]
    if not parts:
        return []
    return [
        f"Its local secondary indexes differ: {'; '.join(parts)}. DynamoDB makes them with the table and cannot add, "
        'change or remove them later: leave "lsis" as it was and describe a new index in "gsis", or give the table a new '
        "name in the contract, copy the items, then switch the applications over."
    ]


def _own(index: Index) -> tuple[object, ...]:
    return index.keys.sort, index.projection, index.included


def _words(index: Index) -> str:
    included = f" {', '.join(index.included)}" if index.included else ""
    return f"{index.keys}, {index.projection}{included}"


def _types(state: TableState) -> dict[str, str]:
    every: list[Keys] = [index.keys for index in (*state.indexes, *state.local_indexes)]
    if not isinstance(state.keys, Unknown):
        every.append(state.keys)
    return {key.name: key.type for keys in every for key in keys.attributes}
