"""The page of an environment."""

from pathlib import Path

from scripts.desired import table_states
from scripts.pages import environment as page
from tests import samples
from tests.pages.reading import Page, read


def shown(root: Path, settings: str | None, number: int = 0) -> Page:
    service = samples.service(root, settings=settings)
    place = service.environments[number]
    return read(page.render(service, place, table_states(service, place)))


def test_what_an_application_needs(tmp_path: Path) -> None:
    account = '    account: "111122223333"\n'
    settings = samples.SETTINGS.replace("    table_prefix", f"{account}    table_prefix")
    found = shown(tmp_path, settings, 1)
    assert found.headings == ["shop in prod-eu-west-1", "Tables", "Access for applications", "Deploy and validate"]
    facts, tables = found.tables
    assert facts[1:] == [
        ["Region", "eu-west-1"],
        ["Account", "111122223333"],
        ["Alarm topic", "dynamodb-prod-eu-west-1-shop-alarms"],
        ["Notified", "oncall@example.com"],
        ["Shared stack", "dynamodb-prod-eu-west-1-shop"],
    ]
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/prod-"
    assert [[name, table, stack] for name, table, _alarms, stack in tables[1:]] == [
        ["prod-Orders", f"{arn}Orders", "dynamodb-prod-eu-west-1-shop-Orders"],
        ["prod-Prices", f"{arn}Prices", "dynamodb-prod-eu-west-1-shop-Prices"],
    ]
    assert all(int(alarms) >= 2 for _name, _table, alarms, _stack in tables[1:])
    assert found.links == [
        "../tables/Orders.md",
        "../tables/Prices.md",
        "access/",
        "../../../docs/access.md",
        "../README.md",
    ]
    assert "make deploy ENV=prod-eu-west-1 SERVICE=shop" in found.text


def test_what_is_not_settled_is_said(tmp_path: Path) -> None:
    facts, tables = shown(tmp_path, None).tables
    assert facts[1] == ["Region", "asked for at deployment"]
    assert facts[2][1].startswith("any;")
    assert facts[4][1].startswith("nobody yet: set alarm_emails")
    assert tables[1][1] == "arn:aws:dynamodb:<region>:<account>:table/Orders"


def test_arns_are_those_of_the_partition(tmp_path: Path) -> None:
    found = shown(tmp_path, "environments: {prod: {region: cn-north-1}}\n", 0)
    assert found.tables[1][1][1] == "arn:aws-cn:dynamodb:cn-north-1:<account>:table/Orders"
