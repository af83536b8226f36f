"""An environment and a service that are no longer wanted: told by plan and drift, marked on their pages, and parted with as printed."""

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts import deploy, drift, generate, plan, record, validate
from scripts.folders import LOCAL_RECORDS
from scripts.local_aws import aws_cli
from scripts.observe.retired_target import deployed_elsewhere
from scripts.observe.target_options import TargetOptions
from scripts.planning.retired_places import elsewhere_words
from tests.for_each import for_each
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop

LATER = "later-eu-west-1"
BOTH = f"environments: {{{ENVIRONMENT}: {{region: eu-west-1}}, {LATER}: {{region: eu-west-1, table_prefix: l-}}}}\n"
ONE = f"environments: {{{LATER}: {{region: eu-west-1, table_prefix: l-}}}}\n"
STACK = f"dynamodb-{ENVIRONMENT}-shop"
SAID = re.compile(
    rf"shop is retired in {ENVIRONMENT}: 2 tables and the shared stack stay and cost at least \$\d+\.\d\d a month, as estimated at "
    r"the last deployment\. How to part with it: docs/retiring\.md\."
)
DAY = r"\d{4}-\d{2}-\d{2}"


def planned(shop: Shop, *options: str, environment: str = ENVIRONMENT) -> int:
    return shop._run(plan.main, "--environment", environment, *options)


def drifted(shop: Shop) -> dict[str, dict[str, Any]]:
    assert shop._run(drift.main, "--format", "json") in (0, 1), shop.err
    return {each["environment"]: each for each in json.loads(shop.out)["environments"]}


def test_an_environment_from_its_end_in_the_settings_to_the_end_of_its_stacks(shop: Shop, tmp_path: Path) -> None:
    shop.write(BOTH)
    shop.deployed()
    shop.write(ONE)
    assert not (shop.root / "generated" / "shop" / ENVIRONMENT).exists()

    assert planned(shop) == 0, shop.err
    assert SAID.search(shop.out), shop.out
    assert f"= Shared by the tables of shop: stack {STACK} is no longer in the contract; it is kept" in shop.out
    told = drifted(shop)[ENVIRONMENT]
    assert told["outcome"] == "retired" and SAID.fullmatch(told["reason"])
    assert shop.deploy() == 1
    assert (
        f'There is no environment "{ENVIRONMENT}". Known: {LATER}. {ENVIRONMENT} is retired: its record stays'
        in shop.err
    )

    assert planned(shop, "--format", "json") == 0
    values = json.loads(shop.out)
    steps = [step for entry in (*values["tables"], *values["shared"]) for step in entry["steps"]]
    commands = [f"aws {step.partition(': aws ')[2]}" for step in steps if ": aws " in step]
    now = [command for command in commands if "update-table" not in command and "delete-table" not in command]
    with aws_cli.shell(tmp_path) as run:
        for command in now:
            code, output = run(command)
            assert code == 0, f"{command}\n{output}"
        assert client("cloudformation").describe_stacks()["Stacks"] == []
        assert client("dynamodb").list_tables()["TableNames"] == ["Books", "Orders"], "no stack takes its table with it"
        assert {each["BackupName"] for each in client("dynamodb").list_backups()["BackupSummaries"]} == {
            "Books-last",
            "Orders-last",
        }
        nothing = "none of its stacks is left"
        assert planned(shop) == 0 and nothing in shop.out
        assert f"To forget it: rm -r {LOCAL_RECORDS}/shop/{ENVIRONMENT}" in shop.out
        assert nothing in drifted(shop)[ENVIRONMENT]["reason"]
        for command in (command for command in commands if command not in now):
            code, output = run(command)
            assert code == 0, f"{command}\n{output}"
    assert client("dynamodb").list_tables()["TableNames"] == []
    shutil.rmtree(shop.root / LOCAL_RECORDS / "shop" / ENVIRONMENT)  # what the plan says for the committed record
    assert planned(shop) == 1 and f'There is no environment "{ENVIRONMENT}"' in shop.err
    assert ENVIRONMENT not in drifted(shop)


