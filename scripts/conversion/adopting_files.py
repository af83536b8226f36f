"""A contract and a deployment.yaml that adopt live tables as they are; what no line of them can say is told."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scripts.conversion.draft import ContractDraft
from scripts.conversion.live_tables import table_draft, unknown_of
from scripts.folders import CONTRACTS, DEPLOYMENT
from scripts.model import Contract, ContractTable, LiveTable, Unknown
from scripts.observe.target import ServiceEnvironment
from scripts.planning.kept_settings import BLOCKS, kept
from scripts.problems import ProblemsError, has_errors
from scripts.project.services import Service
from scripts.project.settings_check import settings_problems
from scripts.project.settings_form import form_problems
from scripts.settings.deployment_file import RESERVED_TAGS, Environment, Settings
from scripts.templates.desired import table_state
from scripts.text.yaml_edit import block_lines, merged, plain
from scripts.text.yaml_source import Source

HEADER = "# yaml-language-server: $schema=../deployment.schema.json\n"


class Files(NamedTuple):
    """The two files of a service; `deployment` is empty where there is nothing to state. `told`: (table, or "" for all; what)."""

    contract: str
    deployment: str = ""
    told: tuple[tuple[str, str], ...] = ()


def adopting_files(
    service: str,
    environment: Environment,
    lives: Sequence[LiveTable],
    strict: bool = False,
    contracts: Path = CONTRACTS,
) -> Files:
    """The files that adopt tables into one environment of a new service. Raises ProblemsError where they would be refused."""
    drafts = [table_draft(live, live.name.removeprefix(environment.table_prefix)) for live in lives]
    draft = ContractDraft(tuple(drafts))
    contract, _ = draft.read()
    path = contracts / service / DEPLOYMENT
    told = [(each.name, line) for live, each in zip(lives, drafts, strict=True) for line in unknown_of(live, each)]
    value = environment_value(environment)
    for live, table in zip(lives, contract.tables, strict=True):
        tags, left_out = _tags(path, environment, table, live)
        told += [(table.name, line) for line in left_out]
        if tags:
            value = merged(value, _of_table(environment, table, {"tags": tags}))
    for live, table in zip(lives, contract.tables, strict=True):
        made = Service(service, contract, Settings(Source(value, {})), strict=strict)
        place = ServiceEnvironment(made, made.environments[0])
        found = kept(path, place, table, table_state(made, place.environment, table), live)
        if found:
            value = plain(merged(value, found.changes))
            told += [(table.name, line) for line in found.cannot]
    _check(path, value, contract)
    return Files(draft.text(), deployment_text(value), tuple(told))


def environment_value(environment: Environment) -> dict[str, Any]:
    """What a deployment.yaml says that has one environment and no settings yet."""
    stated = {"region": environment.region, "account": environment.account, "table_prefix": environment.table_prefix}
    return {"environments": {environment.name: {key: each for key, each in stated.items() if each}}}


def deployment_text(value: Mapping[str, Any]) -> str:
    """A deployment.yaml as its text, with the line by which editors find its schema."""
    return HEADER + "".join(f"{line}\n" for line in block_lines(value, BLOCKS))


def _of_table(environment: Environment, table: ContractTable, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"environments": {environment.name: {"tables": {table.name: settings}}}}


def _tags(
    path: Path, environment: Environment, table: ContractTable, live: LiveTable
) -> tuple[dict[str, str], list[str]]:
    """The tags that the settings can state, and why others are left out. A tag that is not stated stays on the table."""
    if isinstance(live.tags, Unknown):
        return {}, []  # told with the other settings
    stated: dict[str, str] = {}
    left_out: list[str] = []
    for key, value in live.tags:
        if key in RESERVED_TAGS:
            continue
        one = merged(environment_value(environment), _of_table(environment, table, {"tags": {key: value}}))
        if problems := form_problems(path, Source(one, {})):
            left_out.append(f"Tag {key}: {problems[0].message} It stays on the table, but a copy would not get it.")
        else:
            stated[key] = value
    return stated, left_out


def _check(path: Path, value: Mapping[str, Any], contract: Contract) -> None:
    """Raises ProblemsError where the settings as a whole would be refused."""
    problems = settings_problems(path, Settings(Source(value, {})), contract)
    if has_errors(problems):
        raise ProblemsError(problems)


def folded(told: Sequence[tuple[str, str]], most: int = 5) -> Iterator[str]:
    """Each line once, with the tables that it is about: the first of them by name."""
    by_line: dict[str, list[str]] = {}
    for table, line in told:
        by_line.setdefault(line, []).append(table)
    for line, tables in by_line.items():
        more = f" and {len(tables) - most} more" if len(tables) > most else ""
        about = f"{', '.join(tables[:most])}{more}"
        yield f"{about}: {line}" if about else line
