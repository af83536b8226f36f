"""Drills on the local AWS: a copy is restored, compared and deleted, and the table itself is only read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts import drill
from scripts.drills.compare_items import ItemReader
from scripts.local_aws import LocalAws
from tests.local_aws.recovery_support import backup, recover, recovery_point, role
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop
from tests.working_copy import ROOT

BACKUPS = DEPLOYMENT.replace("region: eu-west-1}", "region: eu-west-1, backups: {retention_days: 40}}")
IAM_NAMES = {"monitoring": "cloudwatch"}  # of services that sign their requests with another name
CHANGES = {"dynamodb:RestoreTableToPointInTime", "dynamodb:DeleteTable", "backup:StartRestoreJob"}


def permitted() -> set[str]:
    """The actions that the documentation lists for a drill."""
    services = {"STS": "sts", "DynamoDB": "dynamodb", "CloudWatch": "cloudwatch", "AWS Backup": "backup"}
    section = (
        (ROOT / "docs/aws-permissions.md").read_text().partition("## Restoring: `make drill`")[2].partition("\n## ")[0]
    )
    return {
        f"{services[row[1].partition(',')[0]]}:{action}"
        for row in re.findall(r"^(\| (.+?) \|(.+)\|)$", section, re.MULTILINE)
        if row[1].partition(",")[0] in services
        for action in re.findall(r"`([A-Z][A-Za-z]+)`", row[2])
    }


def called(aws: LocalAws, since: int) -> list[str]:
    """What was asked of AWS, as IAM calls it. The drill may do it all, by the documentation."""
    calls = [(IAM_NAMES.get(s, s), o) for s, _, o in (call.partition(":") for call in aws.calls()[since:])]
    actions = [f"{service}:{operation}" for service, operation in calls]
    assert set(actions) <= permitted()
    return actions


ITEM = {"isbn": {"S": "1"}, "SS": {"SS": ["b", "a"]}, "more": {"M": {"n": {"N": "1"}}}}


def put(*isbns: str, **more: Any) -> None:
    for isbn in isbns:
        client("dynamodb").put_item(TableName="Books", Item={**ITEM, "isbn": {"S": isbn}, **more})


@pytest.fixture
def books(shop: Shop, aws: LocalAws) -> Shop:
    """A service whose table Books has three items and can be restored to a moment that has them."""
    shop.write(BACKUPS)
    for table, key in (("Books", "isbn"), ("Orders", "PK")):
        client("dynamodb").create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        )
        recover(table)
    put("1", "2", "3")
    aws.advance(10)
    return shop


def run(shop: Shop, *options: str) -> int:
    return shop._run(drill.main, "--environment", ENVIRONMENT, "--table", "Books", "--yes", *options)


def names() -> list[str]:
    return client("dynamodb").list_tables()["TableNames"]


def record() -> dict[str, Any]:
    return json.loads(Path(f"build/drill/{ENVIRONMENT}/111122223333-Books.json").read_text())


def test_from_loss_to_the_answer_and_nothing_else_is_touched(books: Shop, aws: LocalAws) -> None:
    live = client("dynamodb").describe_table(TableName="Books")
    before = len(aws.calls())
    assert run(books) == 0, books.err
    calls = called(aws, before)
    assert "What it costs:\n  restore of under 0.01 GB: its price is not known here\n" in books.out
    assert "Keys and indexes are equal.\nAll 3 items are equal." in books.out
    assert "The restore took " in books.out
    assert names() == ["Books", "Orders"]
    done = record()
    assert (done["result"]["outcome"], done["result"]["compared"], done["result"]["every_item"]) == ("equal", 3, True)
    changes = [call for call in calls if call in CHANGES or not re.search(r":(Describe|List|Get|Scan|BatchGet)", call)]
    assert changes == ["dynamodb:RestoreTableToPointInTime", "dynamodb:DeleteTable"]
    after = client("dynamodb").describe_table(TableName="Books")
    assert after["Table"] == live["Table"]

    # What differs, nobody having written as far as CloudWatch knows: the restore has lost it
    put("2", title={"S": "another"})
    put("4")
    client("dynamodb").delete_item(TableName="Books", Key={"isbn": {"S": "3"}})
    assert run(books) == 1, books.err
    assert "All 4 items were compared; 3 differ:" in books.out
    for line in (
        "1 not in the copy: {'isbn': {'S': '4'}}",
        "1 only in the copy: {'isbn': {'S': '3'}}",
        "1 with other content: {'isbn': {'S': '2'}}",
    ):
        assert f"  {line}\n" in books.out
    assert "the restore has lost something" in books.out
    assert "isbn" not in json.dumps(record()["result"]), "keys may be personal"
    # It was written since: whether that explains it is not known
    aws.put_metrics("AWS/DynamoDB", "ConsumedWriteCapacityUnits", {"TableName": "Books"}, [(0, 3)])
    assert run(books, "--items", "all") == 2, books.err
    assert "Books has used 3 write units since" in books.out
    assert names() == ["Books", "Orders"]


def test_from_aws_backup(books: Shop, aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    backup().create_backup_vault(BackupVaultName="dynamodb-test-eu-west-1-shop")
    assert run(books, "--from", "backup") == 1
    assert "Vault dynamodb-test-eu-west-1-shop has no recovery point of Books yet. Backups are made daily." in books.err
    role(restores=False)
    recovery_point("Books", vault="dynamodb-test-eu-west-1-shop")
    own = role("restorer")
    assert run(books, "--from", "backup", "--role", "arn:aws:iam::111122223333:role/backup") == 1
    assert (
        "AWS Backup could not restore Books: Access denied: IAM role arn:aws:iam::111122223333:role/backup has no"
        in books.err
    )
    assert run(books, "--from", "backup", "--role", own) == 0, books.err
    assert f"AWS Backup restores with {own}." in books.out
    role("AWSBackupDefaultServiceRole", path="/service-role/")
    before = len(aws.calls())
    assert run(books, "--from", "backup") == 0, books.err
    assert {"backup:StartRestoreJob", "dynamodb:DeleteTable"} <= set(called(aws, before))
    assert "Books is restored from its newest recovery point of AWS Backup" in books.out
    assert "All 3 items are equal." in books.out
    assert record()["job"]
    # An index that the table has got since is not in the copy; and of a provisioned table a quarter of the reads is used
    aws.set_clock(index=0)
    units = {"ReadCapacityUnits": 30, "WriteCapacityUnits": 1}
    small = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 1}
    database = client("dynamodb")
    database.update_table(TableName="Books", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    index = {
        "IndexName": "ByTitle",
        "KeySchema": [{"AttributeName": "title", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": small,
    }
    database.update_table(
        TableName="Books",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("isbn", "title")],
        GlobalSecondaryIndexUpdates=[{"Create": index}],
    )
    limits = []

    def reader(aws: Any, name: str, keys: Any, limit: float, pause: Any) -> ItemReader:
        limits.append(limit)
        return ItemReader(aws, name, keys, 0, pause)

    monkeypatch.setattr("scripts.drills.run_drill.ItemReader", reader)
    assert run(books, "--from", "backup") == 1
    assert "Keys and indexes differ from those of the table now: the copy has no index ByTitle." in books.out
    assert "  40 read units of the copy, for each hour: " in books.out, "indexes have capacity too"
    assert limits == [7.5, 7.5]
    assert names() == ["Books", "Orders"]


def test_a_drill_that_was_stopped_goes_on_with_its_copy_and_deletes_no_other(books: Shop, aws: LocalAws) -> None:
    aws.fail("dynamodb:Scan", "AccessDeniedException")
    assert run(books) == 1
    assert "the same command goes on with it" in books.err
    (copy,) = set(names()) - {"Books", "Orders"}
    # Somebody has deleted it and made another of the same name: it is not ours
    database = client("dynamodb")
    database.delete_table(TableName=copy)
    database.restore_table_to_point_in_time(SourceTableName="Books", TargetTableName=copy, UseLatestRestorableTime=True)
    assert run(books) == 1
    assert f"{copy} is not the table that the drill has made. It stays as it is." in books.err
    assert copy in names()
    database.delete_table(TableName=copy)
    # Gone: another is made. One that is there is gone on with
    aws.fail("dynamodb:BatchGetItem", "AccessDeniedException")
    assert run(books) == 1
    before = len(aws.calls())
    assert run(books) == 0, books.err
    assert "Going on with the copy Books-drill-" in books.out
    assert "The restore took at most " in books.out
    assert "dynamodb:RestoreTableToPointInTime" not in aws.calls()[before:]
    assert names() == ["Books", "Orders"]


@pytest.mark.parametrize(
    ("call", "options"),
    [("dynamodb:RestoreTableToPointInTime", ()), ("backup:StartRestoreJob", ("--from", "backup"))],
)
def test_a_copy_whose_answer_was_lost_is_not_forgotten(
    books: Shop, aws: LocalAws, call: str, options: tuple[str, ...]
) -> None:
    backup().create_backup_vault(BackupVaultName="dynamodb-test-eu-west-1-shop")
    role(), role("AWSBackupDefaultServiceRole", path="/service-role/")
    recovery_point("Books", vault="dynamodb-test-eu-west-1-shop")
    aws.fail(call, "AccessDeniedException", done=True)
    assert run(books, *options) == 1
    assert len(names()) == 3
    assert run(books, *options) == 0, books.err
    assert "Going on with the copy Books-drill-" in books.out
    assert names() == ["Books", "Orders"]


def test_what_keeps_a_drill_from_beginning(books: Shop, aws: LocalAws) -> None:
    def refused(*options: str) -> str:
        assert books._run(drill.main, "--environment", ENVIRONMENT, *options) == 1
        return books.err

    assert 'test-eu-west-1 has no table "Boks". It has: Books, Orders.' in refused("--table", "Boks", "--yes")
    assert "The drill waits for a confirmation. Give it with --yes." in refused("--table", "Books")
    client("dynamodb").update_continuous_backups(
        TableName="Books", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
    )
    assert "Point-in-time recovery of Books is off: it cannot be restored." in refused("--table", "Books", "--yes")
    books.write(DEPLOYMENT)
    assert "test-eu-west-1 has no `backups` in deployment.yaml." in refused(
        "--table", "Books", "--yes", "--from", "backup"
    )
    database = client("dynamodb")
    database.delete_table(TableName="Books")
    assert "Books does not exist: there is nothing to compare a copy with." in refused("--table", "Books", "--yes")
    file = Path(f"build/drill/{ENVIRONMENT}/111122223333-Orders.json")
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    assert f"{file} is not a record of a drill" in refused("--table", "Orders", "--yes")
    assert names() == ["Orders"]
