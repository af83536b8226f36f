"""Estimates against figures that others made: AWS Labs' calculator, and AWS's price list by hand or as infracost reads it."""

from dataclasses import replace
from decimal import Decimal

from scripts.capacity.advice import PROVISIONED
from scripts.capacity.backup_lines import BackupPlan
from scripts.capacity.cost_lines import Estimate
from scripts.capacity.estimate import SharedOptions, TableOptions, shared_estimate, table_estimate
from scripts.capacity.load import IndexLoad, TableLoad
from scripts.capacity.money import money
from scripts.capacity.prices import INFREQUENT_ACCESS_CLASS, prices
from scripts.capacity.sizing import TableCapacity
from tests.capacity.loads import fixed, reads, writes
from tests.for_each import for_each

US, IE, DE = prices("us-east-1"), prices("eu-west-1"), prices("eu-central-1")
PLAIN = TableOptions(point_in_time_recovery=False)
NONE = TableLoad("T", (), (), item_count=0)
BIG = TableLoad("T", (), (), 412, 2 * 1024**3)  # 2,147,483,648 items of 412 + 100 bytes: 1,024 GB
OF_BYTES = ("storage", "storage of index G")

# What cost_performance_calculator of awslabs.dynamodb-mcp-server 2.1.8 (Apache-2.0, PyPI) answered for the same access patterns:
# dollars a month of requests, and of storage. Its month has 30.5 days (SECONDS_PER_MONTH = 2_635_200), its prices are those of
# us-east-1: $0.125 and $0.625 for a million requests, $0.25 for a GB. Units are computed there by math.ceil of bytes by 4096 or
# 1024; an eventually consistent read is half a unit, a transaction doubles, an index gets the writes that its table gets.
LABS_DAYS = Decimal("30.5")
INDEXED = (IndexLoad("G", (), 700),)
QUERIED = (IndexLoad("G", reads(20, size=4500, kind="eventual"), 450, Decimal("0.05"), Decimal(0)),)
MIXED = (*writes(20, size=480), *writes(3, size=480))
LABS = {
    "770 strongly consistent GetItem of 4 KB": (TableLoad("T", reads(770), (), 4096, 10**6), "253.64", "0.98"),
    "100 GetItem of 9 KB": (TableLoad("T", reads(100, size=9216, kind="eventual"), (), 9216, 10**6), "49.41", "2.17"),
    "12 Query of 40 items of 300 bytes": (
        TableLoad("T", reads(12, size=12000, kind="eventual"), (), 300, 5 * 10**6), "5.93", "0.47"),
    "120 PutItem of 1 KB": (TableLoad("T", (), writes(120), 1024, 10**6), "197.64", "0.26"),
    "7 UpdateItem of 2.5 KB": (TableLoad("T", (), writes(7, size=2560), 2560, 123_456), "34.59", "0.08"),
    "5 items by TransactWriteItems": (
        TableLoad("T", (), writes(5, size=1500, kind="transactional"), 1500, 10**6), "32.94", "0.37"),
    "8 items by TransactGetItems": (
        TableLoad("T", reads(8, size=5000, kind="transactional"), (), 5000, 10**6), "10.54", "1.19"),
    "30 PutItem of 1,800 bytes, 700 of them in an index": (
        TableLoad("T", (), writes(30, size=1800), 1800, 2 * 10**6, INDEXED), "148.23", "1.26"),
    "20 Query of 10 entries of an index, 4 PutItem": (
        TableLoad("T", (), writes(4, size=900), 900, 12 * 10**6, QUERIED), "13.18", "2.87"),
    "50 GetItem, 20 PutItem, 3 DeleteItem": (
        TableLoad("T", reads(50, size=480, kind="eventual"), MIXED, 480, 800_000), "46.12", "0.11"),
}  # fmt: skip


