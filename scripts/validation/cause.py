"""Why a setting differs: its stack already asks for it, so that someone changed the table, or it was never deployed."""

from collections.abc import Mapping
from typing import Any

from scripts import stacks
from scripts.aws import FAILURES, Aws
from scripts.compare import MISMATCH, Finding
from scripts.model import TableState
from scripts.properties import BY_NAME

OUTSIDE, UNDEPLOYED = "outside", "undeployed"


def causes(aws: Aws, stack: str, desired: TableState, findings: tuple[Finding, ...]) -> dict[str, str]:
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
    table = template.get("Resources", {}).get("Table", {}).get("Properties", {})
    return {name: cause for name in differing if (cause := _cause(name, desired, table))}


def _cause(name: str, desired: TableState, table: Mapping[str, Any]) -> str:
    wanted = BY_NAME[name].render(desired)
    if not table or not wanted:
        return ""  # what is wanted is that nothing is said, or it is said of indexes only
    return OUTSIDE if all(table.get(key) == value for key, value in wanted.items()) else UNDEPLOYED
