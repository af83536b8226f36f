"""What is known of the requests that a table gets: from the traffic in deployment.yaml, else from the access patterns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.capacity.economics import load_of
from scripts.capacity.load import IndexLoad, Requests, total
from scripts.capacity.rates import READS, WRITES, rate_of
from scripts.capacity.units import table_units
from scripts.model import AccessPattern, ContractTable


class Expected(NamedTuple):
    """Requests per second on average. `complete`: all of them; else there are at least so many."""

    per_second: float = 0.0
    complete: bool = False


NOT_KNOWN = Expected()
Traffic = Mapping[str, tuple[Expected, Expected]]  # index, "" for the table, to reads and writes


def in_all(each: Iterable[Iterable[Expected]]) -> Expected:
    """All requests together; `each`: reads and writes of a table, nothing where neither is known."""
    known = [tuple(pair) for pair in each]
    found = [one for pair in known for one in pair]
    complete = all(known) and all(one.complete for one in found)
    return Expected(sum(one.per_second for one in found), bool(found) and complete)


def traffic(settings: Mapping[str, Any], table: ContractTable, patterns: Sequence[AccessPattern]) -> Traffic:
    """The requests of a table and its global secondary indexes. `settings`: effective; `patterns`: those of the table.

    A local secondary index uses the capacity of its table. An index gets the writes of its table that its share says,
    all of them where nothing does.
    """
    load = load_of(settings, table, patterns)
    if load is None:
        return {}
    stated = settings["traffic"] or {}
    rated = bool(patterns) and all(pattern.operation and rate_of(pattern) is not None for pattern in patterns)
    local = {index.name for index in load.indexes if index.local}

    def known(rates: Mapping[str, Any] | None, operations: Mapping[str, str], *places: str) -> bool:
        if rates and not rates.keys().isdisjoint(("average", "peak")):
            return True
        where = places or {"", *local, *(index.name for index in load.indexes)}
        return rated and any(pattern.operation in operations and pattern.index in where for pattern in patterns)

    def reads(requests: tuple[Requests, ...] | None, rates: Mapping[str, Any] | None, *places: str) -> Expected:
        return _expected(requests, known(rates, READS, *places))

    writes = _expected(load.writes, known(stated.get("writes"), WRITES))
    of_indexes = stated.get("indexes") or {}
    by_index = {
        index.name: reads(index.reads, (of_indexes.get(index.name) or {}).get("reads"), index.name)
        for index in load.indexes
    }
    own = [reads(load.reads, stated.get("reads"), ""), *(by_index[name] for name in local if by_index[name].per_second)]
    return {
        "": (in_all([own]), writes),
        **{i.name: (by_index[i.name], _written(i, writes)) for i in load.indexes if not i.local},
    }


def peak_units(
    settings: Mapping[str, Any], table: ContractTable, patterns: Sequence[AccessPattern]
) -> tuple[float | None, float | None]:
    """The read and write units a second that a table itself is expected to use at its peak; None: not known.

    None too where nothing says that there are any: requests that no access pattern names are not expected, and not told of.
    """
    load = load_of(settings, table, patterns)
    units = table_units(load) if load else (None, None)
    reads, writes = (float(rate.peak) if rate and rate.peak else None for rate in units)
    return reads, writes


def _written(index: IndexLoad, writes: Expected) -> Expected:
    """A write that changes the key of an index writes two entries of it."""
    share = float(index.share_of_writes * (1 + index.key_changes))
    return writes._replace(per_second=writes.per_second * share)


def _expected(requests: tuple[Requests, ...] | None, complete: bool) -> Expected:
    return Expected(float(total(requests).average), complete) if requests is not None else NOT_KNOWN
