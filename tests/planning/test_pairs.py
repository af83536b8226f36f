"""What a plan makes of a change, and that AWS is of the same mind: it refuses what the plan refuses or does in steps."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scripts.model import DesiredTable, LiveTable, Scaling
from scripts.observe.aws import Aws
from scripts.observe.live_table import read_table
from scripts.observe.target import ServiceEnvironment
from scripts.planning.build_plan import plan
from scripts.planning.changes import BLOCKED, Decision, change
from scripts.planning.entries import IN_PLACE, NO_CHANGE, STEPS, UNCHANGED, Plan
from scripts.planning.inputs import PlannedTable
from scripts.planning.plan_page import to_markdown
from scripts.planning.plan_text import to_text
from scripts.planning.remaining_drift import leave_drift, staying_words
from scripts.planning.split_updates import updates
from scripts.planning.stack_operations import stages
from scripts.planning.table_differences import differences
from scripts.planning.template_diff import SharedStack, plain
from scripts.templates.template import submitted_template, table_template
from tests import samples
from tests.for_each import for_each
from tests.golden import Golden
from tests.local_aws.support import Stack, client, described, index_states, settle
from tests.planning.pairs import (
    BASE,
    BY_DAY,
    BY_EMAIL,
    KEY,
    OTHER_KEY,
    PAIRS,
    UNDER_WAY,
    UNWATCHED,
    Pair,
    indexed,
    provisioned,
)
from tests.samples import live_table

if TYPE_CHECKING:
    from scripts.local_aws import LocalAws

POLICY = (Path(__file__).parents[2] / "policies" / "stack-policy.json").read_text()
REFUSED = {name: pair for name, pair in PAIRS.items() if pair.action == BLOCKED}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> ServiceEnvironment:
    service = samples.service(tmp_path_factory.mktemp("service"))
    return ServiceEnvironment(service, service.environments[1])


HEADER = "account 111122223333: "
MECHANISM = {UNCHANGED: "stays", IN_PLACE: "in place", STEPS: "in steps", BLOCKED: "blocked"}


def planned(place: ServiceEnvironment, pair: Pair, adopt: bool = False) -> Plan:
    decided = change(pair.desired, pair.live, adopt)
    table = replace(place.service.contract.tables[0], indexes=pair.desired.indexes)
    job = PlannedTable(place, table, pair.desired, pair.live, decided)
    return plan("prod-eu-west-1", "eu-west-1", "111122223333", [job])


@for_each("pair", [*PAIRS.values(), *UNDER_WAY.values()], ids=[*PAIRS, *UNDER_WAY])
def test_class_steps_and_words(pair: Pair, place: ServiceEnvironment) -> None:
    made = planned(place, pair)
    (entry,) = made.entries
    assert entry.action == pair.action
    assert entry.mechanism == MECHANISM[pair.action]
    assert " ".join(f"{r.kind}:{r.index}" if r.index else r.kind for r in entry.risks) == pair.risks
    assert len(change(pair.desired, pair.live).steps) == pair.steps
    assert len(entry.steps) == (pair.steps if pair.action == STEPS else 0)
    text = to_text(made)
    for words in pair.words:
        assert words in text
    if not pair.words:
        assert text.endswith("account 111122223333: 1 unchanged\n")
    assert to_markdown(made).startswith("## Plan: prod-eu-west-1\n")


def test_every_pair_as_it_is_read(place: ServiceEnvironment, golden: Golden) -> None:
    texts = [
        f"=== {name}\n{to_text(planned(place, pair)).partition(HEADER)[2]}"
        for name, pair in {**PAIRS, **UNDER_WAY}.items()
    ]
    golden.check("pairs.txt", "\n".join(texts))


@for_each("name", [name for name, pair in PAIRS.items() if pair.action != BLOCKED])
def test_what_a_hand_has_changed_is_left_by_every_operation(place: ServiceEnvironment, name: str) -> None:
    """The stack asks for what is wanted, and the table is as it was: what the plan says stays, no operation may change."""
    pair = PAIRS[name]
    table = replace(place.service.contract.tables[0], indexes=pair.desired.indexes)
    asked = plain(submitted_template(pair.desired, place.service.name, place.environment.name))
    job = leave_drift(PlannedTable(place, table, pair.desired, pair.live, change(pair.desired, pair.live), asked))
    (entry,) = plan("prod-eu-west-1", "eu-west-1", "111122223333", [job]).entries
    if entry.action in NO_CHANGE:
        assert [plain(operation.template) for operation in stages(job) if plain(operation.template) != asked] == []


IN_PARTS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str, str]] = {
    "an on-demand maximum": (
        {"on_demand_maximum": (("", 4000, 2000),)},
        {"on_demand_maximum": (("", 4000, 2000), ("ByStatus", 100, 100))},
        {"on_demand_maximum": (("", 10, 2000),)},
        "On-demand maximum: none becomes index ByStatus 100 reads and 100 writes a second.",
        "On-demand maximum is table 10 reads and 2000 writes a second; index ByStatus 100 reads and 100 writes a second, wanted: table 4000",
    ),
    "the limits of auto scaling": (
        provisioned(),
        provisioned(reads=6, maximum=60),
        provisioned() | {"scaling": (Scaling("", "Read", 5, 100, 0), Scaling("", "Write", 5, 100, 70))},
        "at 70 % becomes table read 6 to 60 at 0 %; table write 6 to 60 at 70 %. Capacity moves into the new limits by itself.",
        "Auto scaling is table read 6 to 60 at 0 %; table write 6 to 60 at 70 %, wanted: table read 6 to 60 at 70 %",
    ),
    "insights": (
        {"insights": UNWATCHED},
        {"insights": (*UNWATCHED[:2], ("ByBook", "THROTTLED_KEYS"))},
        {"insights": (("", "THROTTLED_KEYS"), *UNWATCHED[1:])},
        "Contributor Insights: off becomes index ByBook THROTTLED_KEYS.",
        "Contributor Insights is table THROTTLED_KEYS",
    ),
}  # fmt: skip


@for_each("name", IN_PARTS)
def test_a_change_of_one_index_promises_nothing_of_what_a_hand_has_changed_for_the_table(
    place: ServiceEnvironment, name: str
) -> None:
    stated, wanted, by_hand, change_, stay = IN_PARTS[name]
    desired, live = replace(BASE, **wanted), live_table(replace(BASE, **stated), **by_hand)
    asked = plain(submitted_template(replace(BASE, **stated), place.service.name, place.environment.name))
    job = PlannedTable(place, place.service.contract.tables[0], desired, live, change(desired, live), asked)
    (entry,) = plan("prod-eu-west-1", "eu-west-1", "111122223333", [job]).entries
    assert any(change_ in line.text for line in entry.changes), [line.text for line in entry.changes]
    assert [stay in line.text for line in entry.stays] == [True], entry.stays


@pytest.mark.parametrize("unprotected", [False, True])
def test_termination_protection_that_is_switched_on_is_told(place: ServiceEnvironment, unprotected: bool) -> None:
    live = next(pair.live for pair in PAIRS.values() if pair.action == UNCHANGED and pair.desired == BASE)
    job = PlannedTable(place, place.service.contract.tables[0], BASE, live, change(BASE, live), unprotected=unprotected)
    shared = SharedStack("shop", "dynamodb-prod-eu-west-1-shop", {}, {}, unprotected=unprotected)
    made = plan("prod-eu-west-1", "eu-west-1", "111122223333", [job], shared=[shared])
    told = [line.text for entry in made.everything for line in entry.changes]
    assert told == ["Termination protection of its stack is switched on."] * (2 if unprotected else 0)
    assert made.exit_code == (2 if unprotected else 0)


def template(state: DesiredTable) -> dict[str, Any]:
    return table_template(state, "shop", "prod-eu-west-1")


def states(pair: Pair, decided: Decision) -> Iterator[tuple[DesiredTable, bool]]:
    """The state after each step, and whether an hour has to pass before it."""
    for step in decided.steps:
        names = {"", *(index.name for index in step.indexes)}
        state = replace(pair.desired, indexes=step.indexes)
        for field in ("throughput", "scaling", "insights", "on_demand_maximum", "warm_throughput"):
            # What a setting says for an index goes with the index; an index that is to go has what the table has.
            parts = tuple(
                part for part in getattr(state, field) if (part[0] if isinstance(part, tuple) else part.index) in names
            )
            state = replace(state, **{field: parts})
        if state.throughput:
            missing = names - {target for target, *_ in state.throughput}
            state = replace(state, throughput=(*state.throughput, *((target, 5, 5) for target in sorted(missing))))
        yield replace(state, **step.overrides), step.waits_for_ttl


def begun(pair: Pair) -> Stack:
    """A stack with the live table of a pair, protected as deployments leave it."""
    stack = Stack()
    for arn in {pair.earlier.kinesis_stream, pair.desired.kinesis_stream} - {""}:
        client("kinesis").create_stream(StreamName=str(arn).rsplit("/", 1)[-1], ShardCount=1)
    assert stack.deploy(template(pair.earlier)) == "CREATE_COMPLETE", stack.failures()
    stack.client.set_stack_policy(StackName=stack.name, StackPolicyBody=POLICY)
    return stack


def deploy(stack: Stack, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Bring a stack from one template to the next, as deployments do."""
    for _, update in updates(before, after):
        assert stack.deploy(dict(update), "UPDATE") == "UPDATE_COMPLETE", stack.failures()
        settle()


