"""What DynamoDB can never change about a table, with the way out of each case."""

from scripts.model import DesiredTable, Index, LiveTable


def blocked(desired: DesiredTable, live: LiveTable) -> list[str]:
    """Every reason for which the live table cannot be made the desired one, each with the way out."""
    reasons = []
    if desired.keys != live.keys:
        reasons.append(
            f"Its key schema is {live.keys}, the contract wants {desired.keys}. DynamoDB cannot change the keys of a "
            "table: give the table a new name in the contract, copy the items, then switch the applications over (runbook, Change a key)."
        )
    found = {index.name: index for index in live.indexes}
    for index in desired.indexes:
        if index.name in found and index != found[index.name]:
            reasons.append(
                f'Index "{index.name}" exists with another definition: {found[index.name]}. Wanted: '
                f"{index}. DynamoDB cannot change an index: add it under a new name, switch the applications "
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
    return reasons


def other_name(wanted: str, found: str) -> str:
    """Why the table of a stack cannot have another name, as another table_prefix would give it."""
    return (
        f"Its stack holds table {found}; the contract and its table_prefix now name it {wanted}. DynamoDB cannot rename a "
        "table: go back to the old table_prefix, or describe a new table under another name in the contract, copy the items "
        "(runbook, Change a key), then switch the applications over."
    )


def _local(desired: DesiredTable, live: LiveTable) -> list[str]:
    """Why the local secondary indexes cannot be as wanted; one reason for all of them."""
    wanted = {index.name: index for index in desired.local_indexes}
    found = {index.name: index for index in live.local_indexes}
    parts = [f'"{name}" is not there' for name in wanted if name not in found]
    parts += [f'"{name}" is there, but the contract does not have it' for name in found if name not in wanted]
    # The partition key is that of the table, which is judged by itself.
    parts += [
        f'"{name}" is {found[name]}, the contract wants {index}'
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


def _types(live: LiveTable) -> dict[str, str]:
    every = (*(index.keys for index in (*live.indexes, *live.local_indexes)), live.keys)
    return {key.name: key.type for keys in every for key in keys.attributes}
