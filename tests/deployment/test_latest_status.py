"""A deployment that could not wait for AWS is looked at later: done, failed, still at work, or with a step left."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts import look_again
from scripts.observe import stacks
from tests.shop import DEPLOYMENT, ENVIRONMENT, Shop

EXECUTION = Path("build") / "deploy" / ENVIRONMENT / "execution.json"
STACK = f"dynamodb-{ENVIRONMENT}-shop"


def _look() -> tuple[int, dict[str, Any]]:
    code = look_again.main(["--environment", ENVIRONMENT, "--execution", str(EXECUTION)])
    return code, json.loads(EXECUTION.read_text())


def test_what_aws_went_on_with_is_known_later(shop: Shop, aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # Out of time before anything: everything is left to do, and nothing is called failed.
    assert shop.deploy("--stop-after", "0") == 4, shop.err
    assert "The time for which this run may wait is over." in shop.err
    assert "Fix: aws" not in shop.out + shop.err
    code, report = _look()
    assert (code, report["outcome"]) == (2, "waiting")
    assert shop.deploy() == 0, shop.err

    # The credentials end while AWS changes a table.
    shop.write(DEPLOYMENT.replace("recovery_days: 14", "recovery_days: 20"))
    aws.fail("DescribeChangeSet", "ExpiredToken", after=1)
    assert shop.deploy() == 4, shop.err
    assert json.loads(EXECUTION.read_text())["stacks"][f"{STACK}-Orders"]["outcome"] == "running"
    waiting, describe = EXECUTION.read_text(), stacks.describe
    for status, expected, outcome in (
        ("UPDATE_IN_PROGRESS", 4, "waiting"),
        ("UPDATE_ROLLBACK_COMPLETE", 1, "failed"),
        ("", 0, "deployed"),
    ):
        EXECUTION.write_text(waiting)
        found = stacks.describe if status else describe

        def as_status(*given: Any, status: str = status) -> Any:
            stack = describe(*given)
            return stack and replace(stack, status=status)

        monkeypatch.setattr(stacks, "describe", as_status if status else found)
        code, report = _look()
        assert (code, report["outcome"]) == (expected, outcome), report
    assert report["stacks"][f"{STACK}-Orders"]["outcome"] == "deployed"
    assert (
        look_again.main(["--environment", ENVIRONMENT, "--execution", str(EXECUTION)]) == 1
    )  # no report of what waits
