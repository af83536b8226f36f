"""A table with replicas is not adopted, and not changed in what its replicas share."""

from dataclasses import replace
from typing import Any

from scripts.model import Index, Unknown
from scripts.planning.replicas import OWN, replica_obstacles
from scripts.properties import PROPERTIES
from tests.for_each import for_each
from tests.samples import STATE, keys, live_table

REPLICAS = (("replicas", "us-east-1, eu-central-1"),)
# What is wanted of a table with replicas that is otherwise as STATE, and what of it the replicas share.
CHANGES: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"stream": "NEW_IMAGE"}, "stream"),
    ({"billing": "PROVISIONED"}, "billing mode"),
    ({"ttl_attribute": "until"}, "time to live"),
    ({"encryption": "aws-owned"}, "encryption"),
    ({"on_demand_maximum": (("", 5, 5),)}, "on-demand maximum"),
    ({"warm_throughput": (("", 15000, 5000),)}, "warm throughput"),
    ({"indexes": ()}, "indexes"),
    ({"indexes": (*STATE.indexes, Index("New", keys("x")))}, "indexes"),
    ({"tags": (("Team", "other"),), "recovery_days": 7, "deletion_protection": False}, ""),
    ({"kinesis_stream": "arn:x", "resource_policy": "{}", "table_class": "STANDARD_INFREQUENT_ACCESS"}, ""),
]


@for_each(("wanted", "shared"), CHANGES)
def test_a_change_of_what_replicas_share_is_blocked(wanted: dict[str, Any], shared: str) -> None:
    desired = replace(STATE, **wanted)
    live = live_table(beyond=REPLICAS)
    found = list(replica_obstacles(desired, live, adopt=False))
    assert len(found) == bool(shared)
    assert all(f"share its {shared}: a change" in text for _, text in found)
    assert all("us-east-1, eu-central-1" in text and "take the table out of the contract" in text for _, text in found)
    assert list(replica_obstacles(desired, live_table(), adopt=False)) == []


def test_a_table_with_replicas_is_not_adopted() -> None:
    ((_, text),) = replica_obstacles(STATE, live_table(beyond=REPLICAS), adopt=True)
    assert "global table with replicas in us-east-1" in text
    assert list(replica_obstacles(STATE, live_table(), adopt=True)) == []


def test_what_is_not_known_is_no_change() -> None:
    live = live_table(beyond=REPLICAS, ttl_attribute=Unknown("no"))
    assert list(replica_obstacles(STATE, live, adopt=False)) == []


def test_each_property_that_replicas_do_not_share_exists() -> None:
    assert {property.field for property in PROPERTIES} > OWN
