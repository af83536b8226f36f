"""A template, read back, is the state that it was made from."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from scripts.model import DesiredTable
from scripts.planning.template_diff import plain
from scripts.planning.template_state import NoTableError, template_state
from scripts.templates.template import table_template
from tests import samples
from tests.for_each import for_each
from tests.planning.pairs import BASE, PAIRS
from tests.samples import ENVIRONMENT, SERVICE, STATE

SETTINGS = {
    "everything on": "billing: provisioned, capacity: {read: {min: 5, max: 50}, write: {min: 5, max: 9, target: 55}, indexes: "
    "{ByDay: {read: {min: 7, max: 8}}}}, stream: NEW_IMAGE, contributor_insights: throttled-keys, table_class: STANDARD_INFREQUENT_ACCESS",
    "limits": "on_demand_maximum: {read: 100, indexes: {ByBook: {write: 7}}}, warm_throughput: {read: 20000, write: 5000}",
    "less": "point_in_time_recovery_days: 3, deletion_protection: false, deletion_protection_reason: test, encryption: aws-owned, "
    "encryption_reason: test",
    "keys and streams": "encryption: service-key, kinesis_stream: 'arn:aws:kinesis:eu-west-1:111122223333:stream/orders'",
}


@for_each("stated", SETTINGS.values(), ids=SETTINGS)
def test_a_template_read_back_is_the_state_that_it_was_made_from(tmp_path: Path, stated: str) -> None:
    text = samples.SETTINGS.replace(
        "    table_prefix",
        f"    {stated.replace(', ', chr(10) + '    ') if '{' not in stated else ''}\n    table_prefix",
    )
    if "{" in stated:
        text = samples.SETTINGS.replace("Orders: {", f"Orders: {{{stated}, ")
    states = samples.states(samples.service(tmp_path, settings=text.replace("\n    \n", "\n")))
    for state in states.values():
        _check(state)


@for_each("name", PAIRS)
def test_every_state_of_the_pairs_is_read_back(name: str) -> None:
    values = {field: value for field, value in PAIRS[name].after.items() if field in DesiredTable.__slots__}
    _check(replace(BASE, **values))


def _check(state: DesiredTable) -> None:
    template = plain(table_template(state, SERVICE, ENVIRONMENT))
    found = template_state(template, state, SERVICE, ENVIRONMENT)
    different = {
        field.name: (getattr(found, field.name), getattr(state, field.name))
        for field in fields(DesiredTable)
        if getattr(found, field.name) != getattr(state, field.name) and field.name != "ttl_off"
    }
    assert not different


@for_each(
    "template", [{}, {"Resources": {}}, {"Resources": {"Table": {"Properties": {"TableName": 1}}}}, {"Resources": 3}]
)
def test_what_is_no_table_is_said(template: Any) -> None:
    with pytest.raises(NoTableError):
        template_state(template, STATE, SERVICE, ENVIRONMENT)


def test_what_cloudformation_has_by_itself_is_read_so() -> None:
    bare = plain(table_template(replace(STATE, indexes=()), SERVICE, ENVIRONMENT))
    properties = bare["Resources"]["Table"]["Properties"]
    for key in (
        "BillingMode",
        "TableClass",
        "DeletionProtectionEnabled",
        "PointInTimeRecoverySpecification",
        "SSESpecification",
    ):
        properties.pop(key)
    found = template_state(bare, STATE, SERVICE, ENVIRONMENT)
    assert (found.billing, found.table_class, found.deletion_protection) == ("PROVISIONED", "STANDARD", False)
    assert (found.recovery_days, found.encryption) == (0, "aws-owned")
