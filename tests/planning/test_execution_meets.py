"""The plan says what execution will meet: after it has been carried out, exactly what it said stays differs from what is wanted."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import deploy, generate
from scripts.comparison.compare import MISMATCH, Finding
from scripts.local_aws import LocalAws
from scripts.observe.target import Target, select
from scripts.observe.target_options import TargetOptions
from scripts.planning.changes import BLOCKED
from scripts.planning.entries import Plan
from scripts.planning.live_plan import live_plan
from scripts.planning.remaining_drift import staying_words
from scripts.validation.validate_target import validate
from tests.validation import deployment
from tests.validation.deployment import ENVIRONMENT, Deployed, settings
from tests.validation.tampering import CASES, batches

# What execution would be refused for, with the reason of the plan.
BLOCKING = {
    "time to live by another attribute": "B405",
    "index missing": "B402",
    "index too many": "B401",
    "index keys": "B102",
    "index projection": "B102",
    "key disabled": "B604",
    "their key disabled": "B604",
}


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop")) as made:
        yield made


def change(made: Deployed, number: int) -> Target:
    """Change a tag of each table, which changes its stack."""
    wanted = settings(made.key)
    for table in wanted["tables"].values():
        table["tags"] = {**table.get("tags", {}), "Number": str(number)}
    Path("contracts/shop/deployment.yaml").write_text(json.dumps(wanted))
    assert generate.main([]) == 0
    return select(TargetOptions(ENVIRONMENT))


def told(plan: Plan) -> dict[str, set[str]]:
    """What the plan says stays, by table, or by the stack that they share."""
    return {entry.table: {line.text for line in entry.stays} for entry in plan.everything if entry.stays}


def found(target: Target) -> dict[str, set[str]]:
    """What differs, in the same words, but for what a plan does not look at."""
    names: dict[str, set[str]] = {}
    for table in validate(target).tables:
        differing = [f for f in table.findings if f.outcome == MISMATCH and _met(f)]
        if differing:
            names[table.table] = set(staying_words(differing))
    return names


def _met(finding: Finding) -> bool:
    return "stack" not in finding.property and finding.property not in ("termination protection", "backup coverage")


STAYING = [left for batch in batches() if (left := [case for case in batch if case not in BLOCKING])]


@pytest.mark.parametrize("number", range(len(STAYING)))
def test_what_the_plan_says_stays_is_what_differs_after_the_deployment(deployed: Deployed, number: int) -> None:
    with contextlib.ExitStack() as undo:
        target = change(deployed, number)
        for case in STAYING[number]:
            undo.callback(CASES[case][1], deployed)
            CASES[case][0](deployed)
        plan = live_plan(target)
        assert deploy.main(["--environment", ENVIRONMENT, "--yes"]) == 0
        assert found(target) == told(plan)


@pytest.mark.parametrize("case", BLOCKING)
def test_what_execution_would_be_refused_for_blocks_the_plan(deployed: Deployed, case: str) -> None:
    there, back, _ = CASES[case]
    target = change(deployed, 77)
    there(deployed)
    try:
        blocked = [entry for entry in live_plan(target).everything if entry.action == BLOCKED]
        assert [reason.id for entry in blocked for reason in entry.reasons] == [BLOCKING[case]]
    finally:
        back(deployed)


def test_there_is_no_promise_of_what_stays(deployed: Deployed) -> None:
    """Neither a change nor a risk is told of it, and it makes no other plan."""
    target = change(deployed, 99)
    before = live_plan(target)
    there, back, _ = CASES["deletion protection"]
    there(deployed)
    try:
        plan = live_plan(target)
        (entry,) = [each for each in plan.entries if each.table == "Orders"]
        (was,) = [each for each in before.entries if each.table == "Orders"]
        assert (entry.changes, entry.risks, plan.hash) == (was.changes, was.risks, before.hash)
        assert [line.text for line in entry.stays] == ["Deletion protection is off, wanted: on."]
    finally:
        back(deployed)
