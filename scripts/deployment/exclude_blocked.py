"""A blocked table stops the deployment of its own service, and of no other."""

from dataclasses import replace

from scripts.observe.services_apart import LeftOut
from scripts.observe.target import Target
from scripts.planning.changes import BLOCKED
from scripts.planning.entries import Plan


def without_blocked(target: Target, plan: Plan) -> Target:
    """The target without the services in which something is blocked, which it names as left out; as it is where all are."""
    blocked: dict[str, list[str]] = {}
    for entry in plan.everything:
        if entry.action == BLOCKED:
            blocked.setdefault(entry.service, []).append(entry.table)
    rest = tuple(place for place in target.places if place.service.name not in blocked)
    if not rest:
        return target
    left = tuple(LeftOut(service, f"blocked: {', '.join(tables)}") for service, tables in blocked.items())
    return replace(target, places=rest, left_out=(*target.left_out, *left))
