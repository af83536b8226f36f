"""AWS's public price list files: which price of ours is which product there, and prices.json with what the files say.

The files: AWS Billing User Guide, "Reading the service price list file (JSON)". The usage types: Developer Guide of DynamoDB,
"understanding billing and usage reports"; CloudWatch User Guide, "Analyze, optimize, and reduce costs"; each begins with a short
name of its Region, save in us-east-1.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

HOST = "https://pricing.us-east-1.amazonaws.com"
MILLION = 1_000_000


class Product(NamedTuple):
    """Where a price of ours stands in AWS's list: the usage type without its Region, and of how many units the price is."""

    usage_type: str
    units: int = 1


PRODUCTS: Mapping[str, Mapping[str, Product]] = {
    "AmazonDynamoDB": {
        "write_request_million": Product("WriteRequestUnits", MILLION),
        "read_request_million": Product("ReadRequestUnits", MILLION),
        "ia_write_request_million": Product("IA-WriteRequestUnits", MILLION),
        "ia_read_request_million": Product("IA-ReadRequestUnits", MILLION),
        "write_capacity_hour": Product("WriteCapacityUnit-Hrs"),
        "read_capacity_hour": Product("ReadCapacityUnit-Hrs"),
        "ia_write_capacity_hour": Product("IA-WriteCapacityUnit-Hrs"),
        "ia_read_capacity_hour": Product("IA-ReadCapacityUnit-Hrs"),
        "storage_gb_month": Product("TimedStorage-ByteHrs"),
        "ia_storage_gb_month": Product("IA-TimedStorage-ByteHrs"),
        "pitr_gb_month": Product("TimedPITRStorage-ByteHrs"),
        "restore_gb": Product("RestoreDataSize-Bytes"),
        "stream_read_million": Product("Streams-Requests", MILLION),
        "change_capture_million": Product("ChangeDataCaptureUnits-Kinesis", MILLION),
    },
    "AWSBackup": {
        "backup_gb_month": Product("WarmStorage-ByteHrs-DynamoDB"),
        "cold_backup_gb_month": Product("ColdStorage-ByteHrs-DynamoDB"),
        "backup_copy_gb": Product("CrossRegion-WarmBytes-DynamoDB"),
    },
    "AmazonCloudWatch": {
        "alarm_metric_month": Product("CW:AlarmMonitorUsage"),
        "contributor_insights_million": Product("CW:ContributorEventsManaged", MILLION),
    },
    "awskms": {"kms_key_month": Product("KMS-Keys")},
}


class OfferError(ValueError):
    """A price list file is not what AWS documents: what was found."""


class OfferPrices(NamedTuple):
    """What a price list file says: its date, dollars by our keys, and the keys of which it has several different prices."""

    published: date
    prices: Mapping[str, Decimal]
    ambiguous: tuple[str, ...]


def address(offer: str, region: str) -> str:
    """Where AWS publishes the current prices of a service in a Region."""
    return f"{HOST}/offers/v1.0/aws/{offer}/current/{region}/index.json"


def read_offer(offer: str, content: Any) -> OfferPrices:
    """The prices of a price list file, parsed from its JSON.

    A price that begins with a free part is the one after it; of several that are not free, the first: free tiers and discounts
    for large quantities belong to the account. Raises OfferError.
    """
    try:
        published = date.fromisoformat(content["publicationDate"][:10])
        found: dict[str, set[Decimal]] = {}
        for sku, product in content["products"].items():
            key = _key(offer, product["attributes"].get("usagetype", ""))
            if key:
                found.setdefault(key, set()).update(_prices(content["terms"]["OnDemand"].get(sku, {})))
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise OfferError(f"it is no price list file of AWS: {type(error).__name__} {error}") from error
    prices = {key: _of_units(offer, key, min(each)) for key, each in found.items() if len(each) == 1}
    return OfferPrices(published, prices, tuple(key for key, each in found.items() if len(each) > 1))


def _key(offer: str, usage_type: str) -> str | None:
    """The key of ours for a usage type with or without its Region: the one that says most of it."""
    matching = [
        (len(product.usage_type), key)
        for key, product in PRODUCTS[offer].items()
        if usage_type == product.usage_type or usage_type.endswith(f"-{product.usage_type}")
    ]
    return max(matching)[1] if matching else None


def _prices(terms: Mapping[str, Any]) -> Iterator[Decimal]:
    """For each offer term of a product the dollars of its first part that is not free."""
    for term in terms.values():
        parts = sorted(
            (Decimal(part.get("beginRange", "0")), Decimal(part["pricePerUnit"]["USD"]))
            for part in term["priceDimensions"].values()
        )
        yield from [price for _, price in parts if price][:1]


def _of_units(offer: str, key: str, price: Decimal) -> Decimal:
    return (price * PRODUCTS[offer][key].units).normalize()


def updated(data: Mapping[str, Any], region: str, offer: str, found: OfferPrices) -> dict[str, Any]:
    """The content of prices.json with the prices of a file; what it does not have stays as it was, and unused sources go."""
    source = f"{offer}-{found.published.isoformat()}"
    figures = {key: {"price": f"{price:f}", "source": source} for key, price in found.prices.items()}
    regions = {**data["regions"], region: {**data["regions"].get(region, {}), **figures}}
    in_order = {
        name: {key: regions[name][key] for key in data["units"] if key in regions[name]}
        for name in sorted(regions)
        if regions[name]
    }
    text = f"AWS Price List, offer {offer}, published {found.published.isoformat()}"
    sources = {**data["sources"], source: {"date": found.published.isoformat(), "text": text}}
    used = {figure["source"] for each in in_order.values() for figure in each.values()}
    return {**data, "sources": {name: sources[name] for name in sources if name in used}, "regions": in_order}
