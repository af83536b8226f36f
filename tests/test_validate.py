"""The command: what it prints and writes, its exit codes, and what it refuses. What it finds: tests/validation."""

import json
import re
from typing import Any

import jsonschema_rs
import pytest
from botocore.exceptions import ClientError

from scripts import generate, record
from scripts.folders import LOCAL_RECORDS
from scripts.observe.aws import Aws
from tests import samples
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop
from tests.working_copy import ROOT

NEVER = "{} was never deployed here: none of its stacks and tables is there, and no record says that one was. To deploy it: make deploy ENV={} SERVICE={}"


def test_before_a_deployment_one_sentence_says_so(shop: Shop) -> None:
    assert shop.validate() == 1
    headline, _, *others = shop.out.splitlines()
    assert headline == f"{ENVIRONMENT}: never deployed here: shop"
    assert others == ["", NEVER.format("shop", ENVIRONMENT, "shop")]


def test_a_service_beside_one_that_was_never_deployed_is_judged_by_itself(shop: Shop) -> None:
    samples.write_service(
        shop.root, "later", {"tables": [samples.PRICES]}, f"environments: {{{ENVIRONMENT}: {{region: eu-west-1}}}}"
    )
    assert generate.main([]) == 0
    assert shop.deploy("--service", "shop") == 0, shop.err
    assert shop.validate("--report", "reports") == 1
    assert re.match(rf"{ENVIRONMENT}: all \d+ checks match, never deployed here: later\n", shop.out)
    assert NEVER.format("later", ENVIRONMENT, "later") in shop.out
    assert "Prices" not in shop.out
    value = json.loads((shop.root / "reports" / "validation.json").read_text())
    assert (value["never_deployed"].keys(), value["counts"]["mismatch"] > 0) == ({"later"}, True)
    schema = json.loads((ROOT / "contracts" / "validation.schema.json").read_text())
    assert jsonschema_rs.validator_for(schema).is_valid(value)
    page = (shop.root / "reports" / "validation.md").read_text()
    assert f"`make deploy ENV={ENVIRONMENT} SERVICE=later`" in page and "`Prices`" not in page
    assert shop.validate("--service", "shop") == 0
    assert shop._run(record.main, "--environment", ENVIRONMENT) == 0
    assert f"later was never deployed in {ENVIRONMENT}: there is nothing to record.\n" in shop.out
    assert not list((shop.root / LOCAL_RECORDS / "later").rglob("*.*"))


def test_a_deployment_matches_and_what_is_changed_then_is_said_with_what_to_do(shop: Shop) -> None:
    shop.deployed()
    options = (
        "--report",
        "reports",
        "--commit",
        "4be1f02",
        "--plan-hash",
        "7f3a9c1e",
        "--run-url",
        "https://ci.example",
    )
    assert shop.validate(*options) == 0
    assert f"{ENVIRONMENT}: all " in shop.out
    assert shop.err == "", "no progress where nobody watches"
    report = json.loads((shop.root / "reports" / "validation.json").read_text())
    assert (report["commit"], report["plan"], report["run_url"]) == ("4be1f02", "7f3a9c1e", "https://ci.example")
    assert report["counts"]["match"] > 60
    assert report["counts"]["mismatch"] == report["counts"]["unknown"] == 0
    page = (shop.root / "reports" / "validation.md").read_text()
    assert page.startswith(f"## {ENVIRONMENT}: all {report['counts']['match']} checks match\n")
    assert "Commit `4be1f02`, plan `7f3a9c1e`, region eu-west-1, account 111122223333, " in page
    assert "| `Orders` | match | match | match | match | none | 3 of 3 |" in page
    assert "Full report: `validation.json` among the artifacts of [the run](https://ci.example)." in page
    assert f"[environment page of shop](generated/shop/{ENVIRONMENT}/README.md)" in page
    assert "On AWS the alarms of dynamodb-test-eu-west-1-shop-alarms would reach no one" in page

    dynamodb = client("dynamodb")
    off = {"PointInTimeRecoveryEnabled": False}
    dynamodb.update_continuous_backups(TableName="Orders", PointInTimeRecoverySpecification=off)
    dynamodb.update_table(TableName="Books", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="Books")
    assert shop.validate() == 1
    assert (
        "Orders: point-in-time recovery is off, wanted: on, 14 days.\n"
        "  Its stack asks for it: it was probably changed outside of CloudFormation. Who did it, and what to do first: the runbook, Something was changed.\n"
        "  Fix: aws dynamodb update-continuous-backups --table-name Orders --point-in-time-recovery-specification "
        "PointInTimeRecoveryEnabled=true,RecoveryPeriodInDays=14 --region eu-west-1\n"
    ) in shop.out
    assert shop.problems() == ["Orders point-in-time recovery mismatch", "Books existence mismatch"]


