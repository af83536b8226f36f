"""Judge a `deployment.yaml`: the schema's complaints in the words of a person, then what a schema cannot say."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from scripts.model import Contract
from scripts.patterns_of import patterns_by_table
from scripts.problems import Problem, Rule, did_you_mean
from scripts.project.settings_rules import CASE_RULES
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.naming import RESERVED_ENVIRONMENT, UNKNOWN_TABLE
from scripts.project.settings_rules.stated import NO_SETTINGS, UNKNOWN_SETTING, WRONG_VALUE
from scripts.settings.deployment_file import RESERVED_TAGS, TABLES, Settings, Where, at, properties, schema
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


def settings_problems(path: Path, settings: Settings, contract: Contract) -> list[Problem]:
    """Every problem of a `deployment.yaml`, in the order of its lines."""
    problems = list(_schema_problems(path, settings.source))
    names = list(_name_problems(path, settings.source, contract))
    values = [] if problems else list(_value_problems(path, settings, contract))
    problems += names + values
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def form_problems(path: Path, source: Source) -> list[Problem]:
    """What is wrong with the form of a `deployment.yaml`, whatever the contract says."""
    return sorted(_schema_problems(path, source), key=lambda problem: (problem.line, problem.column))


def _problem(path: Path, source: Source, rule: Rule, where: Where, **facts: Any) -> Problem:
    known = (where[:n] for n in range(len(where), -1, -1))
    at = next((source.positions[part] for part in known if part in source.positions), (1, 1))
    return rule.problem(path, dotted(where), *at, **facts)


def _schema_problems(path: Path, source: Source) -> Iterator[Problem]:
    """Each way in which the file is not what the schema describes."""
    if not isinstance(source.value, dict):
        yield _problem(path, source, NO_SETTINGS, ())
        return
    if _surely_valid(source.value):
        return
    for error in _validator().iter_errors(source.value):
        yield from _explain(path, source, error)


def _surely_valid(value: Any) -> bool:
    """Whether a value keeps the schema, told in a fraction of the time that importing jsonschema takes.

    A whole number written as 7.0 is left to the validator that explains, which is stricter about it.
    """
    try:
        return _quick_validator().is_valid(value) and not _whole_floats(value)
    except ValueError:  # YAML has values that JSON has not: dates and bytes. The other validator can name them.
        return False


@cache
def _quick_validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())


def _whole_floats(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(_whole_floats, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and value.is_integer()


def _validator() -> Any:
    """A validator that is stricter in two points: `$` in a pattern is the very end, and 7.0 is no whole number."""
    import jsonschema  # here, because importing it costs as much as all the rest of a run

    def pattern(_validator: Any, pattern: str, value: Any, _schema: Any) -> Iterator[Any]:
        if isinstance(value, str) and not re.search(pattern.removesuffix("$") + r"\Z", value):
            yield jsonschema.ValidationError(f"{value!r} does not match")

    base = jsonschema.Draft202012Validator
    whole = base.TYPE_CHECKER.redefine("integer", lambda _checker, value: type(value) is int)
    return jsonschema.validators.extend(base, {"pattern": pattern}, type_checker=whole)(schema())


def _explain(path: Path, source: Source, error: Any) -> Iterator[Problem]:
    """One schema error in the words of a person."""
    where = tuple(error.absolute_path)
    keyword = error.validator
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        known = _known_keys(where)
        for key in (key for key in error.instance if key not in known):
            guess = did_you_mean(key, known)
            hint = f'Did you mean "{guess}"?' if guess else f"Known here: {', '.join(known)}."
            yield _problem(path, source, UNKNOWN_SETTING, (*where, key), key=key, hint=hint)
        return
    if "propertyNames" in error.absolute_schema_path:
        hint = _NAMES.get(str(where[-1]), "Use another name.")
        found = f"{_short(error.instance)} cannot be a name here."
        yield _problem(path, source, WRONG_VALUE, (*where, error.instance), found=found, hint=hint)
        return
    message, fix = (
        _NO_ENVIRONMENT
        if where == ("environments",) and keyword == "minProperties"
        else _MESSAGES.get(keyword, ("{error.message}.", "{description}"))
    )
    limits, description = error.schema, error.schema.get("description", "")
    values = {
        "found": _short(error.instance),
        "description": description
        or _FORMS.get(str(error.validator_value), "Letters, digits, spaces and . _ : / = + @ - are allowed."),
        "type": _TYPES.get(str(error.validator_value), error.validator_value),
        "missing": ", ".join(f'"{key}"' for key in limits.get("required", ()) if key not in error.instance)
        if keyword == "required"
        else "",
        "choices": ", ".join(map(str, limits.get("enum", ()))),
        "minimum": limits.get("minimum"),
        "maximum": limits.get("maximum"),
        "kind": "a whole number" if limits.get("type") == "integer" else "a number",
        "error": error,
    }
    yield _problem(path, source, WRONG_VALUE, where, found=message.format(**values), hint=fix.format(**values))


_NO_ENVIRONMENT = ("There is no environment.", "Add one: a name, and under it its region.")
_MESSAGES = {
    "required": ("{missing} is missing here.", "Add it."),
    "type": ("{found} is not {type}.", "{description}"),
    "enum": ("{found} is not known.", "Write one of: {choices}."),
    "minimum": ("{found} is too small.", "Write {kind} from {minimum} to {maximum}."),
    "maximum": ("{found} is too large.", "Write {kind} from {minimum} to {maximum}."),
    "minProperties": ("Nothing is stated here.", "{description}"),
    "maxItems": ("There are too many entries.", "{description}"),
    "maxProperties": ("There are too many tags.", "Keep at most 45: a table has 50, and some are ours."),
    "uniqueItems": ("An entry stands here twice.", "Keep one."),
    "maxLength": ("{found} is too long.", "{description}"),
    "pattern": ("{found} is not allowed here.", "{description}"),
}


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _known_keys(where: Where) -> list[str]:
    """The keys that may stand at a place of the file."""
    if not where:
        return list(schema()["properties"])
    if where[0] == "environments" and len(where) == 2:
        return [*schema()["$defs"]["environment"]["properties"], *properties()]
    return list(properties())


def _name_problems(path: Path, source: Source, contract: Contract) -> Iterator[Problem]:
    """Tables must be those of the contract, and no environment may take the folder of the tables' pages."""
    tables = [table.name for table in contract.tables]
    environments = _group(source, ("environments",))
    if TABLES in environments:
        yield _problem(path, source, RESERVED_ENVIRONMENT, ("environments", TABLES), name=TABLES)
    for where in (("tables",), *(("environments", name, "tables") for name in environments)):
        for name in _group(source, where):
            if name not in tables:
                guess = did_you_mean(name, tables)
                hint = f'Did you mean "{guess}"?' if guess else f"The contract has: {', '.join(tables)}."
                yield _problem(path, source, UNKNOWN_TABLE, (*where, name), name=name, hint=hint)


