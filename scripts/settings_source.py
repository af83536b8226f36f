"""The settings of a service as values: its environments, and one rule for what holds for a table: specific beats general.

Every setting is described, limited and given its default in `contracts/deployment.schema.json`, and only there.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scripts.yaml_source import Source

SCHEMA = Path(__file__).parent.parent / "contracts" / "deployment.schema.json"
TABLES = "tables"  # the folder of the tables' pages stands beside those of the environments
RESERVED_TAGS = ("Service", "Environment")
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """One stage in one Region. `region` is None only when there is no deployment.yaml; `account` None: any."""

    name: str
    region: str | None = None
    account: str | None = None
    table_prefix: str = ""
    alarm_emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one service, and the file they come from (empty when there is none)."""

    source: Source

    @property
    def environments(self) -> tuple[Environment, ...]:
        """The environments in the file's order; without a file one, `default`, whose Region is open."""
        found = at(self.source.value, ("environments",)) or {"default": {}}
        return tuple(
            Environment(
                name,
                value.get("region"),
                value.get("account"),
                value.get("table_prefix", ""),
                tuple(value.get("alarm_emails", ())),
            )
            for name, value in found.items()
        )

    def of(self, environment: str, table: str) -> dict[str, Any]:
        """All effective settings of a table (its name in the contract) in an environment, by their keys."""
        return {key: self.resolve(environment, table, key)[0] for key in properties()}

    def resolve(self, environment: str, table: str, key: str) -> tuple[Any, Where | None]:
        """The effective value of a setting and the path it comes from; None for the path: the default.

        Specific beats general. Mappings (tags) are merged, the more specific place winning key by key.
        """
        default = properties()[key]["default"]
        value, origin = default, None
        for where in _places(environment, table):
            found = at(self.source.value, (*where, key))
            if found is None:
                continue
            value = {**value, **found} if isinstance(default, dict) else found
            origin = (*where, key)
        return value, origin


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of deployment.yaml."""
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def properties() -> dict[str, Any]:
    """The settings that a table can have: name to its part of the schema."""
    return schema()["$defs"]["settingsProperties"]["properties"]


def at(value: Any, path: Where) -> Any:
    """What stands at a path of nested mappings; None if nothing does."""
    for part in path:
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def _places(environment: str, table: str) -> tuple[Where, ...]:
    """Where a setting may stand, from the most general to the most specific place."""
    here = ("environments", environment)
    return ("defaults",), ("tables", table), here, (*here, "tables", table)
