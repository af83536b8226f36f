"""What changes in the access policies that are generated for applications: files, which no deployment attaches to anything."""

from collections.abc import Mapping
from typing import Any

from scripts.planning.access_change import Permission, access_change
from scripts.planning.changes import CREATE
from scripts.planning.entries import ADDED, CHANGED, IN_PLACE, REMOVED, Entry, PlanLine
from scripts.planning.risk_rules import LESS_ACCESS, MORE_ACCESS
from scripts.planning.risks import Risk
from scripts.templates.template import to_json

Document = Mapping[str, Any]
NAMED = 5  # permissions that are named one by one
ATTACHED = "Whoever attached an earlier version keeps it until it is attached anew."


def access_entry(service: str, name: str, before: Document | None, after: Document | None) -> Entry:
    """What happens to one policy file; None: it is not there."""
    identity = to_json({"before": before, "after": after})
    named: dict[str, Any] = {"service": service, "table": name, "identity": identity}
    if before is None:
        return Entry(action=CREATE, changes=(PlanLine("The access policy is new.", ADDED),), **named)
    if after is None:
        effect = "Who has attached it keeps it; nobody brings it up to date any more."
        risk = Risk(LESS_ACCESS, "the access policy is REMOVED", effect)
        return Entry(action=IN_PLACE, changes=(PlanLine("The access policy is REMOVED.", REMOVED, (risk,)),), **named)
    gained, lost = access_change(to_json(dict(before)), to_json(dict(after)))
    lines = []
    if gained:
        risk = Risk(MORE_ACCESS, "the access policy lets more in", f"New: {_words(gained)}.")
        lines.append(PlanLine(f"It allows more: {_words(gained)}.", ADDED, (risk,)))
    if lost:
        risk = Risk(LESS_ACCESS, "the access policy lets less in", f"No longer: {_words(lost)}.")
        lines.append(PlanLine(f"It allows less: {_words(lost)}.", REMOVED, (risk,)))
    if not lines:
        lines.append(PlanLine("It is written in another way and allows the same.", CHANGED))
    return Entry(action=IN_PLACE, changes=tuple(lines), notes=(ATTACHED,) if gained or lost else (), **named)


def _words(found: tuple[Permission, ...]) -> str:
    words = [f"{one.action} on {one.resource.rpartition(':')[2]}" for one in found]
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return "; ".join(words[:NAMED]) + more
