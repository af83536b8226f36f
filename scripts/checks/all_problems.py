"""Everything that the project's own checks find, as problems: for code scanning, which wants all of them at once."""

from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.checks import access_files, alarm_files, policy_report
from scripts.problems import NOTE, Problem, ProblemsError

Files = Sequence[str]


def _contracts(_files: Files) -> list[Problem]:
    """Of contracts, settings, services and limits: errors and warnings. Notes ask for nothing, and are on the pages."""
    from scripts.rendering.service_files import render  # all that generates: `--help` needs none of it

    try:
        said = [problem for rendering in render(Path("contracts"), None, {}, {}) for problem in rendering.said]
    except ProblemsError as error:
        said = list(error.problems)
    return [problem for problem in said if problem.severity != NOTE]


def _policies(files: Files) -> list[Problem]:
    return policy_report.check(_paths(files), control_tower=True, test_rules=False).violations


def _alarms(files: Files) -> list[Problem]:
    return alarm_files.check(_paths(files))[2]


def _access(files: Files) -> list[Problem]:
    return [problem for path in _paths(files) for problem in access_files.check_file(path)]  # there may be no policy


def _paths(files: Files) -> list[Path]:
    return [Path(file) for file in files]


# By the names of the checks. Each gets the files to judge; the contracts are judged together, whatever it gets.
# Each raises CannotJudge, Unreadable, CfnGuardMissing or CfnGuardFailed when something could not be judged.
PARTS: dict[str, Callable[[Files], list[Problem]]] = {
    "contracts": _contracts,
    "policies": _policies,
    "alarms": _alarms,
    "access": _access,
}