# What may not be called, and the property that is not known then, of each table.
DENIED = {
    "describe_scalable_targets": "auto scaling",
    "describe_continuous_backups": "point-in-time recovery",
    "describe_time_to_live": "time to live",
    "describe_kinesis_streaming_destination": "Kinesis stream",
    "list_contributor_insights": "Contributor Insights",
    "get_resource_policy": "resource policy",
    "list_tags_of_resource": "tags",
    "get_stack_policy": "stack policy",
}


def test_what_may_not_be_read_is_not_known_and_never_a_match(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = "{min: 5, max: 50}"
    shop.write(
        f"environments: {{{ENVIRONMENT}: {{region: eu-west-1}}}}\n"
        f"defaults: {{billing: provisioned, capacity: {{read: {limits}, write: {limits}}}}}\n"
    )
    assert shop.deploy() == 0, shop.err
    real = Aws.client

    def denied(**_: Any) -> Any:
        error = {"Error": {"Code": "AccessDeniedException", "Message": "not authorized to perform this"}}
        raise ClientError(error, "Read")

    def client(self: Aws, service: str) -> Any:
        found = real(self, service)
        for operation in DENIED:
            if hasattr(found, operation):
                monkeypatch.setattr(found, operation, denied)
        if service == "cloudformation":
            one = type(found).describe_stacks.__get__(found)
            monkeypatch.setattr(
                found, "describe_stacks", lambda **named: one(**named) if "StackName" in named else denied()
            )
        return found

    monkeypatch.setattr(Aws, "client", client)
    wanted = [f"{table} {name} unknown" for table in ("Orders", "Books") for name in DENIED.values()]
    assert shop.problems() == [f"dynamodb-{ENVIRONMENT}-shop stack policy unknown", *wanted]
    assert shop.validate() == 2
    assert "docs/aws-permissions.md" in shop.out
    # Where all stacks may not be listed, each is asked for by itself.
    said = "Whether tables of shop are still there that the contract no longer has is not known: Read: not authorized"
    assert said in shop.out
    assert "deployed once" not in shop.out
    shop.validate("--format", "markdown")
    assert said in shop.out and "deployed once" not in shop.out
    shop.validate("--format", "json")
    value = json.loads(shop.out)
    assert value["retired"] == []
    (unknown,) = value["retired_unknown"]
    assert (unknown["service"], unknown["reason"][:20]) == ("shop", "Read: not authorized")


def test_without_a_connection_it_says_so_in_one_line(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    assert shop.validate() == 2
    assert shop.err == (
        "AWS cannot be reached: Unable to locate credentials. "
        "Sign in (aws sso login) or set AWS_PROFILE; without an account, use the local AWS: make local.\nNothing was validated.\n"
    )


PRODUCTION = {
    "by its name": ("prod-eu-west-1", "{region: eu-west-1}"),
    "by its settings": (ENVIRONMENT, "{region: eu-west-1, production: true}"),
}


@pytest.mark.parametrize(("name", "settings"), PRODUCTION.values(), ids=PRODUCTION)
def test_no_write_probe_in_production_unless_forced(shop: Shop, aws: Any, name: str, settings: str) -> None:
    shop.write(f"environments: {{{name}: {settings}}}\n")
    assert shop.validate("--write-probe", environment=name) == 2
    assert shop.err.startswith(f"{name} is production (shop): ")
    assert shop.err.endswith("with --force.\nNothing was validated.\n")
    assert [call for call in aws.calls() if call.startswith("dynamodb")] == []
    assert shop.validate("--write-probe", "--force", environment=name) == 1, "the tables are not there yet"


def test_a_name_like_production_can_be_declared_harmless(shop: Shop) -> None:
    shop.write("environments: {prod-like: {region: eu-west-1, production: false}}\n")
    assert shop.validate("--write-probe", environment="prod-like") == 1
    assert shop.err == ""


@pytest.mark.parametrize("wait", ["-1", "many", "100000", "nan"])
def test_waiting_is_a_number_of_seconds(shop: Shop, wait: str) -> None:
    with pytest.raises(SystemExit):
        shop.validate("--wait", wait)
