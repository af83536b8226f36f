"""Drift: what has changed since the deployment, apart from what AWS moves by itself and what could not be looked at."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import drift
from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.observe.stacks import Stack
from scripts.observe.target import ServiceEnvironment
from scripts.project.services import read_services
from scripts.recording.record_content import record, stacks_of
from scripts.text.github_limits import SHORT
from scripts.validation import find_drift
from scripts.validation.drift_report import DriftReport, EnvironmentDrift, expected_changes, to_markdown, to_text
from scripts.validation.fix import Fix
from scripts.validation.report import Report, TableReport
from tests.for_each import for_each
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop

SETTINGS: dict[str, Any] = {
    "environments": {
        ENVIRONMENT: {"region": "eu-west-1"},
        "elsewhere": {"region": "eu-west-1", "account": "999999999999", "table_prefix": "e-"},
    },
    "tables": {
        "Orders": {"ttl": "expires_at"},
        "Books": {
            "billing": "provisioned",
            "capacity": {"read": {"min": 5, "max": 50}, "write": {"min": 5, "max": 50}},
        },
    },
}
SKIPPED = "It belongs to account 999999999999; these credentials belong to 111122223333."


def looked(shop: Shop, *options: str) -> tuple[int, dict[str, Any]]:
    code = shop._run(drift.main, "--format", "json", *options)
    found = json.loads(shop.out)
    assert found["exit_code"] == code
    return code, {each["environment"]: each for each in found["environments"]}


def test_drift_is_told_apart_from_what_moves_by_itself(shop: Shop, aws: Any) -> None:
    shop.write(json.dumps(SETTINGS))
    assert shop.deploy() == 0, shop.err
    database = client("dynamodb")
    database.update_table(TableName="Books", ProvisionedThroughput={"ReadCapacityUnits": 20, "WriteCapacityUnits": 9})
    orders = database.describe_table(TableName="Orders")["Table"]["TableArn"]
    database.tag_resource(ResourceArn=orders, Tags=[{"Key": "CostCentre", "Value": "42"}])
    before = len(aws.calls())
    code, found = looked(shop, "--report", "build/drift")
    assert code == 0
    assert not [call for call in aws.calls()[before:] if call.split(":")[1].startswith(("Put", "Update", "Create"))]
    assert found["elsewhere"] | {"outcome": "skipped", "reason": SKIPPED, "checks": 0} == found["elsewhere"]
    here = found[ENVIRONMENT]
    assert (here["outcome"], here["region"], here["account"]) == ("clean", "eu-west-1", "111122223333")
    assert here["checks"] > 20
    assert {each["table"]: each["message"] for each in here["moved"]} == {
        "Books": "capacity is table 20 read and 9 write units: moved by auto scaling, within its limits.",
        "Orders": "tags that others have added: CostCentre=42.",
    }
    assert json.loads(Path("build/drift/drift.json").read_text())["verdict"] == "2 environments: 1 skipped, 1 clean"
    page = Path("build/drift/drift.md").read_text()
    assert page.startswith("## Drift: 2 environments: 1 skipped, 1 clean\n")
    assert "<summary>2 moved by themselves, which is fine</summary>" in page

    database.update_table(TableName="Orders", DeletionProtectionEnabled=False)
    database.update_table(TableName="Books", ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 9})
    code, found = looked(shop)
    assert code == 1
    assert {each["table"]: each["message"] for each in found[ENVIRONMENT]["drift"]} == {
        "Orders": "deletion protection is off, wanted: on.",
        "Books": "provisioned capacity is table 3 read and 9 write units, wanted: table 5 read and 9 write units.",
    }
    database.update_table(TableName="Books", ProvisionedThroughput={"ReadCapacityUnits": 20, "WriteCapacityUnits": 51})
    (books,) = [each for each in looked(shop)[1][ENVIRONMENT]["drift"] if each["table"] == "Books"]
    assert books["message"] == (
        "provisioned capacity is table 20 read and 51 write units, wanted: table 20 read and 50 write units."
    ), "more than auto scaling would ever set"
    assert shop._run(drift.main, "--format", "markdown", "--environment", ENVIRONMENT) == 1
    assert (
        "**`Orders`: deletion protection is off, wanted: on.** Its stack asks for it: it was probably changed outside of CloudFormation. Who did it, and what to do first: the runbook, Something was changed. "
        "Fix: `aws dynamodb update-table"
    ) in shop.out

    assert shop._run(drift.main, "--environment", "elsewhere") == 2, "asked for, and not looked at"
    assert SKIPPED in shop.out
    assert shop._run(drift.main, "--environment", "nowhere") == 2
    assert 'There is no environment "nowhere". Known: test-eu-west-1, elsewhere.' in shop.err


def test_what_cannot_be_looked_at_is_said_with_the_reason(
    shop: Shop, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("environments: {test-eu-west-1: {region: eu-west-1}}\n")
    aws.fail("GetCallerIdentity", "ExpiredToken", times=1)
    code, found = looked(shop)
    assert (code, found[ENVIRONMENT]["outcome"]) == (2, "unreadable")
    assert "The credentials have expired. Sign in again." in found[ENVIRONMENT]["reason"]
    Path(f"generated/shop/{ENVIRONMENT}/templates/tables/Orders.yaml").unlink()
    assert looked(shop) == (2, {})
    path = f"generated/shop/{ENVIRONMENT}/templates/tables/Orders.yaml"
    assert json.loads(shop.out)["left_out"] == {"shop": f"{path} does not match the contract"}


NO_RECORD = "no record says that one was. To deploy it: make deploy ENV=test-eu-west-1 SERVICE=shop"
RECORDED: list[tuple[dict[str, Any] | None, int, str, str]] = [
    (None, 0, "never deployed", NO_RECORD),
    ({"region": "eu-west-3"}, 2, "unreadable", "its last record is of eu-west-3, account 111122223333. Use the credentials"),
    ({"account": "222233334444"}, 2, "unreadable", "its last record is of eu-west-1, account 222233334444. Use the credentials"),
    ({"endpoint": "http://127.0.0.1:1"}, 0, "never deployed", NO_RECORD),  # of a local AWS that has ended
    ({"tables": {}, "shared": {}}, 0, "never deployed", NO_RECORD),
    ({}, 1, "drift", ""),
]  # fmt: skip


def test_the_record_decides_whether_nothing_is_there_yet_or_not_any_more(shop: Shop, aws: Any) -> None:
    """What was never deployed cannot have changed since; what a record has here, and is gone, has."""
    (service,) = read_services(Path("contracts"))
    place = ServiceEnvironment(service, service.environments[0])
    live = {name: Stack(name, f"arn:{name}", "UPDATE_COMPLETE", {}, {}, True, "") for name in stacks_of(place)}
    content = record(place, "111122223333", aws.endpoint_url, live, {})
    folder = Path("build/local-aws/shop") / ENVIRONMENT
    folder.mkdir(parents=True)
    for changes, *wanted in RECORDED:
        if changes is not None:
            (folder / "deployment.json").write_text(json.dumps({**content, **changes}))
        code, found = looked(shop)
        here = found[ENVIRONMENT]
        assert [code, here["outcome"]] == wanted[:2], changes
        assert wanted[2] in here["reason"], changes


def test_what_cannot_be_said_is_never_drift(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "foo")
    assert shop._run(drift.main, "--environment", ENVIRONMENT) == 2
    assert "foo. Set AWS_ENDPOINT_URL to a whole URL, or unset it." in shop.out
    assert shop.err == ""

    def broken(_: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(find_drift, "find_drift", broken)
    assert shop._run(drift.main) == 2
    assert shop.err.endswith("KeyError: 'a fault of ours'\nNothing was compared.\n")


LOOK = Fix("table status", text="Look.")


def report(*findings: Finding) -> Report:
    return Report(
        "prod",
        "eu-west-1",
        "111122223333",
        "now",
        (TableReport("shop", "Orders", findings, tuple(None if f.outcome == MATCH else LOOK for f in findings)),),
    )


def check(name: str, outcome: str, desired: Any = "", live: Any = "") -> Finding:
    return Finding("Orders", "Settings", "", name, outcome, desired, live, "access is denied")


def drifted(*found: Report | str) -> DriftReport:
    made = [
        EnvironmentDrift(f"e{n}", ("shop",), *((r,) if isinstance(r, Report) else (None, r)))
        for n, r in enumerate(found)
    ]
    return DriftReport("now", tuple(made))


CLEAN = report(check("table class", MATCH, "STANDARD", "STANDARD"))
DRIFT = report(check("table class", MISMATCH, "STANDARD", "STANDARD_INFREQUENT_ACCESS"))
NOT_KNOWN = report(check("table class", UNKNOWN))


@for_each(
    ("found", "code", "verdict"),
    [
        ((CLEAN,), 0, "1 environment: 1 clean"),
        ((CLEAN, DRIFT, NOT_KNOWN, "unreachable"), 1, "4 environments: 1 differs, 1 not known, 1 unreadable, 1 clean"),
        ((CLEAN, NOT_KNOWN), 2, "2 environments: 1 not known, 1 clean"),
        ((CLEAN, "unreachable"), 2, "2 environments: 1 unreadable, 1 clean"),
        ((), 0, "no environments, because there is no service yet"),
    ],
)
def test_exit_code_and_verdict(found: tuple[Report | str, ...], code: int, verdict: str) -> None:
    made = drifted(*found)
    assert (made.exit_code, made.verdict) == (code, verdict)
    assert to_text(made).startswith(f"Drift: {verdict}\n")
    assert to_markdown(made).startswith(f"## Drift: {verdict}\n")


WARM = "warm throughput"
UNITS = "a second: it grows with traffic"


@for_each(
    ("finding", "said"),
    [
        (check(WARM, MATCH, (), (("", 12_000, 4_000),)), []),
        (
            check(WARM, MATCH, (), (("", 20_000, 4_000),)),
            [f"warm throughput is table 20000 reads and 4000 writes {UNITS}"],
        ),
        (check(WARM, MATCH, (("", 20_000, 8_000),), (("", 20_000, 8_000),)), []),
        (check(WARM, MISMATCH, (("", 30_000, 8_000),), (("", 20_000, 8_000),)), []),
        (check("tags", MATCH, (("a", "1"),), (("a", "1"),)), []),
        (check("provisioned capacity", MATCH, (("", 5, 5),), (("", 5, 5),)), []),
        (check("table class", MATCH, "STANDARD", "STANDARD"), []),
    ],
)
def test_what_has_moved_by_itself(finding: Finding, said: list[str]) -> None:
    assert [text for _, text in expected_changes(report(finding))] == said


def test_a_page_of_any_size_fits_into_a_comment() -> None:
    findings = [check("resource policy", MISMATCH, "x" * 300, "@" * 300) for _ in range(3_000)]
    page = to_markdown(drifted(report(*findings)))
    assert len(page) < 60_000
    assert f"{SHORT} All of it: drift.json. Left out: " in page
