"""What a drill costs is told before it begins, and what is not known is told too."""

from datetime import UTC, datetime

from scripts.drills.drill_cost import drill_cost
from scripts.drills.drill_words import duration
from scripts.drills.restore_source import DrilledTable, RestoreSource

MOMENT = datetime(2026, 1, 31, tzinfo=UTC)
POINT, BACKUP = RestoreSource("point-in-time", MOMENT), RestoreSource("backup", MOMENT, "arn")
ON_DEMAND = DrilledTable("Orders", "arn", 100 * 1024**3, 50_000_000, 0, 0, 0, ("PK",), None)


def test_an_on_demand_table_where_every_price_is_known() -> None:
    assert drill_cost(ON_DEMAND, POINT, "us-east-1", 1_000) == [
        "restore of 100.00 GB: $15.00",
        "the copy, for each hour that it exists: $0.03",
        "at most 4,000 read units on both tables: under $0.01",
    ]
    assert drill_cost(ON_DEMAND, POINT, "us-east-1", None)[2] == "at most 200,000,000 read units on both tables: $25.00"


def test_a_provisioned_table_pays_for_the_capacity_of_the_copy_and_lends_a_quarter_of_its_own() -> None:
    provisioned = DrilledTable("Orders", "arn", 1024**2, 100, 20, 30, 10, ("PK",), None)
    assert drill_cost(provisioned, POINT, "eu-west-1", 1_000) == [
        "restore of under 0.01 GB: its price is not known here",
        "the copy, for each hour that it exists: under $0.01",
        "30 read units of the copy, for each hour: under $0.01",
        "10 write units of the copy, for each hour: $0.01",
        "a quarter of the read capacity of Orders, for about 2 minutes",
    ]


def test_a_region_without_prices_and_a_backup() -> None:
    told = drill_cost(ON_DEMAND, POINT, "eu-west-3", 10)
    assert len(told) == 3 and all(line.endswith("its price is not known here") for line in told)
    assert drill_cost(ON_DEMAND, BACKUP, "us-east-1", 10)[0] == "restore of 100.00 GB: its price is not known here"


def test_durations() -> None:
    assert [duration(s) for s in (0.4, 119, 120, 3_599, 11_100)] == [
        "0 seconds", "119 seconds", "2 minutes", "1 h 0 min", "3 h 5 min",
    ]  # fmt: skip
