"""Replicas of a global table: what a change of one Region would do to the others is not known here, so it is not done."""

from collections.abc import Iterator

from scripts.model import DesiredTable, LiveTable, Unknown
from scripts.planning.plan_rules import ADOPTED_REPLICAS, SHARED_WITH_REPLICAS
from scripts.planning.reasons import Reason, reason
from scripts.properties import PROPERTIES

# What each replica has for itself (developer guide, V2globaltables_HowItWorks, settings synchronization). Every other
# property, and every index, is of the global table as a whole.
OWN = frozenset(
    {"deletion_protection", "insights", "kinesis_stream", "recovery_days", "resource_policy", "table_class", "tags"}
)


def replica_obstacles(desired: DesiredTable, live: LiveTable, *, adopt: bool) -> Iterator[Reason]:
    """Why a table with replicas cannot be adopted, or changed in a way that its replicas share; each with the way out."""
    regions = dict(live.beyond).get("replicas")
    if not regions:
        return
    if adopt:
        yield reason(ADOPTED_REPLICAS, regions=regions)
    elif shared := list(_shared_changes(desired, live)):
        yield reason(SHARED_WITH_REPLICAS, regions=regions, shared=", ".join(shared))


def _shared_changes(desired: DesiredTable, live: LiveTable) -> Iterator[str]:
    for property in PROPERTIES:
        wanted, found = getattr(desired, property.field), getattr(live, property.field)
        if property.field not in OWN and not isinstance(found, Unknown):
            allowed = property.nearest(desired, found) if property.nearest else wanted
            if not property.matches(allowed, found):
                yield property.name
    if {*desired.indexes} != {*live.indexes}:
        yield "indexes"
