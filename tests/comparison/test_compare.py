"""The one comparison: everything that can differ is looked at, and what AWS would not tell is never a match."""

from dataclasses import fields, replace
from typing import Any

import pytest

from scripts.comparison.compare import GROUPS, MATCH, MISMATCH, UNKNOWN, Finding, compare
from scripts.model import ALL, INCLUDE, KEYS_ONLY, Alarm, DesiredTable, Index, LiveTable, Scaling, Unknown
from scripts.properties import PROPERTIES
from scripts.properties.aws_answers import settled
from tests.for_each import for_each
from tests.samples import ALARM, STATE, keys, live_table

BY_STATUS, BY_BOOK = STATE.indexes
BY_TOTAL = Index("ByTotal", keys("PK", "total:N"), INCLUDE, ("buyer",))
WRITE_ALARM = STATE.alarms[1]


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else (("Other", "x"),) if isinstance(value, tuple) else "other"


def off(desired: DesiredTable, found: LiveTable | Unknown | None) -> list[Finding]:
    return [finding for finding in compare(desired, found) if finding.outcome != MATCH]


# what is found, then group, subject and property of the one finding
DIFFERENT: dict[str, tuple[LiveTable, str, str, str]] = {
    "status": (live_table(status="ARCHIVED"), "Keys", "", "status"),
    "partition key": (live_table(keys=keys("pk", "SK")), "Keys", "", "key schema"),
    "sort key": (live_table(keys=keys("PK")), "Keys", "", "key schema"),
    "type of a key": (live_table(keys=keys("PK", "SK:N")), "Keys", "", "key schema"),
    "order of keys": (live_table(keys=keys("SK", "PK")), "Keys", "", "key schema"),
    "billing": (live_table(billing="PROVISIONED"), "Settings", "", "billing mode"),
    "class": (live_table(table_class="STANDARD_INFREQUENT_ACCESS"), "Settings", "", "table class"),
    "protection": (live_table(deletion_protection=False), "Settings", "", "deletion protection"),
    "recovery off": (live_table(recovery_days=0), "Settings", "", "point-in-time recovery"),
    "recovery shorter": (live_table(recovery_days=34), "Settings", "", "point-in-time recovery"),
    "encryption": (live_table(encryption="aws-owned"), "Settings", "", "encryption"),
    "time to live off": (live_table(ttl_attribute=""), "Settings", "", "time to live"),
    "tag missing": (live_table(tags=STATE.tags[1:]), "Settings", "", "tags"),
    "tag changed": (live_table(tags=(("Environment", "dev"), STATE.tags[1])), "Settings", "", "tags"),
    "index missing": (live_table(indexes=(BY_BOOK,)), "Indexes", "ByStatus", "existence"),
    "index too many": (
        live_table(indexes=(*STATE.indexes, replace(BY_BOOK, name="New"))),
        "Indexes",
        "New",
        "existence",
    ),
    "index keys": (
        live_table(indexes=(replace(BY_STATUS, keys=keys("status", "placed_at:S")), BY_BOOK)),
        "Indexes",
        "ByStatus",
        "key schema",
    ),
    "index projection": (
        live_table(indexes=(replace(BY_STATUS, projection=KEYS_ONLY), BY_BOOK)),
        "Indexes",
        "ByStatus",
        "projection",
    ),
    "projected attributes": (
        live_table(indexes=(BY_STATUS, replace(BY_BOOK, included=("email",)))),
        "Indexes",
        "ByBook",
        "projected attributes",
    ),
    "index status": (
        live_table(index_status=(("ByStatus", "INACTIVE"), ("ByBook", "ACTIVE"))),
        "Indexes",
        "ByStatus",
        "status",
    ),
    "local index too many": (live_table(local_indexes=(BY_TOTAL,)), "Indexes", "ByTotal", "existence"),
    "alarm missing": (live_table(alarms=(WRITE_ALARM,)), "Alarms", ALARM.name, "existence"),
}


