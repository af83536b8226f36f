"""Find and read the services under `contracts/`: for each one its contract, its settings, and what was doubted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scripts import names
from scripts.contract import check_contract
from scripts.contract.table_memory import TableMemory
from scripts.folders import CONTRACT, DEPLOYMENT, OUT
from scripts.kept_parts import KeptParts, read_kept_parts
from scripts.model import Contract
from scripts.problems import Problem, ProblemsError, as_errors, did_you_mean, has_errors
from scripts.project.repository_settings import RepositorySettings, read_repository_settings
from scripts.project.service_rules import ENVIRONMENT_ORDER, NO_SERVICE, SHARED_STACK
from scripts.project.settings_reader import read_settings, settings_form
from scripts.project.settings_rules.naming import SHARED_TABLE
from scripts.settings.deployment_file import Environment, Settings, at
from scripts.settings.environment_order import environment_order, order_mistakes

SHOWN = 3  # of tables that two environments have
SERVICE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Service:
    """One folder of `contracts/`; `warnings`: what was doubted in its files, and what was assumed.

    `strict`: in this repository, warnings are errors. `repository`: its address, for links; empty where none is stated.
    `kept_parts`: by environment, the part of each policy and dashboard that each table was in when they were last generated.
    """

    name: str
    contract: Contract
    settings: Settings
    warnings: tuple[Problem, ...] = ()
    strict: bool = False
    repository: str = ""
    kept_parts: Mapping[str, KeptParts] = field(default_factory=dict)

    @property
    def environments(self) -> tuple[Environment, ...]:
        """The environments of the service, in the order of its deployment.yaml."""
        return self.settings.environments


def read_services(
    contracts: Path,
    only: str | None = None,
    known: Mapping[str, Service] = MappingProxyType({}),
    memories: Mapping[str, TableMemory] | None = None,
) -> tuple[Service, ...]:
    """Read all services, or only one, in the order of their names. Those in `known` are taken from there, unread.

    `memories`: of each service, by its name, the tables of its contract that need not be read.
    What was generated last is taken to be in the folder `generated` beside that of the contracts.

    There may be none yet, in a folder that is there. Raises ProblemsError with every problem of every file.
    """
    services: list[Service] = []
    problems: list[Problem] = []
    of_all = _of_repository(contracts, problems)
    strict = of_all.strict
    for folder in _folders(contracts, only, problems):
        if folder.name in known:
            services.append(known[folder.name])
            continue
        try:
            contract, doubts = check_contract(
                folder / CONTRACT, memory=memories[folder.name] if memories is not None else None
            )
            if contract is None:
                problems.extend([*doubts, *settings_form(folder / DEPLOYMENT)])
                continue
            settings, warnings = read_settings(folder / DEPLOYMENT, contract)
            said = (*doubts, *warnings)
            if strict and has_errors(every := as_errors(said)):
                problems.extend(every)
            service = Service(folder.name, contract, settings, said, strict, of_all.repository)
            services.append(replace(service, kept_parts=dict(_kept_parts(service, contracts.parent / OUT.name))))
        except ProblemsError as error:
            problems.extend(error.problems)
    problems.extend(_shared_names(contracts, services))
    problems.extend(_shared_stacks(contracts, services))
    problems.extend(_shared_order(contracts, services))
    if problems:
        raise ProblemsError(problems)
    return tuple(services)


def _kept_parts(service: Service, generated: Path) -> Iterator[tuple[str, KeptParts]]:
    stems = {table.name: names.file_stem(table.name) for table in service.contract.tables}
    for place in service.environments:
        folder = generated / service.name / place.name
        yield place.name, read_kept_parts(folder, {place.table_prefix + name: stem for name, stem in stems.items()})


def _of_repository(contracts: Path, problems: list[Problem]) -> RepositorySettings:
    try:
        return read_repository_settings(contracts)
    except ProblemsError as error:
        problems.extend(error.problems)
        return RepositorySettings()


def _folders(contracts: Path, only: str | None, problems: list[Problem]) -> Iterator[Path]:
    """The folders of services. What looks like one but cannot be one is a problem, never passed over."""

    def problem(path: Path, message: str, fix: str) -> None:
        problems.append(NO_SERVICE.problem(path, found=message, hint=fix))

    if not contracts.is_dir():
        problem(contracts, "There is no such folder.", f"Create {contracts}/<service>/{CONTRACT}.")
        return
    folders = sorted(entry for entry in contracts.iterdir() if _is_folder(entry) and not entry.name.startswith("."))
    if only is not None and contracts / only not in folders:
        known = ", ".join(folder.name for folder in folders) or "none"
        problem(contracts, f'There is no service "{only}" here.', f"The services are: {known}.")
        return
    for name in (CONTRACT, DEPLOYMENT):
        if (contracts / name).is_file():
            fix = f"Move it into the folder of a service: {contracts}/<service>/{name}."
            problem(contracts / name, "Nothing reads this file: it belongs to no service.", fix)
    for folder in folders:
        if only not in (None, folder.name):
            continue
        if names.names_device(folder.name):
            fix = "Choose another name: Windows keeps this one for a device, and nobody could check it out there."
            problem(folder, f'"{folder.name}" cannot be the name of a service.', fix)
        elif not SERVICE_NAME.fullmatch(folder.name):
            fix = "Rename the folder: lower-case letters, digits and -, 2 to 61 characters."
            problem(folder, f'"{folder.name}" cannot be the name of a service.', fix)
        elif folder.is_symlink() or any((folder / name).is_symlink() for name in (CONTRACT, DEPLOYMENT)):
            problem(folder, "It is, or holds, a symbolic link.", "Put the files themselves into the folder.")
        elif mistaken := _mistaken(folder):
            problem(folder / mistaken[0], "Nothing reads this file.", mistaken[1])
        elif not (folder / CONTRACT).exists():
            problem(folder / CONTRACT, "The file is missing.", "Add the contract, or remove the folder.")
        else:
            yield folder


def _is_folder(entry: Path) -> bool:
    """Whether it is a folder, or a symbolic link that may have led to one."""
    return entry.is_dir() or (entry.is_symlink() and not entry.exists())


def _mistaken(folder: Path) -> tuple[str, str] | None:
    """A file that was meant to be read and would be passed over without a word, and what to do with it."""
    others = sorted(entry.name for entry in folder.iterdir() if entry.name not in (DEPLOYMENT, CONTRACT))
    for name in others:
        meant = (
            did_you_mean(name, [DEPLOYMENT, CONTRACT]) if name.lower().endswith((".yaml", ".yml", ".json")) else None
        )
        if meant == DEPLOYMENT:
            return name, f'Rename it to "{DEPLOYMENT}", or remove it: all environments stand in that one file.'
        if meant:
            return name, f'Rename it to "{CONTRACT}", or remove it: all tables of a service stand in that one file.'
        if (folder / name / CONTRACT).exists():
            return f"{name}/{CONTRACT}", f"Move its folder out of {folder.name}: each service has a folder of its own."
    return None


def _shared_stacks(contracts: Path, services: list[Service]) -> Iterator[Problem]:
    """No two stacks may have one name: `shop-api` and table `api` of `shop` would take turns in one stack."""
    owners: dict[str, list[tuple[Environment, str]]] = {}
    for service in services:
        for environment in service.environments:
            here = f"service {service.name}, environment {environment.name}"
            stacks = {names.service_stack(environment.name, service.name): f"what the tables of {here} share"}
            for table in service.contract.tables:
                stacks[names.table_stack(environment.name, service.name, table.name)] = f"table {table.name} of {here}"
            for name, owner in stacks.items():
                known = owners.setdefault(name, [])
                for other, theirs in known:
                    if _may_meet(environment.region, other.region) and _may_meet(environment.account, other.account):
                        yield SHARED_STACK.problem(contracts / service.name, name=name, owner=owner, other=theirs)
                known.append((environment, owner))


def _shared_order(contracts: Path, services: list[Service]) -> Iterator[Problem]:
    """The orders of all services together must be one: an environment is approved for all of them at once."""
    for mistake in order_mistakes(environment_order(e for service in services for e in service.environments)):
        for service in services:
            where = ("environments", mistake.environment, "after")
            if mistake.other in (at(service.settings.source.value, where) or ()):
                position = service.settings.source.positions.get(where, (1, 1))
                facts: dict[str, Any] = {"found": mistake.found, "hint": mistake.fix}
                path = contracts / service.name / DEPLOYMENT
                yield ENVIRONMENT_ORDER.problem(path, ".".join(where), *position, **facts)
                break


def _may_meet(one: str | None, other: str | None) -> bool:
    """Whether two Regions or accounts, None for any, can be the same."""
    return None in (one, other) or one == other


def _shared_names(contracts: Path, services: list[Service]) -> Iterator[Problem]:
    """Two environments may not mean the same table: the second deployment would find it there already."""
    owners: dict[tuple[str, str], list[tuple[str | None, str]]] = {}
    for service in services:
        for environment in service.environments:
            here = f"{service.name}, environment {environment.name}"
            shared: dict[str, list[str]] = {}  # by the first one that has the table
            for table in service.contract.tables if environment.region else ():
                name = environment.table_prefix + table.name
                known = owners.setdefault((name, environment.region or ""), [])
                others = [other for account, other in known if _may_meet(account, environment.account)]
                if others:
                    shared.setdefault(others[0], []).append(name)
                known.append((environment.account, here))
            path = contracts / service.name / DEPLOYMENT
            where = f"environments.{environment.name}.table_prefix"
            position = service.settings.source.positions.get(("environments", environment.name), (1, 1))
            for other, tables in shared.items():
                what = _belonging(tables, environment.region or "")
                yield SHARED_TABLE.problem(path, where, *position, what=what, other=other, here=here)


def _belonging(tables: list[str], region: str) -> str:
    """`Table "Orders" in eu-west-1 also belongs`, or `Tables "A", "B", "C" and 7 more in eu-west-1 also belong`."""
    more = f" and {len(tables) - SHOWN} more" if len(tables) > SHOWN else ""
    shown = ", ".join(f'"{name}"' for name in tables[:SHOWN]) + more
    return f"Table {shown} in {region} also belongs" if len(tables) == 1 else f"Tables {shown} in {region} also belong"
