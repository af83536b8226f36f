"""Reading a data model of another tool: every value by its path, what is missing, and what is not converted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.contract.problem_collector import shown
from scripts.conversion.draft import NotConvertible, TableDraft
from scripts.model import ALL, INCLUDE, PROJECTIONS, Index, KeyAttribute, Keys
from scripts.problems import printable

KEY_TYPES = ("S", "N", "B")
TYPES = (*KEY_TYPES, "SS", "NS", "BS", "M", "L", "BOOL", "NULL")


@dataclass
class ForeignFile:
    """What is found out while a file is read. `told`: (table, or "" for the whole file; what was assumed or left out)."""

    missing: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    def lack(self, path: str, what: str) -> None:
        """Note why nothing can be made of the file. `what`: what was found, and what to write instead."""
        self.missing.append(printable(f"{path}: {what}"))

    def refuse(self) -> None:
        """Raises NotConvertible where something is missing."""
        if self.missing:
            raise NotConvertible(self.missing)

    def text(self, value: Any, path: str) -> str:
        """A text that must be there; "" where it is not."""
        if isinstance(value, str) and value.strip():
            return value
        self.lack(path, "a text is needed here.")
        return ""

    def group(self, value: Any, path: str) -> Mapping[str, Any]:
        """An object that must be there."""
        if not isinstance(value, dict):
            self.lack(path, "an object is needed here.")
        return value if isinstance(value, dict) else {}

    def groups(self, value: Any, path: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The objects of a list, each with its path; a list that is not there has none."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.lack(path, "a list is needed here.")
            return []
        return [(at := f"{path}[{number}]", self.group(each, at)) for number, each in enumerate(value)]

    def texts(self, value: Any, path: str) -> tuple[str, ...]:
        """The texts of a list; a list that is not there has none."""
        if value is not None and not isinstance(value, list):
            self.lack(path, "a list is needed here.")
            return ()
        return tuple(self.text(each, f"{path}[{number}]") for number, each in enumerate(value or ()))

    def key(self, name: Any, type: Any, path: str) -> KeyAttribute:
        """One attribute of a key."""
        found = self.text(name, f"{path}.AttributeName")
        if found and (not isinstance(type, str) or type not in KEY_TYPES):
            self.lack(path, f'the type of key "{found}" is {shown(type) if type else "not stated"}. Write S, N or B.')
        return KeyAttribute(found, str(type))

    def index(self, value: Mapping[str, Any], keys: Keys, path: str) -> Index:
        """A secondary index with its projection, which both tools write as the API of DynamoDB does."""
        projection = self.group(value.get("Projection", {}), f"{path}.Projection")
        kind = projection.get("ProjectionType", ALL)
        if not isinstance(kind, str) or kind not in PROJECTIONS:
            self.lack(
                f"{path}.Projection.ProjectionType", f"{shown(kind)} is no projection. Write {', '.join(PROJECTIONS)}."
            )
        included = self.texts(projection.get("NonKeyAttributes"), f"{path}.Projection.NonKeyAttributes")
        if "Projection" not in value:
            self.told.append(("", f"{path} states no projection: it is read as {ALL}."))
        name = self.text(value.get("IndexName"), f"{path}.IndexName")
        return Index(name, keys, kind, tuple(sorted(included)) if kind == INCLUDE else ())

    def one_type_each(self, table: TableDraft, path: str) -> None:
        """An attribute that is part of several keys has one type in all of them."""
        types: dict[str, str] = {}
        for keys in (table.keys, *(index.keys for index in (*table.indexes, *table.local_indexes))):
            for key in keys.attributes:
                if types.setdefault(key.name, key.type) != key.type:
                    self.lack(path, f'key "{key.name}" is {types[key.name]} in one place and {key.type} in another.')

    def left_out(self, table: str, value: Mapping[str, Any], read: Iterable[str], reasons: Mapping[str, str]) -> None:
        """Tell of the fields that nothing was made of."""
        known = set(read)
        for name, content in value.items():
            if name not in known and content not in (None, "", [], {}):
                why = reasons.get(name, "nothing in a contract or its settings corresponds to it")
                self.told.append((table, f"{name} is not converted: {why}."))


SETTINGS = dict.fromkeys(
    (
        "BillingMode",
        "DeletionProtectionEnabled",
        "OnDemandThroughput",
        "ProvisionedCapacitySettings",
        "ProvisionedThroughput",
        "SSESpecification",
        "StreamSpecification",
        "TableClass",
        "Tags",
        "WarmThroughput",
    ),
    "set it in deployment.yaml",
)
