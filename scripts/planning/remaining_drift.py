"""What a deployment leaves as it is although it is not as wanted: CloudFormation compares a template with the next, never with what runs.

A value that was changed by hand, an alarm that was deleted by hand: as long as the template keeps saying the same of it, an
update of the stack does not touch it, whatever else the update changes (user guide, using-cfn-updating-stacks-update-behaviors
and drift-aware-change-sets). So a plan must not promise it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from scripts.comparison.cause import OUTSIDE, table_cause
from scripts.comparison.compare import MISMATCH, Finding
from scripts.comparison.finding_words import sentence
from scripts.model import LiveTable, Scaling
from scripts.planning.changes import UPDATE, change
from scripts.planning.inputs import PlannedTable
from scripts.planning.table_differences import differences
from scripts.planning.template_state import NoTableError, template_state
from scripts.properties import BY_NAME
from scripts.properties.billing import ON_DEMAND_MAXIMUM, PROVISIONED
from scripts.templates.template import submitted_template

NOTE = (
    "Its stack asks already for what is wanted, so this was probably changed outside of CloudFormation, which compares templates "
    "only: a deployment leaves it. The commands that change it back: make validate ENV={}"
)
IN_PARTS = ("on-demand maximum", "Contributor Insights", "auto scaling")  # of the table and of each index, singly
NAMED = 5  # alarms that one sentence names


def staying(job: PlannedTable, differing: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of the differences of a table that no deployment changes."""
    if not job.template or not isinstance(job.live, LiveTable) or job.change.action != UPDATE:
        return ()
    wanted = submitted_template(job.desired, job.place.service.name, job.place.environment.name)
    found: list[Finding] = []
    for finding in differing:
        if finding.outcome != MISMATCH or finding.group not in ("Settings", "Alarms"):
            continue
        if _unasked(finding) or table_cause(finding, job.desired, job.template, wanted) == OUTSIDE:
            found.append(finding)
        elif finding.property in IN_PARTS and (expected := _expected(job, finding)) != finding.desired:
            found.append(replace(finding, live=expected))
    return tuple(found)


def _expected(job: PlannedTable, finding: Finding) -> tuple[Any, ...]:
    """What a deployment leads to where it changes a setting of some indexes, and a hand has changed it for others."""
    if finding.property == ON_DEMAND_MAXIMUM.name and job.desired.billing == PROVISIONED:
        return tuple(finding.desired)  # the maximum of no part outlives the mode
    field = BY_NAME[finding.property].field
    try:
        asked = template_state(job.template, job.desired, job.place.service.name, job.place.environment.name)
    except NoTableError:
        return finding.desired
    stated, wanted, live = (
        {_target(part): part for part in value} for value in (getattr(asked, field), finding.desired, finding.live)
    )
    after = {each: _led_to(stated.get(each), wanted.get(each), live.get(each)) for each in (wanted | live)}
    return tuple(part for part in after.values() if part is not None)


def _led_to(stated: Any, wanted: Any, live: Any) -> Any:
    """What becomes of one part. The limits of auto scaling and its aim are two resources, so that one can change alone; no
    template says whether it is suspended."""
    if stated == wanted:
        return live
    if isinstance(stated, Scaling) and isinstance(wanted, Scaling) and isinstance(live, Scaling):
        wanted = replace(wanted, suspended=live.suspended)
        if stated.target == wanted.target:
            return replace(wanted, target=live.target)
        if (stated.minimum, stated.maximum) == (wanted.minimum, wanted.maximum):
            return replace(live, target=wanted.target)
    return wanted


def _target(part: Any) -> Any:
    """What a part of a setting is about: the table or an index, and of auto scaling reads or writes."""
    return (part.index, part.kind) if isinstance(part, Scaling) else part[0]


def _unasked(finding: Finding) -> bool:
    """Whether no template has a word for it, such as for replicas."""
    return finding.group == "Settings" and finding.property not in BY_NAME


def after_deployment(job: PlannedTable, stays: Sequence[Finding]) -> PlannedTable:
    """The same table with what a deployment will really lead to in the place of what is wanted."""
    if not stays or not isinstance(job.live, LiveTable):
        return job
    found = {BY_NAME[finding.property].field: finding.live for finding in stays if finding.property in BY_NAME}
    expected = replace(job.desired, **found)
    return replace(job, desired=expected, change=change(expected, job.live))


def leave_drift(job: PlannedTable) -> PlannedTable:
    """The same table with steps that change nothing of what stays.

    The steps lead from what runs to what is wanted. What was changed by hand takes none: a step that first switched time to
    live off by the attribute that somebody has chosen would change what the plan says a deployment leaves.
    """
    steps = job.change.steps
    if not isinstance(job.live, LiveTable) or (len(steps) == 1 and not steps[0].overrides):
        return job
    return replace(job, change=after_deployment(job, staying(job, differences(job.desired, job.live))).change)


def staying_words(stays: Sequence[Finding]) -> tuple[str, ...]:
    """A sentence for each; alarms that are not there in one."""
    missing = [f.subject for f in stays if f.group == "Alarms" and f.property == "existence"]
    return tuple(_words([f for f in stays if f.subject not in missing], missing))


def _words(others: Iterable[Finding], missing: Sequence[str]) -> Iterator[str]:
    if missing:
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        names = ", ".join(missing[:NAMED])
        does = "1 alarm does" if len(missing) == 1 else f"{len(missing)} alarms do"
        yield f"{does} not exist: {names}{more}."
    for finding in others:
        said = sentence(finding)
        name = "@" in said.partition(" ")[0]  # an address stays as it is
        yield f"{said if name else said[0].upper() + said[1:]}."
