"""AWS's price list files: which product is which price of ours, free parts, doubts, and what becomes of prices.json."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scripts.capacity.price_list import PRODUCTS, OfferError, OfferPrices, address, read_offer, updated
from scripts.capacity.prices import data
from tests.for_each import for_each

DAY = date(2026, 11, 20)


def offer(*products: tuple[str, list[tuple[str, str]]]) -> dict[str, Any]:
    """A file in AWS's form: products by usage type, each with (begin of the range, US dollars of a unit)."""
    return {
        "formatVersion": "v1.0",
        "publicationDate": f"{DAY}T07:00:00Z",
        "products": {
            f"SKU{number}": {"sku": f"SKU{number}", "attributes": {"usagetype": usage}}
            for number, (usage, _) in enumerate(products)
        },
        "terms": {
            "OnDemand": {
                f"SKU{number}": {
                    f"SKU{number}.JRTC": {
                        "priceDimensions": {
                            f"{begin}": {"beginRange": begin, "endRange": "Inf", "pricePerUnit": {"USD": price}}
                            for begin, price in parts
                        }
                    }
                }
                for number, (_, parts) in enumerate(products)
            },
            "Reserved": {},
        },
    }


@for_each("where", ["", "EU-", "APN1-", "eu-west-1-"])
@for_each("service", PRODUCTS)
def test_every_product_is_found_with_and_without_its_region(service: str, where: str) -> None:
    """One price more for each product, so that two that are mixed up differ."""
    products = PRODUCTS[service].items()
    content = offer(
        *((f"{where}{product.usage_type}", [("0", f"0.00000{n + 1}")]) for n, (_, product) in enumerate(products))
    )
    found = read_offer(service, content)
    assert found == OfferPrices(
        DAY, {key: Decimal(f"0.00000{n + 1}") * product.units for n, (key, product) in enumerate(products)}, ()
    )


def test_free_parts_and_products_of_others_are_left_out() -> None:
    content = offer(
        ("EU-TimedStorage-ByteHrs", [("0", "0.0000000000"), ("25", "0.2830000000"), ("1000", "0.2")]),
        ("EU-ReplWriteRequestUnits", [("0", "7")]),
        ("EU-HeavyUsage:dynamodb.read", [("0", "7")]),
        ("EU-DataTransfer-Out-Bytes", [("0", "7")]),
        ("EU-TimedPITRStorage-ByteHrs", [("0", "0")]),
    )
    del content["products"]["SKU3"]["attributes"]["usagetype"]
    assert read_offer("AmazonDynamoDB", content).prices == {"storage_gb_month": Decimal("0.283")}


def test_of_two_prices_none_is_taken_and_of_two_equal_ones_one() -> None:
    content = offer(
        ("EU-WriteRequestUnits", [("0", "0.1")]),
        ("EU-WriteRequestUnits", [("0", "0.2")]),
        ("EU-ReadRequestUnits", [("0", "0.1")]),
        ("EU-ReadRequestUnits", [("0", "0.10")]),
    )
    found = read_offer("AmazonDynamoDB", content)
    assert found.ambiguous == ("write_request_million",)
    assert found.prices == {"read_request_million": Decimal(100_000)}


BROKEN: list[Any] = [
    [],
    {},
    {**offer(), "publicationDate": "yesterday"},
    {**offer(), "products": {"SKU0": {}}},
    {**offer(), "terms": {}, "products": {"SKU0": {"attributes": {"usagetype": "WriteRequestUnits"}}}},
    offer(("WriteRequestUnits", [("0", "cheap")])),
]


@for_each("content", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_price_list_is_refused(content: Any) -> None:
    with pytest.raises(OfferError, match="it is no price list file of AWS: "):
        read_offer("AmazonDynamoDB", content)


def test_new_figures_are_dated_and_what_a_file_does_not_have_stays() -> None:
    before = deepcopy(data())
    found = OfferPrices(DAY, {"write_request_million": Decimal("0.7"), "restore_gb": Decimal("1E+1")}, ())
    after = updated(data(), "eu-west-1", "AmazonDynamoDB", found)
    assert data() == before, "nothing is changed in place"
    was, is_ = before["regions"]["eu-west-1"], after["regions"]["eu-west-1"]
    assert is_["write_request_million"] == {"price": "0.7", "source": "AmazonDynamoDB-2026-11-20"}
    assert is_["restore_gb"]["price"] == "10"
    assert {key: is_[key] for key in was if key != "write_request_million"} == {
        key: was[key] for key in was if key != "write_request_million"
    }
    assert after["sources"]["AmazonDynamoDB-2026-11-20"] == {
        "date": "2026-11-20",
        "text": "AWS Price List, offer AmazonDynamoDB, published 2026-11-20",
    }
    everything = OfferPrices(DAY, {key: Decimal(1) for key in was}, ())
    gone = updated(data(), "eu-west-1", "AmazonDynamoDB", everything)["sources"]
    assert "ddb-eu-west-1" in before["sources"] and "ddb-eu-west-1" not in gone, "a source that nothing uses goes"


def test_a_new_region_comes_in_order_and_one_without_a_price_does_not() -> None:
    after = updated(data(), "eu-west-3", "AmazonDynamoDB", OfferPrices(DAY, {"restore_gb": Decimal(1)}, ()))
    assert list(after["regions"]) == sorted(after["regions"])
    assert "eu-west-3" in after["regions"]
    assert "eu-west-2" not in updated(data(), "eu-west-2", "AmazonDynamoDB", OfferPrices(DAY, {}, ()))["regions"]


def test_the_files_are_those_that_aws_publishes() -> None:
    assert address("AmazonDynamoDB", "eu-west-1") == (
        "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonDynamoDB/current/eu-west-1/index.json"
    )
    assert {key for products in PRODUCTS.values() for key in products} <= data()["units"].keys()
