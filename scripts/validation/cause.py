"""Why a setting differs: its stack already asks for it, so that someone changed the table, or it was never deployed."""

from collections.abc import Mapping
from typing import Any

from scripts.comparison.compare import MISMATCH, Finding
from scripts.model import DesiredTable
from scripts.observe import stacks
from scripts.observe.aws import FAILURES, Aws
from scripts.properties import BY_NAME
from scripts.properties.scaling import SCALING, THROUGHPUT, scaling_resources

OUTSIDE, UNDEPLOYED = "outside", "undeployed"
SCALED = (SCALING.name, THROUGHPUT.name)


def causes(aws: Aws, stack: str, desired: DesiredTable, findings: tuple[Finding, ...]) -> dict[str, str]:
    """The property of each setting that differs to OUTSIDE or UNDEPLOYED; without those of which it cannot be told.

    One call, and only where a setting differs. It explains, so that a failure of it is no finding.
    """
    differing = [f.property for f in findings if f.outcome == MISMATCH and f.property in BY_NAME]
    if not differing:
        return {}
    try:
        template = stacks.template(aws, stack)
    except FAILURES:
        return {}
    resources = template.get("Resources", {})
    return {name: cause for name in differing if (cause := _cause(name, desired, resources))}


def _cause(name: str, desired: DesiredTable, resources: Mapping[str, Any]) -> str:
    table = resources.get("Table", {}).get("Properties", {})
    if name in SCALED and desired.scaling and table:
        # A template keeps the capacity that a table has begun with: what asks for more or less are its scaling targets.
        wanted = scaling_resources(desired)
        return OUTSIDE if all(resources.get(key) == value for key, value in wanted.items()) else UNDEPLOYED
    wanted = BY_NAME[name].render(desired)
    if not table or not wanted:
        return ""  # what is wanted is that nothing is said, or it is said of indexes only
    return OUTSIDE if all(table.get(key) == value for key, value in wanted.items()) else UNDEPLOYED
