"""Stack updates of which each asks DynamoDB for one thing, by the rules that the local AWS has for UpdateTable."""

import json
import random
from typing import Any

import pytest

from scripts.local_aws.strictness.table_request import update_request
from scripts.local_aws.strictness.update_request import refuse_mixture
from scripts.planning.split_updates import updates
from scripts.templates.template import table_template, to_json
from tests.planning.pairs import PAIRS

STATES = [state for pair in PAIRS.values() for state in (pair.earlier, pair.desired)]
TEMPLATES = [json.loads(to_json(table_template(state, "shop", "prod-eu-west-1"))) for state in STATES]
# Keys and local indexes never change.
LIKE = [each for each in TEMPLATES if (p := each["Resources"]["Table"]["Properties"])["KeySchema"] == TEMPLATES[0][
    "Resources"]["Table"]["Properties"]["KeySchema"] and "LocalSecondaryIndexes" not in p]  # fmt: skip
CHANGES = [random.Random(number).sample(LIKE, 2) for number in range(300)]  # noqa: S311


def properties(template: Any) -> dict[str, Any]:
    return template["Resources"]["Table"]["Properties"]


def request(before: Any, after: Any) -> dict[str, Any] | None:
    """The UpdateTable request of a stack update."""
    indexes = [dict(index) for index in properties(before).get("GlobalSecondaryIndexes", [])]
    table = {"ProvisionedThroughput": {}, "GlobalSecondaryIndexes": indexes}
    return update_request("Orders", properties(before), properties(after), table)


def test_every_update_asks_for_one_thing_and_the_last_is_what_is_wanted() -> None:
    split = 0
    for before, after in CHANGES:
        found = updates(before, after)
        assert found[-1][1] == after
        split += len(found) > 1
        for _, update in found:
            if asked := request(before, update):
                refuse_mixture(asked)
            before = update
    assert split > 50


def with_(before: Any, **changed: Any) -> Any:
    made = json.loads(json.dumps(before))
    properties(made).update(changed)
    return made


BASE = with_(TEMPLATES[0], DeletionProtectionEnabled=False)


@pytest.mark.parametrize(("protected", "names"), [
    (True, ["deletion protection", "table class", "the stream"]),
    (False, ["table class", "the stream", "deletion protection"]),
])  # fmt: skip
def test_protection_comes_first_and_goes_last(protected: bool, names: list[str]) -> None:
    before = with_(BASE, DeletionProtectionEnabled=not protected)
    after = with_(BASE, DeletionProtectionEnabled=protected, TableClass="STANDARD_INFREQUENT_ACCESS",
                  StreamSpecification={"StreamViewType": "KEYS_ONLY"})  # fmt: skip
    assert [name for name, _ in updates(before, after)] == names


def test_what_needs_no_request_of_the_table_is_one_update_and_else_comes_with_the_last() -> None:
    tags = [{"Key": "Team", "Value": "books"}]
    assert updates(BASE, with_(BASE, Tags=tags)) == [("", with_(BASE, Tags=tags))]
    assert updates(BASE, with_(BASE, TableClass="STANDARD")) == [("", with_(BASE, TableClass="STANDARD"))]
    after = with_(BASE, Tags=tags, TableClass="STANDARD_INFREQUENT_ACCESS", DeletionProtectionEnabled=True)
    first, last = updates(BASE, after)
    assert properties(first[1])["Tags"] == properties(BASE)["Tags"]
    assert last == ("table class", after)


def test_a_stack_without_a_table_has_one_update() -> None:
    assert updates({}, BASE) == [("", BASE)]
