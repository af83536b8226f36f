"""A shop with one table, so that a deployment is short."""

import pytest

from tests.shop import Shop


@pytest.fixture
def orders(shop: Shop) -> Shop:
    del shop.contract["tables"][1:]
    return shop
