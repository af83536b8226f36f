"""The requests per second of one table: from its access patterns, overlaid with the rates that the settings state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.capacity.load import (
    ASSUMED_SIZE_BYTES,
    AVERAGES,
    EVENTUAL,
    NOTHING,
    PEAKS,
    STANDARD,
    TRANSACTIONAL,
    Rate,
    Requests,
    decimal,
    total,
)
from scripts.model import AccessPattern, ContractTable
from scripts.operations import OPERATIONS

# What an access pattern does to a table, by its operation. The contract has no word for consistency: a read that is not
# part of a transaction is eventually consistent, as it is in the API by default.
READS = {
    name: TRANSACTIONAL if operation.transactional else EVENTUAL
    for name, operation in OPERATIONS.items()
    if operation.reads
}
WRITES = {
    name: TRANSACTIONAL if operation.transactional else STANDARD
    for name, operation in OPERATIONS.items()
    if not operation.reads
}
MAX_RATE = 10_000_000  # requests per second, as in deployment.schema.json; more is a slip
_MANY = ("Query", "Scan")  # the size stated for these is that of everything that one request reads


@dataclass(frozen=True, slots=True)
class RateSource:
    """What there is to go by for one table: the contract's table and its own patterns, `traffic` of the settings; and
    what was assumed so far: in sentences, and whether rates were, see TableLoad."""

    table: ContractTable
    patterns: tuple[AccessPattern, ...]
    settings: Mapping[str, Any]
    notes: list[str] = field(default_factory=list)
    guessed: set[str] = field(default_factory=set)

    @property
    def stated_item_size(self) -> int | None:
        """The item size that settings or contract state for the table, in bytes."""
        return self.settings.get("item_size_bytes") or self.table.item_size_bytes

    @property
    def item_size(self) -> int | None:
        """The item size as stated, or else the largest single item of an access pattern, in bytes."""
        sizes = (p.item_size_bytes for p in self.patterns if p.item_size_bytes and p.operation not in _MANY)
        return self.stated_item_size or max(sizes, default=None)


def rate_of(pattern: AccessPattern) -> float | None:
    """The requests per second that a pattern states; None when it states none, or one that cannot be meant."""
    rate = pattern.requests_per_second
    return None if rate is None or rate > MAX_RATE else rate


def pattern_requests(
    source: RateSource,
    patterns: Sequence[AccessPattern],
    kinds: Mapping[str, str],
    what: str,
    stated: Mapping[str, Any],
) -> tuple[Requests, ...] | None:
    """The requests of those patterns that have a rate, those of one kind and size together; None: no rate is known.

    When the contract has rates for this table, but no pattern that does `what`, nobody does it: a guess, unless the
    settings state a rate of it (`stated`, empty for nothing).
    """
    rated = [(pattern, rate) for pattern in patterns if (rate := rate_of(pattern)) is not None]
    if patterns and not rated:
        return None
    if not patterns:
        if not any(rate_of(pattern) is not None and pattern.operation for pattern in source.patterns):
            return None
        if not _has_rate(stated):
            source.guessed.add(NOTHING)
            source.notes.append(f"The contract has no access pattern for the {what}: none are counted.")
        return ()
    merged: dict[tuple[str, int], Rate] = {}
    for pattern, stated_rate in rated:
        key = (kinds[pattern.operation], _size(source, pattern))
        added = Rate.of(stated_rate)
        merged[key] = merged[key] + added if key in merged else added
    return tuple(Requests(kind, rate, size) for (kind, size), rate in merged.items())


def _size(source: RateSource, pattern: AccessPattern) -> int:
    """The bytes that one request handles: of a single item, the settings know the size better than the pattern."""
    item = source.settings.get("item_size_bytes")
    sizes = (pattern.item_size_bytes, item) if pattern.operation in _MANY else (item, pattern.item_size_bytes)
    return next((size for size in (*sizes, source.item_size) if size), ASSUMED_SIZE_BYTES)


def overlaid(
    source: RateSource,
    stated: Mapping[str, Any],
    found: tuple[Requests, ...] | None,
    what: str,
    default: Requests,
) -> tuple[Requests, ...] | None:
    """`found`, with the rates and the kind that the settings state in their place (`stated`, empty for nothing).

    The contract's patterns still say of which sizes the requests are. Where it has none, they are like `default`.
    """
    kind = _kind(stated)
    mix = tuple(replace(one, kind=kind or one.kind) for one in found or ())
    known = total(mix)
    if not _has_rate(stated):
        if known.peak:  # the contract knows design rates only
            source.guessed.add(AVERAGES)
        return None if found is None else mix
    rate = _stated_rate(source, stated, known if known.peak else None, what)
    if not known.peak:
        return (Requests(kind or default.kind, rate, default.size_bytes),)
    return tuple(
        replace(one, rate=Rate(one.rate.average * rate.average / known.average, one.rate.peak * rate.peak / known.peak))
        for one in mix
    )


def _has_rate(stated: Mapping[str, Any]) -> bool:
    return stated.get("average") is not None or stated.get("peak") is not None


def _kind(stated: Mapping[str, Any]) -> str | None:
    """`consistency` of reads or `transactional` of writes, as one of the kinds of requests; None: not stated."""
    if stated.get("transactional") is None:
        return stated.get("consistency")
    return TRANSACTIONAL if stated["transactional"] else STANDARD


def _stated_rate(source: RateSource, stated: Mapping[str, Any], known: Rate | None, what: str) -> Rate:
    """The rate that the settings state; what one of its two figures lacks comes from the contract, or from the other."""
    if stated.get("average") is not None and stated.get("peak") is not None:
        return Rate.of(stated["average"], stated["peak"])
    if stated.get("average") is None:
        source.guessed.add(AVERAGES)
        if not known:
            source.notes.append(f"Only the peak of the {what} is stated: it is taken as the average too.")
        peak = decimal(stated["peak"])
        return Rate(min(known.average, peak) if known else peak, peak)
    average = decimal(stated["average"])
    if known:
        return Rate(average, max(known.peak, average))
    source.guessed.add(PEAKS)
    source.notes.append(f"Only the average of the {what} is stated: it is taken as the peak too.")
    return Rate(average, average)
