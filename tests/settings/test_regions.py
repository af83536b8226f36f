"""The list of Regions is that of the AWS SDK, and what is none of them is told apart from what may be newer."""

import json
from importlib.util import find_spec
from pathlib import Path

from scripts.settings.regions import NAMES, REGIONS, unknown_region
from tests.for_each import for_each

_BOTOCORE = find_spec("botocore")  # found without importing it
assert _BOTOCORE
assert _BOTOCORE.origin
ENDPOINTS = json.loads((Path(_BOTOCORE.origin).parent / "data" / "endpoints.json").read_text(encoding="utf-8"))


def test_the_regions_are_those_of_the_sdk() -> None:
    known = [
        region
        for partition in ENDPOINTS["partitions"]
        for region in partition["regions"]
        if region in partition["services"]["dynamodb"]["endpoints"]
    ]
    assert sorted(REGIONS) == sorted(known)
    described = {
        region: each["description"] for part in ENDPOINTS["partitions"] for region, each in part["regions"].items()
    }
    assert {region: described[region] for region in known} == NAMES
    assert len(set(REGIONS)) == len(REGIONS)


@for_each("region", REGIONS)
def test_a_known_region(region: str) -> None:
    assert unknown_region(region) is None


@for_each(
    ("written", "meant"),
    [
        ("eu-wset-1", "eu-west-1"),
        ("us-eats-1", "us-east-1"),
        ("ue-west-1", "eu-west-1"),
        ("su-west-2", "us-west-2"),
        ("eu-west-11", None),
        ("ap-souteast-2", "ap-southeast-2"),
        ("eu-centrl-1", "eu-central-1"),
        ("us-gvo-west-1", "us-gov-west-1"),
        ("eu-west-0", None),
        ("EU-WEST-1", "eu-west-1"),
        ("eu_west_1", "eu-west-1"),
        ("Ireland", None),
        ("1", None),
    ],
)
def test_a_slip_of_the_hand(written: str, meant: str | None) -> None:
    found = unknown_region(written)
    assert found
    assert found.misspelt
    assert found.hint.startswith(f'Did you mean "{meant}"?' if meant else ("Did you mean", "Write one of: af-south-1"))


@for_each("region", ["eu-west-4", "nz-north-1", "ap-southeast-8", "us-gov-central-1"])
def test_a_region_of_next_year(region: str) -> None:
    found = unknown_region(region)
    assert found
    assert not found.misspelt
