"""A role that may not read something: plan and validation say the same all the same, or name what they could not read."""

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest
from botocore import xform_name
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from scripts import plan
from scripts.comparison.compare import MATCH, MISMATCH
from scripts.observe.target import select
from scripts.observe.target_options import TargetOptions
from scripts.validation.validate_target import validate
from tests.local_aws.support import alarm, client, table
from tests.shop import ENVIRONMENT, Shop
from tests.test_validate import DENIED

STACK = f"dynamodb-{ENVIRONMENT}-shop"
CAPACITY = {"min": 5, "max": 9}
BOOKS = {"billing": "provisioned", "capacity": {"read": CAPACITY, "write": CAPACITY}}
EMPTY = '{"widgets": []}'


def settings(place: dict[str, Any], **tables: Any) -> dict[str, Any]:
    return {"environments": {ENVIRONMENT: {"region": "eu-west-1", **place}}, "tables": tables}


def wanted(name: str) -> dict[str, Any]:
    return {"table": name, "type": "single-entity", "pk": "pk", "attributes": [{"name": "pk", "type": "S"}]}


def theirs() -> None:
    """A stack of somebody else, with a table and an alarm whose names the contract takes."""
    resources = {
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": table(TableName="Theirs")},
        "Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": alarm(AlarmName="Carts-throttled")},
    }
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="legacy", TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="legacy", WaiterConfig={"Delay": 0})


class Reads:
    """The operations that are called, of which one may be denied. The list of all stacks is an operation of its own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.denied = ""
        self.called: dict[str, None] = {}
        real = BaseClient._make_api_call

        def call(this: BaseClient, operation: str, request: dict[str, Any]) -> Any:
            name = f"{operation} of all" if operation == "DescribeStacks" and not request else operation
            self.called[name] = None
            if name == self.denied:
                raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, operation)
            return real(this, operation, request)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    def one_by_one(self, ask: Callable[[], Any], besides: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
        """What `ask` answers while each of the operations that it calls is denied, by the operation; `besides`: but for these."""
        self.denied, self.called = "", {}
        ask()
        names = [name for name in self.called if name != "GetCallerIdentity" and xform_name(name) not in besides]
        assert len(names) > 10
        for self.denied in names:
            yield self.denied.partition(" ")[0], ask()
        self.denied = ""


def test_what_is_denied_is_named_or_makes_no_difference(shop: Shop, monkeypatch: pytest.MonkeyPatch, aws: Any) -> None:
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    place = {"backups": {"retention_days": 90}, "alarm_emails": ["oncall@example.com"]}
    books = {**BOOKS, "contributor_insights": "throttled-keys"}
    shop.write(json.dumps(settings(place, Orders={"ttl": "expires_at", "encryption": key}, Books=books)))
    assert shop.deploy() == 0, shop.err

    # Something of every kind that is read: changed by hand, gone, made by others.
    client("dynamodb").update_table(TableName="Orders", DeletionProtectionEnabled=False)
    client("cloudwatch").delete_alarms(AlarmNames=["Books-throttled", f"{STACK}-user-errors"])
    client("cloudwatch").put_dashboard(DashboardName=STACK, DashboardBody=EMPTY)
    theirs()
    client("dynamodb").create_table(**table(TableName="Loans"))
    folder = shop.root / "contracts" / "library"
    folder.mkdir()
    tables = [wanted(name) for name in ("Theirs", "Loans", "Carts", "Members")]
    (folder / "migrationContract.json").write_text(json.dumps({"tables": tables}))
    (folder / "deployment.yaml").write_text(json.dumps(settings({}, Carts=BOOKS, Members={"encryption": key})))
    client("kms").disable_key(KeyId=key)
    shop.write(None)
    reads = Reads(monkeypatch)

    def planned() -> str:
        code = shop._run(plan.main, "--environment", ENVIRONMENT)
        return f"exit code {code}\n{shop.out.partition(' for ')[2]}{shop.err}"  # without the hash

    before = planned()
    assert all(words in before for words in ("B202", "B602", "B604", "Loans is adopted", "user-errors")), before
    for operation, said in reads.one_by_one(planned):
        assert said == before or f"{operation}: no" in said, operation
        assert "Theirs is adopted" not in said, operation

    def checks() -> dict[tuple[str, ...], str]:
        report = validate(select(TargetOptions(ENVIRONMENT, "shop")))
        return {(t.table, f.group, f.subject, f.property): f.outcome for t in report.tables for f in t.findings}

    everything = checks()
    for operation, found in reads.one_by_one(checks, DENIED):
        lost = [check for check, outcome in everything.items() if outcome == MISMATCH and found.get(check) == MATCH]
        assert lost == [], operation
        assert set(found.values()) - {MATCH, MISMATCH} or found == everything, operation
