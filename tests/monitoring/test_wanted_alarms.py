"""Every alarm is on when what it is for happens, off again when it is over, and off when something else happens."""

import re
from dataclasses import replace
from typing import Any

import pytest

from scripts.model import Alarm, CompositeAlarm
from scripts.monitoring import usage
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.expressions import dimensions
from scripts.monitoring.kinds import KINDS, LEVELS, PAGE, SECTIONS, SERVICE, TICKET, Kind, kind_of
from scripts.monitoring.notify import Notify
from scripts.monitoring.wanted_alarms import service_alarms, table_alarms
from tests.monitoring.evaluate import ALARM, OK, Data, composite_state, state
from tests.monitoring.support import EVERYTHING, FEED, PEOPLE, RUNBOOK, alarms, limited, provisioned, table

TABLE = dimensions("Orders")
INDEX = dimensions("Orders", "ByDay")
MANY = tuple(f"Index{n:02}" for n in range(12))


def of(operation: str, name: str = "Orders") -> tuple[tuple[str, str], ...]:
    return dimensions(name, operation=operation)


def events(metric: str, where: Any, minutes: int = 5, value: float = 11, operation: str = "") -> Data:
    return Data().put(metric, (*where, ("Operation", operation)) if operation else where, value, minutes)


def capacity(where: Any, used: float, provisioned: float, minutes: int = 15) -> Data:
    """Units a second that are used and provisioned."""
    data = Data().put("ConsumedWriteCapacityUnits", where, used * 60, minutes)
    return data.put("ProvisionedWriteCapacityUnits", where, provisioned, minutes)


def ceiling(where: Any, used: float, minutes: int = 15) -> Data:
    return Data().put("ConsumedReadCapacityUnits", where, used * 60, minutes)


PLAIN = alarms(table("ByDay"))
LIMITED = alarms(limited("ByDay"))
SCALED = alarms(provisioned("ByDay", maximum=1000))
# with so many indexes that they share alarms
SHARED = alarms(limited(*MANY), 2)
SHARED_SCALED = alarms(provisioned(*MANY), 2)
ONCE = {alarm.name: alarm for alarm in service_alarms("prod", "shop", Notify((PEOPLE,), (FEED,)), RUNBOOK, EVERYTHING)}
OTHER = dimensions("Books")
EIGHTH = dimensions("Orders", "Index07")

