"""Table class, deletion protection and time to live: from the setting to the live table and back."""

from dataclasses import replace
from typing import Any

from scripts.local_aws import LocalAws
from scripts.model import TtlTransition
from scripts.properties.base import Reading
from scripts.properties.basics import TIME_TO_LIVE
from tests.for_each import for_each
from tests.local_aws.support import client
from tests.properties.support import bring, live, table, update
from tests.samples import STATE
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


def test_time_to_live_comes_later_and_is_seen_to_go(orders: Shop, aws: LocalAws) -> None:
    bring(orders, {})
    bring(orders, {"ttl": "expires_at"})
    found = client("dynamodb").describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    aws.advance(minutes=60)
    _no_time_to_live()
    assert orders.problems() == ["Orders time to live mismatch"]


class Told:
    """A connection that answers DescribeTimeToLive."""

    def __init__(self, **description: str) -> None:
        self.description = description

    def client(self, _service: str) -> "Told":
        return self

    def describe_time_to_live(self, **_: Any) -> dict[str, Any]:
        return {"TimeToLiveDescription": self.description}


@for_each(
    ("status", "read"),
    [
        ("ENABLED", "until"),
        ("DISABLED", ""),
        ("DISABLING", TtlTransition("time to live is DISABLING", True, attribute="until", on=False)),
        ("ENABLING", TtlTransition("time to live is ENABLING", True, attribute="until", on=True)),
    ],
)
def test_time_to_live_on_its_way_says_where_to(status: str, read: Any) -> None:
    aws = Told(TimeToLiveStatus=status, AttributeName="until")
    assert TIME_TO_LIVE.read(Reading(aws, {}, STATE)) == read


def test_time_to_live_is_stated_as_off_only_between_two_steps() -> None:
    off = replace(STATE, ttl_attribute="", ttl_off="until")
    assert TIME_TO_LIVE.render(off) == {"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": False}}
    assert TIME_TO_LIVE.render(replace(off, ttl_off="")) == {}
    on = {"TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True}}
    assert TIME_TO_LIVE.render(STATE) == on