@for_each(("load", "requests", "storage"), LABS.values(), ids=LABS)
def test_ten_loads_as_aws_labs_computes_them(load: TableLoad, requests: str, storage: str) -> None:
    lines = table_estimate(load, PLAIN, US).lines
    ours = [sum(one.amount.low for one in lines if (one.what in OF_BYTES) == of_bytes) for of_bytes in (False, True)]
    assert [money(ours[0] * LABS_DAYS / 30), money(ours[1])] == [f"${requests}", f"${storage}"]


def table(load: TableLoad, region: object = US, **options: object) -> Estimate:
    return table_estimate(load, replace(PLAIN, **options), region)


def capacity(read: int, write: int) -> dict[str, object]:
    return {"billing": PROVISIONED, "capacity": TableCapacity(fixed(read, write))}


SMALL = TableLoad("T", (), (), 1024**3 - 100, 1)  # an item of 1 GB, as no table can have: the figures stay readable
SETTINGS = {
    # AWS Price List, offer AmazonDynamoDB: quantity times price, by hand.
    "provisioned, Ireland": (  # 200 x 730 h x $0.000147 + 100 x 730 h x $0.000735 + 8 alarms of auto scaling x $0.10
        table(NONE, IE, **capacity(200, 100)), "75.92"),
    "on demand, Ireland": (table(replace(NONE, writes=writes(120)), IE), "219.28"),  # 311.04 million x $0.705
    "on demand, Frankfurt": (table(replace(NONE, writes=writes(120)), DE), "237.17"),  # 311.04 million x $0.7625
    "Standard, 2,000 writes a second": (table(replace(NONE, writes=writes(2000))), "3240.00"),  # 5,184 million x $0.625
    "Standard-IA, 2,000 writes a second": (  # 5,184 million x $0.78: a quarter more
        table(replace(NONE, writes=writes(2000)), table_class=INFREQUENT_ACCESS_CLASS), "4043.52"),
    "Standard-IA, 1,024 GB": (table(BIG, table_class=INFREQUENT_ACCESS_CLASS), "102.40"),  # x $0.10
    "point-in-time recovery of 1,024 GB": (table(BIG, point_in_time_recovery=True), "460.80"),  # x ($0.25 + $0.20)
    "changes to Kinesis": (  # 100 writes of 1,500 bytes: 518.4 million units x ($0.625 + $0.10)
        table(replace(NONE, writes=writes(100, size=1500)), kinesis_stream=True), "375.84"),
    "35 daily backups of 1,024 GB": (table(BIG, backups=BackupPlan(35, 0, 30)), "3840.00"),  # 1,024 x ($0.25 + 35 x $0.10)
    "alarms": (table(NONE, alarm_metrics=(1, 1, 8), composite_alarms=1), "1.50"),  # 10 x $0.10 + $0.50
    "what tables share": (shared_estimate(SharedOptions((1,), 0, 1, 1), US), "4.10"),  # $0.10 + $3.00 + $1.00
    # The expected output of infracost's own tests, which took the prices of us-east-1 from AWS's price list
    # (internal/providers/terraform/aws/testdata/dynamodb_table_test): what it calls 30 RCU and 20 WCU, and so on.
    "infracost: 30 read and 20 write capacity units": (  # $2.85 + $9.49, to which we add eight alarms
        table(NONE, **capacity(30, 20)), "13.14"),
    "infracost: 230 GB, 2,300 GB of recovery": (  # 57.50; ten times as much recovery is 460.00, so once 46.00
        table(replace(SMALL, item_count=230), point_in_time_recovery=True), "103.50"),
    "infracost: 460 GB of backups": (table(replace(SMALL, item_count=230), backups=BackupPlan(2)), "103.50"),  # 57.50 + 46.00
}  # fmt: skip


@for_each(("estimate", "dollars"), SETTINGS.values(), ids=SETTINGS)
def test_settings_by_hand_from_the_price_list(estimate: Estimate, dollars: str) -> None:
    assert estimate.total.complete
    assert money(estimate.total.amount.low).replace(",", "") == f"${dollars}"
