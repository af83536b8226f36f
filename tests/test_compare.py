"""The one comparison: everything that can differ is looked at, and what AWS would not tell is never a match."""

from dataclasses import fields, replace
from typing import Any

import pytest

from scripts.compare import GROUPS, MATCH, MISMATCH, UNKNOWN, Finding, compare
from scripts.model import ALL, KEYS_ONLY, Alarm, Index, TableState, Unknown
from tests.samples import ALARM, STATE, keys

BY_STATUS, BY_BOOK = STATE.indexes
assert isinstance(STATE.alarms, tuple)
WRITE_ALARM = STATE.alarms[1]


def live(**changes: Any) -> TableState:
    return replace(STATE, **changes)


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else (("Other", "x"),) if isinstance(value, tuple) else "other"


def off(desired: TableState, found: TableState | Unknown | None) -> list[Finding]:
    return [finding for finding in compare(desired, found) if finding.outcome != MATCH]


# what is found, then group, subject and property of the one finding
DIFFERENT: dict[str, tuple[TableState, str, str, str]] = {
    "status": (live(status="ARCHIVED"), "Keys", "", "status"),
    "partition key": (live(keys=keys("pk", "SK")), "Keys", "", "key schema"),
    "sort key": (live(keys=keys("PK")), "Keys", "", "key schema"),
    "type of a key": (live(keys=keys("PK", "SK:N")), "Keys", "", "key schema"),
    "order of keys": (live(keys=keys("SK", "PK")), "Keys", "", "key schema"),
    "billing": (live(billing="PROVISIONED"), "Settings", "", "billing mode"),
    "class": (live(table_class="STANDARD_INFREQUENT_ACCESS"), "Settings", "", "table class"),
    "protection": (live(deletion_protection=False), "Settings", "", "deletion protection"),
    "recovery off": (live(recovery_days=0), "Settings", "", "point-in-time recovery"),
    "recovery shorter": (live(recovery_days=34), "Settings", "", "point-in-time recovery"),
    "encryption": (live(encryption="aws-owned"), "Settings", "", "encryption"),
    "time to live off": (live(ttl_attribute=""), "Settings", "", "time to live"),
    "tag missing": (live(tags=STATE.tags[1:]), "Settings", "", "tags"),
    "tag changed": (live(tags=(("Environment", "dev"), STATE.tags[1])), "Settings", "", "tags"),
    "index missing": (live(indexes=(BY_BOOK,)), "Indexes", "ByStatus", "existence"),
    "index too many": (live(indexes=(*STATE.indexes, replace(BY_BOOK, name="New"))), "Indexes", "New", "existence"),
    "index keys": (
        live(indexes=(replace(BY_STATUS, keys=keys("status", "placed_at:S")), BY_BOOK)),
        "Indexes",
        "ByStatus",
        "key schema",
    ),
    "index projection": (
        live(indexes=(replace(BY_STATUS, projection=KEYS_ONLY), BY_BOOK)),
        "Indexes",
        "ByStatus",
        "projection",
    ),
    "projected attributes": (
        live(indexes=(BY_STATUS, replace(BY_BOOK, included=("email",)))),
        "Indexes",
        "ByBook",
        "projected attributes",
    ),
    "index status": (
        live(index_status=(("ByStatus", "INACTIVE"), ("ByBook", "ACTIVE"))),
        "Indexes",
        "ByStatus",
        "status",
    ),
    "alarm missing": (live(alarms=(WRITE_ALARM,)), "Alarms", ALARM.name, "existence"),
}


@pytest.mark.parametrize(("found", "group", "subject", "name"), DIFFERENT.values(), ids=DIFFERENT)
def test_one_difference_is_one_finding(found: TableState, group: str, subject: str, name: str) -> None:
    (finding,) = off(STATE, found)
    assert (finding.table, finding.group, finding.subject, finding.property) == ("Orders", group, subject, name)
    assert finding.outcome == MISMATCH
    assert finding.desired != finding.live


