"""What the copies that AWS Backup keeps of a table cost: how many there are, where, and in which storage."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from scripts.capacity.cost_lines import Line, LineMaker
from scripts.capacity.money import Span
from scripts.capacity.prices import prices

NO_SIZE = "Not known: state traffic.item_count and traffic.item_size_bytes in deployment.yaml."


class BackupPlan(NamedTuple):
    """How many copies of a table AWS Backup keeps at a time, and how many it makes in a month of 30 days.

    `warm`, `cold`: copies in each kind of storage, in every vault; each is taken to be a full one. `elsewhere`: the Region
    of each further vault that gets all of them.
    """

    warm: int = 0
    cold: int = 0
    made: int = 0
    elsewhere: tuple[str, ...] = ()


NO_BACKUPS = BackupPlan()


def backup_lines(maker: LineMaker, plan: BackupPlan, gigabytes: Decimal | None) -> Iterator[Line]:
    """A line for each kind of storage in each Region, and for what is sent to other Regions.

    `gigabytes`: the table with its local secondary indexes; None: not known. Storage has the price of the Region that it is
    in; what is sent has that of the Region it comes from (Developer Guide, "understanding billing and usage reports",
    CrossRegion-WarmBytes-DynamoDB). A copy for another account in the same Region is sent for nothing.
    """
    yield from _stored(maker, plan, gigabytes, 1, "")
    for region, vaults in Counter(plan.elsewhere).items():
        yield from _stored(maker._replace(prices=prices(region)), plan, gigabytes, vaults, f" in {region}")
        if maker.prices is None or region != maker.prices.region:
            sent = vaults * plan.made
            yield gigabytes_line(maker, f"sending backups to {region}", _times(gigabytes, sent), "backup_copy_gb")


def gigabytes_line(maker: LineMaker, what: str, gigabytes: Decimal | None, key: str) -> Line:
    """A line of so many GB; None: not known."""
    quantity = None if gigabytes is None else Span.of(gigabytes)
    return maker.line(what, quantity, "GB", key, note=NO_SIZE if gigabytes is None else "")


def _stored(maker: LineMaker, plan: BackupPlan, gigabytes: Decimal | None, vaults: int, where: str) -> Iterator[Line]:
    for count, words, key in (
        (plan.warm, "backup copies", "backup_gb_month"),
        (plan.cold, "backup copies in cold storage", "cold_backup_gb_month"),
    ):
        if count:
            yield gigabytes_line(maker, f"{words}{where}", _times(gigabytes, vaults * count), key)


def _times(gigabytes: Decimal | None, count: int) -> Decimal | None:
    return None if gigabytes is None else gigabytes * count
