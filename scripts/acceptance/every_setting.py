"""The service that the scenario `create` deploys: three tables, and between them every setting that a sandbox can have."""

from typing import Any

from scripts.acceptance.own_names import BACKUP_ROLE

LIMITS = {"min": 1, "max": 5}


def attributes(**types: str) -> list[dict[str, str]]:
    """Attributes of a table of a contract."""
    return [{"name": name, "type": type} for name, type in types.items()]


def table(name: str, **more: Any) -> dict[str, Any]:
    """A table of a contract; by default with the partition key `id`, a string."""
    return {"table": name, "type": "single-entity", "pk": "id", "attributes": attributes(id="S"), **more}


ORDERS = {
    "table": "Orders",
    "type": "single-entity",
    "pk": "PK",
    "sk": "SK",
    "gsis": [
        {"index_name": "ByStatus", "pk": "status", "sk": "placed_at"},
        {"index_name": "ByBook", "pk": "isbn", "projection": "INCLUDE", "projected_attributes": ["total", "buyer"]},
    ],
    "lsis": [{"index_name": "ByTotal", "sk": "total"}],
    "attributes": attributes(PK="S", SK="S", status="S", placed_at="N", isbn="B", total="N", buyer="S", expires_at="N"),
}
BOOKS = table("Books", attributes=attributes(id="S", title="S"))
CARTS = table("Carts", sk="day", attributes=attributes(id="N", day="B"))


CONTRACT = [ORDERS, BOOKS, CARTS]


def every_setting(environment: str, account: str, arn: str) -> dict[str, Any]:
    """The settings of that service. `arn`: the beginning of the ARNs of DynamoDB there, without the last colon."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": account},
                "Action": "dynamodb:GetItem",
                "Resource": f"{arn}:table/{environment}-Orders",
            }
        ],
    }
    partition = arn.split(":")[1]
    backups = {"retention_days": 7, "role": f"arn:{partition}:iam::{account}:role/{BACKUP_ROLE}"}
    orders = {
        "encryption": "service-key",
        "ttl": "expires_at",
        "point_in_time_recovery_days": 14,
        "tags": {"Team": "shop"},
        "stream": "NEW_IMAGE",
        "on_demand_maximum": {"read": 4000, "write": 2000},
        "resource_policy": policy,
    }
    books = {
        "billing": "provisioned",
        "capacity": {"read": LIMITS, "write": LIMITS},
        "contributor_insights": "throttled-keys",
        "table_class": "STANDARD_INFREQUENT_ACCESS",
    }
    return {"tables": {"Orders": orders, "Books": books}, "place": {"backups": backups}}
