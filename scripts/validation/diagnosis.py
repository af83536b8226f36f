"""Why the checks of a table, or of what tables share, are no match, and what to do about each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scripts.comparison.cause import (
    BUSY,
    RECORDED,
    STUCK,
    UNDEPLOYED,
    UNREAD,
    needs_template,
    shared_cause,
    table_cause,
)
from scripts.comparison.compare import MATCH, MISMATCH, Finding
from scripts.comparison.expectation import MISSING
from scripts.comparison.shared_state import SharedResources, pseudo_parameters
from scripts.model import DesiredTable
from scripts.monitoring.notify import runbook
from scripts.observe import stacks
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.target import ServiceEnvironment
from scripts.planning.template_diff import plain
from scripts.templates.template import submitted_template
from scripts.validation.fix import Fix, Place
from scripts.validation.shared_fixes import shared_fix
from scripts.validation.table_fixes import fix

Diagnosis = tuple[
    tuple[str, ...], tuple[Fix | None, ...]
]  # the cause of each check, and its fix; empty where it matches


def diagnose_table(
    aws: Aws,
    of: ServiceEnvironment,
    desired: DesiredTable,
    stack: str,
    findings: Sequence[Finding],
    recorded: Callable[[str], bool] = lambda _: False,
) -> Diagnosis:
    """The causes and fixes of a table. One look at its stack, only where something differs; errors are ignored.

    `recorded`: whether a table was there after the last deployment, asked only of one that is not there.
    """
    deployed = _deployed(aws, stack, findings)
    differs = any(f.outcome == MISMATCH for f in findings)
    wanted = submitted_template(desired, of.service.name, of.environment.name) if differs else {}
    why = tuple(
        _cause(f, findings, deployed, table_cause(f, desired, deployed, wanted) if deployed is not None else "")
        for f in findings
    )
    if why and findings[0].property == "existence" and why[0] == UNDEPLOYED and recorded(desired.name):
        why = (RECORDED, *why[1:])
    absent = frozenset(f.subject for f in findings if f.group == "Indexes" and f.live == "does not exist")
    place = replace(_place(aws, of, stack, deployed, f"{aws.arn('dynamodb')}:table/{desired.name}"), absent=absent)
    fixes = (
        None if f.outcome == MATCH else fix(f, desired, place, cause) for f, cause in zip(findings, why, strict=True)
    )
    return why, tuple(fixes)


def diagnose_shared(
    aws: Aws, of: ServiceEnvironment, wanted: SharedResources, findings: Sequence[Finding]
) -> Diagnosis:
    """The causes and fixes of what tables share, from the stack that each thing is in: more dashboards have their own."""
    deployed = {
        stack: _deployed(aws, stack, [f for f in findings if _stack(f, wanted) == stack]) for stack in wanted.templates
    }
    templates = {stack: plain(template) for stack, template in wanted.templates.items()}
    why = []
    for f in findings:
        stack = _stack(f, wanted)
        found = deployed[stack]
        why.append(_cause(f, findings, found, shared_cause(f, found, templates[stack]) if found is not None else ""))
    place = _place(aws, of, wanted.stack, deployed[wanted.stack])
    fixes = (
        None if f.outcome == MATCH else shared_fix(f, wanted, place, cause)
        for f, cause in zip(findings, why, strict=True)
    )
    return tuple(why), tuple(fixes)


def _stack(finding: Finding, wanted: SharedResources) -> str:
    """The stack that a thing is in: that of the service, or one of its own, which has the name of the dashboard in it."""
    return finding.subject if finding.subject in wanted.templates else wanted.stack


def _cause(finding: Finding, all: Sequence[Finding], deployed: Mapping[str, Any] | None, cause: str) -> str:
    if finding.outcome != MISMATCH or not needs_template(finding):
        return cause
    status = next((f for f in all if f.property == "stack status" and not f.subject), None)
    if status and status.in_progress:
        return BUSY  # what differs may be what CloudFormation is about to change
    if status and status.outcome == MISMATCH and status.live != MISSING:
        return STUCK  # what differs may be what it has not put back
    return UNREAD if deployed is None else cause


def _deployed(aws: Aws, stack: str, findings: Sequence[Finding]) -> Mapping[str, Any] | None:
    """The template of a stack; empty if there is no stack or nothing differs, None if it cannot be told."""
    if not any(f.outcome == MISMATCH for f in findings):
        return {}
    try:
        found = stacks.describe(aws, stack)
        return stacks.template(aws, stack) if found and found.exists else {}
    except FAILURES:
        return None


def _place(aws: Aws, of: ServiceEnvironment, stack: str, deployed: Mapping[str, Any] | None, arn: str = "") -> Place:
    resources = (deployed or {}).get("Resources", {}).values()
    return Place(
        of.environment.name,
        aws.region,
        stack,
        arn,
        runbook=runbook(of.service.name, of.service.repository),
        capabilities=any(made["Type"] == "AWS::IAM::Role" for made in resources),
        stated=_states_region(of),
        values=pseudo_parameters(aws),
    )


def _states_region(of: ServiceEnvironment) -> bool:
    """Whether deployment.yaml names the Region; in the environment at hand it is filled in."""
    return any(e.name == of.environment.name and e.region for e in of.service.environments)
