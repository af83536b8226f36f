"""Why something differs, by the templates alone: what the stack asks for, and what it would ask for."""

from dataclasses import replace
from typing import Any

from scripts.comparison.cause import LOST, OUTSIDE, TYPES, UNDEPLOYED, needs_template, shared_cause, table_cause
from scripts.comparison.compare import MATCH, MISMATCH, UNKNOWN, Finding
from scripts.model import DesiredTable, Index, Scaling
from scripts.planning.template_diff import plain
from scripts.templates.template import table_template
from tests.for_each import for_each
from tests.samples import ALARM, STATE, keys

LOCAL = Index("ByTotal", keys("PK", "total:N"))
STATE = replace(STATE, local_indexes=(LOCAL,))
BY_STATUS, BY_BOOK = STATE.indexes
SCALED = replace(STATE, billing="PROVISIONED", throughput=(("", 5, 5),), scaling=(Scaling("", "Read", 5, 50, 70),))


def template(state: DesiredTable) -> dict[str, Any]:
    return plain(table_template(state, "shop", "prod"))


def finding(group: str, name: str, subject: str = "", outcome: str = MISMATCH, local: bool = False) -> Finding:
    return Finding("Orders", group, subject, name, outcome, local=local)


WANTED = template(STATE)
# a finding, the state that the stack has, the cause if that is the wanted one, and if it is another
CASES: dict[str, tuple[Finding, DesiredTable, DesiredTable]] = {
    "a setting": (finding("Settings", "point-in-time recovery"), STATE, replace(STATE, recovery_days=7)),
    "an alarm": (
        finding("Alarms", "threshold", ALARM.name),
        STATE,
        replace(STATE, alarms=(replace(ALARM, threshold=500), STATE.alarms[1])),
    ),
    "an alarm that is new": (finding("Alarms", "existence", ALARM.name), STATE, replace(STATE, alarms=())),
    "keys": (finding("Keys", "key schema"), STATE, replace(STATE, keys=keys("PK", "SK:N"))),
    "an index": (
        finding("Indexes", "projection", "ByBook"),
        STATE,
        replace(STATE, indexes=(BY_STATUS, replace(BY_BOOK, included=("total",)))),
    ),
    "the type of a key of an index": (
        finding("Indexes", "key schema", "ByStatus"),
        STATE,
        replace(STATE, indexes=(replace(BY_STATUS, keys=keys("status:N", "placed_at:N")), BY_BOOK)),
    ),
    "an index that is new": (finding("Indexes", "existence", "ByBook"), STATE, replace(STATE, indexes=(BY_STATUS,))),
    "a local index": (
        finding("Indexes", "projection", "ByTotal", local=True),
        STATE,
        replace(STATE, local_indexes=(replace(LOCAL, projection="KEYS_ONLY"),)),
    ),
    "capacity that is scaled": (
        finding("Settings", "provisioned capacity"),
        SCALED,
        replace(SCALED, scaling=(Scaling("", "Read", 5, 90, 70),)),
    ),
    "an on-demand maximum of an index": (
        finding("Settings", "on-demand maximum"),
        replace(STATE, on_demand_maximum=(("", 400, 200), ("ByStatus", 100, 100))),
        replace(STATE, on_demand_maximum=(("", 400, 200),)),
    ),
    "a warm throughput of an index": (
        finding("Settings", "warm throughput"),
        replace(STATE, warm_throughput=(("", 20000, 8000), ("ByBook", 13000, 5000))),
        replace(STATE, warm_throughput=(("", 20000, 8000),)),
    ),
    "insights into a new index": (
        finding("Settings", "Contributor Insights"),
        replace(STATE, insights=tuple((name, "THROTTLED_KEYS") for name in ("", "ByStatus", "ByBook"))),
        replace(STATE, indexes=(BY_STATUS,), insights=(("", "THROTTLED_KEYS"), ("ByStatus", "THROTTLED_KEYS"))),
    ),
    "auto scaling": (
        finding("Settings", "auto scaling"),
        SCALED,
        replace(SCALED, scaling=(Scaling("", "Read", 5, 50, 60),)),
    ),
}


@for_each(("found", "same", "other"), CASES.values(), ids=CASES)
def test_what_the_stack_asks_for_was_changed_outside_of_it(
    found: Finding, same: DesiredTable, other: DesiredTable
) -> None:
    wanted = template(same)
    assert table_cause(found, same, wanted, wanted) == OUTSIDE
    assert table_cause(found, same, template(other), wanted) == UNDEPLOYED
    assert table_cause(replace(found, outcome=MATCH), same, wanted, wanted) == ""
    assert table_cause(replace(found, outcome=UNKNOWN), same, wanted, wanted) == ""
    assert needs_template(found)


