"""Notes say where they belong by names: a position in a list of tables or patterns moves with every edit before it."""

import copy
import json
from pathlib import Path
from typing import Any

from scripts.contract import check_contract
from scripts.model import Note


def notes(root: Path, *tables: dict[str, Any], patterns: tuple[Any, ...] = ()) -> dict[str, tuple[Note, ...]]:
    """The notes of each table by its name, and those of the file under no name."""
    file = root / "migrationContract.json"
    file.write_text(json.dumps({"tables": tables, "access_patterns": patterns}))
    contract, _ = check_contract(file)
    assert contract is not None
    return {"": contract.notes} | {table.name: table.notes for table in contract.tables}


def table(name: str) -> dict[str, Any]:
    attributes = [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}]
    return {
        "table": name,
        "pk": "id",
        "sk": "at",
        "gsis": [{"index_name": "ByAt", "pk": "at"}],
        "attributes": attributes,
    }


def test_what_stands_before_changes_nothing(tmp_path: Path) -> None:
    patterns = (
        {"id": "AP1", "in_scope": False},
        {"id": "AP2", "operation": "Find", "table": "Orders"},
        {"id": "AP3", "table": "Nowhere"},
    )
    before = notes(tmp_path, table("Orders"), patterns=patterns)
    assert {note.id for notes_ in before.values() for note in notes_} >= {"C513", "C514", "C407", "C406"}
    more = ({"id": "AP0", "table": "Orders", "operation": "GetItem"}, *copy.deepcopy(patterns))
    after = notes(tmp_path, table("Aaa"), table("Orders"), patterns=more)
    assert after["Orders"] == before["Orders"]
    assert after[""] == before[""]
    assert {note.path for note in before["Orders"] if note.id == "C513"} == {"sk"}
    assert "access_patterns.AP2.operation" in {note.path for note in before[""]}