def _group(source: Source, where: Where) -> dict[str, Any]:
    """The names and values at a path; none where something else stands."""
    found = at(source.value, where)
    return found if isinstance(found, dict) else {}


def _value_problems(path: Path, settings: Settings, contract: Contract) -> Iterator[Problem]:
    """Values must fit the contract, each other, and AWS."""
    seen: set[Problem] = set()
    by_table = patterns_by_table(contract.access_patterns)
    for environment in settings.environments:
        for table in contract.tables:
            patterns = by_table.get(table.name, ())
            case = Case(environment, table, settings.of(environment.name, table.name), patterns)
            for rule in CASE_RULES:
                for breach in rule.check(case) if rule.check else ():
                    where = _where(settings, environment.name, table.name, breach.where)
                    problem = _problem(path, settings.source, rule, where, **breach.facts)
                    # One line that is wrong for many tables or environments is told once, unless the words differ.
                    if problem not in seen:
                        seen.add(problem)
                        yield problem


def _where(settings: Settings, environment: str, table: str, place: Where) -> Where:
    """The path of a setting (of a table, or of the environment) and of a part of it: where its value comes from."""
    key, *part = place
    origin = settings.origin(environment, table, str(key), tuple(part)) if key in properties() else None
    return origin or ("environments", environment, key, *(() if key in properties() else part))
