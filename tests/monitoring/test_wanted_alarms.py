"""Every alarm is on when what it is for happens, off again when it is over, and off when something else happens."""

import re
from dataclasses import replace
from typing import Any

from scripts.model import Alarm, CompositeAlarm
from scripts.monitoring.alarm_resources import alarm_resources
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.expressions import MAX_METRICS, dimensions
from scripts.monitoring.kinds import KINDS, LEVELS, PAGE, SECTIONS, SERVICE, TICKET, Kind, kind_of
from scripts.monitoring.usage import NOT_KNOWN, Expected
from scripts.monitoring.wanted_alarms import table_alarms
from scripts.templates.template import table_template, to_yaml
from tests.for_each import for_each
from tests.monitoring.evaluate import ALARM, OK, Data, composite_state, state
from tests.monitoring.support import FEED, PEOPLE, RUNBOOK, alarms, limited, of_service, provisioned, table, watch

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
STREAMED = [table(kinesis_stream="arn:aws:kinesis:eu-west-1:111122223333:stream/orders")]
BACKUPS = {"retention_days": 90, "copy_to": ["arn:aws:backup:eu-central-1:444455556666:backup-vault:copies"]}
ONCE = {alarm.name: alarm for alarm in of_service(states=STREAMED, backups=BACKUPS)}
VAULT, COPIES, THEIRS = (
    (("BackupVaultName", name),) for name in ("dynamodb-prod-shop", "copies", "dynamodb-prod-till")
)
SENT = (*TABLE, ("DelegatedOperation", "PutRecord"))
OTHER = dimensions("Books")
EIGHTH = dimensions("Orders", "Index07")

