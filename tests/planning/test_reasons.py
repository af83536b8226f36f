"""Every reason that blocks a table, whole, and that no reason and no risk is documented that nothing prints."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.model import AnyAlarm, DesiredTable, Index, LiveTable, Unknown
from scripts.observe import stack_recovery, stacks
from scripts.observe.stacks import Stack
from scripts.planning import plan_rules, risk_rules, table_changes
from scripts.planning.adoption import obstacles
from scripts.planning.changes import ADOPT, BLOCKED, CREATE, UPDATE, Decision, change
from scripts.planning.reasons import Reason, reason
from scripts.planning.replicas import replica_obstacles
from scripts.planning.stack_mismatch import stack_mismatches
from scripts.planning.table_changes import TableChange, inspect
from scripts.planning.template_diff import plain
from scripts.templates.template import table_template
from tests.for_each import for_each
from tests.golden import Golden
from tests.samples import ENVIRONMENT, SERVICE, STATE, keys, live_table

BY_STATUS, BY_BOOK = STATE.indexes
REGION = "eu-west-1"
ARN = "arn:aws:kms:eu-west-1:111122223333"
DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeStackResources")
LOCAL = Index("ByTotal", keys("PK", "total:N"))


def template(state: DesiredTable = STATE) -> dict[str, Any]:
    return plain(table_template(state, SERVICE, ENVIRONMENT))


def mismatches(stated: DesiredTable, live: LiveTable, desired: DesiredTable = STATE) -> Iterator[Reason]:
    """Of a stack whose template is that of `stated`."""
    return stack_mismatches(template(stated), desired, live, REGION)


def stack(status: str = "UPDATE_COMPLETE", **more: Any) -> Stack:
    tags = {"Service": SERVICE, "Environment": ENVIRONMENT}
    return Stack(
        **{"name": "stack", "id": "arn", "status": status, "tags": tags, "outputs": {}, "protected": True, **more}
    )


def told(value: str | Exception) -> str:
    if isinstance(value, Exception):
        raise value
    return value


def inspected(
    monkeypatch: pytest.MonkeyPatch,
    live: LiveTable | Unknown | None,
    found: Stack | None,
    *,
    ill: bool = False,
    owner: str | Exception = "",
    stated: DesiredTable = STATE,
    alarms: tuple[AnyAlarm, ...] | None = None,
    wanted: DesiredTable = STATE,
    read: Callable[[str, Any], Any] = lambda _what, found: found,
) -> TableChange:
    """What happens to a table that is found so, in a stack that is found so. `read`: what answers each of the two questions."""
    monkeypatch.setattr(table_changes, "read_table", lambda *_: read("table", live))
    monkeypatch.setattr(stacks, "describe", lambda *_: found)
    monkeypatch.setattr(stacks, "template", lambda *_: template(stated))
    monkeypatch.setattr(stack_recovery, "needs_recovery", lambda *_: ill)
    tags = {"Service": SERVICE, "Environment": ENVIRONMENT}
    place: Any = SimpleNamespace(
        environment=SimpleNamespace(name=ENVIRONMENT), service=SimpleNamespace(name=SERVICE), tags=tags
    )
    target: Any = SimpleNamespace(aws=SimpleNamespace(region=REGION))
    listed: Any = SimpleNamespace(
        stack=lambda _: read("stack", found),
        owner=lambda *_: told(owner),
        stack_of=lambda _: told(owner),
        key=lambda key: {"Enabled": False, "KeyState": "PendingDeletion", "Arn": key},
        alarms=lambda _: (STATE.alarms if found and found.exists else ()) if alarms is None else alarms,
    )
    return inspect(target, place, SimpleNamespace(name="Orders"), wanted, listed)  # type: ignore[arg-type]


def every_reason(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Reason, ...]]:
    replicas = live_table(beyond=(("replicas", "us-east-1"),))
    fewer, other = replace(STATE, indexes=(BY_STATUS,)), replace(STATE, ttl_attribute="until")
    kinesis = replace(STATE, kinesis_stream="arn:aws:kinesis:eu-west-1:111122223333:stream/orders")
    deafer = replace(STATE, alarms=(replace(STATE.alarms[0], threshold=99), *STATE.alarms[1:]))  # type: ignore[type-var]
    stream, gone = replace(STATE, stream="KEYS_ONLY"), replace(STATE, indexes=(BY_BOOK,))

    more = replace(STATE, indexes=(*STATE.indexes, Index("New", keys("isbn"))))
    scaled = replace(
        STATE, billing="PROVISIONED", throughput=tuple((name, 5, 5) for name in ("", "ByStatus", "ByBook"))
    )
    owned = replace(STATE, encryption="aws-owned")

    def found(*arguments: Any, **more: Any) -> tuple[Reason, ...]:
        return inspected(monkeypatch, *arguments, **more).change.reasons

    return {
        "other keys": change(STATE, live_table(keys=keys("PK"))).reasons,
        "another index": change(STATE, live_table(indexes=(replace(BY_STATUS, keys=keys("status")), BY_BOOK))).reasons,
        "other local indexes": change(replace(STATE, local_indexes=(LOCAL,)), live_table()).reasons,
        "another type of a key": change(STATE, live_table(indexes=(Index("Old", keys("isbn:S")),))).reasons,
        "another name": found(None, stack(outputs={"TableName": "prod-Orders"})),
        "not active": change(STATE, live_table(status="UPDATING"), adopt=True).reasons,
        "in another stack": found(live_table(), None, owner="legacy"),
        "in a stack or not, which may not be read": found(live_table(), None, owner=DENIED),
        "not known": tuple(obstacles(live_table(encryption=Unknown("AccessDenied: no.")))),
        "adopted with replicas": tuple(replica_obstacles(STATE, replicas, adopt=True)),
        "changed with replicas": tuple(replica_obstacles(other, replicas, adopt=False)),
        "an index left behind": tuple(mismatches(fewer, live_table())),
        "an index left behind that is not wanted": tuple(mismatches(fewer, live_table(), fewer)),
        "an index deleted by hand": tuple(mismatches(STATE, live_table(indexes=(BY_STATUS,)))),
        "an index deleted by hand that is not wanted": tuple(mismatches(STATE, live_table(gone), gone)),
        "a stream switched on by hand": tuple(mismatches(STATE, live_table(stream), stream)),
        "a stream switched off by hand": tuple(mismatches(stream, live_table())),
        "a Kinesis stream switched on by hand": tuple(mismatches(STATE, live_table(kinesis), kinesis)),
        "billing changed by hand, and an index more": tuple(mismatches(STATE, live_table(billing="PROVISIONED"), more)),
        "provisioned by hand, as is wanted now": tuple(mismatches(STATE, live_table(scaled), scaled)),
        "on demand by hand, and an index more": tuple(
            mismatches(scaled, live_table(), replace(scaled, indexes=more.indexes))
        ),
        "encryption changed by hand as is wanted now": tuple(mismatches(STATE, live_table(owned), owned)),
        "time to live changed by hand": tuple(mismatches(STATE, live_table(other), other)),
        "a table that cannot be read": found(Unknown("AccessDenied: no."), stack()),
        "a table that is gone": found(None, stack()),
        "a stack of others": found(live_table(), stack(tags={"Service": "other"})),
        "an alarm of nobody": found(None, None, alarms=STATE.alarms[:1]),
        "alarms of another stack": found(None, None, owner="legacy", alarms=STATE.alarms),
        "an alarm deleted by hand that is to change": found(live_table(), stack(), stated=deafer, alarms=()),
        "a key that is to be deleted": found(live_table(), stack(), wanted=replace(STATE, encryption=f"{ARN}:key/1")),
        "a revision that cannot be read": (reason(plan_rules.NOT_READ, why="The contract at v1 cannot be read."),),
    }


def test_a_table_that_is_made_while_it_is_looked_at_is_not_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another deployment makes stack and table between the two questions: the first finds nothing, the second all."""
    asked: list[str] = []

    def answer(what: str, found: Any) -> Any:
        asked.append(what)
        return found if len(asked) > 1 else None

    changing = inspected(monkeypatch, live_table(), stack(), read=answer).change
    assert sorted(asked) == ["stack", "table"]
    assert plan_rules.TABLE_GONE.id not in {each.id for each in changing.reasons}


