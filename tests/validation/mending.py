"""Doing what a validation says: the commands that it prints, block by block, in a shell."""

from typing import Any

from scripts import deploy
from scripts.validation.fix import lines
from scripts.validation.report import Report
from tests.validation.deployment import ENVIRONMENT


def mend(report: Report, run: Any) -> set[str]:
    """Do what the report says, block by block; the ids of the fixes that were told. `run`: of `aws_cli.shell`."""
    done, deployments = set(), 0
    for _, block in report.blocks:
        text = "\n".join(lines(block.commands))
        done |= {problem.fix.id for problem in block.problems}
        if text.startswith("make deploy "):
            deployments += 1  # that of several tables is one and the same
        elif text:
            code, output = run(text)
            assert code == 0, f"{text}\n{output}"
    if deployments:
        assert deploy.main(["--environment", ENVIRONMENT, "--yes"]) == 0
    return done
