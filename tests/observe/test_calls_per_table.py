"""How often AWS is asked for each table, counted: what docs/how-it-works.md states."""

from collections import Counter
from pathlib import Path
from typing import Any

from scripts import plan
from tests.local_aws.support import client
from tests.shop import ENVIRONMENT, Shop

PAGE = (Path(__file__).parent.parent.parent / "docs" / "how-it-works.md").read_text()
LOGS = {"table": "Logs", "type": "single-entity", "pk": "id", "attributes": [{"name": "id", "type": "S"}]}


def test_a_table_more_costs_the_calls_that_the_page_states(shop: Shop, aws: Any) -> None:
    def asked(command: Any) -> Counter[str]:
        before = len(aws.calls())
        assert command() == 0, shop.err
        return Counter(aws.calls()[before:])

    def planned() -> int:
        return shop._run(plan.main, "--environment", ENVIRONMENT)

    shop.deployed()
    first = asked(planned), asked(shop.validate)
    shop.contract["tables"].append(LOGS)
    shop.write()
    assert shop.deploy() == 0, shop.err
    again = asked(planned), asked(shop.validate)
    plans, validations = (new - old for new, old in zip(again, first, strict=True))
    assert plans == {
        "cloudformation:GetTemplate": 1,
        "dynamodb:DescribeContinuousBackups": 1,
        "dynamodb:DescribeKinesisStreamingDestination": 1,
        "dynamodb:DescribeTable": 1,
        "dynamodb:DescribeTimeToLive": 1,
        "dynamodb:GetResourcePolicy": 1,
        "dynamodb:ListTagsOfResource": 1,
    }
    assert f"| a plan, and a deployment that changes nothing | {plans.total()}:" in PAGE
    queries = validations.pop("dynamodb:Query", 0) + validations.pop("dynamodb:Scan", 0)
    assert queries == 1
    assert f"| a validation | {validations.total()}, and one query for the table and for each index" in PAGE
    assert again[0]["dynamodb:ListContributorInsights"] == 1, "one list for all tables"
    client("dynamodb").update_contributor_insights(TableName="Logs", ContributorInsightsAction="ENABLE")
    assert shop.validate() == 1
    assert "Logs: Contributor Insights" in shop.out
