"""The page's example must be as good as it says, and the page must name what there is."""

import json
import re
from pathlib import Path

from scripts.checks.access_files import check_document
from tests.access.evaluator import allows
from tests.access.samples import everything
from tests.working_copy import KEPT_SAMPLE

PAGE = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")
(EXAMPLE,) = (json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
(ORDERS,) = EXAMPLE["Statement"][0]["Resource"]


def test_the_example_shows_a_customer_own_items_only():
    assert check_document(EXAMPLE, "example.json") == []
    filled = json.loads(json.dumps(EXAMPLE).replace("${aws:PrincipalTag/customer}", "7"))

    def shown(action, *keys, resource=ORDERS):
        context = {"dynamodb:LeadingKeys": keys} if keys else {}
        return allows([filled], f"dynamodb:{action}", resource, context)

    assert shown("Query", "CUSTOMER#7")
    assert shown("BatchGetItem", "CUSTOMER#7", "CUSTOMER#7")
    assert not shown("BatchGetItem", "CUSTOMER#7", "CUSTOMER#8")
    assert not shown("Query", "CUSTOMER#8")
    assert not shown("Query")
    assert not shown("Scan", "CUSTOMER#7")
    assert not shown("PutItem", "CUSTOMER#7")
    assert not shown("Query", "CUSTOMER#7", resource=f"{ORDERS}/index/ByOrder")


def test_the_example_fits_the_sample_contract():
    sample = json.loads((KEPT_SAMPLE / "migrationContract.json").read_text(encoding="utf-8"))
    orders = next(table for table in sample["tables"] if table["table"] == "Orders")
    assert any(entity["pk_template"].startswith("CUSTOMER#{") for entity in orders["entities"])


def test_the_page_names_every_policy():
    for name in everything():
        assert f"`{re.sub('patterns-.*', 'patterns-<Table>.json', name)}`" in PAGE
