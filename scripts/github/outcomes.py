"""What became of each service in each environment of a deployment run: from plans, reports, and what was approved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scripts.github.artifacts import CHANGES, NO_CHANGES, PlanFile, plans, read_json, read_text
from scripts.github.workflow_run import RunEnvironment

NOTHING, NO_PLAN, IS_BLOCKED, NOT_APPROVED, REJECTED = "no changes", "no plan", "blocked", "not approved", "rejected"
DEPLOYED, REFUSED, STOPPED, FAILED = "deployed", "refused", "stopped", "failed"
WAITING, SUPERSEDED = "waits for AWS", "superseded"
LOST, HELD_BACK = "nothing reported", "held back"
ASKED, AT_WORK, LATER = UNDECIDED = "waits for approval", "being deployed", "comes later"  # of a run that goes on
OUTSTANDING = "its changes are not deployed"  # of an environment that this run only looks at
# Worst first: what may be half done stands above what was not begun.
ORDER = (
    *(FAILED, LOST, STOPPED, WAITING, SUPERSEDED, REFUSED, NO_PLAN, IS_BLOCKED, REJECTED, HELD_BACK, NOT_APPROVED),
    *(OUTSTANDING, AT_WORK, ASKED, LATER, DEPLOYED, NOTHING),
)
GOOD = (DEPLOYED, NOTHING)


@dataclass(frozen=True, slots=True)
class ServiceOutcome:
    """What became of a service in an environment, why, who approved, and what the validation found afterwards.

    `service` is "" where no plan says which services there are.
    """

    environment: str
    region: str
    service: str
    what: str
    plan: str = ""
    message: str = ""
    approver: str = ""
    failed: tuple[tuple[str, str], ...] = ()  # (stack, reason)
    verdict: str = ""
    valid: bool = True  # False: the validation found something, or there is none of a deployment
    validation: str = ""  # Markdown

    @property
    def words(self) -> str:
        """In a sentence about what comes after it: `deployed, but not as the contract says`."""
        return self.what if self.what != DEPLOYED or self.valid else f"{self.what}, but not as the contract says"


def outcomes(
    folder: Path, wanted: Sequence[RunEnvironment], approvals: Sequence[Mapping[str, Any]], so_far: bool = False
) -> list[ServiceOutcome]:
    """The outcomes, worst first. `folder` holds the artifacts `plan-<E>` and `report-<E>.<service>`.

    `approvals`: GitHub's answer for the run. `so_far`: the run goes on, so that what nobody has decided is no end.
    """
    found = _every(folder, wanted, approvals, so_far)
    asked = {place.name for place in wanted if place.deploy}
    mine = (one for one in found.values() if one.environment in asked)
    return sorted(mine, key=lambda one: (ORDER.index(one.what), one.valid, one.environment, one.service))


def offers(
    folder: Path, wanted: Sequence[RunEnvironment], approvals: Sequence[Mapping[str, Any]], wave: int
) -> list[tuple[PlanFile, str]]:
    """The plans of a wave that change something, each with why its approval is not offered: empty where it is."""
    found = _every(folder, wanted, approvals, so_far=True)
    made = []
    for place in wanted:
        for plan in plans(folder):
            if (plan.environment, place.wave, place.deploy, plan.exit_code) == (place.name, wave, True, CHANGES):
                made.append((plan, _held_back(list(_before(found, plan.service, place.after)))))
    return made


def _every(
    folder: Path, wanted: Sequence[RunEnvironment], approvals: Sequence[Mapping[str, Any]], so_far: bool
) -> dict[tuple[str, str], ServiceOutcome]:
    """The outcomes, by environment and service."""
    planned = plans(folder)
    found: dict[tuple[str, str], ServiceOutcome] = {}
    for place in sorted(wanted, key=lambda place: (place.deploy, place.wave)):
        name, region = place.name, place.region
        mine = [plan for plan in planned if plan.environment == name]
        if not mine:
            message = "Its plan could not be made, or was refused."
            found[name, ""] = ServiceOutcome(name, region, "", NO_PLAN, message=message)
        for plan in mine:
            one = _outcome(folder, plan, _approval(name, approvals), so_far)
            if one.what in (NOT_APPROVED, ASKED) and not place.deploy:
                one = replace(one, what=OUTSTANDING)
            elif one.what in (NOT_APPROVED, ASKED) and (before := list(_before(found, one.service, place.after))):
                later = so_far and all(earlier.what in UNDECIDED for earlier in before)
                one = replace(one, what=LATER if later else HELD_BACK, message=_held_back(before))
            found[name, plan.service] = replace(one, region=region)
    return found


def _held_back(before: Sequence[ServiceOutcome]) -> str:
    """Why an approval is not offered: what has to be deployed and validated first, and how that stands."""
    words = ", ".join(f"{one.environment} ({one.words})" for one in before)
    return f"It comes after {words}." if words else ""


def _before(
    found: Mapping[tuple[str, str], ServiceOutcome], service: str, after: Sequence[str]
) -> Iterator[ServiceOutcome]:
    """What the deployment of a service has to wait for: its earlier environments that are not deployed and validated."""
    for name in after:
        # A service that does not run there has nothing to wait for; without any plan nobody knows whether it does.
        earlier = found.get((name, service)) or found.get((name, ""))
        if earlier and not (earlier.what in GOOD and earlier.valid):
            yield earlier


def _outcome(folder: Path, plan: PlanFile, approval: tuple[str, str], so_far: bool) -> ServiceOutcome:
    state, who = approval
    known = ServiceOutcome(plan.environment, plan.region, plan.service, NOTHING, plan.hash)
    if plan.exit_code == NO_CHANGES:
        return known
    if plan.exit_code != CHANGES:
        return replace(known, what=IS_BLOCKED, message=plan.summary)
    report = report_folder(folder, plan)
    execution = read_json(report / "execution.json")
    # What an earlier attempt of the run did belongs to the plan that was approved then.
    if execution and (execution.get("outcome") == REFUSED or execution.get("plan") in (None, plan.hash)):
        return _executed(replace(known, approver=who), execution, report)
    if state == "rejected":
        return replace(known, what=REJECTED, approver=who)
    if state == "approved":
        return replace(known, what=AT_WORK if so_far else LOST, message="" if so_far else NO_REPORT, approver=who)
    return replace(known, what=ASKED if so_far else NOT_APPROVED)


NO_REPORT = "The job left no report."


def report_folder(folder: Path, plan: PlanFile) -> Path:
    """Where the report of a deployment is, among the artifacts of a run."""
    return folder / f"report-{plan.environment}.{plan.service}"


def settled(report: Path, environment: str, service: str) -> ServiceOutcome:
    """The outcome that a later look at a deployment has found, in the folder of its report."""
    execution = read_json(report / "execution.json")
    region, plan = str(execution.get("region") or ""), str(execution.get("plan") or "")
    return _executed(ServiceOutcome(environment, region, service, NOTHING, plan), execution, report)


def _executed(known: ServiceOutcome, execution: Mapping[str, Any], report: Path) -> ServiceOutcome:
    what = str(execution.get("outcome"))
    what = WAITING if what == "waiting" else what
    stacks = execution.get("stacks")
    failed = tuple(
        (str(stack), str(done.get("reason") or ""))
        for stack, done in (stacks.items() if isinstance(stacks, dict) else ())
        if isinstance(done, dict) and done.get("outcome") == FAILED
    )
    what = what if what in (DEPLOYED, FAILED, STOPPED, REFUSED, WAITING) else FAILED
    message = str(execution.get("message") or "") if what != DEPLOYED else ""
    if what in (REFUSED, WAITING):  # nothing was touched, or not everything is there yet: nothing to validate
        return replace(known, what=what, message=message)
    result = read_json(report / "validation.json")
    verdict, counts = str(result.get("verdict") or ""), result.get("counts")
    clean = isinstance(counts, dict) and bool(counts) and not any(n for word, n in counts.items() if word != "match")
    page = read_text(report / "validation.md")
    known = replace(known, what=what, message=message, failed=failed)
    return replace(known, verdict=verdict or "not validated", valid=clean, validation=page)


def _approval(environment: str, approvals: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """What was decided last about an environment, and by whom; two empty strings when nothing was."""
    for approval in approvals:
        if any(of.get("name") == environment for of in approval.get("environments", ())):
            return str(approval.get("state")), str((approval.get("user") or {}).get("login") or "")
    return "", ""
