"""What the tables of a service share, looked at: one list of facts for its stacks, topics, dashboards, keys, backups."""

import contextlib
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from scripts import names
from scripts.comparison.backup_expectations import Backups
from scripts.comparison.expectation import Expectation
from scripts.comparison.key_expectations import key_facts
from scripts.comparison.shared_state import SharedResources
from scripts.comparison.stack_expectations import StackFacts
from scripts.comparison.topic_expectations import topic_arn, topic_facts
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.batch_reader import BatchReader


def shared_facts(aws: Aws, listed: BatchReader, wanted: SharedResources) -> Iterator[Expectation]:
    """Everything but the alarms on the account, which are compared as those of tables are."""
    for name, template in wanted.templates.items():
        main = name == wanted.stack
        outputs = _outputs(aws, listed, wanted) if main else {}
        yield from StackFacts(aws, name, listed).facts(outputs, template["Resources"], "" if main else name)
    yield from resource_facts(aws, listed, wanted)


def resource_facts(aws: Aws, listed: BatchReader, wanted: SharedResources) -> Iterator[Expectation]:
    """What is in the stacks, without the stacks themselves."""
    yield from topic_facts(aws, listed, wanted)
    for name, body in wanted.dashboards(aws).items():
        yield Expectation("Settings", name, "dashboard", "as generated", partial(_dashboard, aws, name, body))
    yield from key_facts(aws, listed, wanted)
    yield from Backups(aws, listed, wanted).facts()


def _outputs(aws: Aws, listed: BatchReader, wanted: SharedResources) -> dict[str, str]:
    """What the outputs of the service's stack must be. The key has no name in its ARN, so it is asked for."""
    stated = wanted.templates[wanted.stack]["Outputs"]
    found: dict[str, str] = {}
    if "AlarmTopicArn" in stated:
        found["AlarmTopicArn"] = topic_arn(aws, wanted.notify.people[0])
    if "TableKeyArn" in stated:
        alias = names.key_alias(wanted.environment.name, wanted.service.name)
        with contextlib.suppress(*FAILURES):  # a key that is not there, or not readable, is reported as the key
            found["TableKeyArn"] = listed.key(alias)["Arn"]
    return found


def _dashboard(aws: Aws, name: str, wanted: Any) -> str:
    found = aws.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    return "as generated" if json.loads(found) == wanted else "different"
