"""How long AWS takes, counted in describe calls, so that nothing here waits and nothing is over at once either."""

from dataclasses import asdict, dataclass
from typing import Any

from scripts.local_aws.strictness import sources
from scripts.local_aws.strictness.registry import RequestRefused, rule

# Kept in the emulator's own record of a table, so that it goes when the table goes.
_KEY = "_local_aws_clock"


@dataclass(slots=True)
class ClockSettings:
    """For how many describe calls a change is not settled: of a new table, of an index, of the TTL of a table.

    `ttl_interval`: minutes that must pass between two changes of the TTL of a table, 0 for none. `backup`: as the
    first three, of a backup, a restored table and a job of AWS Backup. `recovery_lag`: minutes that point-in-time
    recovery lies behind.
    """

    table: int = 0
    index: int = 2
    ttl: int = 0
    ttl_interval: float = 60
    backup: int = 2
    recovery_lag: float = 5


settings = ClockSettings()


def configure(**given: Any) -> None:
    """Set the clock; what is not given goes back to its default. Changes that are already running keep their pace."""
    for name, value in asdict(ClockSettings(**given)).items():
        setattr(settings, name, value)


@dataclass(slots=True)
class Build:
    """An index that is being created or deleted: describe calls left, and of how many."""

    left: int
    of: int
    description: dict[str, Any] | None = None  # of an index that is going

    @property
    def allocating(self) -> bool:
        """The first half: the table is UPDATING. In the second half it is ACTIVE again while the index backfills."""
        return self.left > self.of // 2


class TableClock:
    """What of one table has not settled."""

    def __init__(self) -> None:
        self.creating = 0
        self.indexes: dict[str, Build] = {}

    @classmethod
    def of(cls, table: dict[str, Any]) -> "TableClock":
        """The clock of a table record, made on first use."""
        return table.setdefault(_KEY, cls())

    def index_created(self, name: str) -> None:
        """An index begins to build."""
        if settings.index:
            self.indexes[name] = Build(settings.index, settings.index)

    def index_deleted(self, description: dict[str, Any]) -> None:
        """An index begins to go."""
        self.indexes.pop(description["IndexName"], None)
        if settings.index:
            self.indexes[description["IndexName"]] = Build(settings.index, settings.index, description)

    def status(self, name: str) -> str:
        """CREATING, DELETING or ACTIVE."""
        if self.creating:
            return "CREATING"
        build = self.indexes.get(name)
        return "ACTIVE" if build is None else "DELETING" if build.description else "CREATING"

    @property
    def table_status(self) -> str:
        """CREATING, UPDATING or ACTIVE."""
        if self.creating:
            return "CREATING"
        return "UPDATING" if any(build.allocating for build in self.indexes.values()) else "ACTIVE"

    def tick(self) -> None:
        """One DescribeTable call has been answered."""
        self.creating = max(0, self.creating - 1)
        for name, build in list(self.indexes.items()):
            build.left -= 1
            if build.left <= 0:
                del self.indexes[name]

    def settle(self) -> None:
        """All that runs is over at once, as after a caller that waits."""
        self.creating = 0
        self.indexes.clear()


@rule(
    "table-in-use",
    "UpdateTable and DeleteTable are refused with ResourceInUseException while the table is not ACTIVE, DeleteTable also "
    "while an index is being built or deleted.",
    sources.UPDATE_TABLE,
)
def refuse_busy_table(table: dict[str, Any], doing: str) -> None:
    """Raise Refused when the table is CREATING or UPDATING, or an index is. `doing`: updated or deleted."""
    clock, name = TableClock.of(table), table["TableName"]
    if clock.table_status == "ACTIVE" and not (doing == "deleted" and clock.indexes):
        return
    why = (
        f"Table is being {'created' if clock.creating else 'updated'}: {name}"
        if doing == "updated"
        else "Cannot delete table while indexes are being created, updated, or deleted."
    )
    raise RequestRefused(f"Attempt to change a resource which is still in use: {why}", "ResourceInUseException")


@rule(
    "index-not-ready",
    "Query and Scan on an index that is not ACTIVE are refused.",
    sources.INDEX_PHASES,
)
def refuse_unready_index(table: dict[str, Any], index: str | None) -> None:
    """Raise Refused when a read names an index that is still building, or a table that is still being created."""
    clock = TableClock.of(table)
    if clock.creating:
        raise RequestRefused("Requested resource not found", "ResourceNotFoundException")
    if index and clock.status(index) == "CREATING":
        raise RequestRefused(f"Cannot read from backfilling global secondary index: {index}")


@rule(
    "index-status",
    "A created index is CREATING (first Backfilling false and the table UPDATING, then Backfilling true and the table "
    "ACTIVE), then ACTIVE; a deleted one is DELETING, then gone. Indexes made with the table settle with it.",
    sources.INDEX_PHASES,
)
def show(table: dict[str, Any], description: dict[str, Any]) -> dict[str, Any]:
    """Put the statuses of this moment into what DescribeTable answers. `description` is changed and returned."""
    clock = TableClock.of(table)
    if clock.table_status != "ACTIVE":
        description["TableStatus"] = clock.table_status
    indexes = []
    for index in description.get("GlobalSecondaryIndexes", []):
        shown = {**index, "IndexStatus": clock.status(index["IndexName"])}
        build = clock.indexes.get(index["IndexName"])
        if build and not build.description:
            shown["Backfilling"] = not build.allocating
        indexes.append(shown)
    going = [b.description for b in clock.indexes.values() if b.description]
    indexes += [{**index, "IndexStatus": "DELETING"} for index in going]
    if indexes:
        description["GlobalSecondaryIndexes"] = indexes
    return description
