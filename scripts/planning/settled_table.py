"""A table as it will be when AWS is done with what it is doing: what a plan is made for, so that waiting makes no other plan."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from scripts.model import ACTIVE, Deleting, DesiredTable, LiveTable, TtlTransition, Unknown
from scripts.planning.changes import ADOPT, UPDATE, change
from scripts.planning.inputs import PlannedTable
from scripts.properties import PROPERTIES

NOTE = "AWS is still changing it: {}. A deployment waits for that."
BY_INDEX = ("throughput", "on_demand_maximum", "warm_throughput", "insights")  # tuples that begin with an index


def anticipated(job: PlannedTable) -> tuple[PlannedTable, tuple[str, ...]]:
    """The same table once AWS is done, and what it is doing, in words; the table itself where nothing is in progress."""
    live = job.live
    if not isinstance(live, LiveTable) or job.change.action not in (ADOPT, UPDATE):
        return job, ()
    doing = tuple(dict.fromkeys(_doing(live, job.desired)))
    if not doing:
        return job, ()
    settled = _settled(live, job.desired)
    decided = change(job.desired, settled, adopt=job.change.action == ADOPT)
    return replace(job, live=settled, change=decided), (NOTE.format("; ".join(doing)),)


def _in_progress(value: Any) -> bool:
    return isinstance(value, Unknown) and value.in_progress


def _arriving(live: LiveTable, desired: DesiredTable) -> bool:
    """Whether time to live is on its way to what is wanted. Any other way it has to be waited for, and is a step to be told."""
    ttl = live.ttl_attribute
    return isinstance(ttl, TtlTransition) and (ttl.attribute if ttl.on else "") == desired.ttl_attribute


def _doing(live: LiveTable, desired: DesiredTable) -> Iterator[str]:
    """What AWS is changing about a table. An index that is on its way out says so by its name."""
    if _in_progress(live.status) and isinstance(live.status, Unknown):
        yield live.status.reason
    for name, status in live.index_status:
        if _in_progress(status) and isinstance(status, Unknown):
            yield status.reason.replace("the index", f"index {name}", 1)
    for property in PROPERTIES:
        value = getattr(live, property.field)
        waited_for = isinstance(value, TtlTransition) and not _arriving(live, desired)
        if isinstance(value, Unknown) and value.in_progress and not waited_for:
            yield value.reason


def _settled(live: LiveTable, desired: DesiredTable) -> LiveTable:
    """The state that AWS is on its way to. A value of which only that it changes is known counts as the wanted one."""
    going = {name for name, status in live.index_status if isinstance(status, Deleting)}
    values: dict[str, Any] = {
        property.field: getattr(desired, property.field)
        for property in PROPERTIES
        if _in_progress(getattr(live, property.field))
    }
    values.pop("ttl_attribute", None)
    if _arriving(live, desired):
        values["ttl_attribute"] = desired.ttl_attribute
    if _in_progress(live.status) and not isinstance(live.status, Deleting):
        values["status"] = ACTIVE
    values["indexes"] = tuple(index for index in live.indexes if index.name not in going)
    values["index_status"] = tuple(
        (name, ACTIVE if _in_progress(status) else status) for name, status in live.index_status if name not in going
    )
    for field in BY_INDEX:
        values.setdefault(field, _without(getattr(live, field), going))
    if not isinstance(live.scaling, Unknown):
        values.setdefault("scaling", tuple(each for each in live.scaling if each.index not in going))
    return replace(live, **values)


def _without(value: Any, going: Collection[str]) -> Any:
    return value if isinstance(value, Unknown) else tuple(each for each in value if each[0] not in going)
