"""What the access patterns of a contract say about a table: which operations it gets, and how many."""

from collections.abc import Iterable, Sequence

from scripts.capacity.rates import READS, rate_of
from scripts.model import AccessPattern
from scripts.patterns_of import patterns_of

MAX_METRICS = 10  # in one metric math alarm (CloudWatch, PutMetricAlarm)
# All but PartiQL: what an alarm over all operations watches when nobody says which ones a table gets. In the order in
# which they are kept when there are more than an alarm can have.
USUAL_OPERATIONS = (
    "GetItem", "PutItem", "UpdateItem", "Query", "DeleteItem", "BatchGetItem", "BatchWriteItem", "TransactWriteItems",
    "TransactGetItems", "Scan",
)  # fmt: skip
PARTIQL = ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction")
Traffic = dict[str, tuple[float, float]]  # index, "" for the table, to reads and writes per second


def operations(patterns: Iterable[AccessPattern], table: str) -> tuple[str, ...]:
    """The operations of a table (its name in the contract), at most 10, the most usual first.

    Those of its access patterns if every one of them states its operation; else the usual ones, so that an operation
    that nobody stated is watched too.
    """
    mine = [pattern.operation for pattern in patterns_of(patterns, table)]
    if not mine or not all(mine):
        return USUAL_OPERATIONS
    return tuple(name for name in (*USUAL_OPERATIONS, *PARTIQL) if name in mine)[:MAX_METRICS]


def traffic(patterns: Iterable[AccessPattern], table: str, indexes: Sequence[str]) -> Traffic:
    """Requests per second of a table and its indexes, from the access patterns that state them; 0 where none does.

    A rate that cannot be meant counts no more than in the capacity and the costs, which say so (`rate_of`).
    An index gets at most the writes of its table; a local secondary index uses the capacity of its table.
    """
    found: dict[str, list[float]] = {target: [0.0, 0.0] for target in ("", *indexes)}
    for pattern in patterns_of(patterns, table):
        if not pattern.operation:
            continue
        rate = rate_of(pattern) or 0.0
        if pattern.operation in READS:
            found[pattern.index if pattern.index in found else ""][0] += rate
        else:
            found[""][1] += rate
    writes = found[""][1]
    return {target: (reads, writes) for target, (reads, _) in found.items()}
