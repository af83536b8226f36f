"""A validation of what was deployed: what it waits for, writes, asks and cannot see. What was changed: see test_fixes_help."""

import base64
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scripts.comparison.compare import MATCH, UNKNOWN
from scripts.local_aws import LocalAws
from scripts.model import KEYS_ONLY, ContractTable, Index, KeyAttribute, Keys
from scripts.observe.target import Target
from scripts.properties import PROPERTIES
from scripts.text.yaml_source import Source
from scripts.validation.patience import Patience
from scripts.validation.report_page import to_markdown
from scripts.validation.report_values import to_json
from scripts.validation.validate_target import validate
from scripts.validation.write_probe import WriteProbe
from tests.for_each import for_each
from tests.local_aws.support import client, settle
from tests.validation import deployment
from tests.validation.deployment import ENVIRONMENT, STACK, Deployed
from tests.validation.tampering import CASES, no_index, start_by_nobody, start_by_status


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop")) as made:
        yield made


def test_what_nobody_can_change_is_compared_with_a_contract_that_wants_something_else(deployed: Deployed) -> None:
    (place,) = deployed.target.places
    orders, books, carts = place.service.contract.tables
    (local,) = orders.local_indexes
    age = Index("ByAge", replace(local.keys, sort=(KeyAttribute("age", "N"),)))
    tables = (
        replace(orders, local_indexes=(replace(local, projection=KEYS_ONLY), age)),
        books,
        replace(carts, keys=Keys((KeyAttribute("id", "N"),), (KeyAttribute("day", "S"),))),
        replace(books, name="Wagons"),
    )
    assert deployed.problems(_wanting(deployed.target, *tables)) == [
        f"shared {STACK} dashboard mismatch",
        "Orders ByTotal projection mismatch",
        "Orders ByAge existence mismatch",
        "Carts key schema mismatch",
        "Wagons existence mismatch",
    ]


def test_every_property_has_a_case() -> None:
    """A property that is added to the table is made to differ, too. Warm throughput cannot be lowered by anyone."""
    named = " ".join(line for _, _, lines in CASES.values() for line in lines)
    lacking = [p.name for p in PROPERTIES if p.name not in named and p.name != "warm throughput"]
    assert not lacking, (
        f"Add a way to change {', '.join(lacking)} by hand, and the way back, to tests/validation/tampering.py"
    )


def _wanting(target: Target, *tables: ContractTable) -> Target:
    """The same environment, with a contract that wants these tables."""
    (place,) = target.places
    contract = replace(place.service.contract, tables=tables)
    return replace(target, places=(replace(place, service=replace(place.service, contract=contract)),))


