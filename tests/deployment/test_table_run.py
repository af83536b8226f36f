"""What the deployment of one table says while it waits, and how long it waits for time to live."""

from types import SimpleNamespace
from typing import Any

import pytest

from scripts.deployment import table_run
from scripts.deployment.table_run import HOUR, TableRun, _doing
from scripts.observe.stacks import StackError
from tests.for_each import for_each


def described(status: str, **indexes: str) -> dict[str, Any]:
    """An answer of DescribeTable."""
    listed = [{"IndexName": name, "IndexStatus": state} for name, state in indexes.items()]
    return {"TableStatus": status, "GlobalSecondaryIndexes": listed}


@for_each(
    ("table", "step", "words"),
    [
        (described("ACTIVE", ByDay="ACTIVE"), "", ""),
        ({"TableStatus": "ACTIVE"}, "", ""),
        (described("UPDATING"), "", "table is updating"),
        (described("CREATING"), "", "table is creating"),
        (described("UPDATING", ByDay="CREATING"), "step 1 of 2: add index ByDay", "building"),
        (described("ACTIVE", ByDay="DELETING"), "remove index ByDay", "removing"),
        (described("ACTIVE", ByDay="CREATING", ByWeek="UPDATING"), "add ByDay", "building, changing ByWeek"),
        (described("ACTIVE", ByDay="CREATING"), "", "building ByDay"),
    ],
)
def test_what_is_still_changing_is_said_beside_the_step(table: dict[str, Any], step: str, words: str) -> None:
    assert _doing(table, step) == words


def test_a_table_that_will_not_become_active_is_given_up() -> None:
    with pytest.raises(StackError, match=r"The table is INACCESSIBLE_ENCRYPTION_CREDENTIALS. Look at its events"):
        _doing(described("INACCESSIBLE_ENCRYPTION_CREDENTIALS"), "")


CHANGED = "1970-01-01T01:00:00+00:00"
OFF = {"TimeToLiveSpecification": {"Enabled": False}}


@for_each(
    ("status", "changed_at", "properties", "free"),
    [
        ("UPDATE_COMPLETE", CHANGED, OFF, 2 * HOUR),
        ("UPDATE_COMPLETE", CHANGED, {}, None),
        ("UPDATE_COMPLETE", CHANGED, {"TimeToLiveSpecification": {"Enabled": True}}, None),
        ("UPDATE_COMPLETE", "", OFF, None),
        ("UPDATE_ROLLBACK_COMPLETE", CHANGED, OFF, None),
        (None, CHANGED, OFF, None),
    ],
)
def test_an_earlier_run_that_switched_time_to_live_off_is_the_beginning_of_the_hour(
    status: str | None, changed_at: str, properties: Any, free: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = SimpleNamespace(status=status, changed_at=changed_at) if status else None
    monkeypatch.setattr(table_run.stacks, "describe", lambda *_: stack)
    monkeypatch.setattr(table_run.stacks, "template", lambda *_: {"Resources": {"Table": {"Properties": properties}}})
    assert run()._free_after_stack() == free


def run(now: float = 0.0, told: list[str] | None = None) -> TableRun:
    """A run at this moment, whose pauses pass at once."""
    clock = SimpleNamespace(now=lambda: clock.time, time=now)

    def pause(seconds: float) -> None:
        clock.time += seconds

    waiting = SimpleNamespace(clock=clock, pause=pause)
    deployment: Any = SimpleNamespace(waiting=waiting, tell=(told if told is not None else []).append)
    job: Any = SimpleNamespace(stack_name="stack", desired=SimpleNamespace(name="Orders"))
    return TableRun(SimpleNamespace(aws=None), job, deployment, "{}")  # type: ignore[arg-type]


def test_the_longest_that_it_can_take_is_said_each_minute() -> None:
    told: list[str] = []
    waits = run(0.0, told)
    waits._free_at = 200.0
    waits._wait_until(130.0)
    assert told == [f"time to live can be changed again in at most {minutes} min" for minutes in (4, 3, 2)]
    waits._wait_until(130.0)
    assert len(told) == 3, "the moment has come"


def test_the_step_stands_before_what_it_does() -> None:
    told: list[str] = []
    waits = run(0.0, told)
    waits._tell("preparing")
    waits._step = "add index ByDay"
    waits._tell("building")
    assert told == ["preparing", "add index ByDay (building)"]
