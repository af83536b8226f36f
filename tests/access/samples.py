"""A service with everything that shapes its policies: indexes, patterns, a stream, a customer managed key."""

from typing import Any

from scripts.access import policies
from scripts.model import AccessPattern, ContractTable, Index, KeyAttribute, Keys

REGION, ACCOUNT = "eu-west-1", "111122223333"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DASHBOARD = "dynamodb-prod-eu-west-1-shop"
_KEYS = Keys((KeyAttribute("PK", "S"),), (KeyAttribute("SK", "S"),))


def table(name: str, *indexes: str, satisfies: tuple[str, ...] = ()) -> ContractTable:
    """A contract's table with indexes of these names."""
    return ContractTable(name, _KEYS, tuple(Index(index, _KEYS) for index in indexes), satisfies=satisfies)


ORDERS = table("Orders", "ByStatus", "ByBook")
BOOKS = table("Books", "ByAuthor")
TABLES = [(ORDERS, "prod-Orders"), (BOOKS, "prod-Books")]
PATTERNS = [
    AccessPattern("AP1", operation="GetItem", table="Orders"),
    AccessPattern("AP2", operation="Query", table="Orders", index="ByStatus"),
    AccessPattern("AP3", operation="TransactWriteItems", table="Orders"),
    AccessPattern("AP4", operation="PutItem", table="Orders"),
    AccessPattern("AP5", operation="TransactGetItems", table="Orders"),
    AccessPattern("AP6", operation="Scan", table="Books", index="ByAuthor"),
    AccessPattern("AP7", "browse the books", table="Books"),
    AccessPattern("AP8", "said in words only"),
]


ARGUMENTS: dict[str, Any] = {
    "service": "shop", "environment": "prod-eu-west-1", "region": REGION, "account": ACCOUNT,
    "tables": TABLES, "patterns": [],
}  # fmt: skip


def made(**changes: Any) -> dict[str, dict[str, Any]]:
    """The policies of the service `shop` in `prod-eu-west-1`, without access patterns, stream and key unless given."""
    return policies(**{**ARGUMENTS, **changes}).documents


def everything() -> dict[str, dict[str, Any]]:
    """Every kind of policy that there is."""
    return made(patterns=PATTERNS, streams=["prod-Orders"], customer_keys={"prod-Orders": KEY}, dashboards=[DASHBOARD])