def test_every_reason_whole(monkeypatch: pytest.MonkeyPatch, golden: Golden) -> None:
    reasons = every_reason(monkeypatch)
    golden.check("reasons.txt", "\n\n".join("\n".join([f"=== {k}", *map(str, v)]) for k, v in reasons.items()) + "\n")
    assert {each.id for found in reasons.values() for each in found} == set(plan_rules.FAMILY.rules)


def test_every_risk_is_printed_by_a_plan_that_is_kept() -> None:
    golden = "".join(path.read_text() for path in (Path(__file__).parent / "golden").iterdir())
    # What lowers protection is mostly beside the tables: test_risks has it.
    assert [id for id in risk_rules.FAMILY.rules if f"({id})" not in golden and not id.startswith("R2")] == []


@for_each(
    ("live", "found", "more", "action", "unsettled"),
    [
        (None, None, {}, CREATE, False),
        (None, stack("REVIEW_IN_PROGRESS"), {}, CREATE, False),
        (None, stack("ROLLBACK_COMPLETE"), {"ill": True}, CREATE, True),
        (live_table(), None, {}, ADOPT, False),
        (live_table(), stack("ROLLBACK_COMPLETE"), {"ill": True}, ADOPT, True),
        (live_table(), stack(), {}, UPDATE, False),
        (live_table(), stack("UPDATE_IN_PROGRESS"), {}, UPDATE, True),
        (live_table(status=Unknown("it is UPDATING", True)), stack(), {}, UPDATE, True),
        (live_table(index_status=(("ByBook", Unknown("it is CREATING", True)),)), stack(), {}, UPDATE, True),
        (live_table(), stack(), {"stated": replace(STATE, indexes=(BY_STATUS,))}, BLOCKED, False),
        # Once it has settled the two may be as one again.
        (live_table(), stack("UPDATE_IN_PROGRESS"), {"stated": replace(STATE, indexes=(BY_STATUS,))}, UPDATE, True),
        (live_table(), stack("ROLLBACK_FAILED"), {}, BLOCKED, False),
    ],
)
def test_what_happens_follows_from_the_table_and_its_stack(
    live: LiveTable | None,
    found: Stack | None,
    more: Any,
    action: str,
    unsettled: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = inspected(monkeypatch, live, found, **more)
    assert (made.change.action, made.unsettled) == (action, unsettled), made.change.reasons


def test_differences_are_counted() -> None:
    place: Any = None
    table: Any = None
    decided = Decision(UPDATE)
    assert TableChange(place, table, STATE, live_table(), decided).differences == 0
    assert TableChange(place, table, STATE, live_table(recovery_days=7, stream="KEYS_ONLY"), decided).differences == 2
