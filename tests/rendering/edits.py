"""Random edits of a service, as people make them: what is inserted, removed, renamed and moved where."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from scripts.folders import CONTRACT, DEPLOYMENT
from scripts.project.services import read_services
from scripts.rendering.service_files import generated_texts
from tests.bench import contracts

SERVICE = contracts.ENVIRONMENT.partition("-")[0]


class Inputs(NamedTuple):
    """The content of both files of a service."""

    contract: dict[str, Any]
    settings: dict[str, Any]

    def copy(self) -> "Inputs":
        """The same, to be edited."""
        return copy.deepcopy(self)

    def write(self, root: Path) -> Path:
        """Write the files as people keep them, a line for each value; the folder `contracts`."""
        folder = root / "contracts" / SERVICE
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONTRACT).write_text(json.dumps(self.contract, indent=2) + "\n")
        (folder / DEPLOYMENT).write_text(json.dumps(self.settings, indent=2) + "\n")
        return root / "contracts"

    @property
    def names(self) -> list[str]:
        """The tables in the order of the contract."""
        return [table["table"] for table in self.contract["tables"]]


def inputs(tables: int, seed: int = 1) -> Inputs:
    """A service of so many tables."""
    place = {"region": "eu-west-1", "account": "111122223333"}
    return Inputs(
        contracts.contract(tables, seed),
        {
            "environments": {contracts.ENVIRONMENT: place},
            "tables": {name["table"]: {"tags": {"Team": "a"}} for name in contracts.contract(tables, seed)["tables"]},
        },
    )


def texts(contracts_folder: Path) -> dict[str, str]:
    """Every generated file: path below `generated/` to content."""
    return generated_texts(read_services(contracts_folder))


def _insert(chance: random.Random, made: Inputs) -> set[str]:
    new = contracts.contract(1, chance.randrange(10**6), 1_000 + chance.randrange(9_000))
    (table,) = new["tables"]
    if table["table"] in made.names:
        return set()
    made.contract["tables"].insert(chance.randrange(len(made.names) + 1), table)
    patterns = made.contract["access_patterns"]
    at = chance.randrange(len(patterns) + 1)
    patterns[at:at] = new["access_patterns"]
    return {table["table"]}


def _remove(chance: random.Random, made: Inputs) -> set[str]:
    name = made.contract["tables"].pop(chance.randrange(len(made.names)))["table"]
    patterns = made.contract["access_patterns"]
    patterns[:] = [pattern for pattern in patterns if pattern["table_name"] != name]
    made.settings["tables"].pop(name, None)
    return {name}


def _rename(chance: random.Random, made: Inputs) -> set[str]:
    table = chance.choice(made.contract["tables"])
    old, new = table["table"], f"{chance.choice('ABCXYZ')}{table['table']}"
    if new in made.names:
        return set()
    table["table"] = new
    for pattern in made.contract["access_patterns"]:
        if pattern["table_name"] == old:
            pattern.update(table_name=new)
    if old in made.settings["tables"]:
        made.settings["tables"] = {new if k == old else k: v for k, v in made.settings["tables"].items()}
    return {old, new}


def _move(chance: random.Random, made: Inputs) -> set[str]:
    tables = made.contract["tables"]
    table = tables.pop(chance.randrange(len(tables)))
    tables.insert(chance.randrange(len(tables) + 1), table)
    return {table["table"]}


def _drop_index(chance: random.Random, made: Inputs) -> set[str]:
    table = chance.choice(made.contract["tables"])
    gone = table["gsis"].pop()["index_name"] if table["gsis"] else ""
    patterns = made.contract["access_patterns"]
    patterns[:] = [p for p in patterns if (p["table_name"], p.get("gsi_name", "-")) != (table["table"], gone)]
    return {table["table"]}


def _add_index(chance: random.Random, made: Inputs) -> set[str]:
    table = chance.choice(made.contract["tables"])
    name = f"New{chance.randrange(100)}"
    if name not in [index["index_name"] for index in table["gsis"]]:
        table["gsis"].insert(0, {"index_name": name, "pk": "owner", "projection": "KEYS_ONLY"})
    return {table["table"]}


def _add_attribute(chance: random.Random, made: Inputs) -> set[str]:
    table = chance.choice(made.contract["tables"])
    holder = chance.choice(table["entities"]) if "entities" in table else table
    holder["attributes"].append({"name": f"more_{chance.randrange(100)}", "type": "S"})
    return {table["table"]}


def _tag(chance: random.Random, made: Inputs) -> set[str]:
    name = chance.choice(made.names)
    made.settings["tables"].setdefault(name, {})["tags"] = {"Team": chance.choice("bcd")}
    return {name}


EDITS: tuple[Callable[[random.Random, Inputs], set[str]], ...] = (
    _insert,
    _remove,
    _rename,
    _move,
    _drop_index,
    _add_index,
    _add_attribute,
    _tag,
)
REORDER = _move


def edit(seed: int, base: Inputs) -> tuple[Inputs, set[str]]:
    """The service after one random edit, and the names of the tables that it touches."""
    chance = random.Random(seed)  # noqa: S311 no secret: the same every time is the point
    made = base.copy()
    return made, chance.choice(EDITS)(chance, made)
