"""Find out what a table has to carry: from the access patterns of the contract, and from `traffic` in deployment.yaml.

Settings win over the contract, value by value. Whatever nobody stated is either not known, or assumed and said so.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.capacity.entry_size import entry_size
from scripts.capacity.load import (
    ASSUMED_SIZE_BYTES,
    EVENTUAL,
    NO_RATE,
    STANDARD,
    IndexLoad,
    Requests,
    TableLoad,
    decimal,
)
from scripts.capacity.rates import MAX_RATE, READS, WRITES, RateSource, overlaid, pattern_requests, rate_of
from scripts.model import ALL, AccessPattern, ContractTable, Index
from scripts.operations import OPERATIONS
from scripts.patterns_of import patterns_of

_ID_LENGTH, _IDS_SHOWN = 40, 5


def from_contract(table: ContractTable, patterns: Sequence[AccessPattern]) -> TableLoad | None:
    """What the contract says about the load of `table`; None when it says nothing about rates, sizes or numbers.

    `patterns` are all access patterns of the contract. Their one rate is that of the design, for the peak; it is taken
    as the average too, so that costs on demand are the most they can be.
    """
    load = from_settings(table, {}, patterns)
    said = (load.reads, load.writes, load.item_size_bytes, load.item_count, *(index.reads for index in load.indexes))
    return None if all(value is None for value in said) else load


def from_settings(
    table: ContractTable, settings: Mapping[str, Any], patterns: Sequence[AccessPattern] = ()
) -> TableLoad:
    """What the settings say about the load of `table`, and the contract where they are silent.

    `settings` is the value of `traffic` in deployment.yaml, in the form of its schema and without the problems
    that `traffic_check.problems` finds; anything else may raise ValueError, KeyError or TypeError.
    """
    source = RateSource(table, patterns_of(patterns, table.name), settings)
    reads = _table_requests(source, "reads", READS, EVENTUAL)
    writes = _table_requests(source, "writes", WRITES, STANDARD)
    indexes = [_index(source, index, bool(writes), local=False) for index in table.indexes]
    indexes += [_index(source, index, bool(writes), local=True) for index in table.local_indexes]
    _note_size(source, bool(reads or writes))
    _note_patterns(source)
    count = settings.get("item_count")
    count = table.item_count if count is None else count
    said, guessed = tuple(dict.fromkeys(source.notes)), frozenset(source.guessed)
    return TableLoad(table.name, reads, writes, source.item_size, count, tuple(indexes), said, guessed)


def _table_requests(
    source: RateSource, what: str, kinds: Mapping[str, str], default_kind: str
) -> tuple[Requests, ...] | None:
    # A write goes to the table whatever index its pattern names; a read of an index does not.
    patterns = [p for p in source.patterns if p.operation in kinds and (kinds is WRITES or not p.index)]
    stated = source.settings.get(what) or {}
    found = pattern_requests(source, patterns, kinds, what, stated)
    default = Requests(default_kind, NO_RATE, source.item_size or ASSUMED_SIZE_BYTES)
    return overlaid(source, stated, found, what, default)


def _index(source: RateSource, index: Index, written: bool, *, local: bool) -> IndexLoad:
    stated = source.settings.get("indexes", {}).get(index.name, {})
    size = stated.get("entry_size_bytes")
    if size is None:
        size = entry_size(source.table, index, source.item_size)
        if index.projection != ALL and (written or source.item_size):
            how = "judged by the types of its attributes"
            source.notes.append(f"An entry of index {index.name} is taken to have {size:,} bytes, {how}.")
    what = f"reads of index {index.name}"
    patterns = [p for p in source.patterns if p.operation in READS and p.index == index.name]
    rates = stated.get("reads") or {}
    # The reads of a global secondary index are eventually consistent, whatever the pattern hopes for.
    eventual = dict.fromkeys(READS, EVENTUAL)
    reads = pattern_requests(source, patterns, eventual, what, rates)
    default = Requests(EVENTUAL, NO_RATE, size or source.item_size or ASSUMED_SIZE_BYTES)
    reads = overlaid(source, rates, reads, what, default)
    share_of_items = decimal(stated.get("share_of_items", 1))
    share_of_writes = decimal(stated.get("share_of_writes", share_of_items))
    key_changes = decimal(stated.get("key_changes", 0))
    if written and "share_of_writes" not in stated and share_of_items < 1:
        source.notes.append(f"Index {index.name} is taken to have the same share of the writes as of the items.")
    if written and "key_changes" not in stated:
        source.notes.append(
            f"Writes are taken not to change the key of index {index.name}: one that does counts twice."
        )
    return IndexLoad(index.name, reads, size, share_of_items, share_of_writes, key_changes, local)


def _note_size(source: RateSource, used: bool) -> None:
    size = source.item_size
    if used and size is None:
        source.notes.append("No item size is stated: 1 KB is assumed. State traffic.item_size_bytes.")
    elif size is not None and source.stated_item_size is None:
        source.notes.append(
            f"The largest item of an access pattern, {size:,} bytes, is taken for the size of all items."
        )


def _note_patterns(source: RateSource) -> None:
    """What the patterns of the contract leave open, as far as the settings do not say it."""
    if not any(pattern.requests_per_second is not None for pattern in source.patterns):
        return
    used = [pattern for pattern in source.patterns if not _in_settings(source, pattern)]
    rated = [p for p in used if rate_of(p) is not None]
    beyond = [p.id for p in used if p.requests_per_second is not None and rate_of(p) is None]
    if any(p.operation for p in rated):
        source.notes.append(
            "The contract has peak rates only: they are taken as averages too, so that costs are upper bounds."
        )
    if any(READS.get(p.operation) == EVENTUAL and not p.index for p in rated):
        source.notes.append("Reads are taken to be eventually consistent: strongly consistent ones cost twice as much.")
    for ids, sentence in (
        ([p.id for p in used if p.requests_per_second is None], "{}: no rate is stated, not counted."),
        (beyond, f"{{}}: more than {MAX_RATE:,} requests per second are stated, not counted."),
        ([p.id for p in rated if not p.operation], "{}: no operation is stated, not counted."),
        (
            [p.id for p in rated if p.operation and OPERATIONS[p.operation].batch],
            "{}: the rate is taken to count items, not batches.",
        ),
    ):
        if ids:
            source.notes.append(sentence.format(_listed(ids)))


def _in_settings(source: RateSource, pattern: AccessPattern) -> bool:
    """Whether the settings state the whole rate that the pattern is a part of."""
    where = source.settings
    if pattern.operation in READS and pattern.index:
        where = where.get("indexes", {}).get(pattern.index, {})
    part = where.get("writes" if pattern.operation in WRITES else "reads", {}) if pattern.operation else {}
    return "average" in part and "peak" in part


def _listed(ids: Sequence[str]) -> str:
    shown = [one if len(one) <= _ID_LENGTH else f"{one[: _ID_LENGTH - 3]}..." for one in ids[:_IDS_SHOWN]]
    return ", ".join(shown) + (f" and {len(ids) - _IDS_SHOWN} more" if len(ids) > _IDS_SHOWN else "")
