"""What the tests of the properties share: a deployment of one table, and its life: deployed, tampered with, changed."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop

TABLE_ARN = "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders"
Tampering = Sequence[tuple[Callable[[], Any], str]]  # what someone does through the API, and what is then named


def deployment(orders: dict[str, Any], environment: dict[str, Any] | None = None) -> str:
    """A deployment.yaml (JSON is YAML) with settings of the table Orders, and of the environment."""
    environments = {ENVIRONMENT: {"region": "eu-west-1", **(environment or {})}}
    return json.dumps({"environments": environments, "tables": {"Orders": orders}})


def bring(shop: Shop, orders: dict[str, Any], environment: dict[str, Any] | None = None) -> None:
    """Write the settings, deploy, and see that everything matches."""
    shop.write(deployment(orders, environment))
    if shop.untouched:
        shop.deployed(validated=True)
        return
    assert shop.deploy() == 0, shop.err
    assert shop.problems() == []


def table() -> dict[str, Any]:
    """The live table, by DescribeTable."""
    return client("dynamodb").describe_table(TableName="Orders")["Table"]


def update(**request: Any) -> Any:
    """A function that changes the live table by UpdateTable."""
    return lambda: client("dynamodb").update_table(TableName="Orders", **request)


def index_update(name: str, **request: Any) -> Any:
    """A function that changes a live index by UpdateTable."""
    return update(GlobalSecondaryIndexUpdates=[{"Update": {"IndexName": name, **request}}])


def live(shop: Shop, first: dict[str, Any], tampering: Tampering, second: dict[str, Any]) -> None:
    """Deploy the first settings, change the table through the API, which names exactly all of that, and mend it by others."""
    bring(shop, first)
    made = table()["TableId"]
    for tamper, _ in tampering:
        tamper()
    if tampering:
        assert sorted(shop.problems()) == sorted({f"Orders {problem} mismatch" for _, problem in tampering})
    bring(shop, second)
    assert table()["TableId"] == made, "the table was changed in place"
