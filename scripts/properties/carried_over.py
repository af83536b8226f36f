"""What a deployment must not say again of a table that exists: capacity and warmth that have moved by themselves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scripts.model import DesiredTable, LiveTable, UnitsByTarget
from scripts.properties.base import Reading
from scripts.properties.billing import WARM_THROUGHPUT, by_target, read_warm_throughput
from scripts.properties.scaling import read_throughput


def carry_over_capacity(state: DesiredTable, live: LiveTable, template: Mapping[str, Any]) -> DesiredTable:
    """The state to submit for a live table whose stack has this template (empty: it has none).

    CloudFormation applies what differs from the template before, not from the table. So the capacity of that template
    stays in the next one: any other value would throw a busy table back to it, and the value that auto scaling has
    reached is refused ("will not change", UpdateTable). New limits move the capacity by themselves
    (RegisterScalableTarget). Warm throughput cannot be lowered, and what the table has already is not asked for again.
    """
    table = template.get("Resources", {}).get("Table", {}).get("Properties", {})
    before = Reading(None, table, state)
    capacity = by_target(read_throughput(before))
    return replace(
        state,
        throughput=tuple(
            (target, *capacity.get(target, (reads, writes))) for target, reads, writes in state.throughput
        ),
        warm_throughput=_warm(state, live, read_warm_throughput(before)),
    )


def _warm(state: DesiredTable, live: LiveTable, before: UnitsByTarget) -> UnitsByTarget:
    """What is wanted beyond what a table or index has; for the others what the template before says, if anything."""
    present = {"", *(index.name for index in state.indexes)}
    stays = {target: units for target, units in by_target(before).items() if target in present}
    has = by_target(live.warm_throughput)
    result = dict(stays)
    for target, reads, writes in state.warm_throughput:
        if not WARM_THROUGHPUT.matches(((target, reads, writes),), live.warm_throughput):
            (said_reads, said_writes), (has_reads, has_writes) = stays.get(target, (0, 0)), has.get(target, (0, 0))
            reads, writes = max(reads, said_reads), max(writes, said_writes)
            # Reads and writes are submitted together: neither may be less than what there is.
            result[target] = (max(reads, has_reads) if reads else 0, max(writes, has_writes) if writes else 0)
    return tuple((target, reads, writes) for target, (reads, writes) in result.items())
