"""What the tests of contracts share: a small contract, ways to change it, and to check a value or a text."""

import copy
import json
from pathlib import Path
from typing import Any

from scripts.contract.problem_collector import ProblemCollector
from scripts.contract.read import check_text_of
from scripts.model import Contract
from scripts.problems import Problem

FILE = "contracts/shop/migrationContract.json"


def contract() -> dict[str, Any]:
    """A small contract without problems: one single-entity table with indexes, one multi-entity table."""
    return copy.deepcopy(
        {
            "tables": [
                {
                    "table": "Orders",
                    "type": "single-entity",
                    "source_table": "orders",
                    "pk": "customer_id",
                    "sk": "placed_at",
                    "gsis": [
                        {"index_name": "ByStatus", "pk": "status", "sk": "placed_at", "projection": "KEYS_ONLY"},
                        {
                            "index_name": "ByCarrier",
                            "pk": "carrier",
                            "projection": "INCLUDE",
                            "projected_attributes": ["total", "status"],
                        },
                    ],
                    "attributes": [
                        {"name": name, "type": kind, "source_table": "orders", "source_column": name}
                        for name, kind in [
                            ("customer_id", "S"),
                            ("placed_at", "S"),
                            ("status", "S"),
                            ("carrier", "S"),
                            ("total", "N"),
                            ("paid", "BOOL"),
                        ]
                    ],
                    "satisfies": ["AP1", "AP2: orders by status"],
                    "estimated_item_size_bytes": 900,
                },
                {
                    "table": "Users",
                    "type": "multi-entity",
                    "pk": "PK",
                    "sk": "SK",
                    "entities": [
                        {
                            "entity_type": entity,
                            "source_table": entity.lower(),
                            "pk_template": "USER#{id}",
                            "sk_template": template,
                            "attributes": [{"name": "PK", "type": "S"}, {"name": "SK", "type": "S"}],
                        }
                        for entity, template in [("USER", "#META"), ("CART", "CART#{product_id}")]
                    ],
                },
            ]
        }
    )


def successor() -> dict[str, Any]:
    """A small contract of dialect D."""
    return copy.deepcopy(
        {
            "contract_version": "1.0",
            "job_id": "j",
            "source_database": "shop",
            "target_engine": "dynamodb",
            "access_patterns": [
                {
                    "pattern_id": "DDB-AP-1",
                    "description": "orders of a customer",
                    "operation": "Query",
                    "table_name": "Orders",
                    "gsi_name": "ByRegion",
                    "design_rps": 12.5,
                    "item_size_bytes": 700,
                    "in_scope": True,
                }
            ],
            "table_definitions": [
                {
                    "table_name": "Orders",
                    "aggregate_pattern": "separate",
                    "source_tables": ["orders", "lines"],
                    "partition_key": {"attribute_name": "id", "attribute_type": "N"},
                    "sort_key": None,
                    "attributes": [
                        {"name": name, "type": kind, "source_table": "orders", "source_column": name}
                        for name, kind in [("id", "N"), ("tenant", "S"), ("region", "S"), ("placed_at", "N")]
                    ],
                    "entities": None,
                    "gsis": [
                        {
                            "gsi_name": "ByRegion",
                            "partition_key": [
                                {"attribute_name": "tenant", "attribute_type": "S"},
                                {"attribute_name": "region", "attribute_type": "S"},
                            ],
                            "sort_key": [{"attribute_name": "placed_at", "attribute_type": "N"}],
                            "projection": "ALL",
                            "projected_attributes": None,
                            "item_count": 5,
                            "item_size_bytes": 90,
                        }
                    ],
                    "item_count": 1000,
                    "item_size_bytes": 800,
                }
            ],
            "validation_passed": True,
        }
    )


def at(value: Any, *path: str | int) -> Any:
    """The value at a path."""
    for part in path:
        value = value[part]
    return value


def check_text(text: str, *, strict: bool = False, schema: bool = True) -> tuple[Contract | None, list[Problem]]:
    """Check the text of a file."""
    return check_text_of(text, ProblemCollector(FILE, strict), schema=schema)


def check(value: Any, *, strict: bool = False) -> tuple[Contract | None, list[Problem]]:
    """Check a JSON value, written as a file would be."""
    return check_text(json.dumps(value, indent=2, ensure_ascii=False), strict=strict)


def ids(problems: list[Problem]) -> list[str]:
    """The ids of the problems, sorted."""
    return sorted(problem.id for problem in problems)


def write(folder: Path, value: Any) -> Path:
    """A file with the value as JSON."""
    file = folder / "migrationContract.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return file
