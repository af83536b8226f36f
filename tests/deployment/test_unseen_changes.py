"""What CloudFormation does not take for a change is brought in all the same, and leaves no trace."""

import json

from scripts.deployment.unseen_changes import KEY, carrying

TEMPLATE = {"Resources": {"Alarm": {"Type": "A"}, "Table": {"Type": "T", "DeletionPolicy": "Retain"}}}


def test_the_resource_that_differs_carries_it() -> None:
    before = {"Resources": {**TEMPLATE["Resources"], "Table": {"Type": "T"}}}
    carrier = json.loads(carrying(before, json.dumps(TEMPLATE)))
    assert carrier["Resources"]["Table"].pop("Metadata")[KEY]
    assert carrier == TEMPLATE


def test_outputs_are_carried_by_any_resource_which_keeps_its_metadata() -> None:
    wanted = {**TEMPLATE, "Outputs": {"X": {"Value": "y"}}}
    wanted["Resources"] = {"Alarm": {"Type": "A", "Metadata": {"Note": "ours"}}}
    carrier = json.loads(carrying({**wanted, "Outputs": {}}, json.dumps(wanted)))
    assert carrier["Resources"]["Alarm"]["Metadata"].keys() == {"Note", KEY}


def test_nothing_is_carried_where_nothing_differs_or_nothing_can_be_compared() -> None:
    assert carrying(TEMPLATE, json.dumps(TEMPLATE)) == ""
    assert carrying({}, json.dumps(TEMPLATE)) == ""
