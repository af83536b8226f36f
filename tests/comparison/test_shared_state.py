"""What tables share, on a service with all of it: each check as it is wanted, and as it is once people have changed it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.comparison.compare import GROUPS
from scripts.comparison.expectation import check
from scripts.comparison.shared_expectations import shared_facts
from scripts.comparison.shared_state import pseudo_parameters, resolve, wanted_shared
from scripts.local_aws import LocalAws
from scripts.monitoring.alarm_resources import alarm_resources
from scripts.observe.aws import Aws
from scripts.planning.table_changes import listings
from scripts.templates.desired import table_states
from tests import samples
from tests.for_each import for_each
from tests.golden import Golden
from tests.validation import deployment
from tests.validation.deployment import Deployed
from tests.validation.tampering import CASES, batches


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop")) as made:
        yield made


def told(made: Deployed) -> str:
    """Every check: what it is about, what is wanted, and what was found where that is something else."""
    (place,) = made.target.places
    wanted = wanted_shared(place.service, place.environment, place.states)
    lines = []
    for fact in shared_facts(made.target.aws, listings(made.target), wanted):
        found = check("shared", fact)
        assert found.group in GROUPS
        instead = "" if found.outcome == "match" else f" -> {found.outcome}: {found.live or found.reason}"
        lines.append(f"{found.group}: {found.property} {found.subject}: {found.desired}{instead}"[:240])
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", "\n".join(lines) + "\n")


def test_as_it_is_wanted_and_once_it_was_changed(deployed: Deployed, golden: Golden) -> None:
    golden.check("shared.txt", told(deployed))
    cases = next(batch for batch in batches() if any("topic" in case for case in batch))
    for case in cases:
        CASES[case][0](deployed)
    golden.check("shared_changed.txt", told(deployed))


def test_the_alarms_that_are_compared_are_those_of_the_template(tmp_path: Path) -> None:
    """Also those that a service has only because of a table, or of its backups."""
    stream = "arn:aws:kinesis:eu-west-1:111122223333:stream/orders"
    settings = "environments: {prod: {region: eu-west-1, backups: {retention_days: 90}}}\n"
    service = samples.service(tmp_path, settings=f"{settings}tables: {{Orders: {{kinesis_stream: '{stream}'}}}}\n")
    (environment,) = service.environments
    wanted = wanted_shared(service, environment, table_states(service, environment))
    resources = wanted.templates[wanted.stack]["Resources"].items()
    assert alarm_resources(wanted.alarms) == {id: r for id, r in resources if r["Type"] == "AWS::CloudWatch::Alarm"}
    assert {"KinesisFailedAlarm", "BackupFailedAlarm"} <= set(alarm_resources(wanted.alarms))


VALUES = {"AWS::Region": "eu-west-1", "Topic": "arn:topic"}


@for_each(
    ("part", "resolved"),
    [
        ("as it is", "as it is"),
        ({"Ref": "Topic"}, "arn:topic"),
        ({"Fn::Sub": "in ${AWS::Region}, ${!Literal}"}, "in eu-west-1, ${Literal}"),
        ([{"Ref": "Topic"}, 5], ["arn:topic", 5]),
        ({"Key": {"Ref": "Topic"}, "Other": [{"Fn::Sub": "${Topic}"}]}, {"Key": "arn:topic", "Other": ["arn:topic"]}),
    ],
)
def test_a_part_of_a_template_as_cloudformation_resolves_it(part: object, resolved: object) -> None:
    assert resolve(part, VALUES) == resolved


def test_pseudo_parameters(deployed: Deployed) -> None:
    aws: Aws = deployed.target.aws
    assert pseudo_parameters(aws) == {
        "AWS::Region": "eu-west-1",
        "AWS::Partition": "aws",
        "AWS::AccountId": "111122223333",
    }
