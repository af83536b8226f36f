"""Read the `deployment.yaml` of a service."""

from pathlib import Path

from scripts.model import Contract
from scripts.problems import Problem, ProblemsError
from scripts.project.settings_check import environment_problems, settings_problems
from scripts.project.settings_form import form_problems
from scripts.settings.deployment_file import Settings
from scripts.settings.schema_places import accepts_text
from scripts.text.yaml_source import Source, read_yaml

_WORDS = ("on", "off", "yes", "no", "y", "n")  # true or false in YAML 1.1, text in YAML 1.2


def read_settings(path: Path, contract: Contract) -> tuple[Settings, list[Problem]]:
    """The settings of a service, and what the reader doubted in them. Without the file: one environment, `default`.

    Raises ProblemsError with every problem of the file.
    """
    if not path.exists():
        return Settings(Source({}, {})), []
    settings = Settings(read_source(path))
    problems = settings_problems(path, settings, contract)
    if any(problem.severity == "error" for problem in problems):
        raise ProblemsError(problems)
    return settings, problems


def read_source(path: Path) -> Source:
    """The file as YAML 1.2, and with it every editor, reads it where a text is needed: `off` is a word, not false.

    Where true or false is needed, the words of YAML 1.1 stay what they are. Raises ProblemsError as `read_yaml` does.
    """
    source = read_yaml(path, accepts_text)
    for where, word in source.plain.items():
        if word.casefold() in _WORDS and accepts_text(where):
            group = source.value
            for key in where[:-1]:
                group = group[key]
            group[where[-1]] = word
    return source


def settings_form(path: Path) -> list[Problem]:
    """The problems of a `deployment.yaml` that can be told without a contract that can be used."""
    if not path.exists():
        return []
    try:
        settings = Settings(read_source(path))
        return form_problems(path, settings.source) or environment_problems(path, settings)
    except ProblemsError as error:
        return list(error.problems)
