"""What a rule of the settings looks at."""

from collections.abc import Callable
from typing import Any, NamedTuple

from scripts.capacity.economics import resolve_capacity
from scripts.model import AccessPattern, ContractTable
from scripts.settings.deployment_file import Environment


class Case(NamedTuple):
    """One table in one environment, with its effective settings and its own access patterns.

    `shared`: whether other tables have a setting from the same place, where no fix for this table alone may change it.
    """

    environment: Environment
    table: ContractTable
    settings: dict[str, Any]
    patterns: tuple[AccessPattern, ...] = ()
    shared: Callable[[str], bool] = lambda _: False

    @property
    def customer_key(self) -> bool:
        """Whether the table is encrypted with a key that the customer manages."""
        return self.settings["encryption"] == "service-key" or self.settings["encryption"].startswith("arn:")

    def effective(self) -> dict[str, Any]:
        """The settings with `billing: advise` decided, and with the capacity that follows from the traffic."""
        return resolve_capacity(self.settings, self.table, self.patterns, self.environment.region)