# alarms, the name of one, data that turns it on, and data that must not: less, too short, or of something else
CASES: list[tuple[dict[str, Any], str, Data, list[Data]]] = [
    (PLAIN, "Orders-read-throttled", events("ReadThrottleEvents", TABLE), [
        events("ReadThrottleEvents", TABLE, value=10), events("ReadThrottleEvents", TABLE, minutes=4),
        events("WriteThrottleEvents", TABLE), events("ReadThrottleEvents", INDEX), events("ReadThrottleEvents", OTHER)]),
    (PLAIN, "Orders-write-throttled", events("WriteThrottleEvents", TABLE), [
        events("ReadThrottleEvents", TABLE), events("WriteThrottleEvents", INDEX)]),
    (PLAIN, "Orders/ByDay-read-throttled", events("ReadThrottleEvents", INDEX), [
        events("ReadThrottleEvents", TABLE), events("ReadThrottleEvents", dimensions("Orders", "ByWeek")),
        events("ReadThrottleEvents", dimensions("Books", "ByDay"))]),
    (PLAIN, "Orders/ByDay-write-throttled", events("WriteThrottleEvents", INDEX), [events("WriteThrottleEvents", TABLE)]),
    (PLAIN, "Orders-read-hot-key", events("ReadKeyRangeThroughputThrottleEvents", TABLE), [
        events("ReadThrottleEvents", TABLE), events("ReadKeyRangeThroughputThrottleEvents", INDEX)]),
    (PLAIN, "Orders-write-hot-key", events("WriteKeyRangeThroughputThrottleEvents", TABLE), [
        events("WriteThrottleEvents", TABLE), events("WriteProvisionedThroughputThrottleEvents", TABLE)]),
    (PLAIN, "Orders/ByDay-read-hot-key", events("ReadKeyRangeThroughputThrottleEvents", INDEX), [
        events("ReadKeyRangeThroughputThrottleEvents", TABLE)]),
    (PLAIN, "Orders/ByDay-write-hot-key", events("WriteKeyRangeThroughputThrottleEvents", INDEX), [
        events("WriteKeyRangeThroughputThrottleEvents", TABLE)]),
    (PLAIN, "Orders-system-errors", events("SystemErrors", TABLE, 10, 6, "Query"), [
        events("SystemErrors", TABLE, 15, 5, "Query"), events("SystemErrors", TABLE, 9, 99, "Query"),
        events("SystemErrors", OTHER, 15, 99, "Query"), events("ThrottledRequests", TABLE, 15, 99, "Query")]),
    (PLAIN, "Orders-system-errors", events("SystemErrors", TABLE, 12, 3, "Query").put("SystemErrors", of("PutItem"), 3, 12), [
        events("SystemErrors", TABLE, 12, 3, "Query").put("SystemErrors", of("PutItem", "Books"), 3, 12)]),
    (PLAIN, "Orders-Query-latency", Data().put("SuccessfulRequestLatency", of("Query"), 21, 10), [
        Data().put("SuccessfulRequestLatency", of("Query"), 20, 10), Data().put("SuccessfulRequestLatency", of("Scan"), 900, 10),
        Data().put("SuccessfulRequestLatency", of("Query"), 5, 10, count=100).put("SuccessfulRequestLatency", of("Query"), 900, 10)]),
    (PLAIN, "Orders-GetItem-latency", Data().put("SuccessfulRequestLatency", of("GetItem"), 11, 10), [
        Data().put("SuccessfulRequestLatency", of("GetItem"), 11, 9)]),
    (PLAIN, "Orders-conditional-failures", events("ConditionalCheckFailedRequests", TABLE, 15, 101), [
        events("ConditionalCheckFailedRequests", TABLE, 14, 101), events("ConditionalCheckFailedRequests", OTHER, 15, 101)]),
    (PLAIN, "Orders-transaction-conflicts", events("TransactionConflict", TABLE, 10, 51), [
        events("TransactionConflict", TABLE, 15, 50)]),
    (LIMITED, "Orders-read-maximum", events("ReadMaxOnDemandThroughputThrottleEvents", TABLE), [
        events("ReadThrottleEvents", TABLE), events("WriteMaxOnDemandThroughputThrottleEvents", TABLE)]),
    (LIMITED, "Orders-write-maximum", events("WriteMaxOnDemandThroughputThrottleEvents", TABLE), [
        events("WriteMaxOnDemandThroughputThrottleEvents", INDEX)]),
    (LIMITED, "Orders/ByDay-read-maximum", events("ReadMaxOnDemandThroughputThrottleEvents", INDEX), [
        events("ReadMaxOnDemandThroughputThrottleEvents", TABLE)]),
    (LIMITED, "Orders/ByDay-write-maximum", events("WriteMaxOnDemandThroughputThrottleEvents", INDEX), [
        events("WriteMaxOnDemandThroughputThrottleEvents", TABLE)]),
    (SCALED, "Orders-write-capacity", capacity(TABLE, 91, 100), [
        capacity(TABLE, 90, 100), capacity(TABLE, 91, 100, 10), capacity(INDEX, 91, 100), capacity(TABLE, 91, 102)]),
    (SCALED, "Orders/ByDay-write-capacity", capacity(INDEX, 91, 100), [capacity(TABLE, 91, 100)]),
    (SCALED, "Orders-read-capacity", ceiling(TABLE, 91).put("ProvisionedReadCapacityUnits", TABLE, 100, 15), [
        ceiling(TABLE, 91).put("ProvisionedReadCapacityUnits", TABLE, 200, 15), capacity(TABLE, 91, 100)]),
    (SCALED, "Orders/ByDay-read-capacity", ceiling(INDEX, 91).put("ProvisionedReadCapacityUnits", INDEX, 100, 15), [
        ceiling(TABLE, 91).put("ProvisionedReadCapacityUnits", TABLE, 100, 15)]),
    (SCALED, "Orders-read-ceiling", ceiling(TABLE, 801), [
        ceiling(TABLE, 800), ceiling(TABLE, 801, 10), ceiling(INDEX, 801)]),
    (SCALED, "Orders/ByDay-read-ceiling", ceiling(INDEX, 801), [ceiling(TABLE, 801)]),
    (SCALED, "Orders-write-ceiling", capacity(TABLE, 801, 1000), [capacity(TABLE, 800, 1000)]),
    (SCALED, "Orders/ByDay-write-ceiling", capacity(INDEX, 801, 1000), [capacity(TABLE, 801, 1000)]),
    (SHARED, "Orders/indexes-1-read-throttled", events("ReadThrottleEvents", EIGHTH), [
        events("ReadThrottleEvents", TABLE), events("ReadThrottleEvents", dimensions("Orders", "Index11")),
        events("ReadThrottleEvents", EIGHTH, 4)]),
    (SHARED, "Orders/indexes-2-read-throttled", events("ReadThrottleEvents", dimensions("Orders", "Index11")), [
        events("ReadThrottleEvents", EIGHTH)]),
    (SHARED, "Orders/indexes-1-write-throttled", events("WriteThrottleEvents", EIGHTH, value=6).put(
        "WriteThrottleEvents", dimensions("Orders", "Index00"), 6, 5), [events("WriteThrottleEvents", EIGHTH, value=6)]),
    (SHARED, "Orders/indexes-1-read-hot-key", events("ReadKeyRangeThroughputThrottleEvents", EIGHTH), [
        events("ReadThrottleEvents", EIGHTH)]),
    (SHARED, "Orders/indexes-1-write-maximum", events("WriteMaxOnDemandThroughputThrottleEvents", EIGHTH), [
        events("WriteThrottleEvents", EIGHTH)]),
    (SHARED_SCALED, "Orders/indexes-2-write-capacity", capacity(EIGHTH, 91, 100), [
        capacity(dimensions("Orders", "Index01"), 91, 100), capacity(EIGHTH, 50, 100)]),
    (SHARED_SCALED, "Orders/indexes-1-read-ceiling", ceiling(EIGHTH, 801), [ceiling(EIGHTH, 700)]),
    (ONCE, "dynamodb-prod-shop-user-errors", Data().put("UserErrors", (), 11, 10), [Data().put("UserErrors", (), 10, 10)]),
    (ONCE, "dynamodb-prod-shop-account-reads", Data().put("AccountProvisionedReadCapacityUtilization", (), 81, 10), [
        Data().put("AccountProvisionedReadCapacityUtilization", (), 81, 5),
        Data().put("AccountProvisionedWriteCapacityUtilization", (), 81, 10)]),
    (ONCE, "dynamodb-prod-shop-account-writes", Data().put("AccountProvisionedWriteCapacityUtilization", (), 81, 10), [
        Data().put("AccountProvisionedWriteCapacityUtilization", (), 80, 10)]),
]  # fmt: skip


