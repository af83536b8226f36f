from scripts.access.actions import ACTIONS, ADMIN, NOT_ACTIONS, OPERATIONS, READ, STREAM, UNSCOPED, WRITE
from scripts.operations import OPERATIONS as CONTRACT_OPERATIONS
from tests.access.aws_data import POLICIES as AWS
from tests.for_each import for_each

SEEN_KINDS = {"table", "index", "stream", "backup", "key"}


def test_every_dynamodb_action_is_known_and_none_is_invented():
    ours = {name.partition(":")[2].casefold() for name in ACTIONS if name.startswith("dynamodb:")}
    assert ours == set(AWS["dynamodb"]["Actions"])


@for_each("action", [a for a in ACTIONS.values() if a.level != ADMIN], ids=lambda action: action.name)
def test_the_resources_of_an_action_are_those_of_aws(action):
    service, _, name = action.name.partition(":")
    theirs = set(AWS[service]["Actions"][name.casefold()].get("Resources", ()))
    if service == "cloudwatch":  # besides dashboards lists over alarms and metrics, which no ARN narrows down
        assert set(action.kinds) == theirs & {"dashboard"}
    else:
        assert set(action.kinds) == theirs & SEEN_KINDS == theirs


def test_only_what_takes_no_resource_is_unscoped_and_says_why():
    assert {name for name, action in ACTIONS.items() if not action.kinds and action.level != ADMIN} == set(UNSCOPED)
    assert all(UNSCOPED.values())
    assert not any(ACTIONS[name].level in (READ, WRITE) for name in UNSCOPED)
    assert [name for name in UNSCOPED if ACTIONS[name].level == STREAM] == ["dynamodb:ListStreams"]


def test_every_operation_of_a_contract_is_made_of_real_actions():
    assert set(OPERATIONS) == set(CONTRACT_OPERATIONS)
    for use in OPERATIONS.values():
        assert all(ACTIONS[action].level in (READ, WRITE) for action in use.actions)
        assert not use.on_index or all("index" in ACTIONS[action].kinds for action in use.actions)


def test_operations_that_are_no_actions_are_told_apart():
    assert not set(NOT_ACTIONS) & set(ACTIONS)
    assert not {name.partition(":")[2].casefold() for name in NOT_ACTIONS} & set(AWS["dynamodb"]["Actions"])