def test_capacity_that_nothing_scales_is_a_setting_of_the_table() -> None:
    fixed = replace(SCALED, scaling=())
    found = finding("Settings", "provisioned capacity")
    assert table_cause(found, fixed, template(fixed), template(fixed)) == OUTSIDE
    other = template(replace(fixed, throughput=(("", 6, 5),)))
    assert table_cause(found, fixed, other, template(fixed)) == UNDEPLOYED


ON: dict[str, DesiredTable] = {
    "stream": replace(STATE, stream="NEW_IMAGE"),
    "time to live": STATE,
    "on-demand maximum": replace(STATE, on_demand_maximum=(("", 4000, 2000),)),
    "Kinesis stream": replace(STATE, kinesis_stream="arn:aws:kinesis:eu-west-1:111122223333:stream/orders"),
    "Contributor Insights": replace(STATE, insights=(("", "THROTTLED_KEYS"),)),
    "resource policy": replace(STATE, resource_policy='{"Statement": []}'),
    "auto scaling": SCALED,
    "provisioned capacity": SCALED,
}


@for_each("name", ON)
def test_what_is_wanted_off_and_on_in_the_stack_was_not_deployed(name: str) -> None:
    """Else a command would switch off by hand what the next deployment then cannot switch off."""
    off = replace(STATE, ttl_attribute="")
    assert table_cause(finding("Settings", name), off, template(ON[name]), template(off)) == UNDEPLOYED
    by_hand = table_cause(finding("Settings", name), off, template(off), template(off))
    assert by_hand == (OUTSIDE if name != "provisioned capacity" else "")


def test_a_table_that_its_stack_has_and_that_is_gone_is_lost() -> None:
    gone = finding("Keys", "existence")
    assert table_cause(gone, STATE, WANTED, WANTED) == LOST
    assert table_cause(gone, STATE, {}, WANTED) == UNDEPLOYED
    assert needs_template(gone)


def test_a_table_that_no_stack_has_is_still_to_be_adopted() -> None:
    assert table_cause(finding("Settings", "encryption"), STATE, {}, WANTED) == UNDEPLOYED
    assert table_cause(finding("Keys", "key schema"), STATE, {}, WANTED) == ""


@for_each(("group", "name"), [("Keys", "status"), ("Settings", "stack policy"), ("Access", "query")])
def test_what_no_template_states_has_no_cause(group: str, name: str) -> None:
    assert table_cause(finding(group, name), STATE, WANTED, WANTED) == ""
    assert shared_cause(finding(group, name), WANTED, WANTED) == ""
    assert not needs_template(finding(group, name))


def resource(type: str, path: tuple[str, ...], name: str, **more: Any) -> dict[str, Any]:
    """A resource whose name stands at a path of its properties."""
    value: Any = name
    for key in reversed(path):
        value = {key: value}
    return {"Type": type, "Properties": {**(value if path else {}), **more}}


@for_each("name", TYPES)
def test_what_tables_share_is_behind_the_check_by_its_type_and_name(name: str) -> None:
    ours = {type: resource(type, path, "ours") for type, path in TYPES[name].items()}
    beside = resource("AWS::SNS::Topic", ("TopicName",), "another")
    wanted = {"Resources": {**ours, "Beside": beside}}
    found = finding("Alarms", name, "ours")
    assert shared_cause(found, wanted, wanted) == OUTSIDE
    assert shared_cause(found, {"Resources": ours}, wanted) == OUTSIDE, "the other one is not asked"
    for type in ours:
        kept = {"Resources": {**ours, type: {**ours[type], "DeletionPolicy": "Retain"}}}
        assert shared_cause(found, kept, wanted) == OUTSIDE, "what happens to it when it goes is no cause of what it is"
        properties = {**ours[type]["Properties"], "Tags": []}
        changed = {"Resources": {**ours, type: {**ours[type], "Properties": properties}}}
        assert shared_cause(found, changed, wanted) == UNDEPLOYED
        assert shared_cause(found, {}, wanted) == UNDEPLOYED
    assert shared_cause(replace(found, outcome=UNKNOWN), {}, wanted) == ""


def test_an_alarm_of_what_tables_share() -> None:
    found = finding("Alarms", "threshold", ALARM.name)
    assert shared_cause(found, WANTED, WANTED) == OUTSIDE
    assert shared_cause(found, {}, WANTED) == UNDEPLOYED
