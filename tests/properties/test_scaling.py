"""Provisioned capacity and its auto scaling: limits are ours, what lies between them belongs to auto scaling."""

import shlex
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


def _mend(shop: Shop) -> None:
    """Do what the one fix that was printed says of suspended scaling."""
    first, second = shop.out.partition("  Fix:\n")[2].splitlines()[:2]
    words = shlex.split(first.removesuffix(" &&"))
    assert words[:3] == ["aws", "application-autoscaling", "register-scalable-target"]
    assert second.startswith("  aws application-autoscaling put-scaling-policy ")
    given = dict(zip(words[3::2], words[4::2], strict=True))
    _scaling().register_scalable_target(
        ServiceNamespace=given["--service-namespace"],
        ResourceId=given["--resource-id"],
        ScalableDimension=given["--scalable-dimension"],
        SuspendedState={pair.partition("=")[0]: False for pair in given["--suspended-state"].split(",")},
    )


def test_capacity_is_mended_by_a_command_and_not_by_a_deployment_that_changes_nothing(orders: Shop) -> None:
    bring(orders, _settings())
    bring(orders, _settings(minimum=8))
    update(**_units(6, 8))()
    index_update("ByBook", **_units(1, 3))()
    assert orders.validate() == 1
    assert "it was probably changed outside of CloudFormation" in orders.out
    assert (
        "Fix: aws dynamodb update-table --table-name Orders --provisioned-throughput ReadCapacityUnits=8,WriteCapacityUnits=8 "
        '--global-secondary-index-updates \'[{"Update":{"IndexName":"ByBook","ProvisionedThroughput":'
        '{"ReadCapacityUnits":2,"WriteCapacityUnits":3}}}]\' --region eu-west-1\n'
    ) in orders.out
    orders.write(deployment(_settings(minimum=9)))
    assert orders.validate() == 1
    assert "Orders: 2 checks differ.\n" in orders.out, "capacity and auto scaling"
    assert orders.out.count("it was not deployed.\n  Fix: make deploy ENV=") == 1


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
    update(**_units(101, 30))()
    assert orders.problems() == ["Orders provisioned capacity mismatch"], "more than the maximum"
    assert orders.validate() == 1
    assert (
        "provisioned capacity is table 101 read and 30 write units; index ByStatus 5 read and 5 write units; index ByBook "
        "2 read and 3 write units, wanted: table 100 read and 30 write units; index ByStatus 5 read and 5 write units; "
        "index ByBook 2 read and 3 write units.\n"
        "  Its stack asks for it: it was probably changed outside of CloudFormation. Who did it, and what to do first: the runbook, Something was changed.\n"
        "  Fix: aws dynamodb update-table --table-name Orders --provisioned-throughput "
        "ReadCapacityUnits=100,WriteCapacityUnits=30 --region eu-west-1\n"
    ) in orders.out
    update(**_units(5, 5))()
    _scaling().register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId="table/Orders/index/ByBook",
        ScalableDimension="dynamodb:index:WriteCapacityUnits",
        SuspendedState={"DynamicScalingOutSuspended": True},
    )
    assert orders.problems() == ["Orders auto scaling mismatch"], "it scales no more"
    assert orders.validate() == 1
    assert "index ByBook write 3 to 30 at 70 % (scaling out suspended)" in orders.out, "the part that differs"
    _mend(orders)
    assert orders.problems() == []
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
