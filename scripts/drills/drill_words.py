"""What a drill says: before it begins, and when it is over."""

from collections.abc import Sequence
from typing import Any

from scripts.drills.compare_items import ItemComparison
from scripts.drills.drill_copy import moment
from scripts.drills.drill_record import DrillRecord
from scripts.drills.restore_source import BACKUP, DrilledTable
from scripts.observe.aws import Aws

SHOWN = 5  # keys of each kind
FROM = {BACKUP: "its newest recovery point of AWS Backup"}


def beginning(
    environment: str, aws: Aws, table: DrilledTable, record: DrillRecord, items: int | None, cost: Sequence[str]
) -> str:
    """What will happen, where, and what it costs."""
    source = FROM.get(record.kind, "point-in-time recovery")
    which = "all items" if items is None or table.count <= items else f"about {items:,} of {table.count:,} items"
    return "\n".join(
        [
            f"{environment}, Region {aws.region}, account {aws.account}",
            f"{table.name} is restored from {source}, as it was at {moment(record.moment)}, to {record.copy}.",
            f"Then {which} are compared, and the copy is deleted. {table.name} is only read.",
            *([f"AWS Backup restores with {record.role}."] if record.role else []),
            "What it costs:",
            *(f"  {line}" for line in cost),
        ]
    )


def outcome(record: DrillRecord, found: ItemComparison, shape: Sequence[str], seconds: float, written: float) -> str:
    """How long it took, whether the items are equal, and which are not."""
    most = "at most " if record.continued and not record.job else ""
    lines = [f"The restore took {most}{duration(seconds)}. The copy is deleted."]
    lines += (
        [f"Keys and indexes differ from those of the table now: {'; '.join(shape)}."]
        if shape
        else ["Keys and indexes are equal."]
    )
    compared = f"All {found.compared:,} items" if found.every else f"A sample of {found.compared:,} items"
    expired = f" {found.expired:,} that time to live has removed since are not counted." if found.expired else ""
    if not found.differences:
        return "\n".join(
            [
                *lines,
                f"{compared} are equal.{expired}"
                if found.compared
                else "The table has no items: nothing was compared.",
            ]
        )
    lines.append(f"{compared} were compared; {found.differences:,} differ:{expired}")
    for kind, keys in (
        ("not in the copy", found.missing),
        ("only in the copy", found.added),
        ("with other content", found.changed),
    ):
        lines += [f"  {len(keys):,} {kind}: {_shown(keys)}"] if keys else []
    if written:
        lines.append(
            f"{record.table} has used {written:,.0f} write units since {moment(record.moment)}: whether these explain the differences is "
            "not known. Run the drill when nobody writes, or look at these items."
        )
    else:
        lines.append(
            f"CloudWatch knows of no write to {record.table} since {moment(record.moment)}: the restore has lost something."
        )
    return "\n".join(lines)


def _shown(keys: Sequence[dict[str, Any]]) -> str:
    more = f", and {len(keys) - SHOWN:,} more" if len(keys) > SHOWN else ""
    return ", ".join(map(str, keys[:SHOWN])) + more


def duration(seconds: float) -> str:
    """`45 seconds`, `12 minutes`, `3 h 5 min`."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} minutes"
