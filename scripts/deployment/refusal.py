"""What keeps a deployment from beginning: another plan than the approved one, a blocked table, no confirmation."""

import sys

from scripts.deployment.approval import Approval
from scripts.deployment.request import NOTHING, DeploymentRequest
from scripts.observe.commit import UNCOMMITTED
from scripts.observe.services_apart import left_out_words
from scripts.observe.target import Target
from scripts.planning.changes import BLOCKED
from scripts.planning.entries import Plan
from scripts.planning.entry_words import named_risks, risks_of
from scripts.planning.plan_text import risk_lines, to_text
from scripts.planning.risks import CONFIRMED, KINDS
from scripts.text import prompts

MOVED_ON = 3  # exit code: the plan is no longer the approved one
BLOCKED_NOW = "{number} blocked: {names}. {nothing}"


def refusal(
    request: DeploymentRequest, target: Target, plan: Plan, approval: Approval | None
) -> tuple[int, str] | None:
    """Exit code and message when it must not begin; None when it may. `approval`: None if another plan was approved.

    Raises Refused when nobody can be asked for the confirmation.
    """
    if approval is None:
        print(to_text(plan))
        service = f" SERVICE={request.target.service}" if request.target.service else ""
        command = f"make deploy ENV={target.environment}{service} PLAN_HASH={plan.hash}"
        message = (
            f"Approved was plan {request.plan_hash or '(none was named)'}, but it would now be plan {plan.hash}: the live tables, the contract or "
            f"the settings have changed since. {NOTHING} Read the new plan, then approve it: {command}"
        )
        print(message, file=sys.stderr)
        return MOVED_ON, message
    blocked = [entry for entry in plan.everything if entry.action == BLOCKED]
    for entry in blocked:
        for reason in entry.reasons:
            print(f"{entry.table}: {reason}", file=sys.stderr)
    going = {place.service.name for place in target.places}
    if any(entry.service in going for entry in blocked):  # in every service, or the others would go on without it
        print(NOTHING, file=sys.stderr)
        names = [entry.table for entry in blocked]
        return 1, BLOCKED_NOW.format(number=len(names), names=", ".join(names), nothing=NOTHING)
    if target.left_out:
        print(f"{left_out_words(target.left_out)} The rest of the environment is deployed.", file=sys.stderr)
    if plan.risks:  # also where nobody is asked: they stand in the log of the deployment
        print("\n".join([f"The plan has {risks_of(plan)}.", *risk_lines(named_risks(plan))]) + "\n")
    if not request.confirmed and not prompts.confirm(target.environment, "--yes", _what(plan)):
        print(NOTHING, file=sys.stderr)
        return 1, f"It was not confirmed. {NOTHING}"
    return None


def _what(plan: Plan) -> str:
    """What the person confirms, after having read the risks."""
    kinds = {risk.kind for risk in plan.risks}
    verbs = " and ".join(one for kind, (one, _several) in KINDS.items() if kind in kinds & CONFIRMED)
    changes = " with uncommitted changes" if plan.commit.endswith(UNCOMMITTED) else ""
    return f"deploy{changes}, although it {verbs}" if verbs else f"deploy{changes}"
