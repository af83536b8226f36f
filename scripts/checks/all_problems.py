"""Everything that the project's own checks find, as problems: for code scanning, which wants all of them at once."""

from collections.abc import Callable
from pathlib import Path

from scripts.checks import access_files, alarm_files, policy_report
from scripts.problems import NOTE, Problem, ProblemsError


def _contracts() -> list[Problem]:
    """Of contracts, settings, services and limits: errors and warnings. Notes ask for nothing, and are on the pages."""
    from scripts.rendering.service_files import render  # all that generates: `--help` needs none of it

    try:
        said = [problem for rendering in render(Path("contracts"), None, {}, {}) for problem in rendering.said]
    except ProblemsError as error:
        said = list(error.problems)
    return [problem for problem in said if problem.severity != NOTE]


def _access() -> list[Problem]:
    return [problem for path in sorted(Path().glob(access_files.DEFAULT)) for problem in access_files.check_file(path)]


# Each raises CannotJudge, Unreadable, CfnGuardMissing or CfnGuardFailed when something could not be judged.
PARTS: dict[str, Callable[[], list[Problem]]] = {
    "contracts": _contracts,
    "policies": lambda: policy_report.check([], control_tower=True, test_rules=False).violations,
    "alarms": lambda: alarm_files.check([])[2],
    "access": _access,
}