class Clock:
    """A clock that moves only when someone waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def patience(self, limit: float) -> Patience:
        return Patience(limit, self.pause, lambda: self.now)


def test_what_is_settling_is_waited_for_with_a_limit_and_never_a_match(deployed: Deployed) -> None:
    no_index("ByStatus")(deployed)
    deployed.aws.set_clock(index=12)  # looks until the new index is ready
    start_by_status(deployed)
    clock = Clock()
    report = validate(deployed.target, clock.patience(4))
    assert clock.now == 4
    assert clock.waits[:-1] == sorted(clock.waits[:-1]), "the pauses grow"
    found = [f for t in report.tables for f in t.findings if f.outcome != MATCH]
    assert [(f.subject, f.property, f.outcome) for f in found] == [
        ("", "status", UNKNOWN),
        ("ByStatus", "status", UNKNOWN),
        ("ByStatus", "query", UNKNOWN),
    ]
    assert all(f.reason.endswith("still settling after 4 seconds") for f in found)
    assert report.exit_code == 2
    assert "Nothing is wrong yet" in to_markdown(report)
    clock = Clock()
    stack = f"{STACK}-Orders"
    protect = client("cloudformation").update_termination_protection
    protect(StackName=stack, EnableTerminationProtection=False)

    def pause(seconds: float) -> None:
        clock.pause(seconds)
        protect(StackName=stack, EnableTerminationProtection=True)

    found = validate(deployed.target, Patience(600, pause, lambda: clock.now))
    assert found.exit_code == 0, "what changes while it waits is seen, not what was listed before"
    assert 0 < clock.now < 120, "it stops waiting as soon as everything has settled"
    deployed.aws.set_clock(index=0)


def test_what_is_being_deleted_is_wrong_at_once_unless_nobody_wants_it(deployed: Deployed) -> None:
    start_by_nobody(deployed)
    settle("Orders")
    deployed.aws.set_clock(index=12)
    start_deletion("ByNobody")
    assert sorted(deployed.problems()) == ["Orders ByNobody existence unknown", "Orders status unknown"]
    settle("Orders")
    start_deletion("ByStatus")
    before = deployed.aws.calls().count("dynamodb:PutItem")
    assert sorted(deployed.problems(write_probe=True)) == ["Orders ByStatus status mismatch", "Orders status unknown"]
    puts = deployed.aws.calls().count("dynamodb:PutItem") - before
    assert puts == 2, "into the other tables only"
    settle("Orders")
    deployed.aws.set_clock(index=0)
    start_by_status(deployed)
    settle("Orders")


def start_deletion(index: str) -> None:
    update = [{"Delete": {"IndexName": index}}]
    client("dynamodb").update_table(TableName="Orders", GlobalSecondaryIndexUpdates=update)


def items() -> list[dict[str, Any]]:
    return [item for name in ("Orders", "Books", "Carts") for item in client("dynamodb").scan(TableName=name)["Items"]]


def test_the_write_probe_uses_every_index_and_leaves_nothing_behind(deployed: Deployed) -> None:
    before = len(deployed.aws.calls())
    report = validate(deployed.target, write_probe=True)
    assert report.verdict.startswith("all ")
    found = {(t.table, f.subject, f.property) for t in report.tables for f in t.findings if "write probe" in f.property}
    whole = ["put", "read", "update", "delete"]
    wanted = {(table, "", f"write probe: {what}") for table in ("Orders", "Books", "Carts") for what in whole}
    assert found == wanted | {("Orders", index, "write probe: read") for index in ("ByStatus", "ByBook", "ByTotal")}
    assert items() == []
    calls = deployed.aws.calls()[before:]
    assert calls.count("dynamodb:PutItem") == calls.count("dynamodb:DeleteItem") == 3


# What fails, and what the write probe says of Carts. Whatever it is, nothing stays.
FAILING: dict[str, tuple[str, str, bool, str]] = {
    "a put that is refused": ("PutItem", "ValidationException", False, "write probe: put mismatch"),
    "a put that is not allowed": ("PutItem", "AccessDeniedException", False, "write probe: put unknown"),
    "a put whose answer is lost": ("PutItem", "ValidationException", True, "write probe: put mismatch"),
    "an update that is refused": ("UpdateItem", "ValidationException", False, "write probe: update mismatch"),
    "a read that is not allowed": ("GetItem", "AccessDeniedException", False, "write probe: read unknown"),
}


@for_each("case", FAILING)
def test_a_write_probe_that_fails_cleans_up(deployed: Deployed, case: str) -> None:
    operation, code, done, wanted = FAILING[case]
    (carts,) = (s for s in deployed.target.places[0].states if s.name == "Carts")
    deployed.aws.fail(f"dynamodb:{operation}", code, done=done)
    findings = WriteProbe(deployed.target.aws, carts).run()
    assert [f"{f.property} {f.outcome}" for f in findings if f.outcome != MATCH] == [wanted]
    assert items() == []


def test_an_item_that_could_not_be_deleted_can_be_deleted_by_hand(deployed: Deployed) -> None:
    (carts,) = (s for s in deployed.target.places[0].states if s.name == "Carts")
    deployed.aws.fail("dynamodb:DeleteItem", "AccessDeniedException")
    probe = WriteProbe(deployed.target.aws, carts)
    *_, deleted = probe.run()
    assert (deleted.property, deleted.outcome) == ("write probe: delete", UNKNOWN)
    words = shlex.split(deleted.reason[deleted.reason.index("aws dynamodb") :])
    key = json.loads(words[words.index("--key") + 1])
    (left,) = items()
    assert key == {"id": left["id"], "day": {"B": base64.b64encode(left["day"]["B"]).decode()}}
    assert any("scripts.validate --write-probe" in value.get("S", "") for value in left.values())
    client("dynamodb").delete_item(TableName="Carts", Key={name: left[name] for name in ("id", "day")})


def test_the_write_probe_never_touches_an_item_of_someone_else(deployed: Deployed) -> None:
    (carts,) = (s for s in deployed.target.places[0].states if s.name == "Carts")
    probe = WriteProbe(deployed.target.aws, carts)
    theirs = {**probe._item.key, "total": {"N": "5"}}
    client("dynamodb").put_item(TableName="Carts", Item=theirs)
    findings = probe.run()
    assert [(f.property, f.outcome) for f in findings] == [("write probe: put", "mismatch")]
    assert items() == [theirs]
    client("dynamodb").delete_item(TableName="Carts", Key=probe._item.key)


def test_a_subscription_that_nobody_has_confirmed(deployed: Deployed) -> None:
    """SNS answers so until the person opens the mail; the local AWS confirms by itself."""

    def pending(parsed: dict[str, Any], **_: Any) -> None:
        for subscription in parsed["Subscriptions"]:
            subscription["SubscriptionArn"] = "PendingConfirmation"

    events = deployed.target.aws.client("sns").meta.events
    events.register("after-call.sns.ListSubscriptionsByTopic", pending)
    try:
        report = validate(deployed.target)
    finally:
        events.unregister("after-call.sns.ListSubscriptionsByTopic", pending)
    ((_, block),) = report.blocks
    assert [problem.sentence for problem in block.problems] == [
        "the subscription of oncall@example.com is not confirmed: alarms do not reach it"
    ]
    assert block.texts[0].startswith("Open the mail from AWS Notifications in that mailbox and confirm it.")
    assert "aws sns subscribe --protocol email --notification-endpoint oncall@example.com" in block.commands[0]


def test_a_validation_asks_a_bounded_number_of_questions(deployed: Deployed) -> None:
    """docs/validation.md states these numbers."""
    before = len(deployed.aws.calls())
    validate(deployed.target)
    calls = deployed.aws.calls()[before:]
    tables, queries, watched = 3, 3 + 3, 1
    assert calls.count("dynamodb:Query") == queries
    assert calls.count("dynamodb:DescribeContributorInsights") == watched
    dynamodb = [c for c in calls if c.startswith("dynamodb:")]
    assert len(dynamodb) == 6 * tables + queries + watched + 1
    assert calls.count("cloudformation:GetStackPolicy") == tables + 1
    assert calls.count("cloudformation:GetTemplate") == tables + 1
    once = ("monitoring:DescribeAlarms", "cloudformation:DescribeStacks", "backup:ListProtectedResources")
    scaling = [c for c in calls if "autoscaling" in c.lower()]
    assert [calls.count(name) for name in once] == [1, 1, 1]
    assert len(scaling) == 2, "one list of targets and one of policies, for all tables together"


def test_why_a_setting_differs(deployed: Deployed) -> None:
    there, back, _ = CASES["table class"]
    deployed.aws.advance(minutes=31 * 24 * 60)  # others have changed the class twice already, which is all in 30 days
    there(deployed)
    ((table, block),) = validate(deployed.target).blocks
    back(deployed)
    assert table.table == "Orders"
    assert "outside of CloudFormation" in block.cause
    assert block.commands[0].startswith("aws dynamodb update-table --table-name Orders --table-class STANDARD ")
    place = deployed.target.places[0]
    settings = place.service.settings
    value = {**settings.source.value, "defaults": {"point_in_time_recovery_days": 20}}
    newer = replace(settings, source=Source(value, {}))
    target = replace(deployed.target, places=(replace(place, service=replace(place.service, settings=newer)),))
    blocks = validate(target).blocks
    assert [table.table for table, _ in blocks] == ["Books", "Carts"]
    assert {block.commands for _, block in blocks} == {(f"make deploy ENV={ENVIRONMENT}",)}
    assert all("was not deployed" in block.cause for _, block in blocks)


def test_a_table_that_the_contract_no_longer_has_is_named_and_not_looked_at(deployed: Deployed) -> None:
    orders, books, _ = deployed.target.places[0].service.contract.tables
    report = validate(_wanting(deployed.target, orders, books))
    assert report.retired == (("shop", "Carts"),)
    assert [t.table for t in report.tables if not t.shared] == ["Orders", "Books"]
    assert "`Carts` of shop: deployed once, no longer in the contract: kept, not validated." in to_markdown(report)


def test_the_values_are_as_the_published_schema_says(deployed: Deployed) -> None:
    schema = json.loads((Path(__file__).parents[2] / "contracts" / "validation.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    there, back, _ = CASES["recovery off"]
    there(deployed)
    deployed.aws.fail("GetResourcePolicy", "AccessDeniedException")
    report = validate(deployed.target)
    back(deployed)
    value = json.loads(json.dumps(to_json(report)))
    jsonschema.validate(value, schema)
    assert value["counts"]["mismatch"] == value["counts"]["unknown"] == 1
    del value["tables"][0]["checks"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, schema)
