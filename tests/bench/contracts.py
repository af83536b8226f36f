"""Contracts of any size for measuring, made from a seed: the same arguments give the same bytes on every machine."""

import json
import random
from pathlib import Path
from typing import Any

SEED = 20_261
ENVIRONMENT = "bench-eu-west-1"
DEPLOYMENT = f"""\
environments:
  {ENVIRONMENT}: {{region: eu-west-1, account: "111122223333", alarm_emails: [oncall@example.com]}}
"""
WORDS = (
    "order", "invoice", "customer", "payment", "basket", "review", "address", "shipment", "supplier", "product",
    "ticket", "session", "voucher", "message", "account", "booking", "contract", "delivery", "refund", "campaign",
)  # fmt: skip
PROJECTIONS = (
    {"projection": "ALL"},
    {"projection": "KEYS_ONLY"},
    {"projection": "INCLUDE", "projected_attributes": ["total", "note"]},
)


def contract(tables: int, seed: int = SEED, first: int = 0) -> dict[str, Any]:
    """A contract with `tables` tables of two or three indexes, every third of them multi-entity, with access patterns.

    `first` is the number of its first table, so that several services can have different tables.
    """
    chance = random.Random(seed * 1_000_003 + first)  # noqa: S311 no secret: the same every time is the point
    made = [_table(chance, first + number) for number in range(tables)]
    return {
        "contract_version": "1",
        "tables": made,
        "access_patterns": [pattern for table in made for pattern in _patterns(chance, table)],
    }


def write(root: Path, tables: int, services: int = 1, seed: int = SEED) -> None:
    """Write `contracts/` under `root`: `tables` tables in all, dealt out evenly to `services` services.

    Raises ValueError if there are more services than tables.
    """
    if not 1 <= services <= tables:
        raise ValueError(f"{tables} tables cannot be dealt out to {services} services")
    first = 0
    for number in range(services):
        count = tables // services + (number < tables % services)
        folder = root / "contracts" / (f"service-{number:03}" if services > 1 else "bench")
        folder.mkdir(parents=True)
        (folder / "migrationContract.json").write_text(json.dumps(contract(count, seed, first), indent=2) + "\n")
        (folder / "deployment.yaml").write_text(DEPLOYMENT)
        first += count


def change_one(root: Path) -> str:
    """Change one table in the middle of the first contract under `root`: one index less. Returns the table's name."""
    path = sorted((root / "contracts").glob("*/migrationContract.json"))[0]
    content = json.loads(path.read_text())
    table = content["tables"][len(content["tables"]) // 2]
    gone = table["gsis"].pop()["index_name"]
    content["access_patterns"] = [
        pattern
        for pattern in content["access_patterns"]
        if (pattern["table_name"], pattern.get("gsi_name")) != (table["table"], gone)
    ]
    path.write_text(json.dumps(content, indent=2) + "\n")
    return table["table"]


def insert_one(root: Path) -> str:
    """Insert a table in the middle of the first contract under `root`, with its access patterns. Returns the table's name."""
    path = sorted((root / "contracts").glob("*/migrationContract.json"))[0]
    content = json.loads(path.read_text())
    new = contract(1, SEED + 1, 9_000)
    middle = len(content["tables"]) // 2
    content["tables"][middle:middle] = new["tables"]
    content["access_patterns"] += new["access_patterns"]
    path.write_text(json.dumps(content, indent=2) + "\n")
    return new["tables"][0]["table"]


def _table(chance: random.Random, number: int) -> dict[str, Any]:
    word = chance.choice(WORDS)
    source = f"{word}s_{number}"
    multi = number % 3 == 0
    pk, sk = ("PK", "SK") if multi else ("id", "created_at")
    base = [(pk, "S"), (sk, "S"), ("status", "S"), ("owner", "S"), ("score", "N"), ("total", "N"), ("note", "S")]
    extra = [(f"{chance.choice(WORDS)}_{letter}", chance.choice("SN")) for letter in "abcdef"]
    attributes = [
        {"name": name, "type": kind, "source_table": source, "source_column": name.lower()} for name, kind in base
    ]
    more = [{"name": name, "type": kind, "source_table": source, "source_column": name} for name, kind in extra]
    keys = (("ByStatus", "status", sk), ("ByOwner", "owner", "score"), ("ByScore", "status", "score"))
    table = {
        "table": f"{word.capitalize()}{number:04}",
        "type": "multi-entity" if multi else "single-entity",
        "source_table": source,
        "pk": pk,
        "sk": sk,
        "gsis": [
            {"index_name": name, "pk": partition, "sk": sort, **chance.choice(PROJECTIONS)}
            for name, partition, sort in keys[: chance.choice((2, 3))]
        ],
        "estimated_item_size_bytes": chance.randrange(200, 4_000),
    }
    if multi:
        table["entities"] = [
            {
                "entity_type": name,
                "source_table": f"{source}_{name.lower()}",
                "pk_template": f"{word.upper()}#{{id}}",
                "sk_template": f"{name}#{{created_at}}",
                "attributes": attributes + more[:count],
            }
            for name, count in (("HEADER", 2), ("LINE", 6))
        ]
    else:
        table["attributes"] = attributes + more
    return table


def _patterns(chance: random.Random, table: dict[str, Any]) -> list[dict[str, Any]]:
    """One pattern for reading an item, one for writing it, and one for each index."""
    name = table["table"]
    common = {"table_name": name, "item_size_bytes": table["estimated_item_size_bytes"]}
    reads = [(f"{name}-get", "GetItem", None), (f"{name}-put", "PutItem", None)]
    reads += [(f"{name}-{index['index_name']}", "Query", index["index_name"]) for index in table["gsis"]]
    return [
        {
            "id": id,
            "description": f"{operation} of {name}",
            "operation": operation,
            **common,
            **({"gsi_name": index} if index else {}),
            "design_rps": chance.randrange(1, 50),
        }
        for id, operation, index in reads
    ]
