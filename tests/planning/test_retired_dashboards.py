"""Dashboards that are no longer wanted are told of, and nothing else is taken for one."""

from scripts.observe.stacks import Stack
from scripts.planning.retired_dashboards import parting, retired_dashboards
from tests.for_each import for_each

TAGS = {"Environment": "prod", "Service": "shop"}


def stack(name: str, tags: dict[str, str] = TAGS, status: str = "UPDATE_COMPLETE", table: str = "") -> Stack:
    return Stack(name, f"arn:{name}", status, tags, {"TableName": table} if table else {}, protected=True)


@for_each(
    ("found", "is_one"),
    [
        (stack("dynamodb-prod-shop-7"), True),
        (stack("dynamodb-prod-shop-3"), False),  # wanted
        (stack("dynamodb-prod-shop"), False),
        (stack("dynamodb-prod-shop-Orders", table="Orders"), False),
        (stack("dynamodb-prod-shop-700", table="700"), False),
        (stack("dynamodb-prod-shop-7", {**TAGS, "Service": "shop-7"}), False),  # what another service shares
        (stack("dynamodb-prod-shop-7", {}), False),
        (stack("dynamodb-prod-shop-7", status="DELETE_IN_PROGRESS"), False),
    ],
)
def test_what_is_a_dashboard_of_ours(found: Stack, is_one: bool) -> None:
    names = retired_dashboards({found.name: found}, "prod", "shop", {"dynamodb-prod-shop-3"})
    assert names == ([found.name] if is_one else [])


def test_how_to_remove_them_is_told() -> None:
    told = parting(["dynamodb-prod-shop-7", "dynamodb-prod-shop-9"], "eu-west-1")
    assert told.startswith("Dashboards that are no longer wanted are kept")
    assert "for stack in dynamodb-prod-shop-7 dynamodb-prod-shop-9; do" in told
    assert told.count('--stack-name "$stack" --region eu-west-1') == 2
