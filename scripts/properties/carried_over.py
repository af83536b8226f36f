"""What a deployment must not say again of a table that exists: capacity and warmth that have moved by themselves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scripts.model import TableState
from scripts.properties.base import Reading
from scripts.properties.billing import WARM_THROUGHPUT, Units
from scripts.properties.scaling import THROUGHPUT


def carry_over_capacity(state: TableState, live: TableState, template: Mapping[str, Any]) -> TableState:
    """The state to submit for a live table whose stack has this template (empty: it has none).

    CloudFormation applies what differs from the template before, not from the table. So the capacity of that template
    stays in the next one: any other value would throw a busy table back to it, and the value that auto scaling has
    reached is refused ("will not change", UpdateTable). New limits move the capacity by themselves
    (RegisterScalableTarget). Warm throughput cannot be lowered, and what the table has already is not asked for again.
    """
    table = template.get("Resources", {}).get("Table", {}).get("Properties", {})
    before = Reading(None, table, state)
    capacity = {target: units for target, *units in THROUGHPUT.read(before)}
    return replace(
        state,
        throughput=tuple((t, *capacity.get(t, units)) for t, *units in state.throughput),
        warm_throughput=_warm(state, live, WARM_THROUGHPUT.read(before)),
    )


def _warm(state: TableState, live: TableState, before: Units) -> Units:
    """What is wanted beyond what a table or index has; for the others what the template before says, if anything."""
    present = {"", *(index.name for index in state.indexes)}
    stays = {target: units for target, *units in before if target in present}
    has = {target: units for target, *units in live.warm_throughput}
    result = dict(stays)
    for target, *units in state.warm_throughput:
        if not WARM_THROUGHPUT.matches(((target, *units),), live.warm_throughput):
            said = [max(pair) for pair in zip(units, stays.get(target, [0, 0]), strict=True)]
            # Reads and writes are submitted together: neither may be less than what there is.
            result[target] = [max(pair) if pair[0] else 0 for pair in zip(said, has.get(target, [0, 0]), strict=True)]
    return tuple((target, *units) for target, units in result.items())
