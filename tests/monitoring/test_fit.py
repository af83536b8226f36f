"""Alarms fit into a template: the fullest set that does, and it is said what that cost."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from scripts.model import Alarm, CompositeAlarm, DesiredTable
from scripts.monitoring import fit, kinds, wanted_alarms
from scripts.monitoring.alarm_settings import AlarmSettings
from scripts.monitoring.kinds import ESSENTIAL, KINDS, LEVELS, SERVICE
from scripts.monitoring.kinds import PAGE as PAGES
from scripts.monitoring.wanted_alarms import AnyAlarm, dropped, in_detail, table_alarms
from scripts.templates.desired import TEMPLATE_MAX
from scripts.templates.template import table_template, to_json
from tests.for_each import for_each
from tests.monitoring.support import EVERYTHING, alarms, limited, provisioned, table, watch

PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text(encoding="utf-8")

FEW, MANY = table("ByDay", "ByWeek"), table(*(f"Index{n:02}" for n in range(20)))


def watched(found: tuple[AnyAlarm, ...], metric: str) -> set[str]:
    """The indexes of which an alarm has this metric."""
    every = [
        (each_metric, dict(dimensions))
        for alarm in found
        if isinstance(alarm, Alarm)
        for each_metric, dimensions in (
            (alarm.metric, alarm.dimensions),
            *((query.metric, query.dimensions) for query in alarm.metrics),
        )
    ]
    return {d["GlobalSecondaryIndexName"] for name, d in every if name == metric and "GlobalSecondaryIndexName" in d}


def test_with_room_every_index_has_alarms_of_its_own() -> None:
    found = table_alarms(watch(FEW))
    assert {alarm.name for alarm in found} == set(alarms(FEW))
    assert fit.remarks(["ByDay", "ByWeek"], found) == ()


@for_each("room", [44_000, 30_000, 20_000, 1])
def test_with_less_room_no_index_loses_its_throttle_alarms(room: int) -> None:
    found = table_alarms(watch(MANY), room)
    names = {index.name for index in MANY.indexes}
    for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
        assert watched(found, metric) == names
    assert fit.size(found) <= room or found == in_detail(watch(MANY), fit.DETAILS[-1])
    assert all(len(alarm.metrics) <= 10 for alarm in found if isinstance(alarm, Alarm))  # CloudWatch, PutMetricAlarm


def test_each_detail_takes_less_room_than_the_one_before() -> None:
    sizes = [fit.size(in_detail(watch(MANY), detail)) for detail in fit.DETAILS]
    assert sizes == sorted(sizes, reverse=True)
    # Dropping a section of which the table has no alarms makes no room in it.
    has = {kind.section for alarm in in_detail(watch(MANY), fit.DETAILS[3]) if (kind := kinds.kind_of(alarm.name))}
    assert len(set(sizes)) == 4 + len(has & {*fit.DROPPED})


def test_what_is_dropped_first_and_what_never_is() -> None:
    # First those that are there on request only, then tickets, at last pages, of which throttled tells the effect.
    ranks = {kind.section: (LEVELS.index(kind.level), kind.severity == PAGES) for kind in KINDS}
    dropped = [ranks[section] for section in fit.DROPPED]
    assert dropped == sorted(dropped, key=lambda rank: (-rank[0], rank[1]))
    assert (fit.DROPPED[0], fit.DROPPED[-1]) == ("conditional-failures", "latency")
    levels = {kind.section: kind.level for kind in KINDS if kind.scope != SERVICE}
    assert {levels[section] for section in levels.keys() - set(fit.DROPPED)} == {ESSENTIAL}


@for_each("count", range(len(fit.DROPPED) + 1))
def test_what_is_dropped_is_told(count: int) -> None:
    state = limited(*(index.name for index in MANY.indexes))
    detail = fit.Detail(fit.TOGETHER, fit.LEFT_OUT, fit.DROPPED[:count])
    found = replace(state, alarms=in_detail(watch(state), detail))
    provisioned_only = {"capacity", "capacity-ceiling"}
    assert set(dropped(found, EVERYTHING)) == set(detail.without) - provisioned_only
    assert set(dropped(found, AlarmSettings("essential"))) == set()


def long_names(indexes: int, length: int) -> DesiredTable:
    """An on-demand table with the most that can be said of each index."""
    return limited(*(f"{'i' * (length - 3)}{number:03}" for number in range(indexes)))


@pytest.fixture
def one_kind_more(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A new kind that is as large as the largest, and of the least use."""
    more = KINDS[0]._replace(name="new-kind", section="new", logical_id="NewAlarm", level="full", severity="ticket")
    for module in (kinds, wanted_alarms):
        monkeypatch.setattr(module, "KINDS", (*KINDS, more))
    fewer = [each._replace(without=("new", *each.without)) for each in fit.DETAILS[3:]]
    monkeypatch.setattr(fit, "DETAILS", (*fit.DETAILS[:4], *fewer))
    kinds.kind_of.cache_clear()
    yield
    monkeypatch.undo()
    kinds.kind_of.cache_clear()


