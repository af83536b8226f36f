"""Judge `traffic` of a deployment.yaml: what its JSON Schema cannot say."""

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from scripts.capacity.load import EVENTUAL
from scripts.edit import Edit, remove, rename
from scripts.model import ContractTable
from scripts.problems import Breach, did_you_mean
from scripts.text.edit_words import edit_words

Path = tuple[str, ...]


def problems(table: ContractTable, traffic: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with `traffic`, the setting of a table, beyond its form: it is as the schema wants it. Places are below it."""
    for path, stated in _groups(traffic):
        for key, value in stated.items():
            if isinstance(value, float) and not math.isfinite(value):
                message = f"{value} is not a number that can be reckoned with."
                yield Breach(*path, key, found=message, hint="Write a finite number.")
        average, peak = stated.get("average"), stated.get("peak")
        if average is not None and peak is not None and peak < average:
            message = f"The peak, {peak:g} per second, is less than the average, {average:g}."
            yield Breach(*path, "peak", found=message, hint="Raise the peak, or lower the average.")
    for name, stated in traffic.get("indexes", {}).items():
        size = traffic.get("item_size_bytes", table.item_size_bytes)
        yield from _index(table, name, stated, size, traffic["indexes"])


def _groups(traffic: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Everything that holds numbers: rates of reads and writes, and what is said about each index."""
    indexes = traffic.get("indexes", {}).items()
    yield from (((what,), traffic[what]) for what in ("reads", "writes") if what in traffic)
    yield from ((("indexes", name), stated) for name, stated in indexes)
    yield from ((("indexes", name, "reads"), stated["reads"]) for name, stated in indexes if "reads" in stated)


def _index(
    table: ContractTable, name: str, stated: Mapping[str, Any], item_size: int | None, stated_names: Container[str]
) -> Iterator[Breach]:
    path = ("indexes", name)
    names = [index.name for index in (*table.indexes, *table.local_indexes)]
    if name not in names:
        guess = did_you_mean(name, [one for one in names if one not in stated_names])
        edits = [rename(path, guess)] if guess else []
        yield Breach(*path, edits=edits, found=f'Table {table.name} has no index "{name}".', hint=_known(edits, names))
        return
    is_global = any(index.name == name for index in table.indexes)
    if is_global and stated.get("reads", {}).get("consistency", EVENTUAL) != EVENTUAL:
        message = f"Index {name} is a global secondary index: its reads are always eventually consistent."
        where = (*path, "reads", "consistency")
        hint = f"{edit_words(edits := [remove(where)])}, or read the table instead."
        yield Breach(*where, edits=edits, found=message, hint=hint)
    size, whole = stated.get("entry_size_bytes"), stated.get("share_of_items", 1) == 1
    # When only some items are in the index, these may be the large ones.
    if whole and size and item_size and size > item_size:
        message = f"An entry of {size:,} bytes is larger than the item it is made from, which has {item_size:,}."
        yield Breach(*path, "entry_size_bytes", found=message, hint="Correct it, or item_size_bytes.")


def _known(edits: Sequence[Edit], names: Sequence[str]) -> str:
    if edits:
        return f"{edit_words(edits)}."
    return f"The table has: {', '.join(names)}." if names else "The table has no indexes: remove the entry."
