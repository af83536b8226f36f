"""Judge a `deployment.yaml`: its form, and then what a schema cannot say."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from scripts.contract.near_miss import near_miss
from scripts.edit import Edit, rename, write
from scripts.model import AccessPattern, Contract, ContractTable, Keys
from scripts.names import names_device
from scripts.patterns_of import patterns_by_table
from scripts.problems import Problem, did_you_mean
from scripts.project.settings_form import form_problems, problem_at
from scripts.project.settings_rules import CASE_RULES
from scripts.project.settings_rules.case import Case
from scripts.project.settings_rules.locations import misspelt_region, new_region
from scripts.project.settings_rules.naming import ENVIRONMENT_ORDER, RESERVED_ENVIRONMENT, UNKNOWN_TABLE
from scripts.project.settings_rules.without_effect import IDLE_SETTING, Stated, stated
from scripts.settings.deployment_file import TABLES, Environment, Settings, Where, at, properties
from scripts.settings.environment_order import environment_order, order_mistakes
from scripts.text.yaml_source import Source, dotted


def settings_problems(path: Path, settings: Settings, contract: Contract) -> list[Problem]:
    """Every problem of a `deployment.yaml`, in the order of its lines."""
    problems = form_problems(path, settings.source)
    names = list(_name_problems(path, settings.source, contract))
    names += [] if problems else _order_problems(path, settings)
    values = [] if problems else [*_value_problems(path, settings, contract), *_idle_problems(path, settings, contract)]
    problems += names + values
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def environment_problems(path: Path, settings: Settings) -> list[Problem]:
    """What is wrong with the order and the Regions of the environments, of which no contract need be known."""
    problems = list(_order_problems(path, settings))
    for environment in settings.environments:
        case = Case(environment, ContractTable("", Keys(())), {})
        for rule in (misspelt_region, new_region):
            for breach in rule.check(case) if rule.check else ():
                where = ("environments", environment.name, *breach.where)
                edits = [edit.below(("environments", environment.name)) for edit in breach.edits]
                problems.append(problem_at(path, settings.source, rule, where, edits=edits, **breach.facts))
    return problems


def _name_problems(path: Path, source: Source, contract: Contract) -> Iterator[Problem]:
    """Tables must be those of the contract, and no environment may take the folder of the tables' pages, or of a device."""
    tables = [table.name for table in contract.tables]
    environments = _group(source, ("environments",))
    for name in environments:
        device = "Windows keeps that name for a device" if names_device(name) else ""
        if found := "the pages of the tables have that folder" if name == TABLES else device:
            yield problem_at(path, source, RESERVED_ENVIRONMENT, ("environments", name), name=name, found=found)
    for where in (("tables",), *(("environments", name, "tables") for name in environments)):
        for name in _group(source, where):
            if name not in tables:
                others = [table for table in tables if table not in _group(source, where)]
                guess = near_miss(name, others) or did_you_mean(name, others)
                edits = [rename((*where, name), guess)] if guess else []
                hint = f"The contract has: {', '.join(tables)}."
                yield problem_at(path, source, UNKNOWN_TABLE, (*where, name), name=name, edits=edits, otherwise=hint)


def _order_problems(path: Path, settings: Settings) -> Iterator[Problem]:
    """Environments must come after others of the file, and not in a circle."""
    order = environment_order(settings.environments)
    for name, after in order.items():
        for number, other in enumerate(after):
            if other in order:
                continue
            where, known = ("environments", name, "after", number), [one for one in order if one not in (name, *after)]
            guess = near_miss(other, known) or did_you_mean(other, known)
            edits = [write(where, guess)] if guess else []
            found, hint = f'There is no environment "{other}" in this file.', f"It has: {', '.join(order)}."
            yield problem_at(path, settings.source, ENVIRONMENT_ORDER, where, found=found, edits=edits, otherwise=hint)
    for mistake in order_mistakes(order):
        at_entry = ("environments", mistake.environment, "after", order[mistake.environment].index(mistake.other))
        yield problem_at(path, settings.source, ENVIRONMENT_ORDER, at_entry, found=mistake.found, hint=mistake.fix)


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
            for problem in case_problems(path, settings, environment, table, patterns):
                # One line that is wrong for many tables or environments is told once, unless the words differ.
                if problem not in seen:
                    seen.add(problem)
                    yield problem


def _idle_problems(path: Path, settings: Settings, contract: Contract) -> Iterator[Problem]:
    """What is stated and has an effect on no table in no environment."""
    by_table = patterns_by_table(contract.access_patterns)
    used: set[Where] = set()
    idle: dict[Where, Stated] = {}
    for environment in settings.environments:
        of_service = settings.of(environment.name, "")
        for table in contract.tables:
            case = Case(
                environment, table, settings.of(environment.name, table.name), tuple(by_table.get(table.name, ()))
            )
            for one in stated(case, of_service):
                where = _where(settings, environment.name, table.name, one.place)
                used |= set() if one.why else {where}
                idle.setdefault(where, one)
    for where, one in idle.items():
        if where not in used:
            yield problem_at(
                path, settings.source, IDLE_SETTING, where, setting=dotted(one.place), why=one.why, hint=one.hint
            )


def case_problems(
    path: Path,
    settings: Settings,
    environment: Environment,
    table: ContractTable,
    patterns: Sequence[AccessPattern],
) -> Iterator[Problem]:
    """What is wrong with the settings of one table in one environment, beyond their form."""
    shared = partial(_is_shared, settings, environment.name, table.name)
    case = Case(environment, table, settings.of(environment.name, table.name), tuple(patterns), shared)
    for rule in CASE_RULES:
        for breach in rule.check(case) if rule.check else ():
            where = _where(settings, environment.name, table.name, breach.where)
            edits = [_placed(settings, environment.name, table.name, edit) for edit in breach.edits]
            yield problem_at(path, settings.source, rule, where, edits=edits, **breach.facts)


def _is_shared(settings: Settings, environment: str, table: str, key: str) -> bool:
    """Whether a setting of a table comes from a place that other tables have theirs from too."""
    origin = settings.resolve(environment, table, key)[1]
    return origin is not None and table not in origin[:-1]


def _placed(settings: Settings, environment: str, table: str, edit: Edit) -> Edit:
    """An edit of a setting, at the place of the file that the setting comes from."""

    def placed(place: Where) -> Where:
        for n in range(len(place), 0, -1):
            where = _where(settings, environment, table, place[:n])
            if at(settings.source.value, where) is not None:
                return (*where, *place[n:])
        return _where(settings, environment, table, place)

    return replace(edit, path=placed(edit.path), source=placed(edit.source) if edit.source else ())


def _where(settings: Settings, environment: str, table: str, place: Where) -> Where:
    """The path of a setting (of a table, or of the environment) and of a part of it: where its value comes from."""
    key, *part = place
    origin = settings.origin(environment, table, str(key), tuple(part)) if key in properties() else None
    return origin or ("environments", environment, key, *(() if key in properties() else part))
