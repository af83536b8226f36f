"""Write the environments that have something to deploy as the output `deploy`: only they ask for an approval.

Each is {"environment", "region", "plan", "page"}: the deployment executes the plan of that hash, or nothing; `page` is the path
of what was generated about the environment.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.command import Refused, run_command
from scripts.entry import start
from scripts.github.artifacts import BLOCKED, CHANGES, PlanFile, plans
from scripts.github.environment_link import environment_link
from scripts.github.outputs import add_to_summary, write_output
from scripts.text import markdown

WHAT = {
    0: "nothing to do, no approval asked",
    CHANGES: "**waits for your approval**",
    BLOCKED: "**blocked**, not deployed",
}


def check_confirmation(typed: str, found: Sequence[PlanFile]) -> None:
    """A deployment started by hand names the environment and the plan that was read. Raises Refused if it does not."""
    for plan in found:
        if plan.exit_code == CHANGES and typed.split() != [plan.environment, plan.hash]:
            raise Refused(
                f"The confirmation does not name this environment and its plan, which is {plan.hash} now. Read the plan in the "
                f'summary of this run. If it is what you want, start again and type "{plan.environment}", a space, and the '
                "plan's eight characters."
            )


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m scripts.github.to_deploy",
        description=(__doc__ or "").split("\n")[0],
        epilog="Exit codes: 0 written, 1 not.",
    )
    parser.add_argument("plans", type=Path, metavar="DIR", help="where plan.json of each environment is")
    parser.add_argument(
        "--confirmation", metavar="TEXT", help="started by hand: the environment and the plan's hash, typed"
    )
    options = parser.parse_args(argv)
    return run_command(lambda: _write(options), "Nothing will be deployed.")


def _write(options: argparse.Namespace) -> int:
    found = [plan for plan in plans(options.plans) if plan.live]
    if options.confirmation is not None:
        check_confirmation(options.confirmation, found)
    ready = [
        {
            "environment": plan.environment,
            "region": plan.region,
            "plan": plan.hash,
            "page": environment_link(plan.environment),
        }
        for plan in found
        if plan.exit_code == CHANGES
    ]
    rows = [
        (markdown.code(plan.environment), markdown.code(plan.region), WHAT[plan.exit_code], markdown.code(plan.hash))
        for plan in found
    ]
    if rows:
        table = markdown.table(("Environment", "Region", "Deployment", "Plan"), rows)
        how = (
            "Read the plan of each environment on this page. In *Review deployments* tick the environments to deploy. "
            "To skip a Region, approve the others, then tick it and *Reject*."
        )
        add_to_summary(markdown.page("## Deployments", table, how if ready else ""))
    write_output("deploy", ready)
    return 0


if __name__ == "__main__":
    start(main)
