"""A table with an index of each projection, and access patterns on it."""

from scripts.model import ALL, INCLUDE, KEYS_ONLY, AccessPattern, Attribute, ContractTable, Index
from tests.samples import keys

ORDERS = ContractTable(
    "Orders",
    keys("PK", "SK"),
    (
        Index("ByStatus", keys("status", "placed_at:N"), INCLUDE, ("total", "note")),
        Index("ByMail", keys("email"), ALL),
        Index("ByDay", keys("day"), KEYS_ONLY),
    ),
    attributes=(Attribute("total", "N"), Attribute("note", "M")),
    item_size_bytes=900,
    item_count=1_000_000,
)


def pattern(
    id: str, operation: str, rate: float | None = None, size: int | None = None, index: str = ""
) -> AccessPattern:
    """An access pattern on the table Orders."""
    return AccessPattern(id, "", operation, "Orders", index, rate, size)


PATTERNS = (
    pattern("AP1", "GetItem", 100),
    pattern("AP2", "Query", 20.5, 20_000, index="ByStatus"),
    pattern("AP3", "PutItem", 30),
    AccessPattern("AP4", "", "PutItem", "Other", "", 1000),
)
