"""The settings of a service as values: its environments, and one rule for what holds for a table: specific beats general.

Every setting is described, limited and given its default in `contracts/deployment.schema.json`, and only there.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from scripts.folders import ROOT
from scripts.input_file import read_text
from scripts.text.yaml_source import Source

SCHEMA = ROOT / "contracts" / "deployment.schema.json"
INDEXES = "indexes"  # of capacity and throughput settings: the parts for single indexes
TABLES = "tables"  # the folder of the tables' pages stands beside those of the environments
# Settings whose parts come from several places, the more specific place winning part by part. Others come whole.
MERGED = ("capacity", "on_demand_maximum", "warm_throughput", "alarm_rules", "latency_p99_ms", "tags")
RESERVED_TAGS = ("Service", "Environment", "EncryptionPolicy", "BackupPlan")
Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """One stage in one Region. `region` is None only when there is no deployment.yaml; `account` None: any."""

    name: str
    region: str | None = None
    account: str | None = None
    table_prefix: str = ""
    alarm_emails: tuple[str, ...] = ()
    alarm_topics: tuple[str, ...] = ()  # ARNs of existing topics, notified instead of one of ours
    alarm_encryption: str = "create"  # what encrypts our topics: create a key, none, or the ARN of a key
    encryption_policy: str = "any"  # or customer-key
    backups: dict[str, Any] | None = None  # as in deployment.yaml; None: point-in-time recovery only
    production: bool = False
    after: tuple[str, ...] = ()  # environments that are deployed and validated first


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
                tuple(value.get("alarm_topics", ())),
                value.get("alarm_encryption", "create"),
                value.get("encryption_policy", "any"),
                value.get("backups"),
                value.get("production", name.startswith("prod")),
                tuple(value.get("after", ())),
            )
            for name, value in found.items()
        )

    def of(self, environment: str, table: str) -> dict[str, Any]:
        """All effective settings of a table (its name in the contract) in an environment, by their keys."""
        places = (at(self.source.value, where) for where in _places(environment, table))
        stated = {key for place in places if isinstance(place, dict) for key in place}
        return {
            key: self.resolve(environment, table, key)[0] if key in stated else part["default"]
            for key, part in properties().items()
        }

    def resolve(self, environment: str, table: str, key: str) -> tuple[Any, Where | None]:
        """The effective value of a setting and the path it comes from; None for the path: the default.

        Specific beats general. Settings in MERGED are merged part by part, and the path is that of the most specific
        part; an empty mapping removes what more general places set.
        """
        value, origin = properties()[key]["default"], None
        for where in _places(environment, table):
            found = at(self.source.value, (*where, key))
            if found is None:
                continue
            value = _merged(value, found) if key in MERGED and found else found
            origin = (*where, key)
        return value, origin

    def origin(self, environment: str, table: str, key: str, part: Where = ()) -> Where | None:
        """The path that the effective value of a setting, or of a part of it, comes from; None: the default."""
        for where in reversed(_places(environment, table)):
            found = at(self.source.value, (*where, key))
            if found is not None and (key not in MERGED or at(found, part) is not None):
                return (*where, key, *part)
            if found == {}:
                return (*where, key)
        return None


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of deployment.yaml."""
    return json.loads(read_text(SCHEMA))


def properties() -> dict[str, Any]:
    """The settings that a table can have: name to its part of the schema."""
    return schema()["$defs"]["settingsProperties"]["properties"]


def at(value: Any, path: Where) -> Any:
    """What stands at a path of keys and positions; None if nothing does."""
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def parts(value: dict[Any, Any]) -> list[Where]:
    """The paths of what is merged singly in a setting of MERGED: its keys, and those of each of its indexes."""
    found: list[Where] = []
    for key, content in value.items():
        if key == INDEXES and isinstance(content, dict):
            found += [(key, name, kind) for name, index in content.items() for kind in index]
        else:
            found.append((key,))
    return found


def _merged(general: dict[Any, Any], specific: dict[Any, Any]) -> dict[Any, Any]:
    """Both, part by part. Limits such as a minimum and its maximum belong together and are one part."""
    result = {key: value for key, value in general.items() if key != INDEXES or not isinstance(value, dict)}
    indexes: dict[Any, Any] = {}
    for source in (general, specific):
        for part in parts(source):
            if len(part) == 1:
                result[part[0]] = source[part[0]]
            else:
                indexes.setdefault(part[1], {})[part[2]] = at(source, part)
    return {**result, INDEXES: indexes} if indexes else result


def _places(environment: str, table: str) -> tuple[Where, ...]:
    """Where a setting may stand, from the most general to the most specific place."""
    here = ("environments", environment)
    return ("defaults",), ("tables", table), here, (*here, "tables", table)
