"""The page of a table."""

from dataclasses import replace
from pathlib import Path

from scripts.model import Note
from scripts.pages import table_page as page
from scripts.project.services import Service
from scripts.templates.desired import table_state
from tests import samples
from tests.pages.reading import Page, read

HOSTILE = "x|y `z` <script>alert(1)</script> **b** [l](http://example.com) #"


def shown(service: Service, name: str, *notes: Note) -> Page:
    """The page of a table that has these notes and no others."""
    table = next(table for table in service.contract.tables if table.name == name)
    states = {environment.name: table_state(service, environment, table) for environment in service.environments}
    return read(page.render(service, replace(table, notes=notes), states))


def test_a_table_with_everything(tmp_path: Path) -> None:
    found = shown(samples.service(tmp_path), "Orders")
    assert found.headings == [
        "Orders",
        "Access patterns",
        "Indexes",
        "Items",
        "CUSTOMER",
        "ORDER",
        "Alarms",
        "In each environment",
        "Read it",
    ]
    assert "Partition key PK (S), sort key SK (S), 3 indexes, on-demand." in found.text
    assert "the contract does not say which. It can, in its access_patterns" in found.text
    assert found.items == ["Find the orders of a customer"]
    indexes, entities, customer, order, alarms, environments = found.tables
    assert indexes == [
        ["Global secondary index", "Partition key", "Sort key", "Projection", "Holds"],
        ["ByStatus", "status (S)", "placed_at (N)", "ALL", "ORDER"],
        ["ByBook", "isbn (B)", "-", "INCLUDE email, total", "ORDER"],
        ["ByDay", "placed_at (N)", "-", "KEYS_ONLY", "ORDER"],
    ]
    assert entities == [
        ["Entity", "PK", "SK"],
        ["CUSTOMER", "CUSTOMER#{id}", "#PROFILE"],
        ["ORDER", "CUSTOMER#{customer_id}", "ORDER#{id}"],
    ]
    assert alarms[1][0] == "-unhealthy"
    assert [row[:2] for row in customer[1:]] == [["PK", "S"], ["SK", "S"], ["email", "S"]]
    assert len(order) == 8
    assert environments[0] == ["", "dev-us-east-1", "prod-eu-west-1"]
    rows = {row[0]: row[1:] for row in environments[1:]}
    assert rows["Table"] == ["Orders", "prod-Orders"]
    assert rows["Stack"] == ["dynamodb-dev-us-east-1-shop-Orders", "dynamodb-prod-eu-west-1-shop-Orders"]
    assert rows["point-in-time recovery"] == ["on, 35 days"] * 2
    assert rows["encryption"] == ["key managed by AWS"] * 2
    assert rows["billing mode"] == ["on-demand"] * 2
    assert rows["time to live"] == ["on, by expires_at"] * 2
    assert "stream" not in rows  # off everywhere


def test_local_secondary_indexes_are_shown_as_such(tmp_path: Path) -> None:
    local = [
        {"index_name": "ByEmail", "sk": "email"},
        {"index_name": "ByState", "sk": "status", "projection": "INCLUDE", "projected_attributes": ["total"]},
    ]
    rows = [
        ["ByEmail", "PK (S)", "email (S)", "ALL", "CUSTOMER"],
        ["ByState", "PK (S)", "status (S)", "INCLUDE total", "ORDER"],
    ]
    with_both = samples.service(tmp_path, {"tables": [{**samples.orders(), "lsis": local}]}, None)
    found = shown(with_both, "Orders")
    assert "sort key SK (S), 5 indexes, on-demand." in found.text
    assert found.headings.count("Indexes") == 1
    assert found.tables[0][0][0] == "Global secondary index"
    assert found.tables[1] == [["Local secondary index", "Partition key", "Sort key", "Projection", "Holds"], *rows]
    assert "never be added, changed or removed" in found.text and "10 GB" in found.text
    only_local = {**samples.orders(), "lsis": local[:1], "gsis": []}
    found = shown(samples.service(tmp_path, {"tables": [only_local]}, None), "Orders")
    assert "sort key SK (S), 1 index, on-demand." in found.text
    assert found.tables[0][0][0] == "Local secondary index"


