"""What it risks to change a setting of a table that exists: one function for each property that has any (`no_risk` of the others says why)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scripts.model import ContractTable, Scaling, UnitsByTarget
from scripts.planning.access_change import Permission, access_change
from scripts.planning.risk_rules import (
    BILLING_LIMIT,
    CLASS_LIMIT,
    EXPIRY,
    EXPIRY_LIMIT,
    KEY_LIMIT,
    KEY_OF_AWS,
    KINESIS_ENDS,
    LESS_ACCESS,
    LESS_CAPACITY,
    LESS_RECOVERY,
    MORE_ACCESS,
    MORE_SERVED,
    NO_RECOVERY,
    OTHER_KEY,
    STREAM_ENDS,
    STREAM_NEW,
    THROTTLES,
    UNPROTECTED,
    UNSEEN_KEY,
    WARMER,
)
from scripts.planning.risks import Risk
from scripts.properties.billing import ON_DEMAND, by_target

RiskFinder = Callable[
    [ContractTable, Any, Any], Iterator[Risk]
]  # the table in the contract; what is wanted; what is live
NAMED = 5  # permissions that are named one by one


def days(number: int) -> str:
    """`1 day`, `35 days`."""
    return f"{number} day{'' if number == 1 else 's'}"


def _target(index: str) -> str:
    return f"index {index}" if index else "the table"


def _billing(_table: ContractTable, wanted: str, _live: str) -> Iterator[Risk]:
    if wanted == ON_DEMAND:
        yield Risk(BILLING_LIMIT, "billing becomes on demand", "DynamoDB allows four such switches in 24 hours.")
    else:
        yield Risk(THROTTLES, "billing becomes provisioned", "Requests beyond the provisioned capacity are throttled.")


def _throughput(_table: ContractTable, wanted: UnitsByTarget, live: UnitsByTarget) -> Iterator[Risk]:
    found = by_target(live)
    for index, *units in wanted:
        for what, is_, was in zip(("reads", "writes"), units, found.get(index, units), strict=True):
            if is_ < was:
                change = f"provisioned {what} of {_target(index)} go from {was:,} to {is_:,} a second"
                yield Risk(LESS_CAPACITY, change, "Requests beyond that are throttled.", index)


def _scaling(_table: ContractTable, wanted: Sequence[Scaling], live: Sequence[Scaling]) -> Iterator[Risk]:
    maximum = {(scaling.index, scaling.kind): scaling.maximum for scaling in live}
    for scaling in wanted:
        before = maximum.get((scaling.index, scaling.kind), scaling.maximum)
        if scaling.maximum < before:
            what = f"{scaling.kind.lower()} capacity of {_target(scaling.index)}"
            change = f"auto scaling takes {what} up to {scaling.maximum:,} a second, no longer to {before:,}"
            yield Risk(LESS_CAPACITY, change, "Requests beyond that are throttled.", scaling.index)


def _maximum(_table: ContractTable, wanted: UnitsByTarget, live: UnitsByTarget) -> Iterator[Risk]:
    limits, found = by_target(wanted), by_target(live)
    for index in dict.fromkeys((*limits, *found)):
        now, before = limits.get(index, (0, 0)), found.get(index, (0, 0))
        change = f"the on-demand maximum of {_target(index)} goes from {_rates(before)} to {_rates(now)}"
        if any(is_ and (not was or is_ < was) for is_, was in zip(now, before, strict=True)):
            yield Risk(LESS_CAPACITY, change, "Requests beyond it are throttled.", index)
        if any(was and (not is_ or is_ > was) for is_, was in zip(now, before, strict=True)):
            yield Risk(MORE_SERVED, change, "Requests that were throttled are served, and paid for.", index)


def _rates(units: Sequence[int]) -> str:
    """`100 reads and 50 writes a second`; `none` for no limit."""
    parts = [f"{number:,} {what}" for number, what in zip(units, ("reads", "writes"), strict=True) if number]
    return f"{' and '.join(parts)} a second" if parts else "none"


def _warm(_table: ContractTable, wanted: UnitsByTarget, live: UnitsByTarget) -> Iterator[Risk]:
    found = by_target(live)
    for index, *units in wanted:
        if any(is_ > was for is_, was in zip(units, found.get(index, (0, 0)), strict=True)):
            change = f"the warm throughput of {_target(index)} is raised to {_rates(units)}"
            yield Risk(WARMER, change, "It is paid for once, and never goes down again.", index)


def _table_class(_table: ContractTable, wanted: str, _live: str) -> Iterator[Risk]:
    effect = "DynamoDB allows two changes of the class in 30 days; the indexes change with the table."
    yield Risk(CLASS_LIMIT, f"table class becomes {wanted}", effect)


def _protection(_table: ContractTable, wanted: bool, _live: bool) -> Iterator[Risk]:
    if not wanted:
        yield Risk(UNPROTECTED, "deletion protection goes off", "From then on a single call deletes the table.")


def _recovery(_table: ContractTable, wanted: int, live: int) -> Iterator[Risk]:
    if not wanted:
        effect = "All restore points are lost at once, and no point in time can be restored from then on."
        yield Risk(NO_RECOVERY, "point-in-time recovery goes off", effect)
    elif wanted < live:
        change = f"point-in-time recovery goes from {days(live)} to {wanted}"
        yield Risk(LESS_RECOVERY, change, f"Restore points older than {days(wanted)} are lost at once.")


def _encryption(_table: ContractTable, wanted: str, live: str) -> Iterator[Risk]:
    change = f"encryption goes from {live} to {wanted}"
    if wanted not in _KEYS_OF_AWS:
        yield Risk(OTHER_KEY, change, "Whoever reads or writes needs kms:Decrypt on the new key.")
    elif live not in _KEYS_OF_AWS:
        yield Risk(KEY_OF_AWS, change, "The policy of your key no longer decides who can read the data.")
    elif wanted == "aws-owned":
        yield Risk(UNSEEN_KEY, change, "CloudTrail no longer shows how the key is used.")
    if wanted != "aws-owned":  # back to that is not limited (service quotas, encryption at rest)
        yield Risk(KEY_LIMIT, change, "DynamoDB allows four changes of the key in 24 hours.")


_KEYS_OF_AWS = ("aws-owned", "aws-managed")


def _time_to_live(table: ContractTable, wanted: str, live: str) -> Iterator[Risk]:
    instead = f" instead of {live}" if live and wanted else ""
    change = f"time to live is switched on, by {wanted}{instead}" if wanted else "time to live is switched off"
    if wanted:
        doubt = "".join(f" {text}" for text in _other_dates(table, wanted))
        yield Risk(EXPIRY, change, f"Items whose {wanted} is in the past are deleted for good within days.{doubt}")
    yield Risk(EXPIRY_LIMIT, change, "DynamoDB allows one change an hour, so for an hour it cannot be undone.")


def _other_dates(table: ContractTable, attribute: str) -> Iterator[str]:
    """What the contract tells of the attribute that speaks against it as a time of expiry."""
    indexes = (*table.indexes, *table.local_indexes)
    keys = [f"index {i.name}" for i in indexes if attribute in {key.name for key in i.keys.attributes}]
    if attribute in {key.name for key in table.keys.attributes}:
        keys.insert(0, "the table")
    if keys:
        yield f"It is a key of {' and '.join(keys)}: make sure that it holds when an item expires, and no other date."
    declared = [(e.name, a) for e in table.entities for a in e.attributes] + [("", a) for a in table.attributes]
    types = {(entity, a.type) for entity, a in declared if a.name == attribute}
    if not types and not keys:
        yield "The contract does not declare it, so it is not known what it holds."
    wrong = sorted({f"{entity or 'the item'} has it as {type}" for entity, type in types if type != "N"})
    if wrong:
        yield f"DynamoDB reads it only where it is a number (N): {', '.join(wrong)}."
    columns = sorted(
        {f"{a.source_table}.{a.source_column}" for _, a in declared if a.name == attribute and a.source_column}
    )
    if columns:
        yield f"It comes from {', '.join(columns)}: make sure that this is when an item expires, and no other date."


def _stream(_table: ContractTable, wanted: str, live: str) -> Iterator[Risk]:
    if live and not wanted:
        effect = (
            "Its consumers stop: what is written from then on is in no stream; what is in it can be read for 24 hours."
        )
        yield Risk(STREAM_ENDS, "the stream ends", effect)
    elif live:
        effect = "It is a new stream with a new ARN: consumers stop until they are pointed at it."
        yield Risk(STREAM_NEW, f"the stream goes from {live} to {wanted}", effect)


def _kinesis(_table: ContractTable, wanted: str, live: str) -> Iterator[Risk]:
    if live:
        change = f"changes go to Kinesis stream {wanted}" if wanted else "changes go to no Kinesis stream"
        yield Risk(KINESIS_ENDS, change, f"Whoever reads {live} gets nothing more.")


def _resource_policy(_table: ContractTable, wanted: str, live: str) -> Iterator[Risk]:
    gained, lost = access_change(live, wanted)
    if gained:
        yield Risk(MORE_ACCESS, "the resource policy lets more in", f"New: {_permissions(gained)}.")
    if lost:
        yield Risk(LESS_ACCESS, "the resource policy lets less in", f"No longer: {_permissions(lost)}.")


def _permissions(found: Sequence[Permission]) -> str:
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return "; ".join(map(str, found[:NAMED])) + more


FINDERS: Mapping[str, RiskFinder] = {
    "billing mode": _billing,
    "provisioned capacity": _throughput,
    "auto scaling": _scaling,
    "on-demand maximum": _maximum,
    "warm throughput": _warm,
    "table class": _table_class,
    "deletion protection": _protection,
    "point-in-time recovery": _recovery,
    "encryption": _encryption,
    "time to live": _time_to_live,
    "stream": _stream,
    "Kinesis stream": _kinesis,
    "resource policy": _resource_policy,
}


def setting_risks(property: str, table: ContractTable, wanted: Any, live: Any) -> tuple[Risk, ...]:
    """What it risks to bring a property from what is live to what is wanted; both are known."""
    return tuple(FINDERS[property](table, wanted, live)) if property in FINDERS else ()
