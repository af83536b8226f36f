"""Provisioned capacity and its auto scaling: limits are ours, what lies between them belongs to auto scaling."""

from typing import Any

from tests.local_aws.support import client
from tests.properties.support import bring, deployment, index_update, table, update
from tests.shop import Shop


def _settings(minimum: int = 5, maximum: int = 100, **more: Any) -> dict[str, Any]:
    limits = {"min": minimum, "max": maximum}
    by_book = {"read": {"min": 2, "max": 20, "target": 50}, "write": {"min": 3, "max": 30}}
    capacity = {"read": {**limits, "target": 60}, "write": limits, "indexes": {"ByBook": by_book}}
    return {"billing": "provisioned", "capacity": capacity, **more}


def _capacity() -> dict[str, tuple[int, int]]:
    found = {"": table(), **{index["IndexName"]: index for index in table()["GlobalSecondaryIndexes"]}}
    units = {name: value["ProvisionedThroughput"] for name, value in found.items()}
    return {name: (value["ReadCapacityUnits"], value["WriteCapacityUnits"]) for name, value in units.items()}


def _units(reads: int, writes: int) -> dict[str, Any]:
    return {"ProvisionedThroughput": {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}}


def _scaling() -> Any:
    return client("application-autoscaling")


def _target(index: str = "", **limits: int) -> None:
    suffix, kind = (f"/index/{index}", "index") if index else ("", "table")
    _scaling().register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId=f"table/Orders{suffix}",
        ScalableDimension=f"dynamodb:{kind}:ReadCapacityUnits",
        **limits,
    )


def test_every_target_has_its_limits_and_its_policy(orders: Shop) -> None:
    bring(orders, _settings())
    assert _capacity() == {"": (5, 5), "ByStatus": (5, 5), "ByBook": (2, 3)}
    targets = _scaling().describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    found = {(t["ResourceId"], t["ScalableDimension"]): (t["MinCapacity"], t["MaxCapacity"]) for t in targets}
    policies = _scaling().describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    aims = {
        (p["ResourceId"], p["ScalableDimension"]): p["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        for p in policies
    }
    read, write = "dynamodb:{}:ReadCapacityUnits", "dynamodb:{}:WriteCapacityUnits"
    book, status = "table/Orders/index/ByBook", "table/Orders/index/ByStatus"
    assert {key: (*limits, aims[key]) for key, limits in found.items()} == {
        ("table/Orders", read.format("table")): (5, 100, 60),
        ("table/Orders", write.format("table")): (5, 100, 70),
        (book, read.format("index")): (2, 20, 50),
        (book, write.format("index")): (3, 30, 70),
        (status, read.format("index")): (5, 100, 60),
        (status, write.format("index")): (5, 100, 70),
    }


def test_what_auto_scaling_has_reached_is_kept(orders: Shop) -> None:
    bring(orders, _settings())
    update(**_units(40, 30))()
    index_update("ByBook", **_units(20, 3))()
    assert orders.problems() == [], "capacity between the limits is no difference"
    assert orders.deploy() == 0, orders.err
    assert "Orders: unchanged" in orders.out, "and nothing to deploy"
    bring(orders, _settings(minimum=8))
    assert _capacity() == {"": (40, 30), "ByStatus": (8, 8), "ByBook": (20, 3)}
    bring(orders, _settings(maximum=35, tags={"Team": "shop"}))
    assert _capacity()[""] == (35, 30), "a new limit moves it"
    orders.orders["gsis"].append({"index_name": "ByBuyer", "pk": "buyer"})
    bring(orders, _settings())
    assert _capacity() == {"": (35, 30), "ByStatus": (8, 8), "ByBook": (20, 3), "ByBuyer": (5, 5)}


def test_what_someone_else_changes_is_named(orders: Shop) -> None:
    bring(orders, _settings())
    update(**_units(4, 5))()
    assert orders.problems() == ["Orders provisioned capacity mismatch"], "less than the minimum"
    update(**_units(5, 5))()
    _target("ByBook", MinCapacity=2, MaxCapacity=25)
    assert orders.problems() == ["Orders auto scaling mismatch"]
    _target("ByBook", MinCapacity=2, MaxCapacity=20)
    assert orders.problems() == []
    _scaling().delete_scaling_policy(
        PolicyName="Orders-read-scaling",
        ServiceNamespace="dynamodb",
        ResourceId="table/Orders",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
    )
    assert orders.problems() == ["Orders auto scaling mismatch"], "limits without a policy move nothing"
    orders.write(deployment(_settings()).replace('"target": 60', '"target": 65'))
    assert orders.problems() == ["Orders auto scaling mismatch"]
