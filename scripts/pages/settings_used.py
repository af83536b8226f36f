"""The effective settings of an environment, and where each of them comes from."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.model import ContractTable
from scripts.pages.common import by_name
from scripts.project.services import Service
from scripts.settings.deployment_file import MERGED, Environment, Where, at, parts, properties
from scripts.text.markdown import code, link, table, text
from scripts.text.yaml_source import dotted

ROWS_MAX = 400
_ANY = ""  # no table has this name, so it has what holds for tables that have nothing of their own
_HEAD = ("Setting", "Value", "Stated in deployment.yaml under")
_DEFAULT = "default"
TABLES = "tables"


def settings_used(service: Service, environment: Environment) -> list[Sequence[str] | str]:
    """Two tables: what holds for every table, and what single tables have of their own.

    The place is a path and not a line number: a line moves with each edit further up, and the page would change with it.
    """
    general = list(_rows(service, environment, _ANY, tuple(properties())))
    own = [
        (code(name), *row)
        for name, keys in _own(service, environment)
        for row in _rows(service, environment, name, keys)
    ]
    explain = f"make explain SERVICE={service.name} ENV={environment.name}"
    left_out = "Those of many tables are left out at the end. " if len(own) > ROWS_MAX else ""
    return [
        f"What each one means: {link('all settings', '../../../docs/settings.md')}. {left_out}Those of one table, line by "
        f"line: {code(f'{explain} TABLE={_tables(service)[0].name}')}.",
        table(_HEAD, general),
        *(["What single tables have of their own:", table(("Table", *_HEAD), own[:ROWS_MAX])] if own else []),
    ]


def _own(service: Service, environment: Environment) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The tables with settings of their own, in the order of their names, and the keys of these."""
    source = service.settings.source.value
    for each in _tables(service):
        places = [(TABLES, each.name), ("environments", environment.name, TABLES, each.name)]
        stated = {key for where in places for key in at(source, where) or ()}
        if stated:
            yield each.name, tuple(key for key in properties() if key in stated)


def _tables(service: Service) -> list[ContractTable]:
    return by_name(service.contract.tables, lambda table: table.name)


def _rows(service: Service, environment: Environment, name: str, keys: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Setting, value and place, as cells; of what is merged from several places, and of what is nested, part by part."""
    for key in keys:
        value = service.settings.resolve(environment.name, name, key)[0]
        for part in (parts(value) if key in MERGED else ()) or [()]:
            origin = service.settings.origin(environment.name, name, key, part)
            if name and not _of_table(origin):
                continue
            place = code(dotted(origin[: origin.index(key)])) if origin else _DEFAULT
            for path, leaf in _leaves((key, *part), at(value, part)):
                yield code(dotted(path)), _shown(leaf), place


def _of_table(origin: Where | None) -> bool:
    """Whether a path is one of a single table: `tables.T`, or the same below an environment."""
    return origin is not None and TABLES in (origin[0], *origin[2:3])


def _leaves(path: Where, value: Any) -> Iterator[tuple[Where, Any]]:
    """The values that hold no further mapping, with their paths."""
    if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
        for key, part in value.items():
            yield from _leaves((*path, key), part)
    else:
        yield path, value


def _shown(value: Any) -> str:
    if value in ("", {}, []):
        return "none"
    if isinstance(value, dict):
        return ", ".join(f"{text(key)} {_shown(part)}" for key, part in value.items())
    return code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