def test_a_service_that_is_gone_leaves_what_its_tables_shared(shop: Shop) -> None:
    shop.write(BOTH)
    shop.deployed()
    other = shop.root / "contracts" / "other"
    shutil.copytree(shop.root / "contracts" / "shop", other)
    (other / "deployment.yaml").write_text(
        f"environments: {{{ENVIRONMENT}: {{region: eu-west-1, table_prefix: o-}}}}\n"
    )
    shutil.rmtree(shop.root / "contracts" / "shop")
    assert generate.main([]) == 0
    assert planned(shop) == 2, shop.err
    assert SAID.search(shop.out), shop.out
    assert f"stack {STACK} is no longer in the contract" in shop.out
    by_service = {e["services"][0]: e for e in drifted_all(shop)}
    assert SAID.fullmatch(by_service["shop"]["reason"])
    assert by_service["other"]["outcome"] == "never deployed"
    (alone,) = drifted_all(shop, "--service", "shop")
    assert alone == by_service["shop"], "the same where it is named"
    assert planned(shop, "--service", "shop") == 0 and SAID.search(shop.out) and "other" not in shop.out
    for command in (record, validate, deploy):
        assert shop._run(command.main, "--environment", ENVIRONMENT, "--service", "shop") != 0
        assert shop.err.startswith(
            f"shop in {ENVIRONMENT} is retired: its record stays as it is, and make plan ENV={ENVIRONMENT} SERVICE=shop says what is left.\n"
        )
    shutil.rmtree(other)
    assert generate.main([]) == 0
    assert planned(shop) == 0 and SAID.search(shop.out), "the last service of all"
    assert shop._run(record.main, "--environment", ENVIRONMENT) == 1
    assert shop.err.startswith(f"{ENVIRONMENT} is retired: its record stays as it is")


def drifted_all(shop: Shop, *options: str) -> list[dict[str, Any]]:
    shop._run(drift.main, "--format", "json", *options)
    return json.loads(shop.out)["environments"]


def test_the_committed_record_says_since_when_and_leads_nowhere_that_is_gone(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written once, by the generation that takes the environment away, and taken out by the one that brings it back."""
    shop.write(BOTH)
    shop.deployed()
    local, committed = (shop.root / at / "shop" / ENVIRONMENT for at in (LOCAL_RECORDS, "generated"))
    content = json.loads((local / "deployment.json").read_text())
    assert re.fullmatch(r"at least \$\d+\.\d\d", content["cost"])
    (committed / "deployment.json").write_text(json.dumps({**content, "endpoint": None}, indent=2) + "\n")
    page = committed / "deployment.md"
    page.write_text("old")
    assert generate.main(["--check"]) == 0
    (shop.root / "contracts" / "shop" / "deployment.yaml").write_text(ONE)
    assert generate.main(["--check"]) == 1
    assert page.read_text() == "old"
    assert generate.main([]) == 0
    assert {path.name for path in committed.iterdir()} == {"deployment.json", "deployment.md"}
    said = page.read_text()
    assert re.search(rf"^# shop in {ENVIRONMENT}: retired since {DAY}$", said, re.MULTILINE)
    assert f"make plan ENV={ENVIRONMENT}" in said
    assert set(re.findall(r"\]\(([^)]+)\)", said)) == {"deployment.json", "../../../docs/retiring.md"}
    before = (committed / "deployment.json").read_bytes()
    for arguments in ([], ["--check"], ["--service", "shop"]):
        assert generate.main(arguments) == 0
    assert (committed / "deployment.json").read_bytes() == before
    (shop.root / "contracts" / "shop" / "deployment.yaml").write_text(BOTH)
    assert generate.main([]) == 0
    assert "retired_on" not in json.loads((committed / "deployment.json").read_text())
    assert "retired since" not in page.read_text()


@for_each(
    ("region", "account", "told"),
    [("us-east-1", "111122223333", 1), ("eu-west-1", "999922223333", 1), ("eu-west-1", "111122223333", 0)],
)
def test_what_was_deployed_elsewhere_is_not_lost_from_sight(
    tmp_path: Path, region: str, account: str, told: int
) -> None:
    """The record of another Region or account is replaced by the deployment: the plan and the deployment say so before."""
    record = {"region": region, "account": account, "tables": {"Orders": {"stack": "one"}}, "retired": [], "shared": []}
    folder = tmp_path / "generated" / "shop" / "prod"
    folder.mkdir(parents=True)
    (folder / "deployment.json").write_text(json.dumps(record))
    aws: Any = SimpleNamespace(
        endpoint="https://dynamodb.eu-west-1.amazonaws.com", region="eu-west-1", account="111122223333"
    )
    options = TargetOptions("prod", out=tmp_path / "generated")
    found = [elsewhere_words(each) for each in deployed_elsewhere(options, {"shop"}, "prod", aws)]
    assert [f"shop was last deployed to {region}, account {account}." in words for words in found] == [True] * told
    assert all("What runs there stays and is not moved (1 table)" in words for words in found)
    assert list(deployed_elsewhere(options, {"other"}, "prod", aws)) == []
