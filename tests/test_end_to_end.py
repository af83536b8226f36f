"""Any legal contract becomes templates that pass every check, and tables that validate."""

import json
import os
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import deploy, generate, validate
from scripts.checks import policies
from tests.linting import lint
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop
from tests.strategies import valid_contracts

ROOT = Path(__file__).parent.parent
EXAMPLES = max(3, settings().max_examples // 20)  # each one lints, checks, deploys and validates up to three tables
DEPLOYMENT = f"environments:\n  {ENVIRONMENT}: {{region: eu-west-1, table_prefix: {{prefix}}}}\n"


def test_any_legal_contract_deploys_and_validates(shop: Shop, aws: Any, tmp_path_factory: Any) -> None:
    roots = []

    @settings(max_examples=EXAMPLES)
    @given(valid_contracts(max_tables=3), st.sampled_from(["p-", "P.", "_", "x" * 60]))
    def run(contract: dict[str, Any], prefix: str) -> None:
        if any(len(prefix + table["table"]) > 255 for table in contract["tables"]):
            prefix = "p"
            for table in contract["tables"]:
                table["table"] = table["table"][:250]
        aws.reset()
        root = tmp_path_factory.mktemp("any")
        roots.append(root)
        folder = root / "contracts" / "any"
        folder.mkdir(parents=True)
        (folder / "migrationContract.json").write_text(json.dumps(contract))
        (folder / "deployment.yaml").write_text(DEPLOYMENT.replace("{prefix}", json.dumps(prefix)))
        os.chdir(root)
        assert generate.main([]) == 0
        assert not policies.check([], control_tower=True, test_rules=False, folder=ROOT / "policies").violations
        assert deploy.main(["--environment", ENVIRONMENT, "--yes"]) == 0
        assert validate.main(["--environment", ENVIRONMENT]) == 0

    run()
    # All at once: the linter takes its time to begin.
    every = [path for root in roots for path in sorted(root.glob("generated/*/*/templates/**/*.yaml"))]
    assert lint(every, include_checks=["I"]) == []


def test_key_types_and_keys_of_several_attributes_reach_the_table(shop: Shop) -> None:
    shop.contract["tables"].append(
        {
            "table": "Readings",
            "type": "single-entity",
            "pk": "sensor",
            "sk": "at",
            "gsis": [{"index_name": "ByPlace", "pk": ["country", "city"], "sk": ["kind", "at"]}],
            "attributes": [
                {"name": name, "type": type}
                for name, type in {"sensor": "B", "at": "N", "country": "S", "city": "S", "kind": "N"}.items()
            ],
        }
    )
    shop.write()
    assert shop.deploy() == 0, shop.err
    table = client("dynamodb").describe_table(TableName="Readings")["Table"]
    types = {item["AttributeName"]: item["AttributeType"] for item in table["AttributeDefinitions"]}
    assert types == {"sensor": "B", "at": "N", "country": "S", "city": "S", "kind": "N"}
    assert [(k["AttributeName"], k["KeyType"]) for k in table["GlobalSecondaryIndexes"][0]["KeySchema"]] == [
        ("country", "HASH"),
        ("city", "HASH"),
        ("kind", "RANGE"),
        ("at", "RANGE"),
    ]
    assert shop.validate() == 0


def test_an_undeclared_key_is_a_string_and_the_page_says_so(shop: Shop) -> None:
    shop.orders["gsis"].append({"index_name": "ByTenant", "pk": "tenant_id"})
    shop.write()
    page = (shop.root / "generated" / "shop" / "tables" / "Orders.md").read_text()
    assert "**warning** C402" in page
    assert shop.deploy() == 0, shop.err
    types = client("dynamodb").describe_table(TableName="Orders")["Table"]["AttributeDefinitions"]
    assert {"AttributeName": "tenant_id", "AttributeType": "S"} in types
    assert shop.validate() == 0