def really(pair: Pair) -> Pair:
    """The pair with keys that exist in place of those that it names."""
    values = {state.get("encryption") for state in (pair.before, pair.after)}
    keys = {key: client("kms").create_key()["KeyMetadata"]["Arn"] for key in sorted({KEY, OTHER_KEY} & values)}
    before, after = (
        {field: keys.get(value, value) if isinstance(value, str) else value for field, value in state.items()}
        for state in (pair.before, pair.after)
    )
    return pair._replace(before=before, after=after)


def refused(stack: Stack, pair: Pair) -> None:
    """CloudFormation refuses to do it all at once, and the table stays."""
    made = described()["TableId"]
    assert stack.deploy(template(pair.desired)) == "UPDATE_ROLLBACK_COMPLETE"
    assert described()["TableId"] == made


@pytest.mark.parametrize("pair", REFUSED.values(), ids=REFUSED)
def test_cloudformation_refuses_what_is_blocked(pair: Pair, aws: "LocalAws") -> None:
    refused(begun(pair), pair)


@pytest.mark.parametrize("name", [name for name, pair in PAIRS.items() if pair.action in (STEPS, IN_PLACE)])
def test_cloudformation_takes_the_steps(name: str, aws: "LocalAws") -> None:
    """One after the other, and not all at once, which it refuses before."""
    pair = really(PAIRS[name])
    aws.advance(0)
    stack = begun(pair)
    if pair.action == STEPS:
        refused(stack, pair)
    made = described()["TableId"]
    aws.advance(61)
    before = template(pair.earlier)
    for state, waits in states(pair, change(pair.desired, pair.live)):
        aws.advance(61 if waits else 1)
        deploy(stack, before, after := template(state))
        before = after
    live = described()
    assert live["TableId"] == made
    assert {index["IndexName"] for index in live.get("GlobalSecondaryIndexes", [])} == {
        i.name for i in pair.desired.indexes
    }
    time = client("dynamodb").describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert time.get("AttributeName", "") == pair.desired.ttl_attribute
    stream = live.get("StreamSpecification", {})
    assert (stream.get("StreamViewType", "") if stream.get("StreamEnabled") else "") == pair.desired.stream


