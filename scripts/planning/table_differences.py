"""What differs between a wanted and a live table, for the plan; and a digest of exactly what would be done about it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.comparison.compare import MISMATCH, UNKNOWN, Finding, compare
from scripts.model import DesiredTable, Index, LiveTable
from scripts.planning.changes import CREATE
from scripts.planning.inputs import PlannedTable
from scripts.properties.carried_over import carry_over_capacity
from scripts.templates.template import submitted_template

# What auto scaling and traffic move by themselves: what it is at the moment does not make another plan.
MOVING = frozenset({"provisioned capacity", "warm throughput", "auto scaling"})


def differences(desired: DesiredTable, live: LiveTable) -> tuple[Finding, ...]:
    """Every check that does not match, but for the existence of indexes, which the steps of the change tell."""
    return tuple(
        finding
        for finding in compare(desired, live)
        if finding.outcome in (MISMATCH, UNKNOWN) and not (finding.group == "Indexes" and finding.property != "status")
    )


Templates = tuple[Mapping[str, Any], Mapping[str, Any]]  # of one stack: as it is, and as it will be


def templates(job: PlannedTable) -> Templates | None:
    """The template of the stack as it is, and as it will be; None where they are the same, or where there is none yet."""
    if not job.template or not isinstance(job.live, LiveTable):
        return None
    kept = carry_over_capacity(job.desired, job.live, job.template)
    after = submitted_template(kept, job.place.service.name, job.place.environment.name)
    return (job.template, after) if after != job.template else None


def digest(job: PlannedTable, differing: Iterable[Finding], found: Templates | None) -> str:
    """What stands for the change of a job: equal for the same change, on any machine, and different for any other.

    `differing` and `found`: its `differences` and `templates`, nothing for a table that there is not yet.
    """
    parts: list[Any] = [job.change.action, job.change.reasons]
    if job.change.action == CREATE or not job.template:
        # Nothing of it is in a template yet, with which the wanted one could be compared.
        parts.append(job.desired)
    parts += [(_names(s.indexes), sorted(s.overrides.items()), s.waits_for_ttl) for s in job.change.steps]
    if isinstance(job.live, LiveTable):
        parts.append(_names(job.live.indexes))
        parts += [_identity(finding) for finding in differing]
        if found:
            parts.append(json.dumps(found, sort_keys=True))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _identity(finding: Finding) -> tuple[Any, ...]:
    live = None if finding.outcome == UNKNOWN or finding.property in MOVING else finding.live
    return finding.group, finding.subject, finding.property, finding.outcome, finding.desired, live


def _names(indexes: Iterable[Index]) -> list[str]:
    """By name, because AWS tells them in any order. Their definitions cannot change under the same name."""
    return sorted(index.name for index in indexes)
