"""Billing mode, on-demand maximum and warm throughput: from the setting to the live table and its indexes, and back."""

from typing import Any

from tests.local_aws.support import client
from tests.properties.support import bring, deployment, index_update, live, table, update
from tests.shop import Shop

LIMITS = {"read": {"min": 5, "max": 50}, "write": {"min": 5, "max": 50}}


def _index(name: str, property: str) -> dict[str, Any]:
    indexes = {index["IndexName"]: index for index in table()["GlobalSecondaryIndexes"]}
    return indexes[name].get(property, {})


def _targets() -> list[str]:
    found = client("application-autoscaling").describe_scalable_targets(ServiceNamespace="dynamodb")
    return sorted(target["ResourceId"] for target in found["ScalableTargets"])


def test_both_billing_modes_and_back(orders: Shop) -> None:
    capacity = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 7}
    indexes = [{"Update": {"IndexName": name, "ProvisionedThroughput": capacity}} for name in ("ByStatus", "ByBook")]
    bring(orders, {})
    made = table()["TableId"]
    update(BillingMode="PROVISIONED", ProvisionedThroughput=capacity, GlobalSecondaryIndexUpdates=indexes)()
    assert orders.problems() == ["Orders billing mode mismatch"]
    update(BillingMode="PAY_PER_REQUEST")()
    bring(orders, {"billing": "provisioned", "capacity": LIMITS})
    assert table()["TableId"] == made, "the table was changed in place"
    assert _targets() == sorted(["table/Orders", "table/Orders/index/ByBook", "table/Orders/index/ByStatus"] * 2)
    bring(orders, {})
    assert table()["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert _targets() == []


def test_the_on_demand_maximum_of_the_table_and_an_index(orders: Shop) -> None:
    live(
        orders,
        {"on_demand_maximum": {"read": 100, "write": 50, "indexes": {"ByBook": {"read": 40}}}},
        [(update(OnDemandThroughput={"MaxReadRequestUnits": 99, "MaxWriteRequestUnits": 50}), "on-demand maximum")],
        {"on_demand_maximum": {"write": 70, "indexes": {"ByBook": {"write": 30}, "ByStatus": {"read": 20}}}},
    )
    assert _index("ByStatus", "OnDemandThroughput")["MaxReadRequestUnits"] == 20
    index_update("ByStatus", OnDemandThroughput={"MaxReadRequestUnits": 21})()
    assert orders.problems() == ["Orders on-demand maximum mismatch"]
    bring(orders, {})
    assert _index("ByStatus", "OnDemandThroughput").get("MaxReadRequestUnits", -1) == -1


def test_warm_throughput_only_grows(orders: Shop) -> None:
    bring(orders, {})
    bring(orders, {"warm_throughput": {"read": 15000, "write": 5000, "indexes": {"ByBook": {"read": 13000}}}})
    assert table()["WarmThroughput"]["ReadUnitsPerSecond"] == 15000
    assert _index("ByBook", "WarmThroughput")["ReadUnitsPerSecond"] == 13000
    update(WarmThroughput={"ReadUnitsPerSecond": 18000, "WriteUnitsPerSecond": 9000})()
    assert orders.problems() == [], "warmer than wanted is as wanted"
    bring(orders, {"warm_throughput": {"read": 17000, "write": 4500}})  # less than there is, in both senses
    assert table()["WarmThroughput"]["ReadUnitsPerSecond"] == 18000
    bring(orders, {"warm_throughput": {"read": 20000}})
    assert table()["WarmThroughput"]["ReadUnitsPerSecond"] == 20000
    orders.write(deployment({"warm_throughput": {"read": 21000}}))
    assert orders.problems() == ["Orders warm throughput mismatch"]
