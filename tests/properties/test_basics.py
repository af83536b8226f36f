"""Table class, deletion protection and time to live: from the setting to the live table and back."""

from tests.local_aws.support import client
from tests.properties.support import bring, live, table, update
from tests.shop import Shop


def _no_time_to_live() -> None:
    off = {"Enabled": False, "AttributeName": "expires_at"}
    client("dynamodb").update_time_to_live(TableName="Orders", TimeToLiveSpecification=off)


def test_table_class_and_protection(orders: Shop) -> None:
    reason = "rebuilt every night"
    live(
        orders,
        {"table_class": "STANDARD_INFREQUENT_ACCESS", "ttl": "expires_at"},
        [
            (update(TableClass="STANDARD"), "table class"),
            (update(DeletionProtectionEnabled=False), "deletion protection"),
        ],
        {"ttl": "expires_at", "deletion_protection": False, "deletion_protection_reason": reason},
    )
    assert table()["DeletionProtectionEnabled"] is False
    template = client("cloudformation").get_template(StackName="dynamodb-test-eu-west-1-shop-Orders")["TemplateBody"]
    assert template["Resources"]["Table"]["Metadata"] == {"Exceptions": {"deletion_protection": reason}}


def test_time_to_live_comes_later_and_is_seen_to_go(orders: Shop) -> None:
    bring(orders, {})
    bring(orders, {"ttl": "expires_at"})
    found = client("dynamodb").describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    _no_time_to_live()
    assert orders.problems() == ["Orders time to live mismatch"]