@pytest.mark.parametrize("field", [f.name for f in fields(Alarm) if f.name != "name"])
def test_every_property_of_an_alarm_counts(field: str) -> None:
    changed = replace(ALARM, **{field: other(getattr(ALARM, field))})
    (finding,) = off(STATE, live(alarms=(changed, WRITE_ALARM)))
    assert (finding.group, finding.subject) == ("Alarms", ALARM.name)
    assert finding.property == field.replace("_", " ")
    assert (finding.desired, finding.live) == (getattr(ALARM, field), getattr(changed, field))


@pytest.mark.parametrize("field", [f.name for f in fields(TableState) if f.name not in ("name", "indexes")])
def test_every_property_of_a_table_counts(field: str) -> None:
    """A new field of the state that nobody compares fails here."""
    value = getattr(STATE, field)
    assert off(
        STATE, live(**{field: () if isinstance(value, tuple) else keys("x") if field == "keys" else other(value)})
    )


def test_the_same_is_a_match_of_everything() -> None:
    found = compare(STATE, STATE)
    assert {finding.outcome for finding in found} == {MATCH}
    assert {finding.group for finding in found} <= set(GROUPS)
    subjects = {finding.subject for finding in found}
    assert subjects == {"", "ByStatus", "ByBook", "Orders-read-throttled", "Orders-write-throttled"}


IRRELEVANT = {
    "order of indexes": live(indexes=STATE.indexes[::-1], index_status=STATE.index_status[::-1]),
    "tags of others": live(tags=(*STATE.tags, ("cost", "1"))),
    "alarms of others": live(alarms=(*STATE.alarms, replace(ALARM, name="theirs"))),
    "order of alarms": live(alarms=STATE.alarms[::-1]),
    "threshold as a fraction": live(alarms=(replace(ALARM, threshold=10.0), WRITE_ALARM)),
}


@pytest.mark.parametrize("found", IRRELEVANT.values(), ids=IRRELEVANT)
def test_what_makes_no_difference(found: TableState) -> None:
    assert off(STATE, found) == []


NOT_TOLD = Unknown("AccessDenied: no")
UNTOLD = {
    "status": "status",
    "keys": "key schema",
    "billing": "billing mode",
    "table_class": "table class",
    "deletion_protection": "deletion protection",
    "recovery_days": "point-in-time recovery",
    "encryption": "encryption",
    "ttl_attribute": "time to live",
    "tags": "tags",
}


@pytest.mark.parametrize(("field", "name"), UNTOLD.items())
def test_what_is_not_told_is_neither_match_nor_mismatch(field: str, name: str) -> None:
    (finding,) = off(STATE, live(**{field: NOT_TOLD}))
    assert (finding.property, finding.outcome, finding.reason) == (name, UNKNOWN, "AccessDenied: no")
    assert finding.live is None


def test_alarms_that_are_not_told_are_all_unknown() -> None:
    found = off(STATE, live(alarms=NOT_TOLD))
    assert [(f.subject, f.outcome) for f in found] == [(alarm.name, UNKNOWN) for alarm in STATE.alarms]


@pytest.mark.parametrize("status", [(), (("ByStatus", Unknown("it is CREATING", True)),)])
def test_an_index_without_a_status_is_unknown(status: Any) -> None:
    desired = replace(STATE, indexes=(BY_STATUS,))
    (finding,) = off(desired, replace(desired, index_status=status))
    assert (finding.subject, finding.property, finding.outcome) == ("ByStatus", "status", UNKNOWN)


@pytest.mark.parametrize(("found", "outcome"), [(None, MISMATCH), (NOT_TOLD, UNKNOWN)])
def test_a_table_that_is_not_there_is_one_finding(found: Unknown | None, outcome: str) -> None:
    (finding,) = compare(STATE, found)
    assert (finding.table, finding.property, finding.outcome) == ("Orders", "existence", outcome)


def test_several_differences_are_all_told_in_a_steady_order() -> None:
    more = tuple(Index(f"Extra{n}", keys("x"), ALL) for n in range(9))
    found = off(STATE, live(indexes=more, table_class="x", deletion_protection=False))
    assert [(f.property, f.subject) for f in found] == [
        ("table class", ""),
        ("deletion protection", ""),
        ("existence", "ByStatus"),
        ("existence", "ByBook"),
        *(("existence", index.name) for index in more),
    ]
