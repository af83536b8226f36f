"""Tables that exist become a service that adopts them as they are, by one command; and what it cannot know it says."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts import generate, new_contract, plan
from scripts.conversion.live_tables import read_live
from scripts.observe.aws import Aws
from scripts.observe.batch_reader import BatchReader
from scripts.observe.live_table import read_table
from scripts.project.services import read_services
from scripts.templates.desired import table_states
from tests.local_aws.support import client
from tests.planning.test_adoption import index, make
from tests.planning.test_kept_settings import create, everything
from tests.shop import ENVIRONMENT, Shop

FILES = [Path("contracts/legacy/deployment.yaml"), Path("contracts/legacy/migrationContract.json")]


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A repository without a service."""
    for name in ("contracts", "generated"):
        shutil.rmtree(shop.root / name)
    (shop.root / "contracts").mkdir()
    return shop


def run(shop: Shop, *tables: str, more: tuple[str, ...] = ()) -> int:
    given = ("--from", "live", "--service", "legacy", "--environment", ENVIRONMENT, "--tables", *tables, *more)
    return shop._run(new_contract.main, *given)


def test_tables_made_by_hand_are_adopted_as_they_are(shop: Shop) -> None:
    create(WarmThroughput={"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000})
    client("dynamodb").create_table(
        TableName="Old.Prices",
        KeySchema=[{"AttributeName": "isbn", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "isbn", "AttributeType": "B"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
    )
    before = everything()
    assert run(shop, "Ord*", "Old.Prices") == 0, shop.err
    assert sorted(Path("contracts").rglob("*.*")) == FILES
    assert '- Orders: "total" is declared as N, because time to live is on for it' in shop.out
    assert "- Old.Prices: Point-in-time recovery: every table has it" in shop.out
    assert f"Next: make generate, then make plan ENV={ENVIRONMENT} SERVICE=legacy." in shop.out

    shop._run(generate.main)
    assert shop._run(plan.main, "--environment", ENVIRONMENT, "--format", "json") == 2, shop.err
    orders, prices = json.loads(shop.out)["tables"]
    assert orders["action"] == prices["action"] == "adopt"
    assert [line.partition(":")[0] for line in orders["changes"]] == ["Tags", "4 alarms are added."]
    assert {risk["kind"] for each in (orders, prices) for risk in each["risks"]} == set()
    assert shop.deploy() == 0, shop.err
    assert shop.validate() == 0, shop.out
    after = everything()
    assert {limit[1:] for limit in after.pop("scaling")} == {(5, 5), (4, 4)}  # of Old.Prices, which had none
    assert after == {key: value for key, value in before.items() if key != "scaling"}
    aws, (service,) = Aws("eu-west-1"), read_services(Path("contracts"))
    listed = BatchReader(aws, [])
    for state in table_states(service, service.environments[0]):
        (live,) = read_live(aws, [state.name], listed)
        assert live == replace(read_table(aws, state), alarms=()), "what is read does not depend on what is wanted"


def test_whose_a_table_is_and_may_not_be_read_is_told(shop: Shop, aws: Any) -> None:
    make()
    aws.fail("DescribeStackResources", "AccessDenied", "no")
    assert run(shop, "Orders") == 0, shop.err
    told = "Orders: Whether it belongs to a stack, which blocks its adoption, could not be read: DescribeStackResources: no."
    assert told in shop.out


def test_what_cannot_be_done_is_refused_and_nothing_is_written(shop: Shop) -> None:
    make(index("ByStatus", "status"))
    for tables, more, message in (
        (["Orderz"], (), 'There is no table Orderz in account 111122223333 in eu-west-1. Did you mean "Orders"?'),
        (["prod-*"], (), 'No table of account 111122223333 in eu-west-1 fits "prod-*". There are: Orders.'),
        (["Orders"], ("--prefix", "prod-"), 'Table Orders does not begin with the prefix "prod-".'),
        (["Orders"], ("--region", "eu-wset-1"), '"eu-wset-1" is not an AWS Region. Did you mean "eu-west-1"?'),
        (["Orders"], ("--service", "No!"), '"No!" cannot be the name of a service.'),
        (["Orders"], ("--environment", "tables", "--region", "eu-west-1"), "the pages of the tables have that folder"),
    ):
        assert run(shop, *tables, more=more) == 1, message
        assert message in shop.err and "Nothing was written." in shop.err, shop.err
        assert list(Path("contracts").iterdir()) == []


def test_what_is_there_is_written_over_only_when_told_to(shop: Shop) -> None:
    make(index("ByStatus", "status"))
    assert run(shop, "Orders") == 0, shop.err
    FILES[0].write_text("mine")
    assert run(shop, "Orders") == 1
    assert "contracts/legacy has migrationContract.json and deployment.yaml already." in shop.err
    assert FILES[0].read_text() == "mine"
    assert run(shop, "Orders", more=("--overwrite",)) == 0, shop.err
    assert FILES[0].read_text().startswith("# yaml-language-server")


def test_a_folder_that_could_not_be_written_whole_is_not_there(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from scripts.conversion import new_service

    make(index("ByStatus", "status"))
    real = new_service.write_atomically

    def full(path: Path, content: str) -> None:
        if path.name == "deployment.yaml":
            raise OSError(28, "No space left on device", str(path))
        real(path, content)

    monkeypatch.setattr(new_service, "write_atomically", full)
    assert run(shop, "Orders") == 1
    assert "deployment.yaml: No space left on device" in shop.err
    assert list(Path("contracts").iterdir()) == []


def test_the_prefix_of_an_environment_is_no_part_of_the_names(shop: Shop) -> None:
    make(index("ByStatus", "status"))
    assert run(shop, "Orders", more=("--prefix", "Or")) == 0, shop.err
    contract: Any = json.loads(FILES[1].read_text())
    assert contract["tables"][0]["table"] == "ders"
    assert "    table_prefix: Or\n" in FILES[0].read_text()