def test_readers_of_the_old_indexes_are_served_until_those_go(aws: "LocalAws") -> None:
    """Three indexes more and two less, on a table with items in it."""
    pair = PAIRS["three indexes more, two less"]
    stack = begun(pair)
    table = client("dynamodb")
    items = [
        {"PK": {"S": f"p{n}"}, "SK": {"S": "s"}, "status": {"S": "open"}, "placed_at": {"N": str(n)}, "isbn": {"B": b"1"},
         "email": {"S": "a"}, "day": {"N": "1"}, "buyer": {"S": "b"}, "total": {"N": "1"}}
        for n in range(5)
    ]  # fmt: skip
    for item in items:
        table.put_item(TableName="Orders", Item=item)
    before = {index.name for index in pair.live.indexes}
    for state, _ in states(pair, change(pair.desired, pair.live)):
        assert stack.deploy(template(state)) == "UPDATE_COMPLETE", stack.failures()
        there = {index.name for index in state.indexes}
        for name in before & there:
            assert table.scan(TableName="Orders", IndexName=name)["Count"] == len(items)
        settle()
        assert index_states() == ("ACTIVE", dict.fromkeys(there, "ACTIVE"))
        assert table.scan(TableName="Orders")["Count"] == len(items)
        before = there
    assert before == {index.name for index in pair.desired.indexes}
    for index in pair.desired.indexes:
        assert table.scan(TableName="Orders", IndexName=index.name)["Count"] == len(items)
    found = table.scan(TableName="Orders")["Items"]
    assert sorted(map(_key, found)) == sorted(map(_key, items))