def test_a_plain_table(tmp_path: Path) -> None:
    found = shown(samples.service(tmp_path), "Prices")
    assert found.headings == ["Prices", "Items", "Alarms", "In each environment", "Read it"]
    assert "Partition key isbn (S), no sort key, no indexes, on-demand." in found.text
    assert [row[:2] for row in found.tables[0][1:]] == [["isbn", "S"], ["amount", "N"]]
    rows = {row[0]: row[1:] for row in found.tables[-1][1:]}
    assert rows["time to live"] == ["off", "off"]
    assert "../../../contracts/shop/migrationContract.json" in found.links


def test_what_was_assumed_comes_before_all_sections(tmp_path: Path) -> None:
    found = shown(samples.service(tmp_path), "Orders", Note("warning", "C999", "tables[0].pk", HOSTILE))
    assert found.headings[:3] == ["Orders", "What was assumed", "Access patterns"]
    assert found.items[0] == f"warning C999 at tables[0].pk: {HOSTILE}"


def test_where_attributes_come_from(tmp_path: Path) -> None:
    attribute = {
        "name": "isbn",
        "type": "S",
        "source_table": "books",
        "source_column": "isbn13",
        "justification": "Key",
    }
    service = samples.service(tmp_path, {"tables": [{**samples.PRICES, "attributes": [attribute]}]}, None)
    assert shown(service, "Prices").tables[0] == [
        ["Attribute", "Type", "From MySQL", "Remark"],
        ["isbn", "S", "books.isbn13", "Key"],
    ]
    del attribute["justification"]  # a column that nothing is in is not shown
    service = samples.service(tmp_path / "b", {"tables": [{**samples.PRICES, "attributes": [attribute]}]}, None)
    assert shown(service, "Prices").tables[0] == [["Attribute", "Type", "From MySQL"], ["isbn", "S", "books.isbn13"]]


def test_the_neighbours_and_the_history(tmp_path: Path) -> None:
    page_of = {
        repository: shown(replace(samples.service(tmp_path / str(n)), repository=repository), "Orders")
        for n, repository in enumerate(["", "https://github.com/example/tables"])
    }
    plain, linked = page_of.values()
    for found in page_of.values():
        wanted = {
            "../README.md",
            "../dev-us-east-1/README.md",
            "../prod-eu-west-1/README.md",
            "../runbook.md",
        }
        assert wanted <= set(found.links)
    assert "git log -p generated/shop/tables/Orders.md" in plain.text
    assert "https://github.com/example/tables/commits/HEAD/generated/shop/tables/Orders.md" in linked.links


def test_nothing_that_a_contract_says_becomes_markup(tmp_path: Path) -> None:
    value = samples.orders()
    value["entities"] = [samples.entity(HOSTILE, HOSTILE, HOSTILE, {"PK": "S", "SK": "S", HOSTILE: "S"})]
    value["entities"][0]["attributes"][2] |= {
        "source_table": HOSTILE,
        "source_column": HOSTILE,
        "justification": HOSTILE,
    }
    value["satisfies"] = [HOSTILE]
    value["gsis"] = [{"index_name": "ByIt", "pk": "SK", "projection": "INCLUDE", "projected_attributes": [HOSTILE]}]
    found = shown(samples.service(tmp_path, {"tables": [value]}, None), "Orders")
    assert "script" not in found.tags
    assert (
        "strong" not in found.tags - {"strong"} if "What was assumed" in found.headings else "strong" not in found.tags
    )
    assert HOSTILE in found.headings
    assert HOSTILE in found.items
    assert all(len(row) == len(rows[0]) for rows in found.tables for row in rows)
    assert found.tables[0][1] == ["ByIt", "SK (S)", f"INCLUDE {HOSTILE}", HOSTILE]
    assert found.tables[1][1] == [HOSTILE, HOSTILE, HOSTILE]
    assert found.tables[2][3] == [HOSTILE, "S", f"{HOSTILE}.{HOSTILE}", HOSTILE]
    assert not any("example.com" in link for link in found.links)
