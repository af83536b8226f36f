"""What a deployment tells the person who watches it, whole, as golden texts."""

import re
from itertools import groupby
from typing import Any

from tests.golden import Golden
from tests.local_aws.support import client
from tests.shop import DEPLOYMENT, Shop


def _words(shop: Shop) -> str:
    """Output and errors without what differs from run to run: durations, hashes, ports."""
    text = "\n--- errors\n".join(part for part in (shop.out, shop.err) if part)
    text = re.sub(r"http://127\.0\.0\.1:\d+", "ENDPOINT", text)
    text = re.sub(r"\b[0-9a-f]{8}\b", "HASH", text)
    text = re.sub(r"\b\d+(\.\d)? s\b", "N s", text)
    text = re.sub(r"^\d\d:\d\d:\d\d ", "TIME ", text, flags=re.MULTILINE)
    # A second record says something new only when another second has begun.
    text = re.sub(
        r"^.* says so already; it was left as it was\.$", "Recorded, or said already", text, flags=re.MULTILINE
    )
    text = re.sub(r"^Recorded in .*$", "Recorded, or said already", text, flags=re.MULTILINE)
    found: list[str] = []
    for told, group in groupby(map(str.rstrip, text.splitlines()), key=lambda line: line.startswith("TIME")):
        lines = list(group)
        # Tables are deployed side by side: their lines are put together, each once.
        found += sorted(dict.fromkeys(lines), key=lambda line: line.split(":")[0]) if told else lines
    return "\n".join(found) + "\n"


def test_a_first_deployment_and_one_without_changes(shop: Shop, golden: Golden) -> None:
    assert shop.deploy() == 0, shop.err
    golden.check("first.txt", _words(shop))
    assert shop.deploy() == 0, shop.err
    golden.check("nothing_to_do.txt", _words(shop))


def test_a_deployment_in_steps(shop: Shop, golden: Golden) -> None:
    shop.deployed()
    shop.write(DEPLOYMENT.replace("14", "21"))
    assert shop.deploy() == 0, shop.err
    golden.check("settings.txt", _words(shop))
    shop.orders["gsis"].extend({"index_name": f"By{n}", "pk": "buyer", "sk": n} for n in ("total", "expires_at"))
    shop.write(DEPLOYMENT.replace("14", "28"))
    assert shop.deploy() == 0, shop.err
    golden.check("steps.txt", _words(shop))


def test_a_deployment_that_fails_for_one_table(shop: Shop, aws: Any, golden: Golden) -> None:
    client("dynamodb").create_table(
        TableName="Orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
    )
    assert shop.deploy() == 1
    golden.check("blocked.txt", _words(shop))
    client("dynamodb").delete_table(TableName="Orders")
    client("cloudwatch").put_metric_alarm(
        AlarmName="Orders-throttled", Namespace="AWS/DynamoDB", MetricName="ReadThrottleEvents", Statistic="Sum",
        Period=60, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip
    aws.fail("DescribeAlarms", "AccessDenied", "not allowed")  # so that the plan cannot know
    assert shop.deploy() == 1
    golden.check("failed.txt", _words(shop))