@for_each(("found", "group", "subject", "name"), DIFFERENT.values(), ids=DIFFERENT)
def test_one_difference_is_one_finding(found: LiveTable, group: str, subject: str, name: str) -> None:
    (finding,) = off(STATE, found)
    assert (finding.table, finding.group, finding.subject, finding.property) == ("Orders", group, subject, name)
    assert finding.outcome == MISMATCH
    assert finding.desired != finding.live
    assert name != "existence" or {finding.desired, finding.live} == {"exists", "does not exist"}


@for_each("field", [f.name for f in fields(Alarm) if f.name != "name"])
def test_every_property_of_an_alarm_counts(field: str) -> None:
    changed = replace(ALARM, **{field: other(getattr(ALARM, field))})
    (finding,) = off(STATE, live_table(alarms=(changed, WRITE_ALARM)))
    assert (finding.group, finding.subject) == ("Alarms", ALARM.name)
    assert finding.property == field.replace("_", " ")
    assert (finding.desired, finding.live) == (getattr(ALARM, field), getattr(changed, field))


# For every field of the state: what is wanted, and what is found instead.
LOCAL = Index("ByAge", keys("PK", "age:N"))
COUNTS: dict[str, tuple[Any, Any]] = {
    "keys": (keys("PK", "SK"), keys("x")),
    "indexes": (STATE.indexes, ()),
    "local_indexes": ((LOCAL,), ()),
    "status": ("ACTIVE", "ARCHIVED"),
    "index_status": ((("ByStatus", "ACTIVE"), ("ByBook", "ACTIVE")), ()),
    "billing": ("PROVISIONED", "PAY_PER_REQUEST"),
    "table_class": ("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
    "deletion_protection": (False, True),
    "recovery_days": (35, 7),
    "encryption": ("aws-managed", "aws-owned"),
    "ttl_attribute": ("expires_at", "until"),
    "throughput": ((("", 5, 5), ("ByBook", 5, 5)), (("", 5, 5),)),
    "scaling": ((Scaling("", "Read", 5, 50, 70),), (Scaling("", "Read", 5, 50, 60),)),
    "on_demand_maximum": ((("", 5, 0),), (("", 5, 1),)),
    "warm_throughput": ((("", 15000, 5000),), (("", 15000, 4999),)),
    "stream": ("KEYS_ONLY", "NEW_IMAGE"),
    "kinesis_stream": ("", "arn:aws:kinesis:eu-west-1:111122223333:stream/x"),
    "insights": ((("", "THROTTLED_KEYS"),), (("", "off"),)),
    "resource_policy": ('{"Statement":[{"Effect":"Allow"}]}', '{"Statement":[{"Effect":"Deny"}]}'),
    "tags": ((("Team", "a"),), (("Team", "b"),)),
    "alarms": (STATE.alarms, ()),
    "beyond": ((), (("replicas", "us-east-1"),)),
    "unclassified": ((), ("Table.Tomorrow",)),
}


# Any other value will do for the rest.
COUNTS |= {
    property.field: (getattr(STATE, property.field), other(getattr(STATE, property.field)))
    for property in PROPERTIES
    if property.field not in COUNTS
}


@for_each("field", COUNTS)
def test_every_property_of_a_table_counts(field: str) -> None:
    wanted, found = COUNTS[field]
    desired = STATE if field in ONLY_LIVE else replace(STATE, **{field: wanted})
    assert off(desired, live_table(**{field: found}))
    assert off(desired, live_table(**{field: wanted})) == []


ONLY_LIVE = {"status", "index_status", "beyond", "unclassified"}  # always wanted to be ACTIVE, or nothing
# Words about a desired state, a step on the way to one, and what is only told of a live one.
NOT_COMPARED = {"name", "exceptions", "ttl_off", "item_count", "size_bytes", "created"}


def test_no_property_of_a_table_is_forgotten() -> None:
    """A new field that nobody compares fails here."""
    assert {*COUNTS, *NOT_COMPARED} == {field.name for state in (DesiredTable, LiveTable) for field in fields(state)}
    assert {property.field for property in PROPERTIES} <= {*COUNTS}


# What is found is not what is wanted, and is as good.
GROWN: dict[str, tuple[str, Any, Any]] = {
    "capacity above the minimum": ("throughput", (("", 5, 5),), (("", 40, 5),)),
    "capacity that nobody asked for": ("throughput", (), (("", 5, 5),)),
    "warmer": ("warm_throughput", (("", 15000, 0),), (("", 15001, 4000), ("ByBook", 12000, 4000))),
    "warm where nobody asked": ("warm_throughput", (), (("", 12000, 4000),)),
    "account as an ARN": (
        "resource_policy",
        '{"Statement":[{"Action":["a","b"],"Principal":{"AWS":"111122223333"}}]}',
        '{"Statement":{"Action":["b","a"],"Principal":{"AWS":["arn:aws:iam::111122223333:root"]}}}',
    ),
}


@for_each(("field", "wanted", "found"), GROWN.values(), ids=GROWN)
def test_what_is_as_good_as_wanted(field: str, wanted: Any, found: Any) -> None:
    assert off(replace(STATE, **{field: wanted}), live_table(**{field: found})) == []


# The same the other way round is a difference.
@pytest.mark.parametrize("case", ["capacity above the minimum", "warmer"])
def test_less_than_wanted_is_a_difference(case: str) -> None:
    field, wanted, found = GROWN[case]
    (finding,) = off(replace(STATE, **{field: found}), live_table(**{field: wanted}))
    assert finding.outcome == MISMATCH


def test_the_same_is_a_match_of_everything() -> None:
    found = compare(STATE, live_table())
    assert {finding.outcome for finding in found} == {MATCH}
    assert {finding.group for finding in found} <= set(GROUPS)
    subjects = {finding.subject for finding in found}
    assert subjects == {"", "ByStatus", "ByBook", "Orders-throttled", "Orders-hot-key"}


LOCAL_DIFFERENCES: dict[str, tuple[tuple[Index, ...], str]] = {
    "missing": ((), "existence"),
    "keys": ((replace(BY_TOTAL, keys=keys("PK", "total:S")),), "key schema"),
    "projection": ((replace(BY_TOTAL, projection=ALL),), "projection"),
    "projected attributes": ((replace(BY_TOTAL, included=("buyer", "email")),), "projected attributes"),
}


@for_each(("found", "name"), LOCAL_DIFFERENCES.values(), ids=LOCAL_DIFFERENCES)
def test_a_local_secondary_index_that_differs_is_one_finding(found: tuple[Index, ...], name: str) -> None:
    (finding,) = off(replace(STATE, local_indexes=(BY_TOTAL,)), live_table(local_indexes=found))
    assert (finding.group, finding.subject, finding.property) == ("Indexes", "ByTotal", name)
    assert (finding.outcome, finding.local) == (MISMATCH, True)


def test_a_local_secondary_index_needs_no_status_to_match() -> None:
    desired = replace(STATE, local_indexes=(BY_TOTAL,))
    checks = [f.property for f in compare(desired, live_table(desired)) if f.local]
    assert checks == ["key schema", "projection", "projected attributes"]
    assert off(desired, live_table(desired)) == []


def test_an_index_of_the_other_kind_is_another_index() -> None:
    found = off(replace(STATE, local_indexes=(BY_TOTAL,)), live_table(indexes=(*STATE.indexes, BY_TOTAL)))
    assert [(f.subject, f.property, f.live, f.local) for f in found] == [
        ("ByTotal", "existence", "exists", False),
        ("ByTotal", "existence", "does not exist", True),
    ]


IRRELEVANT = {
    "order of indexes": live_table(indexes=STATE.indexes[::-1], index_status=live_table().index_status[::-1]),
    "tags of others": live_table(tags=(*STATE.tags, ("cost", "1"))),
    "alarms of others": live_table(alarms=(*STATE.alarms, replace(ALARM, name="theirs"))),
    "order of alarms": live_table(alarms=STATE.alarms[::-1]),
    "threshold as a fraction": live_table(alarms=(replace(ALARM, threshold=10.0), WRITE_ALARM)),
}


@for_each("found", IRRELEVANT.values(), ids=IRRELEVANT)
def test_what_makes_no_difference(found: LiveTable) -> None:
    assert off(STATE, found) == []


NOT_TOLD = Unknown("AccessDenied: no")
UNTOLD = {"status": "status", **{property.field: property.name for property in PROPERTIES}}


@for_each(("field", "name"), UNTOLD.items())
def test_what_is_not_told_is_neither_match_nor_mismatch(field: str, name: str) -> None:
    (finding,) = off(STATE, live_table(**{field: NOT_TOLD}))
    assert (finding.property, finding.outcome, finding.reason) == (name, UNKNOWN, "AccessDenied: no")
    assert finding.live is None


def test_alarms_that_are_not_told_are_all_unknown() -> None:
    found = off(STATE, live_table(alarms=NOT_TOLD))
    assert [(f.subject, f.outcome) for f in found] == [(alarm.name, UNKNOWN) for alarm in STATE.alarms]


@pytest.mark.parametrize("status", [(), (("ByStatus", Unknown("it is CREATING", True)),)])
def test_an_index_without_a_status_is_unknown(status: Any) -> None:
    desired = replace(STATE, indexes=(BY_STATUS,))
    (finding,) = off(desired, live_table(desired, index_status=status))
    assert (finding.subject, finding.property, finding.outcome) == ("ByStatus", "status", UNKNOWN)


@pytest.mark.parametrize("status", ["DELETING", "ARCHIVING"])
def test_a_table_or_index_that_is_going_away_will_never_be_as_wanted(status: str) -> None:
    going = settled(status, {"ACTIVE"}, "it")
    found = off(STATE, live_table(status=going, index_status=(("ByStatus", going), ("ByBook", "ACTIVE"))))
    assert [(f.subject, f.property, f.outcome, f.live, f.in_progress) for f in found] == [
        ("", "status", MISMATCH, status, False),
        ("ByStatus", "status", MISMATCH, status, False),
    ]


def test_an_index_that_is_not_wanted_and_is_being_deleted_needs_only_time() -> None:
    going = (*live_table().index_status, ("Old", settled("DELETING", {"ACTIVE"}, "the index")))
    (finding,) = off(STATE, live_table(indexes=(*STATE.indexes, replace(BY_BOOK, name="Old")), index_status=going))
    assert (finding.subject, finding.property, finding.outcome) == ("Old", "existence", UNKNOWN)
    assert (finding.in_progress, finding.reason) == (True, "the index is DELETING")


@for_each(("units", "outcome"), [(4, MISMATCH), (5, MATCH), (50, MATCH), (51, MISMATCH)])
def test_capacity_is_between_minimum_and_maximum_of_each_kind(units: int, outcome: str) -> None:
    scaling = (Scaling("", "Read", 1, 90, 70), Scaling("", "Write", 5, 50, 70))
    desired = replace(STATE, throughput=(("", 1, 5),), scaling=scaling)
    (finding,) = [
        f for f in compare(desired, live_table(desired, throughput=(("", 60, units),))) if "capac" in f.property
    ]
    assert finding.outcome == outcome
    assert finding.desired == ((("", 60, min(max(units, 5), 50)),) if outcome == MISMATCH else (("", 1, 5),))


@pytest.mark.parametrize(("found", "outcome"), [(None, MISMATCH), (NOT_TOLD, UNKNOWN)])
def test_a_table_that_is_not_there_is_one_finding(found: Unknown | None, outcome: str) -> None:
    (finding,) = compare(STATE, found)
    assert (finding.table, finding.property, finding.outcome) == ("Orders", "existence", outcome)


def test_several_differences_are_all_told_in_a_steady_order() -> None:
    more = tuple(Index(f"Extra{n}", keys("x"), ALL) for n in range(9))
    found = off(STATE, live_table(indexes=more, table_class="x", deletion_protection=False))
    assert [(f.property, f.subject) for f in found] == [
        ("table class", ""),
        ("deletion protection", ""),
        ("existence", "ByStatus"),
        ("existence", "ByBook"),
        *(("existence", index.name) for index in more),
    ]