def plain_case(kind: Kind) -> tuple[dict[str, Any], str, Data, list[Data]]:
    """Of a kind that watches one metric of a table, or of the account: just enough, and just too little."""
    known, prefix, where = (ONCE, "dynamodb-prod-shop", ()) if kind.scope == SERVICE else (PLAIN, "Orders", TABLE)
    minutes = kind.datapoints * kind.period // 60

    def data(above: float, length: int) -> Data:
        return Data().put(kind.metric, where, kind.threshold + above, length)

    return known, f"{prefix}-{kind.name}", data(1, minutes), [data(0, minutes), data(1, minutes - kind.period // 60)]


_TRIED = {kind_of(name) for _, name, _, _ in CASES}
CASES += [plain_case(kind) for kind in KINDS if kind not in _TRIED]


@pytest.mark.parametrize(("known", "name", "on", "off"), CASES, ids=[f"{n}-{case[1]}" for n, case in enumerate(CASES)])
def test_an_alarm_is_on_when_it_should_be_and_off_otherwise(known: Any, name: str, on: Data, off: list[Data]) -> None:
    alarm = known[name]
    assert state(alarm, Data()) == OK, "nothing happens"
    assert state(alarm, on) == ALARM
    assert [state(alarm, data) for data in off] == [OK] * len(off)
    assert state(alarm, passed(on)) == OK, "it is over"


def passed(data: Data) -> Data:
    """The same an hour later, with nothing since."""
    return Data({key: [(second - 3600, value) for second, value in points] for key, points in data.points.items()})


def test_every_kind_of_alarm_is_tried() -> None:
    assert {kind_of(name) for _, name, _, _ in CASES} == set(KINDS)


@pytest.mark.parametrize("known", [PLAIN, LIMITED, SCALED], ids=["plain", "limited", "scaled"])
def test_every_alarm_of_a_table_is_tried(known: dict[str, Any]) -> None:
    tried = {name for other, name, _, _ in CASES if other is known or name in PLAIN}
    assert {name for name, alarm in known.items() if isinstance(alarm, Alarm)} <= tried


def test_one_message_about_a_table_and_not_one_from_each_alarm() -> None:
    unhealthy = PLAIN["Orders-unhealthy"]
    assert isinstance(unhealthy, CompositeAlarm)
    assert (unhealthy.actions, unhealthy.ok_actions) == ((PEOPLE,), (PEOPLE,))
    data = events("ReadThrottleEvents", TABLE).put("ReadKeyRangeThroughputThrottleEvents", TABLE, 11, 5)
    single = {name: alarm for name, alarm in PLAIN.items() if isinstance(alarm, Alarm)}
    states = {name: state(alarm, data) for name, alarm in single.items()}
    on = [name for name, value in states.items() if value == ALARM]
    assert on == ["Orders-read-throttled", "Orders-read-hot-key"]
    assert composite_state(unhealthy, states) == ALARM
    assert [single[name].actions for name in on] == [(FEED,), (FEED,)]
    assert composite_state(unhealthy, dict.fromkeys(states, OK)) == OK
    tickets = {name for name in single if kind_of(name).severity == TICKET}  # type: ignore[union-attr]
    assert {single[name].actions for name in tickets} == {(PEOPLE,)}
    assert composite_state(unhealthy, {name: ALARM if name in tickets else OK for name in states}) == OK


def test_levels_add_to_each_other() -> None:
    names = [set(alarms(table("ByDay"), settings=AlarmSettings(level))) for level in LEVELS]
    assert names[0] < names[1] < names[2]
    assert names[0] == {
        "Orders-read-throttled", "Orders-write-throttled", "Orders/ByDay-read-throttled", "Orders/ByDay-write-throttled",
        "Orders-system-errors", "Orders-unhealthy",
    }  # fmt: skip


def test_thresholds_periods_and_severity_can_be_set() -> None:
    settings = AlarmSettings(
        sections={"throttled": {"threshold": 0, "datapoints": 2, "evaluation_periods": 3, "severity": TICKET}}
    )
    found = alarms(table(), settings=settings)
    throttled, hot = found["Orders-read-throttled"], found["Orders-read-hot-key"]
    assert isinstance(throttled, Alarm)
    assert isinstance(hot, Alarm)
    assert (throttled.threshold, throttled.datapoints, throttled.evaluation_periods) == (0, 2, 3)
    assert throttled.actions == (PEOPLE,)
    assert "more than 0 a minute in 2 of 3 minutes" in throttled.description
    assert (hot.threshold, hot.datapoints, hot.evaluation_periods) == (0, 5, 5), "the threshold is that of throttling"
    unhealthy = found["Orders-unhealthy"]
    assert isinstance(unhealthy, CompositeAlarm)
    assert "throttled" not in unhealthy.rule


@pytest.mark.parametrize(("datapoints", "periods", "found"), [(7, None, (7, 7)), (None, 3, (3, 3)), (9, 3, (3, 3))])
def test_datapoints_never_exceed_the_periods(
    datapoints: int | None, periods: int | None, found: tuple[int, int]
) -> None:
    given = {key: value for key, value in (("datapoints", datapoints), ("evaluation_periods", periods)) if value}
    alarm = alarms(table(), settings=AlarmSettings(sections={"throttled": given}))["Orders-read-throttled"]
    assert isinstance(alarm, Alarm)
    assert (alarm.datapoints, alarm.evaluation_periods) == found


def test_known_traffic_raises_thresholds_but_what_is_set_holds() -> None:
    traffic = {"": (2000.0, 10.0), "ByDay": (50.0, 10.0)}
    found = alarms(table("ByDay"), traffic=traffic)
    limits = {name: alarm.threshold for name, alarm in found.items() if isinstance(alarm, Alarm)}
    assert limits["Orders-read-throttled"] == 1200, "1 % of 2,000 requests a second, for a minute"
    assert limits["Orders-write-throttled"] == 10, "never below the default"
    assert limits["Orders/ByDay-read-throttled"] == 30
    assert limits["Orders-system-errors"] == 121, "0.1 % of all requests of a minute"
    fixed = alarms(table("ByDay"), traffic=traffic, settings=AlarmSettings(sections={"throttled": {"threshold": 3}}))
    assert all(
        a.threshold == 3 for n, a in fixed.items() if isinstance(a, Alarm) and n.endswith(("throttled", "hot-key"))
    )


def test_system_errors_watch_the_operations_of_the_access_patterns() -> None:
    from scripts.model import AccessPattern

    patterns = [
        AccessPattern("1", "", "Query", "Orders", "ByDay", 5.0),
        AccessPattern("2", "", "PutItem", "Orders", "", 2.5),
    ]
    assert usage.operations(patterns, "Orders") == ("PutItem", "Query")
    assert usage.traffic(patterns, "Orders", ["ByDay"]) == {"": (0.0, 2.5), "ByDay": (5.0, 2.5)}
    assert usage.operations([], "Orders") == usage.operations(patterns, "Books") == usage.USUAL_OPERATIONS
    unsaid = [*patterns, AccessPattern("3", "", "", "Orders")]
    assert usage.operations(unsaid, "Orders") == usage.USUAL_OPERATIONS, (
        "an operation that nobody stated is watched too"
    )
    alarm = alarms(table(), operations=("PutItem", "Query"))["Orders-system-errors"]
    assert isinstance(alarm, Alarm)
    assert alarm.expression == "SUM([FILL(m0,0),FILL(m1,0)])"
    assert [dict(query.dimensions)["Operation"] for query in alarm.metrics] == ["PutItem", "Query"]


def test_an_alarm_that_fills_gaps_does_not_wait_for_the_newest_minute() -> None:
    """CloudWatch fills the minutes that it has not got yet: with as many datapoints as periods it could never fire."""
    for known in (PLAIN, LIMITED, SCALED, SHARED, SHARED_SCALED):
        filling = [alarm for alarm in known.values() if isinstance(alarm, Alarm) and "FILL" in alarm.expression]
        assert all(alarm.datapoints < alarm.evaluation_periods for alarm in filling)


def test_names_of_kinds_never_end_in_one_another() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert [(a, b) for a in names for b in names if a != b and a.endswith(f"-{b}")] == []


@pytest.mark.parametrize("known", [PLAIN, LIMITED, SCALED, SHARED, SHARED_SCALED, ONCE])
def test_every_description_says_what_where_to_look_and_leads_to_its_section(known: dict[str, Any]) -> None:
    for name, alarm in known.items():
        match = re.fullmatch(rf"(.+)\. First: (.+) Runbook: {re.escape(RUNBOOK)}#([a-z-]+)", alarm.description)
        assert match, alarm.description
        kind = kind_of(name)
        assert match[3] == (kind.section if kind else "unhealthy")
        assert "{" not in alarm.description
        assert len(alarm.description) <= 1024  # CloudWatch, PutMetricAlarm: AlarmDescription


def test_the_longest_names_are_legal_and_unique() -> None:
    long = ["i" * 250 + f"-{n:04}" for n in range(3)]
    found = table_alarms_of("t" * 255, long)
    assert len({alarm.name for alarm in found}) == len(found)
    assert all(len(alarm.name) <= 255 and len(alarm.description) <= 1024 for alarm in found)
    assert all(kind_of(alarm.name) for alarm in found if isinstance(alarm, Alarm)), "the end of the name tells the kind"


def table_alarms_of(name: str, indexes: list[str]) -> tuple[Alarm | CompositeAlarm, ...]:
    from tests.monitoring.support import watch

    return table_alarms(watch(replace(table(*indexes), name=name)), 10**9)


def test_alarms_of_other_tables_never_share_a_name() -> None:
    every = [
        alarm.name
        for name, indexes in (
            ("a", ["b", "indexes-1"]),
            ("a-b", []),
            ("a-indexes-1", []),
            ("a-Query", []),
            ("a-read", []),
        )
        for alarm in table_alarms_of(name * 3 if len(name) == 1 else name, indexes)
    ]
    assert len(set(every)) == len(every)


def test_alarms_on_the_account_are_named_after_the_service_that_brings_them() -> None:
    assert {kind_of(name).scope for name in ONCE} == {SERVICE}  # type: ignore[union-attr]
    assert all(name.startswith("dynamodb-prod-shop-") and not alarm.dimensions for name, alarm in ONCE.items())
    assert service_alarms("prod", "shop", Notify((PEOPLE,), (FEED,)), RUNBOOK, AlarmSettings("essential")) == ()


def test_every_section_has_its_severity() -> None:
    assert {kind.section for kind in KINDS if kind.severity == PAGE} == {
        "throttled", "hot-key", "on-demand-maximum", "system-errors",
    }  # fmt: skip
    assert set(SECTIONS) == {kind.section for kind in KINDS}