# alarms, the name of one, data that turns it on, and data that must not: less, too short, or of something else
CASES: list[tuple[dict[str, Any], str, Data, list[Data]]] = [
    (PLAIN, "Orders-throttled", events("ReadThrottleEvents", TABLE), [
        events("ReadThrottleEvents", TABLE, value=10), events("ReadThrottleEvents", TABLE, minutes=4),
        events("ReadThrottleEvents", INDEX), events("ReadThrottleEvents", OTHER)]),
    (PLAIN, "Orders-throttled", events("WriteThrottleEvents", TABLE), [
        events("WriteThrottleEvents", INDEX), events("ReadThrottleEvents", TABLE, value=6).put("WriteThrottleEvents", TABLE, 6, 5)]),
    (PLAIN, "Orders/ByDay-throttled", events("ReadThrottleEvents", INDEX), [
        events("ReadThrottleEvents", TABLE), events("ReadThrottleEvents", dimensions("Orders", "ByWeek")),
        events("ReadThrottleEvents", dimensions("Books", "ByDay"))]),
    (PLAIN, "Orders/ByDay-throttled", events("WriteThrottleEvents", INDEX), [events("WriteThrottleEvents", TABLE)]),
    (PLAIN, "Orders-hot-key", events("ReadKeyRangeThroughputThrottleEvents", TABLE), [
        events("ReadThrottleEvents", TABLE), events("ReadKeyRangeThroughputThrottleEvents", INDEX)]),
    (PLAIN, "Orders-hot-key", events("WriteKeyRangeThroughputThrottleEvents", TABLE), [
        events("WriteThrottleEvents", TABLE), events("WriteProvisionedThroughputThrottleEvents", TABLE)]),
    (PLAIN, "Orders/ByDay-hot-key", events("WriteKeyRangeThroughputThrottleEvents", INDEX), [
        events("WriteKeyRangeThroughputThrottleEvents", TABLE)]),
    (ONCE, "dynamodb-prod-shop-system-errors", events("SystemErrors", TABLE, 10, 6, "Query"), [
        events("SystemErrors", TABLE, 15, 5, "Query"), events("SystemErrors", TABLE, 9, 99, "Query"),
        events("ThrottledRequests", TABLE, 15, 99, "Query")]),
    (ONCE, "dynamodb-prod-shop-system-errors", events("SystemErrors", TABLE, 12, 3, "ExecuteStatement").put(
        "SystemErrors", of("PutItem", "Books"), 3, 12), [events("SystemErrors", TABLE, 12, 3, "ExecuteStatement")]),
    # What no access pattern names: the job that migrates (BatchWriteItem, PutItem), and the write probe of a validation.
    *((ONCE, "dynamodb-prod-shop-system-errors", events("SystemErrors", TABLE, 10, 6, operation), [
        events("SystemErrors", TABLE, 15, 5, operation)]) for operation in ("BatchWriteItem", "PutItem", "DeleteItem")),
    (PLAIN, "Orders-Query-latency", Data().put("SuccessfulRequestLatency", of("Query"), 21, 10), [
        Data().put("SuccessfulRequestLatency", of("Query"), 20, 10), Data().put("SuccessfulRequestLatency", of("Scan"), 900, 10),
        Data().put("SuccessfulRequestLatency", of("Query"), 5, 10, count=100).put("SuccessfulRequestLatency", of("Query"), 900, 10)]),
    (PLAIN, "Orders-GetItem-latency", Data().put("SuccessfulRequestLatency", of("GetItem"), 11, 10), [
        Data().put("SuccessfulRequestLatency", of("GetItem"), 11, 9)]),
    (PLAIN, "Orders-conditional-failures", events("ConditionalCheckFailedRequests", TABLE, 15, 101), [
        events("ConditionalCheckFailedRequests", TABLE, 14, 101), events("ConditionalCheckFailedRequests", OTHER, 15, 101)]),
    (PLAIN, "Orders-transaction-conflicts", events("TransactionConflict", TABLE, 10, 51), [
        events("TransactionConflict", TABLE, 15, 50)]),
    (LIMITED, "Orders-maximum", events("ReadMaxOnDemandThroughputThrottleEvents", TABLE), [
        events("ReadThrottleEvents", TABLE), events("WriteMaxOnDemandThroughputThrottleEvents", INDEX)]),
    (LIMITED, "Orders-maximum", events("WriteMaxOnDemandThroughputThrottleEvents", TABLE), []),
    (LIMITED, "Orders/ByDay-maximum", events("ReadMaxOnDemandThroughputThrottleEvents", INDEX), [
        events("ReadMaxOnDemandThroughputThrottleEvents", TABLE)]),
    (SCALED, "Orders-capacity", capacity(TABLE, 91, 100), [
        capacity(TABLE, 90, 100), capacity(TABLE, 91, 100, 10), capacity(TABLE, 91, 102)]),
    (SCALED, "Orders-capacity", capacity(INDEX, 91, 100), [capacity(EIGHTH, 91, 100)]),
    (SCALED, "Orders-capacity", ceiling(TABLE, 91).put("ProvisionedReadCapacityUnits", TABLE, 100, 15), [
        ceiling(TABLE, 91).put("ProvisionedReadCapacityUnits", TABLE, 200, 15),
        ceiling(TABLE, 91).put("ProvisionedReadCapacityUnits", INDEX, 100, 15)]),
    (SCALED, "Orders-ceiling", ceiling(TABLE, 801), [ceiling(TABLE, 800), ceiling(TABLE, 801, 10), ceiling(EIGHTH, 801)]),
    (SCALED, "Orders-ceiling", ceiling(INDEX, 801), [ceiling(INDEX, 700).put("ConsumedReadCapacityUnits", TABLE, 700 * 60, 15)]),
    (SCALED, "Orders-ceiling", capacity(TABLE, 801, 1000), [capacity(TABLE, 800, 1000)]),
    (SHARED, "Orders/indexes-2-throttled", events("ReadThrottleEvents", EIGHTH), [
        events("ReadThrottleEvents", TABLE), events("ReadThrottleEvents", dimensions("Orders", "Index11")),
        events("ReadThrottleEvents", EIGHTH, 4)]),
    (SHARED, "Orders/indexes-3-throttled", events("ReadThrottleEvents", dimensions("Orders", "Index11")), [
        events("ReadThrottleEvents", EIGHTH)]),
    (SHARED, "Orders/indexes-2-throttled", events("WriteThrottleEvents", EIGHTH), [
        events("WriteThrottleEvents", EIGHTH, value=6).put("WriteThrottleEvents", dimensions("Orders", "Index06"), 6, 5)]),
    (SHARED, "Orders/indexes-2-hot-key", events("ReadKeyRangeThroughputThrottleEvents", EIGHTH), [
        events("ReadThrottleEvents", EIGHTH)]),
    (SHARED, "Orders/indexes-2-maximum", events("WriteMaxOnDemandThroughputThrottleEvents", EIGHTH), [
        events("WriteThrottleEvents", EIGHTH)]),
    (SHARED_SCALED, "Orders/indexes-4-capacity", capacity(EIGHTH, 91, 100), [
        capacity(dimensions("Orders", "Index01"), 91, 100), capacity(EIGHTH, 50, 100)]),
    (SHARED_SCALED, "Orders/indexes-1-ceiling", ceiling(EIGHTH, 801), [ceiling(EIGHTH, 700)]),
    (PLAIN, "Orders-consumption", ceiling(TABLE, 20_001), [
        ceiling(TABLE, 20_000), ceiling(TABLE, 20_001, 10), ceiling(INDEX, 20_001)]),
    (PLAIN, "Orders-consumption", capacity(TABLE, 39_000, 1), [capacity(INDEX, 39_000, 1)]),
    (ONCE, "dynamodb-prod-shop-kinesis-failed", events("FailedToReplicateRecordCount", SENT, 1, 1), [
        events("FailedToReplicateRecordCount", SENT, 15, 0), events("ThrottledPutRecordCount", SENT)]),
    (ONCE, "dynamodb-prod-shop-kinesis-age", events("AgeOfOldestUnreplicatedRecord", SENT, 15, 86_400_000), [
        events("AgeOfOldestUnreplicatedRecord", SENT, 15, 900_000), events("AgeOfOldestUnreplicatedRecord", SENT, 10, 86_400_000)]),
    (ONCE, "dynamodb-prod-shop-kinesis-refused", events("ThrottledPutRecordCount", SENT, 10), [
        events("ThrottledPutRecordCount", SENT, 9), events("ThrottledPutRecordCount", SENT, 10, 10)]),
    *(
        (ONCE, "dynamodb-prod-shop-backup-failed", Data().put(metric, where, 1, 5), [
            Data().put(metric, where, 0, 15), Data().put(metric, THEIRS, 5, 15), Data().put("NumberOfRestoreJobsFailed", where, 5, 15)])
        for metric, where in (
            ("NumberOfBackupJobsFailed", VAULT), ("NumberOfBackupJobsAborted", VAULT), ("NumberOfBackupJobsExpired", VAULT),
            ("NumberOfCopyJobsFailed", COPIES),
        )
    ),
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


@for_each(("known", "name", "on", "off"), CASES, ids=[f"{n}-{case[1]}" for n, case in enumerate(CASES)])
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


@for_each("known", [PLAIN, LIMITED, SCALED], ids=["plain", "limited", "scaled"])
def test_every_alarm_of_a_table_is_tried(known: dict[str, Any]) -> None:
    tried = {name for other, name, _, _ in CASES if other is known or name in PLAIN}
    assert {name for name, alarm in known.items() if isinstance(alarm, Alarm)} <= tried


def test_one_message_about_a_table_and_not_one_from_each_alarm() -> None:
    unhealthy = PLAIN["Orders-unhealthy"]
    assert isinstance(unhealthy, CompositeAlarm)
    assert (unhealthy.actions, unhealthy.ok_actions) == ((PEOPLE,), ())
    data = events("ReadThrottleEvents", TABLE).put("ReadKeyRangeThroughputThrottleEvents", TABLE, 11, 5)
    single = {name: alarm for name, alarm in PLAIN.items() if isinstance(alarm, Alarm)}
    states = {name: state(alarm, data) for name, alarm in single.items()}
    on = [name for name, value in states.items() if value == ALARM]
    assert on == ["Orders-throttled", "Orders-hot-key"]
    assert composite_state(unhealthy, states) == ALARM
    assert [single[name].actions for name in on] == [(FEED,), (FEED,)]
    assert composite_state(unhealthy, dict.fromkeys(states, OK)) == OK
    tickets = {name for name in single if kind_of(name).severity == TICKET}  # type: ignore[union-attr]
    assert {single[name].actions for name in tickets} == {(PEOPLE,)}
    assert composite_state(unhealthy, {name: ALARM if name in tickets else OK for name in states}) == OK


def test_levels_add_to_each_other() -> None:
    names = [set(alarms(provisioned("ByDay"), settings=AlarmSettings(level))) for level in LEVELS]
    assert names[0] < names[1] < names[2]
    assert names[0] == {
        "Orders-throttled", "Orders/ByDay-throttled", "Orders-unhealthy"}  # fmt: skip


def test_few_alarms_for_a_table_with_three_indexes() -> None:
    """CloudWatch takes three PutMetricAlarm calls a second: with 12 alarms each a thousand tables wait for an hour."""
    for make, most in ((table, 6), (limited, 6), (provisioned, 9)):
        state = make("ByDay", "ByWeek", "ByMonth")
        found = table_alarms(watch(state, AlarmSettings()))
        assert len(found) <= most
        text = to_yaml(table_template(replace(state, alarms=found), "bookshop", "prod-eu-west-1"), "bookshop")
        assert make is provisioned or len(text.encode()) <= 12_000  # auto scaling takes room whatever is watched


def test_a_table_whose_only_page_tells_people_itself() -> None:
    """A composite alarm of one alarm would cost five times as much and say the same."""
    (alarm,) = alarms(table(), settings=AlarmSettings("essential")).values()
    assert (alarm.name, alarm.actions) == ("Orders-throttled", (PEOPLE, FEED))


def test_no_message_says_that_all_is_well() -> None:
    """A new alarm goes from INSUFFICIENT_DATA to OK, and so does one whose table is deleted."""
    for known in (PLAIN, LIMITED, SCALED, ONCE):
        for resource in alarm_resources(known.values()).values():
            assert not resource["Properties"].keys() & {"OKActions", "InsufficientDataActions"}


def test_thresholds_periods_and_severity_can_be_set() -> None:
    settings = AlarmSettings(
        "full", {"throttled": {"threshold": 0, "datapoints": 2, "evaluation_periods": 3, "severity": TICKET}}
    )
    found = alarms(table("ByDay"), settings=settings)
    throttled, hot = found["Orders-throttled"], found["Orders-hot-key"]
    assert isinstance(throttled, Alarm)
    assert isinstance(hot, Alarm)
    assert (throttled.threshold, throttled.datapoints, throttled.evaluation_periods) == (0, 2, 3)
    assert throttled.actions == (PEOPLE,)
    assert "at least 1 a minute in 2 of 3 minutes" in throttled.description
    assert (hot.threshold, hot.datapoints, hot.evaluation_periods) == (0, 5, 7), "the threshold is that of throttling"
    unhealthy = found["Orders-unhealthy"]
    assert isinstance(unhealthy, CompositeAlarm)
    assert "throttled" not in unhealthy.rule


@for_each(("datapoints", "periods", "found"), [(8, None, (8, 10)), (None, 3, (3, 5)), (9, 3, (3, 5))])
def test_datapoints_never_exceed_the_periods(
    datapoints: int | None, periods: int | None, found: tuple[int, int]
) -> None:
    given = {key: value for key, value in (("datapoints", datapoints), ("evaluation_periods", periods)) if value}
    alarm = alarms(table(), settings=AlarmSettings(sections={"throttled": given}))["Orders-throttled"]
    assert isinstance(alarm, Alarm)
    assert (alarm.datapoints, alarm.evaluation_periods) == found


def known(*rates: float) -> tuple[Expected, ...]:
    """Reads and writes per second, all of them known."""
    return tuple(Expected(rate, True) for rate in rates)


def test_known_traffic_moves_thresholds_but_what_is_set_holds() -> None:
    traffic: Any = {"": known(2000, 4), "ByDay": known(50, 0.1), "ByHour": (Expected(50), Expected(1))}
    found = alarms(table("ByDay", "ByHour", "ByWeek"), traffic=traffic)
    told = {name: re.search(r": (.+?) a minute", alarm.description) for name, alarm in found.items()}
    limits = {name: match[1] for name, match in told.items() if match}
    assert limits["Orders-throttled"] == "more than 1200 reads or 2 writes", "1 % of 2,000 and of 4 requests a second"
    assert limits["Orders/ByDay-throttled"] == "more than 30 reads or any write", "any is more than 1 % of 6"
    assert limits["Orders/ByHour-throttled"] == "more than 30 reads or 10 writes", (
        "at least so many: never below the default"
    )
    assert limits["Orders/ByWeek-throttled"] == "more than 10", "nothing is known"
    assert limits["Orders-transaction-conflicts"] == "more than 1202", "1 % of all requests of a minute"
    fixed = alarms(table("ByDay"), traffic=traffic, settings=AlarmSettings("full", {"throttled": {"threshold": 3}}))
    assert all(
        a.threshold == 3 for n, a in fixed.items() if isinstance(a, Alarm) and n.endswith(("throttled", "hot-key"))
    )


def test_each_of_reads_and_writes_has_a_threshold_of_its_own() -> None:
    """All writes of a quiet table are throttled: they are lost in what is tolerated of its many reads otherwise."""
    traffic: Any = {"": known(2000, 0.1)}
    alarm = alarms(table(), traffic=traffic)["Orders-throttled"]
    assert isinstance(alarm, Alarm)
    assert state(alarm, events("WriteThrottleEvents", TABLE, value=1)) == ALARM
    assert state(alarm, events("WriteThrottleEvents", TABLE, minutes=4, value=1)) == OK
    assert state(alarm, events("ReadThrottleEvents", TABLE, value=1200)) == OK
    assert state(alarm, events("ReadThrottleEvents", TABLE, value=1201)) == ALARM


@for_each(
    ("peak", "limits"),
    [((None, None), "20000"), ((200.0, None), "600 read or 20000 write"), ((1.0, 500.0), "100 read or 1500 write")],
)
def test_consumption_is_held_against_what_the_data_model_expects(peak: Any, limits: str) -> None:
    alarm = alarms(table(), peak=peak)["Orders-consumption"]
    assert isinstance(alarm, Alarm)
    assert f"more than {limits} units a second" in alarm.description
    writes = 3 * (peak[1] or 20_000 / 3)
    assert state(alarm, capacity(TABLE, writes + 1, 1)) == ALARM
    assert state(alarm, capacity(TABLE, writes, 1)) == OK
    fixed = alarms(table(), peak=peak, settings=AlarmSettings(sections={"consumption": {"threshold": 7}}))
    assert fixed["Orders-consumption"].threshold == 7  # type: ignore[union-attr]


def test_a_service_without_kinesis_streams_or_backups_has_no_alarms_on_them() -> None:
    found = of_service(states=[table()])
    assert not [alarm.name for alarm in found if "kinesis" in alarm.name or "backup" in alarm.name]


def test_vaults_of_one_name_are_watched_once_and_all_that_may_be_set_fit_into_the_alarm() -> None:
    arns = [f"arn:aws:backup:eu-west-{n}:444455556666:backup-vault:copies" for n in range(2)]
    arns += [f"{arns[0]}-{n}" for n in range(3)]  # 5 is the most: deployment.schema.json, copy_to
    (alarm,) = (each for each in of_service(backups={"copy_to": arns}) if each.name.endswith("-backup-failed"))
    assert [query.dimensions[0][1] for query in alarm.metrics[3:]] == ["copies", "copies-0", "copies-1", "copies-2"]
    most = of_service(backups={"copy_to": [f"{arns[0]}-{n}" for n in range(5)]})
    assert max(len(each.metrics) for each in most) <= MAX_METRICS


def test_latency_has_an_objective_by_default_at_full_and_only_there() -> None:
    assert AlarmSettings.of({"alarms": "standard"}).latency_p99_ms == {}
    assert AlarmSettings.of({"alarms": "full"}).latency_p99_ms == {"GetItem": 50, "PutItem": 50, "Query": 200}
    own = {"alarms": "full", "latency_p99_ms": {"Scan": 900}}
    assert AlarmSettings.of(own).latency_p99_ms == {"Scan": 900}


@for_each(
    ("expected", "threshold"),
    [
        (NOT_KNOWN, 5),
        (Expected(1, True), 5),
        (Expected(500, True), 5),
        (Expected(833, True), 5),
        (Expected(834, True), 50),
        (Expected(84_000, True), 5_000),
    ],
)
def test_system_errors_follow_the_traffic_of_all_tables_in_steps_of_ten(expected: Expected, threshold: float) -> None:
    found = of_service(AlarmSettings(), expected=expected)
    errors = next(alarm for alarm in found if alarm.name.endswith("system-errors"))
    assert errors.threshold == threshold
    assert errors.actions == (PEOPLE, FEED)


def test_an_alarm_that_fills_gaps_does_not_wait_for_the_newest_minute() -> None:
    """CloudWatch fills the minutes that it has not got yet: with as many datapoints as periods it could never fire."""
    for known in (PLAIN, LIMITED, SCALED, SHARED, SHARED_SCALED, ONCE):
        filling = [alarm for alarm in known.values() if isinstance(alarm, Alarm) and "FILL" in alarm.expression]
        assert all(alarm.datapoints < alarm.evaluation_periods for alarm in filling)


def test_names_of_kinds_never_end_in_one_another() -> None:
    names = [kind.name for kind in KINDS]
    assert len(set(names)) == len(names)
    assert [(a, b) for a in names for b in names if a != b and a.endswith(f"-{b}")] == []


@for_each("known", [PLAIN, LIMITED, SCALED, SHARED, SHARED_SCALED, ONCE])
def test_every_description_says_what_where_to_look_and_leads_to_its_section(known: dict[str, Any]) -> None:
    for name, alarm in known.items():
        match = re.fullmatch(
            rf"(.+)\. (?:For users: .+\. )?First: (.+) Runbook: {re.escape(RUNBOOK)}#([a-z-]+)", alarm.description
        )
        assert match, alarm.description
        kind = kind_of(name)
        assert kind is None or kind.users in alarm.description
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
    essential = of_service(AlarmSettings("essential"))
    assert [alarm.name for alarm in essential] == ["dynamodb-prod-shop-system-errors"]


def test_every_section_has_its_severity() -> None:
    assert {kind.section for kind in KINDS if kind.severity == PAGE} == {
        "throttled", "hot-key", "on-demand-maximum", "system-errors", "kinesis-failed", "kinesis-age",
    }  # fmt: skip
    assert set(SECTIONS) == {kind.section for kind in KINDS}
