"""The form of a `deployment.yaml`: what its schema refuses, in the words of a person."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.edit import Edit, rename
from scripts.problems import Problem, Rule
from scripts.project.settings_rules.file_form import NO_SETTINGS, UNKNOWN_SETTING, WRONG_VALUE
from scripts.project.settings_schema import UNKNOWN, schema_errors
from scripts.project.unknown_setting import unknown_setting
from scripts.project.wrong_value import fitting_value, legal_name
from scripts.settings.deployment_file import RESERVED_TAGS, Where
from scripts.settings.schema_places import part_at
from scripts.text.edit_words import edit_words
from scripts.text.yaml_source import Source, dotted

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a group of names and values",
    "array": "a list",
}
_FORMS = {"string": "Put it in quotes.", "object": "Write names and values below it, indented, or remove the line."}
_NAMES = {
    "environments": "Use lower-case letters, digits and -, at most 60: it is also the name of the GitHub environment.",
    "tags": f"Use letters, digits, spaces and . _ : / = + @ -; not aws:..., not {', '.join(RESERVED_TAGS)} (ours).",
}
_NO_ENVIRONMENT = ("There is no environment.", "Add one: a name, and under it its region.")
_MESSAGES = {
    "required": ("{missing} is missing here.", "Add {missing}: {needed}"),
    "type": ("{found} is not {type}.", "{range}{description}"),
    "enum": ("{found} is not known.", "Write one of: {choices}."),
    "minimum": ("{found} is too small.", "Write {kind} from {minimum} to {maximum}."),
    "maximum": ("{found} is too large.", "Write {kind} from {minimum} to {maximum}."),
    "minProperties": ("Nothing is stated here.", "{description}"),
    "maxItems": ("There are too many entries.", "{description}"),
    "maxProperties": ("There are too many tags.", "Keep at most 45: a table has 50, and some are ours."),
    "uniqueItems": ("This entry stands in the list already.", "Keep one."),
    "maxLength": ("{found} is too long.", "{description}"),
    "pattern": ("{found} is not allowed here.", "{description}"),
}


def form_problems(path: Path, source: Source) -> list[Problem]:
    """What is wrong with the form of a `deployment.yaml`, whatever the contract says, in the order of its lines."""
    return sorted(_problems(path, source), key=lambda problem: (problem.line, problem.column))


def problem_at(
    path: Path,
    source: Source,
    rule: Rule,
    where: Where,
    *,
    edits: Sequence[Edit] = (),
    otherwise: str = "",
    **facts: Any,
) -> Problem:
    """That a rule is broken at a path inside the file, with the line of it, or of the nearest place that has one.

    The words of the edits are a fact: `edit`, and as a whole sentence the `hint`, which without edits is `otherwise`.
    """
    known = (where[:n] for n in range(len(where), -1, -1))
    line = next((source.positions[part] for part in known if part in source.positions), (1, 1))
    facts["edit"] = edit_words(edits, bare=True)
    facts.setdefault("hint", f"{facts['edit']}." if edits else otherwise)
    return rule.problem(path, dotted(where), *line, edits=edits, **facts)


def _problems(path: Path, source: Source) -> Iterator[Problem]:
    if not isinstance(source.value, dict):
        yield problem_at(path, source, NO_SETTINGS, ())
        return
    for error in schema_errors(source.value):
        yield _explain(path, source, error)


def _explain(path: Path, source: Source, error: Any) -> Problem:
    """One schema error in the words of a person: exactly one problem, so that no error is explained away."""
    where = tuple(error.absolute_path)
    keyword = error.validator
    if keyword in UNKNOWN or (keyword == "propertyNames" and "enum" in error.validator_value):
        return problem_at(path, source, UNKNOWN_SETTING, where, **unknown_setting(source, where))
    if keyword == "propertyNames":
        hint = _NAMES.get(str(where[-2]), "Use another name.")
        found = f"{_short(where[-1])} cannot be a name here."
        right = legal_name(source, where)
        edits = [rename(where, right)] if right else []
        return problem_at(path, source, WRONG_VALUE, where, found=found, edits=edits, otherwise=hint)
    if error.instance is None and isinstance(where[-1], str):
        found, description = f'Nothing stands after "{where[-1]}:".', error.schema.get("description", "")
        hint = f"Write a value, or remove the line. {description}".strip()
        return problem_at(path, source, WRONG_VALUE, where, found=found, hint=hint)
    message, fix = (
        _NO_ENVIRONMENT
        if where == ("environments",) and keyword == "minProperties"
        else _MESSAGES.get(keyword, ("{error.message}.", "{description}"))
    )
    limits, description = error.schema, error.schema.get("description", "")
    if not description and where and isinstance(where[-1], int):  # an entry of a list
        description = (part_at(where[:-1]) or {}).get("description", "")
    values = {
        "found": source.plain.get(where) or _short(error.instance),
        "description": description
        or _FORMS.get(str(error.validator_value), "Letters, digits, spaces and . _ : / = + @ - are allowed."),
        "type": _TYPES.get(str(error.validator_value), error.validator_value),
        "missing": ", ".join(f'"{key}"' for key in limits.get("required", ()) if key not in error.instance)
        if keyword == "required"
        else "",
        "needed": " ".join(
            limits.get("properties", {}).get(key, {}).get("description", "")
            for key in limits.get("required", ())
            if keyword == "required" and key not in error.instance
        ),
        "choices": ", ".join(str(choice) or '""' for choice in limits.get("enum", ())),
        "range": _range(limits),
        "minimum": limits.get("minimum"),
        "maximum": limits.get("maximum"),
        "kind": "a whole number" if limits.get("type") == "integer" else "a number",
        "error": error,
    }
    if keyword == "uniqueItems":
        where = (*where, next(n for n, one in enumerate(error.instance) if one in error.instance[:n]))
    edits = fitting_value(source, where, error)
    found, hint = message.format(**values), fix.format(**values)
    return problem_at(path, source, WRONG_VALUE, where, found=found, edits=edits, otherwise=hint)


def _range(limits: dict[str, Any]) -> str:
    """What a value may be, where that is a number or true or false: a sentence, and the space behind it."""
    if limits.get("type") == "boolean":
        return "Write true or false. "
    kinds = {"integer": "a whole number", "number": "a number"}
    kind, least, most = (limits.get(name) for name in ("type", "minimum", "maximum"))
    return f"Write {kinds[kind]} from {least} to {most}. " if kind in kinds and None not in (least, most) else ""


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."
