"""The page of a service."""

from dataclasses import replace
from pathlib import Path

from scripts.model import Note
from scripts.pages import common
from scripts.pages import service_page as page
from scripts.project.services import Service
from tests import samples
from tests.pages.reading import read


def test_tables_and_environments(tmp_path: Path) -> None:
    shown = read(page.render(samples.service(tmp_path)))
    assert shown.headings[0] == "shop"
    assert shown.tables[:2] == [
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
    assert shown.tables[2] == [
        ["Table", "Access patterns"],
        ["Orders", "Find the orders of a customer"],
    ]
    assert {
        "tables/Orders.md",
        "tables/Prices.md",
        "dev-us-east-1/README.md",
        "dev-us-east-1/",
        "prod-eu-west-1/",
        "prod-eu-west-1/README.md",
        "runbook.md",
        "../../contracts/shop/migrationContract.json",
        "../../contracts/shop/deployment.yaml",
        *(f"../../docs/{name}.md" for name in ("operations", "settings", "plan", "validation", "monitoring")),
    } == set(shown.links)


def test_a_very_large_service_stays_readable(tmp_path: Path) -> None:
    """With every table and pattern in one list each, as with few; without the patterns where they are too many."""
    service = samples.service(tmp_path)
    orders, prices = service.contract.tables
    many = [replace(orders, name=f"T{n:03d}", satisfies=(f"AP{n}: read thing {n}",)) for n in range(300)]
    large = replace(service, contract=replace(service.contract, tables=(*many, prices)))
    text = page.render(large)
    shown = read(text)
    linked = [row[0] for rows in shown.tables if rows[0][1] == "Partition key" for row in rows[1:]]
    assert linked == sorted(t.name for t in large.contract.tables)
    assert [row for rows in shown.tables if rows[0] == ["Table", "Access patterns"] for row in rows[1:]] == [
        [f"T{n:03d}", f"read thing {n} (AP{n})"] for n in range(300)
    ]
    assert "details" not in shown.tags, "what is folded from some length on changes as a whole"
    wordy = [replace(t, satisfies=tuple(f"AP{n}: {'x' * 300}" for n in range(6))) for t in many]
    text = page.render(replace(service, contract=replace(service.contract, tables=tuple(wordy))))
    assert len(text.encode()) < common.PAGE_MAX
    assert "See the page of each table." in text


def test_local_secondary_indexes_are_marked(tmp_path: Path) -> None:
    orders = {**samples.orders(), "lsis": [{"index_name": "ByEmail", "sk": "email"}]}
    shown = read(page.render(samples.service(tmp_path, {"tables": [orders, samples.PRICES]})))
    assert shown.tables[0][1][3] == "ByStatus, ByBook, ByDay, ByEmail (local)"


def test_what_was_assumed_is_shown_with_its_place(tmp_path: Path) -> None:
    service = samples.service(tmp_path, settings=None)
    assert "What was assumed" not in read(page.render(with_notes(service))).headings
    shown = read(page.render(with_notes(service, Note("note", "C999", "gsis", "No *indexes* | none."))))
    assert "What was assumed" in shown.headings
    assert shown.items[:2] == ["note C999 at (file): A list.", "note C999 at Orders: gsis: No *indexes* | none."]
    assert shown.tables[1][1][1] == "asked for at deployment"


def test_what_is_doubted_in_the_settings_is_shown_too(tmp_path: Path) -> None:
    service = samples.service(tmp_path, settings=samples.SETTINGS.replace("ttl: expires_at", "ttl: expired_at"))
    (shown,) = (item for item in read(page.render(with_notes(service))).items if item.startswith("warning"))
    assert shown.startswith("warning S205 at tables.Orders.ttl: ")


def with_notes(service: Service, *notes: Note) -> Service:
    """The same service whose first table, and file, have these notes and no others."""
    tables = tuple(replace(table, notes=() if n else notes) for n, table in enumerate(service.contract.tables))
    general = tuple(replace(note, path="(file)", message="A list.") for note in notes)
    return replace(service, contract=replace(service.contract, tables=tables, notes=general))
