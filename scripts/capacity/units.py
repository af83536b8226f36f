"""Read and write units, by the rules of DynamoDB. KB is 1,024 bytes.

Sources: Amazon DynamoDB Developer Guide, CapacityUnitCalculations, WorkingWithTables.Basics, Constraints, and GSI
(provisioned throughput considerations). A read capacity unit and a read request unit are the same amount of work.
"""

from decimal import Decimal
from typing import NamedTuple

from scripts.capacity.load import (
    ASSUMED_SIZE_BYTES,
    EVENTUAL,
    NO_RATE,
    STANDARD,
    STRONG,
    TRANSACTIONAL,
    IndexLoad,
    Rate,
    Requests,
    TableLoad,
    added,
    total,
)

READ_UNIT_BYTES = 4 * 1024
WRITE_UNIT_BYTES = 1024
READ_FACTORS = {STRONG: Decimal(1), EVENTUAL: Decimal("0.5"), TRANSACTIONAL: Decimal(2)}
WRITE_FACTORS = {STANDARD: 1, TRANSACTIONAL: 2}


class Units(NamedTuple):
    """Read and write units per second; None: not known."""

    read: Rate | None
    write: Rate | None


def read_units(size_bytes: int, kind: str = EVENTUAL) -> Decimal:
    """Units of reading one item, or of one Query or Scan that evaluates `size_bytes` bytes in all.

    One unit for each 4 KB begun with a strongly consistent read, half of that with an eventually consistent one, twice
    with a transactional one. What does not exist costs as much as the smallest item.
    Source: Developer Guide, CapacityUnitCalculations. Raises KeyError for a kind that is not in READ_KINDS.
    """
    return _begun(size_bytes, READ_UNIT_BYTES) * READ_FACTORS[kind]


def write_units(size_bytes: int, kind: str = STANDARD) -> int:
    """Units of writing, updating or deleting one item: one for each 1 KB begun of the larger of the old and the new item.

    Twice that in a transaction. Source: Developer Guide, CapacityUnitCalculations.
    Raises KeyError for a kind that is not in WRITE_KINDS.
    """
    return _begun(size_bytes, WRITE_UNIT_BYTES) * WRITE_FACTORS[kind]


def all_units(load: TableLoad) -> tuple[Units, tuple[Units, ...]]:
    """`table_units`, and `index_units` of each of its indexes."""
    return table_units(load), tuple(index_units(load, index) for index in load.indexes)


def table_units(load: TableLoad) -> Units:
    """Units per second of the table itself, with those of its local secondary indexes, which use its capacity."""
    local = [index for index in load.indexes if index.local]
    reads = _reads(load.reads)
    for index in local:
        extra = _reads(index.reads)
        reads = None if reads is None or extra is None else reads + extra
    if load.writes is None:
        return Units(reads, None)
    # An index entry of a local index is part of the item's own write, so a transaction doubles it too.
    entries = sum(map(_units_of_a_write, local))
    writes = [
        one.rate.times(write_units(one.size_bytes, one.kind) + entries * WRITE_FACTORS[one.kind]) for one in load.writes
    ]
    return Units(reads, added(writes))


def index_units(load: TableLoad, index: IndexLoad) -> Units:
    """Units per second of one global secondary index of the table; nothing for a local one, see `table_units`.

    Every write to the table that changes an entry is also a write to the index, after the table's own: a transaction
    does not double it.
    """
    if index.local:
        return Units(NO_RATE, NO_RATE)
    if load.writes is None:
        return Units(_reads(index.reads), None)
    return Units(_reads(index.reads), total(load.writes).times(_units_of_a_write(index)))


def capture_units(load: TableLoad) -> Rate | None:
    """Change data capture units per second for a Kinesis data stream: one for each 1 KB begun of every written item.

    The larger of the old and the new item counts, and a transaction doubles nothing. None: the writes are not known.
    Source: Developer Guide, "Using Kinesis Data Streams to capture changes to DynamoDB".
    """
    if load.writes is None:
        return None
    return added([one.rate.times(_begun(one.size_bytes, WRITE_UNIT_BYTES)) for one in load.writes])


def _units_of_a_write(index: IndexLoad) -> Decimal:
    """Units in the index, on average, of one write to its table.

    A write that changes the key of the index deletes the old entry and puts a new one, each rounded by the size of the
    entry, not of the item. Source: Developer Guide, GSI (write capacity units).
    """
    entry = _begun(index.entry_size_bytes or ASSUMED_SIZE_BYTES, WRITE_UNIT_BYTES)
    return index.share_of_writes * entry * (1 + index.key_changes)


def _reads(requests: tuple[Requests, ...] | None) -> Rate | None:
    if requests is None:
        return None
    return added([one.rate.times(read_units(one.size_bytes, one.kind)) for one in requests])


def _begun(size_bytes: int, step: int) -> int:
    return max(1, -(-size_bytes // step))
