"""Decide what has to happen to one table: a creation, an adoption, a change in steps that AWS takes, or nothing: it is blocked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scripts.model import ACTIVE, DesiredTable, Index, LiveTable, TtlTransition, Unknown
from scripts.planning.blocked import blocked
from scripts.planning.plan_rules import NOT_ACTIVE
from scripts.planning.reasons import Reason, reason

CREATE, ADOPT, UPDATE, BLOCKED = "create", "adopt", "update", "blocked"
INDEX_LIMIT = 20  # global secondary indexes per table (DynamoDB service quotas, default)
INCLUDED_LIMIT = 100  # attributes that all INCLUDE projections of a table name together (DynamoDB service quotas)
# What puts a whole table into another state for minutes. Together with an index in one update, a failure of the one would
# leave the other half done: "one index and nothing else" is what AWS advises (developer guide, GSI.OnlineOps).
ALONE = ("billing", "table_class", "encryption")


@dataclass(frozen=True, slots=True)
class Step:
    """One stack operation: what the table has after it.

    Its state is the desired one with these indexes, and then `dataclasses.replace(state, **step.overrides)`.
    `waits_for_ttl`: it cannot begin before time to live has settled and an hour has passed since it was last changed.
    """

    indexes: tuple[Index, ...]
    overrides: Mapping[str, Any] = field(default_factory=dict)
    waits_for_ttl: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a table: the stack operations in their order, the last of which leads to what is wanted.

    Those of an adoption come after the import, which takes the table into its stack as it is.
    """

    action: str
    steps: tuple[Step, ...] = ()
    reasons: tuple[Reason, ...] = ()


def change(desired: DesiredTable, live: LiveTable | None, adopt: bool = False) -> Decision:
    """The way from the live state (None: no such table) to the desired one; `adopt`: the table is in no stack yet."""
    if live is None:
        # A new table may have any number of indexes (up to the limit) at once (CreateTable).
        return Decision(CREATE, (Step(desired.indexes),))
    reasons = tuple(blocked(desired, live))
    if adopt and live.status != ACTIVE:
        reasons += (reason(NOT_ACTIVE, status=_status(live.status)),)
    if reasons:
        return Decision(BLOCKED, reasons=reasons)
    return Decision(ADOPT if adopt else UPDATE, tuple(_time_to_live(desired, live, _steps(desired, live))))


def _steps(desired: DesiredTable, live: LiveTable) -> list[Step]:
    """The steps without those that time to live needs."""
    indexes = list(map(Step, index_steps(desired.indexes, live.indexes, live.local_indexes)))
    stays = {index.name for index in desired.indexes} == {index.name for index in live.indexes}
    late = {} if stays else _on_demand_meanwhile(desired, live)
    slow = any(_differs(desired, live, name) for name in ALONE if name not in late)
    first: list[Step] = []
    if desired.stream and live.stream and _differs(desired, live, "stream"):
        # UpdateTable refuses to enable a stream on a table that has one. Nothing slow may stand between off and on: what
        # is written meanwhile is in no stream.
        first = [Step(live.indexes, {"stream": live.stream})] if slow else []
        first.append(Step(live.indexes, {"stream": ""}))
    if not stays and (first or slow):
        first.append(Step(live.indexes))
    if not late:
        return [*first, *indexes]
    return [
        *(replace(step, overrides={**late, **step.overrides}) for step in (*first, *indexes)),
        Step(desired.indexes),
    ]


def _on_demand_meanwhile(desired: DesiredTable, live: LiveTable) -> dict[str, Any]:
    """What keeps a table on demand while its indexes change, if it is to be provisioned; else nothing.

    New indexes are then filled at the speed of on demand, and those that go need no capacity first.
    """
    if (live.billing, desired.billing) != ("PAY_PER_REQUEST", "PROVISIONED"):
        return {}
    return {"billing": live.billing, "throughput": (), "scaling": (), "on_demand_maximum": live.on_demand_maximum}


def _differs(desired: DesiredTable, live: LiveTable, name: str) -> bool:
    found = getattr(live, name)
    return not isinstance(found, Unknown) and found != getattr(desired, name)


def _time_to_live(desired: DesiredTable, live: LiveTable, steps: list[Step]) -> Iterator[Step]:
    """The steps with what time to live needs: off first, stated as off until AWS has done it, and on again last.

    While it is on, or going on or off, CloudFormation refuses a template that does not name its attribute; it can be
    changed once an hour (UpdateTimeToLive).
    """
    now = live.ttl_attribute
    switching = now if isinstance(now, TtlTransition) else None
    attribute = switching.attribute if switching else "" if isinstance(now, Unknown) else now
    is_on = not switching or switching.on
    if not attribute or (is_on and attribute == desired.ttl_attribute):
        yield from steps
        return
    if (steps[-2:-1] and "stream" in steps[-2].overrides) or (is_on and len(steps) == 1):
        steps = [*steps, Step(desired.indexes)]  # neither in one with switching it off, nor between two streams
    off = {"ttl_attribute": "", "ttl_off": attribute}
    for number, step in enumerate(steps[:-1]):
        early = bool(switching) and is_on and number == 0
        yield replace(step, overrides={**step.overrides, **off}, waits_for_ttl=early)
    yield replace(steps[-1], waits_for_ttl=True)


def index_steps(
    desired: tuple[Index, ...], live: tuple[Index, ...], local: tuple[Index, ...] = ()
) -> tuple[tuple[Index, ...], ...]:
    """The indexes after each step, at most one created or deleted per step: CloudFormation refuses more in one update.

    Creations come first, so that readers can move before an index goes, unless a limit of the table leaves no room.
    `local` are the local secondary indexes: they stay as they are, but their projected attributes take room.
    """
    reserved = sum(len(index.included) for index in local)
    wanted = {index.name: index for index in desired}
    now = {index.name: index for index in live}
    create = [index for index in desired if index.name not in now]
    delete = [index.name for index in live if index.name not in wanted]
    steps: list[tuple[Index, ...]] = []
    while create or delete:
        if create and (not delete or _room(now, create[0], reserved)):
            index = create.pop(0)
            now[index.name] = index
        else:
            del now[delete.pop(0)]
        steps.append(tuple(now.values()))
    return (*steps[:-1], desired)


def _room(now: dict[str, Index], index: Index, reserved: int) -> bool:
    """Whether a table with the indexes `now` can take one more; `reserved` projected attributes are taken anyway."""
    included = reserved + sum(len(other.included) for other in (*now.values(), index))
    return len(now) < INDEX_LIMIT and included <= INCLUDED_LIMIT


def _status(status: str | Unknown) -> str:
    return status.reason if isinstance(status, Unknown) else status