@pytest.mark.usefixtures("one_kind_more")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
@given(indexes=st.integers(0, 20), length=st.integers(4, 255), name=st.integers(3, 255))
@example(0, 4, 3)
@example(11, 64, 64)
@example(20, 255, 255)
def test_one_more_kind_of_alarm_always_fits_or_what_was_dropped_is_said(indexes: int, length: int, name: int) -> None:
    """On demand. Auto scaling takes so much room that a provisioned table of many long names fits with no alarm at all."""
    state = replace(long_names(indexes, length), name="T" * name)
    room = TEMPLATE_MAX - len(to_json(table_template(state, "shop", "prod")).encode())
    found = replace(state, alarms=table_alarms(watch(state), room))
    template = table_template(found, "shop", "prod")
    assert len(to_json(template).encode()) <= TEMPLATE_MAX
    assert ("NewAlarm" in template["Resources"]) != ("new" in dropped(found, EVERYTHING))
    assert indexes > 1 or not dropped(found, EVERYTHING)


def test_exactly_enough_room_is_enough() -> None:
    least = in_detail(watch(MANY), fit.DETAILS[-1])
    for detail in fit.DETAILS:
        wanted = in_detail(watch(MANY), detail)
        rules = [len(alarm.rule) for alarm in wanted if isinstance(alarm, CompositeAlarm)]
        if max(rules) <= fit.RULE_MAX:
            assert table_alarms(watch(MANY), fit.size(wanted)) == wanted
            assert table_alarms(watch(MANY), fit.size(wanted) - 1) != wanted or wanted == least


def test_what_it_cost_is_said() -> None:
    names = [index.name for index in MANY.indexes]
    together = fit.remarks(names, in_detail(watch(MANY), fit.DETAILS[2]))
    assert len(together) == 1
    assert "throttled, hot-key watch several indexes at once" in together[0]
    left_out = fit.remarks(names, in_detail(watch(MANY), fit.DETAILS[3]))
    assert len(left_out) == 2
    assert left_out[1] == (
        "The alarms hot-key watch the table alone and not its indexes, for want of room in the template. The throttle alarms"
        " of the indexes tell when requests are refused."
    )


LEFT_OUT = [(limited, "hot-key, on-demand-maximum"), (provisioned, "hot-key, capacity, capacity-ceiling")]


@pytest.mark.parametrize(("make", "sections"), LEFT_OUT)
def test_every_kind_of_alarm_that_is_left_out_is_named(make: Callable[..., DesiredTable], sections: str) -> None:
    names = [index.name for index in MANY.indexes]
    found = fit.remarks(names, in_detail(watch(make(*names)), fit.DETAILS[3]))
    assert f"The alarms {sections} watch the table alone" in found[1]
    for detail in fit.DETAILS[:3]:
        assert not any("table alone" in text for text in fit.remarks(names, in_detail(watch(make(*names)), detail)))


def test_an_index_without_a_maximum_lacks_nothing() -> None:
    only_the_table = replace(FEW, on_demand_maximum=(("", 100, 100),))
    assert fit.remarks(["ByDay", "ByWeek"], table_alarms(watch(only_the_table))) == ()


DOCUMENTED = re.compile(
    r"(?P<standard_provisioned>\d+) where capacity is provisioned; at level full about (?P<full_table>\d+), "
    r"(?P<full_limited>\d+) with an on-demand maximum, (?P<full_provisioned>\d+) provisioned"
)
COUNTS: list[tuple[Callable[..., DesiredTable], str, str]] = [
    (provisioned, "standard", "provisioned"),
    (table, "full", "table"),
    (limited, "full", "limited"),
    (provisioned, "full", "provisioned"),
]


def separate(make: Callable[..., DesiredTable], level: str, number: int) -> bool:
    """Whether so many indexes of a table have alarms of their own."""
    state = make(*(f"ByStatus{n:02}" for n in range(number)))
    room = TEMPLATE_MAX - len(to_json(table_template(state, "shop", "prod")).encode())
    made = watch(state, AlarmSettings(level))
    return table_alarms(made, room) == in_detail(made, fit.DETAILS[0])


@for_each(("make", "level", "name"), COUNTS)
def test_the_documented_number_of_indexes_has_alarms_of_their_own(
    make: Callable[..., DesiredTable], level: str, name: str
) -> None:
    (found,) = DOCUMENTED.finditer(re.sub(r"\s+", " ", PAGE))
    count = int(found[f"{level}_{name}"])
    # "about": one more or less is no lie
    assert [separate(make, level, number) for number in (count - 1, count + 2)] == [True, False]


def test_on_demand_every_index_that_a_table_may_have_has_an_alarm_of_its_own() -> None:
    assert separate(limited, "standard", 20)


def test_the_rule_of_a_composite_alarm_never_gets_too_long() -> None:
    long = table(*(f"{'i' * 252}{n:03}" for n in range(20)), name="t" * 255)
    found = table_alarms(watch(long), 10**9)
    (rule,) = [alarm.rule for alarm in found if isinstance(alarm, CompositeAlarm)]
    assert len(rule) <= 10_240  # CloudWatch, PutCompositeAlarm: AlarmRule


def test_logical_ids_are_unique_and_outlive_other_indexes() -> None:
    from scripts.monitoring.alarm_resources import alarm_id, alarm_resources

    for make in (table, provisioned):
        for detail in fit.DETAILS:
            found = in_detail(watch(make(*(f"Index{n:02}" for n in range(12)))), detail)
            assert len(alarm_resources(found)) == len(found)
    before = {alarm.name: alarm_id(alarm) for alarm in in_detail(watch(table("A-A", "A_A", "AA")), fit.DETAILS[2])}
    after = {alarm.name: alarm_id(alarm) for alarm in in_detail(watch(table("A_A", "AA")), fit.DETAILS[2])}
    assert after == before, "an alarm with the same name and another logical id could not be deployed"
