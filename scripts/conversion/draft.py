"""A contract in the making: what another source says about tables, what was assumed about them, and the contract's own words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.read import check_text_of
from scripts.files import json_text
from scripts.folders import CONTRACT
from scripts.model import Contract, Index, Keys
from scripts.planning.contract_words import index_value, keys_value
from scripts.problems import Problem, ProblemsError


class NotConvertible(Exception):
    """No contract can be made of a source: each reason names its place in it, and says what to do."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True, slots=True)
class TableDraft:
    """What is known of one table. `attributes`: name to type (S, N, ...), beyond those of the keys."""

    name: str
    keys: Keys
    indexes: tuple[Index, ...] = ()
    local_indexes: tuple[Index, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    satisfies: tuple[str, ...] = ()
    item_size_bytes: int | None = None

    def value(self) -> dict[str, Any]:
        """The table as it stands in a contract."""
        every = (self.keys, *(index.keys for index in (*self.indexes, *self.local_indexes)))
        types = {key.name: key.type for keys in every for key in keys.attributes}
        declared = {**types, **{name: type for name, type in self.attributes.items() if name not in types}}
        parts: dict[str, Any] = {
            "gsis": [index_value(index) for index in self.indexes],
            "lsis": [index_value(index) for index in self.local_indexes],
            "attributes": [{"name": name, "type": type} for name, type in declared.items()],
            "satisfies": list(self.satisfies),
            "estimated_item_size_bytes": self.item_size_bytes,
        }
        stated = {key: value for key, value in parts.items() if value}
        return {"table": self.name, "type": "single-entity", **keys_value(self.keys), **stated}

    @property
    def undeclared(self) -> tuple[str, ...]:
        """The attributes that indexes hold a copy of and that no type is known of."""
        known = {entry["name"] for entry in self.value()["attributes"]}
        included = (name for index in (*self.indexes, *self.local_indexes) for name in index.included)
        return tuple(dict.fromkeys(name for name in included if name not in known))


@dataclass(frozen=True, slots=True)
class ContractDraft:
    """A whole contract. `assumptions`: (table, or "" for all; what its source does not say and was filled in, or says and is left out)."""

    tables: tuple[TableDraft, ...]
    access_patterns: tuple[Mapping[str, Any], ...] = ()
    assumptions: tuple[tuple[str, str], ...] = ()

    def text(self) -> str:
        """The text of the contract file."""
        patterns = {"access_patterns": list(self.access_patterns)} if self.access_patterns else {}
        tables = [table.value() for table in self.tables]
        return json_text({"$schema": "../migrationContract.schema.json", "tables": tables, **patterns})

    def read(self, name: str = CONTRACT) -> tuple[Contract, list[Problem]]:
        """The contract as the reader of contracts understands it, and what it doubts. Raises ProblemsError."""
        contract, problems = check_text_of(self.text(), ProblemCollector(name))
        if contract is None:
            raise ProblemsError(problems)
        return contract, problems
