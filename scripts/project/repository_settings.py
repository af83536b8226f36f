"""What holds for the whole repository: `contracts/settings.yaml`, which may be left out."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.problems import Problem, ProblemsError, did_you_mean
from scripts.project.settings_form import problem_at
from scripts.project.settings_rules.file_form import UNKNOWN_SETTING, WRONG_VALUE
from scripts.settings.repository_file import FILE, known_settings
from scripts.settings.schema_places import names_at
from scripts.text.yaml_source import read_yaml


@dataclass(frozen=True, slots=True)
class RepositorySettings:
    """The settings of the repository. `strict`: warnings are errors. `repository`: its address; empty: not known."""

    strict: bool = False
    repository: str = ""


def read_repository_settings(contracts: Path) -> RepositorySettings:
    """The settings of the repository, the defaults where there is no file. Raises ProblemsError with every problem of it."""
    path = contracts / FILE
    if path.is_symlink():
        raise ProblemsError([_wrong(path, "It is a symbolic link.", "Put the file itself there.")])
    if mistaken := _mistaken(contracts):
        raise ProblemsError(
            [_wrong(contracts / mistaken, "Nothing reads this file.", f"Rename it to {FILE}, or remove it.")]
        )
    if not path.exists():
        return RepositorySettings()
    source = read_yaml(path)
    value = {} if source.value is None else source.value
    if not isinstance(value, dict):
        hint = f"Write one line for each: {', '.join(known_settings())}."
        raise ProblemsError([_wrong(path, "The file holds no settings.", hint)])
    problems = [
        problem_at(path, source, UNKNOWN_SETTING, (key,), key=key, of=" of the repository", hint=_belongs(key))
        for key in value
        if key not in known_settings()
    ]
    problems += [
        problem_at(
            path,
            source,
            WRONG_VALUE,
            (key,),
            found=f"{json.dumps(found, default=str)} is not {_WANTED[part['type']]}.",
            hint=part["description"],
        )
        for key, part in known_settings().items()
        if not _is(found := value.get(key, part["default"]), part)
    ]
    if problems:
        raise ProblemsError(problems)
    return RepositorySettings(**value)


_WANTED = {"boolean": "true or false", "string": "an address that begins with https://"}


def _is(value: Any, part: dict[str, Any]) -> bool:
    """Whether a value is of the type that its part of the schema names, and of its form."""
    if part["type"] == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) and len(value) <= part["maxLength"] and re.search(part["pattern"], value) is not None


def _mistaken(contracts: Path) -> str | None:
    """A file that was meant to be the settings.yaml, and would be passed over without a word."""
    names = sorted(entry.name for entry in contracts.iterdir() if entry.is_file()) if contracts.is_dir() else []
    others = (name for name in names if name.lower().endswith((".yaml", ".yml")) and name != FILE)
    return next((name for name in others if did_you_mean(name, [FILE])), None)


def _belongs(key: str) -> str:
    if key in names_at(()):
        return "It is a setting of one service: write it into contracts/<service>/deployment.yaml."
    guess = did_you_mean(key, known_settings())
    return f'Did you mean "{guess}"?' if guess else f"Known here: {', '.join(known_settings())}."


def _wrong(path: Path, found: str, hint: str) -> Problem:
    return WRONG_VALUE.problem(path, found=found, hint=hint)
