"""Replicas of a global table: what a change of one Region would do to the others is not known here, so it is not done."""

from collections.abc import Iterator

from scripts.model import DesiredTable, LiveTable, Unknown
from scripts.properties import PROPERTIES

# What each replica has for itself (developer guide, V2globaltables_HowItWorks, settings synchronization). Every other
# property, and every index, is of the global table as a whole.
OWN = frozenset(
    {"deletion_protection", "insights", "kinesis_stream", "recovery_days", "resource_policy", "table_class", "tags"}
)
WAY_OUT = (
    "This project manages tables of one Region. Either manage the global table elsewhere and take the table out of the "
    "contract, which deletes nothing; or, where the other Regions are no longer used, remove its replicas, which deletes "
    "their copies of the data"
)


def replica_obstacles(desired: DesiredTable, live: LiveTable, *, adopt: bool) -> Iterator[str]:
    """Why a table with replicas cannot be adopted, or changed in a way that its replicas share; each with the way out."""
    regions = dict(live.beyond).get("replicas")
    if not regions:
        return
    if adopt:
        yield (
            f"It is a global table with replicas in {regions}. A stack of one table would manage only a part of it. "
            f"{WAY_OUT}; then deploy again."
        )
        return
    shared = list(_shared_changes(desired, live))
    if shared:
        yield (
            f"It is a global table with replicas in {regions}, which share its {', '.join(shared)}: a change here would "
            f"change or break them. {WAY_OUT}; then deploy again."
        )


def _shared_changes(desired: DesiredTable, live: LiveTable) -> Iterator[str]:
    for property in PROPERTIES:
        wanted, found = getattr(desired, property.field), getattr(live, property.field)
        if property.field not in OWN and not isinstance(found, Unknown):
            allowed = property.nearest(desired, found) if property.nearest else wanted
            if not property.matches(allowed, found):
                yield property.name
    if {*desired.indexes} != {*live.indexes}:
        yield "indexes"
