"""Write what a wave has to deploy as the outputs `leading` and `closing`: only that asks for an approval.

Each is a list of {"environment", "service", "region", "plan", "page"}: the deployment executes the plan of that hash, or nothing;
`page` is the path of what was generated about it. `leading`: environments that others come after; `closing`: those that nothing
waits for. Needs ENVIRONMENTS, the output of scripts.github.environments.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github import gh
from scripts.github.artifacts import BLOCKED, CHANGES, PlanFile, plans
from scripts.github.environment_link import environment_link
from scripts.github.outcomes import offers
from scripts.github.outputs import add_to_summary, write_output
from scripts.github.workflow_run import RunEnvironment, environments, repository, variable
from scripts.limits import MATRIX_JOBS
from scripts.text import markdown

NO_CHANGES, ASKS, IS_BLOCKED = (
    "nothing to do, no approval asked",
    "**waits for your approval**",
    "**blocked**, not deployed",
)
HELD_BACK = "**held back**. {}"
HOW = (
    "Read the plan of each environment on this page. In *Review deployments* tick the environments to deploy. "
    "To skip a Region, approve the others, then tick it and *Reject*."
)
NEXT = "Later environments are offered when those before them are deployed and validated."


def check_confirmation(typed: str, found: Sequence[PlanFile]) -> None:
    """A deployment started by hand names the environment and every plan that was read. Raises Refused if it does not."""
    changing = [plan for plan in found if plan.exit_code == CHANGES]
    hashes = sorted(plan.hash for plan in changing)
    if not changing:
        return
    environment = changing[0].environment
    words = typed.split()
    if (words[:1], sorted(words[1:])) != ([environment], hashes):
        plans_are, them = ("plans, which are", "them") if len(hashes) > 1 else ("plan, which is", "the plan")
        raise Refused(
            f"The confirmation does not name this environment and its {plans_are} {' '.join(hashes)} now. Read {them} in the "
            f'summary of this run. If it is what you want, start again and type "{environment}", a space, and the eight '
            "characters of each plan."
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.to_deploy",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not. Needs the permission actions: read after the first wave.",
    )
    parser.add_argument(
        "artifacts", type=Path, metavar="DIR", help="the artifacts plan-<E> and report-<E>.<service> of the run"
    )
    parser.add_argument("--wave", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument(
        "--confirmation", metavar="TEXT", help="started by hand: the environment and the plan's hash, typed"
    )
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options), "Nothing will be deployed.")


def _write(options: argparse.Namespace) -> int:
    wanted = environments()
    asked = {place.name: place for place in wanted if place.deploy}
    planned = [plan for plan in plans(options.artifacts) if plan.live and plan.environment in asked]
    if options.confirmation is not None:
        check_confirmation(options.confirmation, planned)
    offered = offers(options.artifacts, wanted, _approvals() if options.wave > 1 else (), options.wave)
    ready = [plan for plan, why in offered if not why]
    if len(ready) > MATRIX_JOBS.most:
        raise Refused(
            f"{len(ready)} services and environments wait in this wave; one run can have {MATRIX_JOBS.most}. Start `deploy` by "
            "hand for one environment or service after the other."
        )
    if page := _page(planned, offered, asked, options.wave):
        add_to_summary(page)
    before = {name for place in asked.values() for name in place.after}
    for name, chosen in (("leading", True), ("closing", False)):
        write_output(name, [_values(plan) for plan in ready if (plan.environment in before) == chosen])
    return 0


def _approvals() -> Sequence[dict[str, object]]:
    return gh.api("GET", f"repos/{repository()}/actions/runs/{variable('GITHUB_RUN_ID', '[0-9]+')}/approvals") or ()


def _values(plan: PlanFile) -> dict[str, str]:
    return {
        "environment": plan.environment,
        "service": plan.service,
        "region": plan.region,
        "plan": plan.hash,
        "page": environment_link(plan.environment, plan.service),
    }


def _page(
    planned: Sequence[PlanFile], offered: Sequence[tuple[PlanFile, str]], asked: dict[str, RunEnvironment], wave: int
) -> str:
    """What asks for an approval, and what does not, and why: each plan with its wave, the first time also what has no changes."""
    known = {
        (plan.environment, plan.service): HELD_BACK.format(markdown.text(why)) if why else ASKS for plan, why in offered
    }
    if wave == 1:
        words = {0: NO_CHANGES, BLOCKED: IS_BLOCKED}
        known |= {(p.environment, p.service): words[p.exit_code] for p in planned if p.exit_code in words}
    rows = [
        (
            markdown.code(plan.environment),
            markdown.code(plan.service),
            markdown.code(plan.region),
            known[plan.environment, plan.service],
            markdown.code(plan.hash),
        )
        for plan in planned
        if (plan.environment, plan.service) in known
    ]
    if not rows:
        return ""
    title = "## Deployments" if wave == 1 else f"## Deployments, wave {wave}"
    table = markdown.table(("Environment", "Service", "Region", "Deployment", "Plan"), rows)
    later = any(asked[plan.environment].wave > wave for plan in planned if plan.exit_code == CHANGES)
    return markdown.page(title, table, HOW if any(not why for _, why in offered) else "", NEXT if later else "")


if __name__ == "__main__":
    start(main)
