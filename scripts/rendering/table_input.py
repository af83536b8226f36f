"""One table of a service with all that its files are made from, and nothing else.

Whoever renders a table gets this, and not the service. So the files of a table can depend on nothing that its key does not
know, and a table whose key has not changed need not be rendered again.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from scripts.files import digest
from scripts.model import Contract, ContractTable
from scripts.patterns_of import patterns_by_table
from scripts.project.services import Service
from scripts.settings.deployment_file import TABLES, Settings
from scripts.text.yaml_source import Source


class TableInput(NamedTuple):
    """A table, and its service cut down to it.

    Of the contract the service has the table, its own access patterns and those of no table; of the settings, what is said
    about the environments, about all tables, and about this one; and the address of the repository.
    """

    service: Service
    table: ContractTable

    @property
    def key(self) -> str:
        """A digest of everything here: the same for the same table, and for no other."""
        contract = self.service.contract
        settings = json.dumps(self.service.settings.source.value, default=repr)
        of_service = (self.service.name, self.service.repository)
        return digest(repr((of_service, self.table, contract.access_patterns, settings)).encode())


def table_inputs(service: Service) -> list[TableInput]:
    """Each table of a service, in the contract's order."""
    by_table = patterns_by_table(service.contract.access_patterns)
    of_none = by_table.get("", ())
    found = []
    for table in service.contract.tables:
        contract = Contract((table,), (*by_table.get(table.name, ()), *of_none))
        settings = Settings(Source(_settings(service.settings.source.value, table.name), {}))
        cut = Service(service.name, contract, settings, repository=service.repository)
        found.append(TableInput(cut, table))
    return found


def _settings(value: Any, table: str) -> Any:
    """The content of a deployment.yaml without what it says about single other tables."""
    if not isinstance(value, dict):
        return value
    found = _without_others(value, table)
    environments = found.get("environments")
    if isinstance(environments, dict):
        found["environments"] = {name: _without_others(one, table) for name, one in environments.items()}
    return found


def _without_others(value: Mapping[str, Any], table: str) -> dict[str, Any]:
    found = dict(value)
    tables = found.get(TABLES)
    if isinstance(tables, dict):
        found[TABLES] = {table: tables[table]} if table in tables else {}
    return found
