"""Endpoints are those of the SDKs, and links those of the partition's console."""

import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider

from scripts.pages.console import FIPS_REGIONS, Console, account_endpoints, endpoint, fips_endpoint, vpc_service
from tests.for_each import for_each

REGIONS = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1", "us-isob-east-1"]


@pytest.fixture(scope="module")
def sdk() -> EndpointProvider:
    loader = botocore.session.get_session().get_component("data_loader")
    rules = loader.load_service_model("dynamodb", "endpoint-rule-set-1")
    return EndpointProvider(rules, loader.load_data("partitions"))


def url(sdk: EndpointProvider, region: str, **options: object) -> str:
    return sdk.resolve_endpoint(**{"Region": region, "UseFIPS": False, "UseDualStack": False, **options}).url


@for_each("region", REGIONS)
def test_endpoints_are_those_that_the_sdks_use(sdk: EndpointProvider, region: str) -> None:
    assert endpoint(region) == url(sdk, region)
    account = url(sdk, region, AccountId="111122223333", AccountIdEndpointMode="preferred")
    names = account_endpoints(region)
    assert account == (f"https://{names.replace('*', '111122223333')}" if names else endpoint(region))
    if fips := fips_endpoint(region):
        assert fips == url(sdk, region, UseFIPS=True)


def test_the_fips_regions_are_those_of_the_sdks() -> None:
    listed = botocore.session.get_session().get_data("endpoints")["partitions"][0]["services"]["dynamodb"]["endpoints"]
    assert sorted(name.removesuffix("-fips") for name in listed if name.endswith("-fips")) == list(FIPS_REGIONS)


def test_links_have_no_characters_of_names_that_end_them() -> None:
    assert Console("eu-west-1").alarm("a/b c#d").endswith("#alarmsV2:alarm/a%2Fb%20c%23d")
    assert Console(None).table("Orders") == Console("us-iso-east-1").table("Orders") == ""


def test_the_vpc_service_is_named_only_where_it_is_certain() -> None:
    assert vpc_service("us-gov-west-1") == "com.amazonaws.us-gov-west-1.dynamodb"
    assert vpc_service("cn-north-1") == ""
