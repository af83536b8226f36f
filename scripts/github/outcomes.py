"""What became of each environment of a deployment run: from the plans, the reports of the deployments, and the approvals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.github.artifacts import CHANGES, NO_CHANGES, plans, read_json, read_text

NOTHING, NO_PLAN, IS_BLOCKED, NOT_APPROVED, REJECTED = "no changes", "no plan", "blocked", "not approved", "rejected"
DEPLOYED, REFUSED, STOPPED, FAILED = "deployed", "refused", "stopped", "failed"
LOST = "nothing reported"
# Worst first: what may be half done stands above what was not begun.
ORDER = (FAILED, LOST, STOPPED, REFUSED, NO_PLAN, IS_BLOCKED, REJECTED, NOT_APPROVED, DEPLOYED, NOTHING)
GOOD = (DEPLOYED, NOTHING)


@dataclass(frozen=True, slots=True)
class EnvironmentOutcome:
    """One environment: what became of it, why, who approved, and the verdict and page of the validation afterwards."""

    environment: str
    region: str
    what: str
    plan: str = ""
    message: str = ""
    approver: str = ""
    failed: tuple[tuple[str, str], ...] = ()  # (stack, reason)
    verdict: str = ""
    valid: bool = True  # False: the validation found something, or there is none of a deployment
    validation: str = ""  # Markdown


def outcomes(
    folder: Path, wanted: Sequence[Mapping[str, Any]], approvals: Sequence[Mapping[str, Any]]
) -> list[EnvironmentOutcome]:
    """The outcome of each wanted environment, worst first. `folder` holds the artifacts `plan-<E>` and `report-<E>`.

    `wanted`: {"environment", "region", ...} each; `approvals`: GitHub's answer for the run.
    """
    planned = {plan.environment: plan for plan in plans(folder)}
    found = []
    for place in wanted:
        name, region = str(place["environment"]), str(place["region"])
        plan, (state, who) = planned.get(name), _approval(name, approvals)
        report = folder / f"report-{name}"
        execution = read_json(report / "execution.json")
        if plan is None:
            found.append(
                EnvironmentOutcome(name, region, NO_PLAN, message="Its plan could not be made, or was refused.")
            )
        elif plan.exit_code == NO_CHANGES:
            found.append(EnvironmentOutcome(name, region, NOTHING, plan.hash))
        elif plan.exit_code != CHANGES:
            found.append(EnvironmentOutcome(name, region, IS_BLOCKED, plan.hash, plan.summary))
        elif execution:
            found.append(_executed(name, region, plan.hash, who, execution, report))
        elif state == "rejected":
            found.append(EnvironmentOutcome(name, region, REJECTED, plan.hash, approver=who))
        elif state == "approved":
            found.append(EnvironmentOutcome(name, region, LOST, plan.hash, "The job left no report.", who))
        else:
            found.append(EnvironmentOutcome(name, region, NOT_APPROVED, plan.hash))
    return sorted(found, key=lambda outcome: (ORDER.index(outcome.what), outcome.valid, outcome.environment))


def _executed(
    name: str, region: str, plan: str, who: str, execution: Mapping[str, Any], report: Path
) -> EnvironmentOutcome:
    what = str(execution.get("outcome"))
    stacks = execution.get("stacks")
    failed = tuple(
        (str(stack), str(done.get("reason") or ""))
        for stack, done in (stacks.items() if isinstance(stacks, dict) else ())
        if isinstance(done, dict) and done.get("outcome") == FAILED
    )
    what = what if what in (DEPLOYED, FAILED, STOPPED, REFUSED) else FAILED
    message = str(execution.get("message") or "") if what != DEPLOYED else ""
    if what == REFUSED:  # nothing was touched, so there is nothing to validate
        return EnvironmentOutcome(name, region, what, plan, message, who)
    result = read_json(report / "validation.json")
    verdict, counts = str(result.get("verdict") or ""), result.get("counts")
    clean = isinstance(counts, dict) and bool(counts) and not any(n for word, n in counts.items() if word != "match")
    page = read_text(report / "validation.md")
    return EnvironmentOutcome(name, region, what, plan, message, who, failed, verdict or "not validated", clean, page)


def _approval(environment: str, approvals: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """What was decided last about an environment, and by whom; two empty strings when nothing was."""
    for approval in approvals:
        if any(of.get("name") == environment for of in approval.get("environments", ())):
            return str(approval.get("state")), str((approval.get("user") or {}).get("login") or "")
    return "", ""