def _key(item: dict[str, Any]) -> str:
    return json.dumps(item, sort_keys=True, default=str)


def test_an_adopted_table_takes_the_same_steps_after_its_import(place: ServiceEnvironment) -> None:
    pair = Pair(BASE_LIVE := indexed(BASE.indexes[0]), indexed(BASE.indexes[0], BY_EMAIL, BY_DAY), STEPS, 2, ())
    (entry,) = planned(place, pair, adopt=True).entries
    assert entry.action == "adopt"
    assert entry.steps[0].text == "Import the table into its stack as it is: nothing about it changes."
    assert [step.text[:18] for step in entry.steps[1:]] == ["Add index ByEmail ", "Add index ByDay (d"]
    (entry,) = planned(place, Pair(BASE_LIVE, BASE_LIVE, "", 1, ()), adopt=True).entries
    assert (entry.action, entry.steps[1:], entry.changes) == ("adopt", (), ())


def by_hand(**request: Any) -> None:
    client("dynamodb").update_table(TableName="Orders", **request)


MAXIMUM = {"OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20}}
OF_INDEX = {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "ByStatus", **MAXIMUM}}]}
UNITS = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}
FIXED = {"billing": "PROVISIONED", "throughput": tuple((t, 5, 5) for t in ("", "ByStatus", "ByBook"))}
LIMITED = {"on_demand_maximum": (("", 4000, 2000),)}
# What a stack asks for, what is wanted then, what a hand does in between, and how many words say that something stays.
SWITCHES: dict[str, tuple[dict[str, Any], dict[str, Any], Any, int]] = {
    "a maximum, to provisioned": ({}, FIXED, lambda: by_hand(**MAXIMUM), 0),
    "a maximum of an index, to provisioned": ({}, FIXED, lambda: by_hand(**OF_INDEX), 0),
    "another maximum, to provisioned": (LIMITED, FIXED, lambda: by_hand(**MAXIMUM), 0),
    "a maximum, and no switch": ({}, {"table_class": "STANDARD_INFREQUENT_ACCESS"}, lambda: by_hand(**MAXIMUM), 1),
    "capacity, to on demand": (FIXED, {}, lambda: by_hand(ProvisionedThroughput=UNITS), 0),
    "capacity, to on demand with a maximum": (FIXED, LIMITED, lambda: by_hand(ProvisionedThroughput=UNITS), 0),
}


@pytest.mark.parametrize("name", SWITCHES)
def test_what_a_switch_of_billing_takes_along_does_not_stay(
    place: ServiceEnvironment, aws: "LocalAws", name: str
) -> None:
    stated, wanted, hand, number = SWITCHES[name]
    before, desired = replace(BASE, **stated), replace(BASE, **wanted)
    stack, reader = Stack(), Aws("eu-west-1")
    assert stack.deploy(template(before)) == "CREATE_COMPLETE", stack.failures()
    aws.advance(61)
    hand()
    settle()

    def look() -> LiveTable:
        live = read_table(reader, desired)
        assert isinstance(live, LiveTable)
        return live

    asked = plain(submitted_template(before, place.service.name, place.environment.name))
    live = look()
    job = PlannedTable(place, place.service.contract.tables[0], desired, live, change(desired, live), asked)
    (entry,) = plan("prod-eu-west-1", "eu-west-1", "111122223333", [job]).entries
    deploy(stack, template(before), template(desired))
    differing = [each for each in differences(desired, look()) if each.group == "Settings"]
    assert {line.text for line in entry.stays} == set(staying_words(differing))
    assert len(entry.stays) == number
