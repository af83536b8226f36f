"""The page of an environment."""

from dataclasses import replace
from pathlib import Path

from scripts.pages import common
from scripts.pages import environment_page as page
from scripts.templates.desired import table_states
from tests import samples
from tests.for_each import for_each
from tests.pages.reading import Page, read

HEADINGS = ["Tables", "Connect", "Access for applications", "Network", "Settings used", "Deploy and validate"]


def markdown(root: Path, settings: str | None, number: int = 0) -> str:
    service = samples.service(root, settings=settings)
    place = service.environments[number]
    return page.render(service, place, table_states(service, place), {})


def shown(root: Path, settings: str | None, number: int = 0) -> Page:
    return read(markdown(root, settings, number))


def test_what_an_application_needs(tmp_path: Path) -> None:
    account = '    account: "111122223333"\n'
    found = shown(tmp_path, samples.SETTINGS.replace("    table_prefix", f"{account}    table_prefix"), 1)
    assert found.headings == ["shop in prod-eu-west-1", *HEADINGS]
    facts, tables, policies, settings, own = found.tables
    assert facts[1:] == [
        ["Region", "eu-west-1"],
        ["Account", "111122223333"],
        ["Endpoint", "https://dynamodb.eu-west-1.amazonaws.com"],
        ["Dashboard", "dynamodb-prod-eu-west-1-shop"],
        ["Shared stack", "dynamodb-prod-eu-west-1-shop"],
        ["Alarm topic", "dynamodb-prod-eu-west-1-shop-alarms"],
        ["Notified", "oncall@example.com"],
        ["Every single alarm", "dynamodb-prod-eu-west-1-shop-alarms-feed, a topic for chat or incident tools"],
        ["Cost a month", "make cost ENV=prod-eu-west-1 SERVICE=shop"],
    ]
    assert [[name, stack] for name, _open, _alarms, _dashboard, stack in tables[1:]] == [
        ["prod-Orders", "dynamodb-prod-eu-west-1-shop-Orders"],
        ["prod-Prices", "dynamodb-prod-eu-west-1-shop-Prices"],
    ]
    assert all(int(alarms) >= 1 for _name, _open, alarms, _dashboard, _stack in tables[1:])
    table = "arn:aws:dynamodb:eu-west-1:111122223333:table/prod-"
    indexes = [f"{table}Orders/index/{name}" for name in ("ByStatus", "ByBook", "ByDay")]
    assert "\n".join([f"{table}Orders", *indexes, f"{table}Prices"]) in found.text
    console = "https://eu-west-1.console.aws.amazon.com/"
    assert {
        "../tables/Orders.md",
        "../dev-us-east-1/README.md",
        "../README.md",
        "../runbook.md",
        "access/read-write.json",
        f"{console}dynamodbv2/home?region=eu-west-1#table?name=prod-Orders",
        f"{console}cloudwatch/home?region=eu-west-1#alarmsV2:alarm/prod-Orders-unhealthy",
        f"{console}cloudwatch/home?region=eu-west-1#dashboards/dashboard/dynamodb-prod-eu-west-1-shop",
        f"{console}cloudformation/home?region=eu-west-1#/stacks?filteringText=dynamodb-prod-eu-west-1-shop-Orders",
    } <= set(found.links)
    assert policies[2] == ["read-write.json", "the application that owns the data"]
    assert "--policy-arn arn:aws:iam::111122223333:policy/shop-prod-eu-west-1-read-write" in found.text
    assert "--service-name com.amazonaws.eu-west-1.dynamodb" in found.text
    assert "*.ddb.eu-west-1.amazonaws.com" in found.text
    assert ["point_in_time_recovery_days", "35", "default"] in settings
    assert own[1:] == [
        ["Orders", "ttl", "expires_at", "tables.Orders"],
        ["Orders", "tags.Team", "orders", "tables.Orders"],
    ]
    assert "make deploy ENV=prod-eu-west-1 SERVICE=shop" in found.text


def test_what_is_not_settled_is_said(tmp_path: Path) -> None:
    found = shown(tmp_path, None)
    facts, tables, policies, *_ = found.tables
    assert facts[1] == ["Region", "asked for at deployment"]
    assert facts[2][1].startswith("any;")
    assert facts[-3][1].startswith("nobody yet: set alarm_emails")
    assert tables[0] == ["Table", "Alarms", "Dashboard", "Stack"]  # no console without a Region
    assert "arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT_ID}:table/Orders\n" in found.text
    assert policies[1][0] == "read-only.template.json"
    assert "create-policy" not in found.text
    assert not any("console" in link for link in found.links)


@for_each(
    ("region", "said", "not_said"),
    [
        ("cn-north-1", ["https://cn-north-1.console.amazonaws.cn/", "dynamodb.cn-north-1.amazonaws.com.cn"], [".ddb."]),
        ("us-gov-west-1", ["https://us-gov-west-1.console.amazonaws-us-gov.com/", "With FIPS"], [".ddb."]),
        ("us-iso-east-1", ["https://dynamodb.us-iso-east-1.c2s.ic.gov"], [".console.", "com.amazonaws.us-iso-east-1"]),
        ("us-east-1", ["https://dynamodb-fips.us-east-1.amazonaws.com", "com.amazonaws.us-east-1.dynamodb"], ["cn-"]),
    ],
)
def test_everything_is_that_of_the_partition(tmp_path: Path, region: str, said: list[str], not_said: list[str]) -> None:
    text = markdown(tmp_path, f"environments: {{prod: {{region: {region}}}}}\n")
    assert all(words in text for words in said)
    assert not any(words in text for words in not_said)


def test_existing_topics_and_streams_are_named(tmp_path: Path) -> None:
    topic = "arn:aws:sns:eu-west-1:111122223333:oncall"
    settings = f"""\
environments:
  prod: {{region: eu-west-1, account: "111122223333", alarm_topics: ["{topic}"]}}
tables:
  Orders: {{stream: NEW_IMAGE}}
"""
    found = shown(tmp_path, settings)
    facts = dict(found.tables[0][1:])
    assert facts["Alarm topic"] == topic
    assert "Notified" not in facts  # who is subscribed to a topic of somebody else is not ours to say
    assert "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/stream/*" in found.text
    assert "LatestStreamArn" in found.text


def test_a_page_of_very_many_tables_stays_one_that_github_shows(tmp_path: Path) -> None:
    service = samples.service(tmp_path)
    place = service.environments[1]
    table, state = service.contract.tables[0], table_states(service, place)[0]

    def made(count: int) -> str:
        tables = tuple(replace(table, name=f"Orders{n:04}") for n in range(count))
        states = [replace(state, name=f"prod-Orders{n:04}") for n in range(count)]
        return page.render(replace(service, contract=replace(service.contract, tables=tables)), place, states, {})

    assert "console.aws.amazon.com/dynamodbv2" in made(300)
    many = made(1_500)
    assert len(many.encode()) <= common.PAGE_MAX
    shown_page = read(many)
    assert "Without links to the AWS console" in shown_page.text
    listed = [row[0] for rows in shown_page.tables if rows[0][0] == "Table" for row in rows[1:]]
    assert listed == [f"prod-Orders{n:04}" for n in range(1_500)]
