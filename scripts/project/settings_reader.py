"""Read the `deployment.yaml` of a service."""

from pathlib import Path

from scripts.model import Contract
from scripts.problems import Problem, ProblemsError
from scripts.project.settings_check import settings_problems
from scripts.project.settings_form import form_problems
from scripts.settings.deployment_file import Settings
from scripts.text.yaml_source import Source, read_yaml


def read_settings(path: Path, contract: Contract) -> tuple[Settings, list[Problem]]:
    """The settings of a service, and what the reader doubted in them. Without the file: one environment, `default`.

    Raises ProblemsError with every problem of the file.
    """
    if not path.exists():
        return Settings(Source({}, {})), []
    settings = Settings(read_yaml(path))
    problems = settings_problems(path, settings, contract)
    if any(problem.severity == "error" for problem in problems):
        raise ProblemsError(problems)
    return settings, problems


def settings_form(path: Path) -> list[Problem]:
    """The problems of a `deployment.yaml` that can be told without a contract that can be used."""
    if not path.exists():
        return []
    try:
        return form_problems(path, read_yaml(path))
    except ProblemsError as error:
        return list(error.problems)
