"""Judge `traffic` of a deployment.yaml: what its JSON Schema cannot say."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scripts.capacity.load import EVENTUAL
from scripts.model import ContractTable
from scripts.problems import did_you_mean

SCHEMA_FILE = Path(__file__).with_name("traffic.schema.json")
_RATES = ("reads", "writes")
_NUMBERS = ("average", "peak", "share_of_items", "share_of_writes", "key_changes")


class TrafficProblem(NamedTuple):
    """One thing that is wrong: its path below `traffic`, the sentence, and what to do."""

    path: tuple[str, ...]
    message: str
    fix: str


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the value of `traffic`, complete in itself. Not to be changed: it is shared."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def problems(
    table: ContractTable, settings: Mapping[str, Any], local_indexes: Sequence[str] = ()
) -> tuple[TrafficProblem, ...]:
    """What is wrong with `settings`, the value of `traffic` for `table`, beyond its form.

    `local_indexes` are the names of the local secondary indexes. Values of a wrong kind are the schema's business; they
    are passed over here.
    """
    return tuple(_problems(table, settings, tuple(local_indexes)))


def _problems(table: ContractTable, settings: Any, local: tuple[str, ...]) -> Iterator[TrafficProblem]:
    for path, value in _numbers(settings):
        if not math.isfinite(value):
            yield TrafficProblem(path, f"{value} is not a number that can be reckoned with.", "Write a finite number.")
    for path, rates in _rates(settings):
        average, peak = rates.get("average"), rates.get("peak")
        if _is_number(average) and _is_number(peak) and peak < average:
            message = f"The peak, {peak:g} per second, is less than the average, {average:g}."
            yield TrafficProblem((*path, "peak"), message, "Raise the peak, or lower the average.")
    global_ = [index.name for index in table.indexes]
    names = [*global_, *local]
    item_size = settings.get("item_size_bytes", table.item_size_bytes) if isinstance(settings, Mapping) else None
    for name, stated in _groups(settings, "indexes"):
        path = ("indexes", name)
        if name not in names:
            yield TrafficProblem(path, f'Table {table.name} has no index "{name}".', _known(name, names))
            continue
        consistency = _group(stated, "reads").get("consistency")
        if name in global_ and consistency not in (None, EVENTUAL):
            message = f"Index {name} is a global secondary index: its reads are always eventually consistent."
            yield TrafficProblem(
                (*path, "reads", "consistency"), message, "Remove the line, or read the table instead."
            )
        size, whole = stated.get("entry_size_bytes"), stated.get("share_of_items", 1) == 1
        # When only some items are in the index, these may be the large ones.
        if whole and _is_number(size) and _is_number(item_size) and size > item_size:
            message = f"An entry of {size:,} bytes is larger than the item it is made from, which has {item_size:,}."
            yield TrafficProblem((*path, "entry_size_bytes"), message, "Correct it, or item_size_bytes.")


def _known(name: str, names: Sequence[str]) -> str:
    guess = did_you_mean(name, names)
    if guess:
        return f'Did you mean "{guess}"?'
    return f"The table has: {', '.join(names)}." if names else "The table has no indexes: remove the entry."


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _group(value: Any, key: str) -> Mapping[str, Any]:
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _groups(value: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, stated in _group(value, key).items():
        yield str(name), stated if isinstance(stated, Mapping) else {}


def _rates(settings: Any) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for what in _RATES:
        yield (what,), _group(settings, what)
    for name, stated in _groups(settings, "indexes"):
        yield ("indexes", name, "reads"), _group(stated, "reads")


def _numbers(settings: Any) -> Iterator[tuple[tuple[str, ...], float]]:
    places = [*_rates(settings), *((("indexes", name), stated) for name, stated in _groups(settings, "indexes"))]
    for path, group in places:
        for key in _NUMBERS:
            if isinstance(group.get(key), float):
                yield (*path, key), group[key]
