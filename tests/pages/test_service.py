"""The page of a service."""

from dataclasses import replace
from pathlib import Path

from scripts.model import Note
from scripts.pages import service as page
from scripts.project import Service
from tests import samples
from tests.pages.reading import read


def test_tables_and_environments(tmp_path: Path) -> None:
    shown = read(page.render(samples.service(tmp_path)))
    assert shown.headings[0] == "shop"
    assert "2 tables and 3 global secondary indexes in 2 environments." in shown.text
    assert shown.tables == [
        [
            ["Table", "Partition key", "Sort key", "Indexes", "Items"],
            ["Orders", "PK (S)", "SK (S)", "ByStatus, ByBook, ByDay", "CUSTOMER, ORDER"],
            ["Prices", "isbn (S)", "-", "none", "Prices"],
        ],
        [
            ["Environment", "Region", "Table names begin with", "Stacks"],
            ["dev-us-east-1", "us-east-1", "-", "dynamodb-dev-us-east-1-shop*"],
            ["prod-eu-west-1", "eu-west-1", "prod-", "dynamodb-prod-eu-west-1-shop*"],
        ],
    ]
    assert shown.links == [
        "tables/Orders.md",
        "tables/Prices.md",
        "dev-us-east-1/README.md",
        "prod-eu-west-1/README.md",
        "runbook.md",
    ]


def test_local_secondary_indexes_are_counted_and_marked(tmp_path: Path) -> None:
    orders = {**samples.orders(), "lsis": [{"index_name": "ByEmail", "sk": "email"}]}
    shown = read(page.render(samples.service(tmp_path, {"tables": [orders, samples.PRICES]})))
    assert "2 tables, 3 global secondary indexes and 1 local secondary index in 2 environments." in shown.text
    assert shown.tables[0][1][3] == "ByStatus, ByBook, ByDay, ByEmail (local)"


def test_what_was_assumed_is_shown_with_its_place(tmp_path: Path) -> None:
    service = samples.service(tmp_path, settings=None)
    assert "What was assumed" not in read(page.render(with_notes(service))).headings
    shown = read(page.render(with_notes(service, Note("note", "C999", "tables[0].gsis", "No *indexes* | none."))))
    assert "What was assumed" in shown.headings
    assert shown.items == ["note C999 at (file): A list.", "note C999 at tables[0].gsis: No *indexes* | none."]
    assert "in 1 environment." in shown.text
    assert shown.tables[-1][1][1] == "asked for at deployment"


def with_notes(service: Service, *notes: Note) -> Service:
    """The same service whose first table, and file, have these notes and no others."""
    tables = tuple(replace(table, notes=() if n else notes) for n, table in enumerate(service.contract.tables))
    general = tuple(replace(note, path="(file)", message="A list.") for note in notes)
    return replace(service, contract=replace(service.contract, tables=tables, notes=general))
