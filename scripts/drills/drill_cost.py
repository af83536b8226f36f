"""What a drill costs, before it begins: the restore, the reads, and the copy while it exists."""

from decimal import Decimal

from scripts.capacity.load import STRONG
from scripts.capacity.money import money
from scripts.capacity.prices import Price, prices
from scripts.capacity.units import read_units
from scripts.drills.compare_items import SHARE
from scripts.drills.restore_source import BACKUP, DrilledTable, RestoreSource

GB = Decimal(1024**3)
HOURS = Decimal(730)  # of a month
MILLION = Decimal(1_000_000)


def drill_cost(table: DrilledTable, source: RestoreSource, region: str, wanted: int | None) -> list[str]:
    """One line for each part, with its price where that is known.

    A restore is charged by the size of the restored table (Amazon DynamoDB pricing, on-demand capacity: Restoring a table;
    AWS Backup pricing for its recovery points); the copy by size and hour as any table.
    """
    known = prices(region)
    size = Decimal(table.size) / GB
    restore = known.get("restore_gb") if known and source.kind != BACKUP else None
    storage = known.get("storage_gb_month") if known else None
    lines = [
        f"restore of {_gb(size)}: {_amount(restore, size)}",
        f"the copy, for each hour that it exists: {_amount(storage, size / HOURS)}",
    ]
    items = table.count if wanted is None else min(wanted, table.count)
    average = table.size // max(1, table.count)
    units = (
        items * 4 * read_units(max(1, average), STRONG)
    )  # each side: what is read there, and what is looked up for the other
    if not table.read_units:
        read = known.get("read_request_million") if known else None
        return [*lines, f"at most {units:,.0f} read units on both tables: {_amount(read, units / MILLION)}"]
    seconds = float(units) / 2 / (table.read_units * SHARE)
    read, write = (known.get(key) if known else None for key in ("read_capacity_hour", "write_capacity_hour"))
    for name, count, price in (("read", table.all_read_units, read), ("write", table.all_write_units, write)):
        lines.append(f"{count:,} {name} units of the copy, for each hour: {_amount(price, Decimal(count))}")
    return [*lines, f"a quarter of the read capacity of {table.name}, for about {seconds / 60:,.0f} minutes"]


def _gb(size: Decimal) -> str:
    return f"{size:,.2f} GB" if size >= Decimal("0.01") else "under 0.01 GB"


def _amount(price: Price | None, count: Decimal) -> str:
    if price is None:
        return "its price is not known here"
    return money(price.amount * count) + (" (price from memory)" if price.unverified else "")
