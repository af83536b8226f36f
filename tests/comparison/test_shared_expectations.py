"""What is beside the tables and cannot be made to differ on the local AWS."""

from types import SimpleNamespace
from typing import Any

from scripts.comparison.backup_expectations import Backups
from scripts.comparison.compare import MATCH, MISMATCH
from scripts.comparison.expectation import check
from scripts.comparison.stack_expectations import StackFacts
from scripts.observe.batch_reader import BatchReader
from scripts.observe.stacks import Stack
from tests.for_each import for_each

GOVERNANCE = {"Locked": True, "MinRetentionDays": 35}
COMPLIANCE = GOVERNANCE | {"LockDate": "2026-11-30"}


@for_each(
    ("lock", "live", "outcome"),
    [
        ({"min_retention_days": 35}, GOVERNANCE, MATCH),
        ({"min_retention_days": 35, "changeable_for_days": 7}, COMPLIANCE, MATCH),
        ({"min_retention_days": 35, "changeable_for_days": 7}, GOVERNANCE, MISMATCH),
        ({"min_retention_days": 35}, COMPLIANCE, MISMATCH),
        ({"min_retention_days": 35}, {"Locked": False}, MISMATCH),
        ({}, {"Locked": False}, MATCH),
    ],
)
def test_a_lock_that_people_can_take_away_is_not_one_for_good(
    lock: dict[str, int], live: dict[str, Any], outcome: str
) -> None:
    aws: Any = SimpleNamespace(client=lambda _: SimpleNamespace(describe_backup_vault=lambda **_: live))
    backups = {"retention_days": 90, **({"lock": lock} if lock else {})}
    wanted: Any = SimpleNamespace(vault="vault", environment=SimpleNamespace(backups=backups))
    vault = next(Backups(aws, BatchReader(aws, ()), wanted).facts())
    assert check("stack", vault).outcome == outcome


def test_a_stack_that_is_being_deleted_will_not_be_healthy() -> None:
    stack = Stack("stack", "arn:stack", "DELETE_IN_PROGRESS", {}, {}, True, "2026-11-22T14:01:00Z")
    listed: Any = SimpleNamespace(stack=lambda _: stack)
    facts = StackFacts(SimpleNamespace(), "stack", listed)  # type: ignore[arg-type]
    finding = check("stack", next(facts.facts({}, {})))
    assert (finding.outcome, finding.live) == (MISMATCH, "DELETE_IN_PROGRESS")
    assert not facts.busy, "what is not there is not being created"
