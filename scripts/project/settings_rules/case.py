"""What a rule of the settings looks at."""

from typing import Any, NamedTuple

from scripts.capacity.economics import resolve_capacity
from scripts.model import AccessPattern, ContractTable
from scripts.settings.deployment_file import Environment


class Case(NamedTuple):
    """One table in one environment, with its effective settings and its own access patterns."""

    environment: Environment
    table: ContractTable
    settings: dict[str, Any]
    patterns: tuple[AccessPattern, ...] = ()

    @property
    def customer_key(self) -> bool:
        """Whether the table is encrypted with a key that the customer manages."""
        return self.settings["encryption"] == "service-key" or self.settings["encryption"].startswith("arn:")

    def effective(self) -> dict[str, Any]:
        """The settings with `billing: advise` decided, and with the capacity that follows from the traffic."""
        return resolve_capacity(self.settings, self.table, self.patterns, self.environment.region)
