"""Everything that can differ: it is named, and nothing else is; the fix that is printed, executed as it stands, makes it match again."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from scripts.local_aws import LocalAws, aws_cli
from scripts.validation.fix_templates import TEMPLATES
from scripts.validation.validate_target import validate
from tests.local_aws.support import client
from tests.validation import deployment
from tests.validation.deployment import STACK, Deployed, problems_of
from tests.validation.mending import mend
from tests.validation.more_tampering import DEPOT, MORE
from tests.validation.tampering import CASES, ORDERS_STACK, batches, no_index, start_by_status
from tests.validation.test_fixes import told

ALL = CASES | MORE
# The fixes that each case takes: those of `fix_templates.TEMPLATES`, by their ids.
FIXES: dict[str, str] = {
    "recovery off": "recovery_days on",
    "recovery shorter": "recovery_days on",
    "deletion protection": "deletion_protection on",
    "table class": "table_class on",
    "tag": "tags on",
    "tag of the backup": "follows, tags on",
    "time to live off": "ttl_attribute on",
    "time to live by another attribute": "ttl_attribute on",
    "encryption": "encryption on",
    "stream": "stream on",
    "Kinesis stream": "kinesis_stream off",
    "Contributor Insights": "insights on",
    "resource policy gone": "resource_policy on",
    "resource policy wider": "resource_policy on",
    "on-demand maximum": "on_demand_maximum on",
    "billing": "billing PAY_PER_REQUEST",
    "scaling limit": "scaling on",
    "capacity": "throughput on",
    "index missing": "index made",
    "index too many": "index gone",
    "index keys": "index again",
    "index projection": "index again",
    "alarms missing": "revert alarm, revert composite alarm",
    "alarm silent": "loud alarm",
    "alarm blind": "revert alarm",
    "alarm on something else": "alarm again, revert alarm",
    "alarm kept silent by another": "alarm again",
    "scaling suspended": "scaling on",
    "capacity above the maximum": "throughput on",
    "alarm that tells nobody": "revert composite alarm",
    "topic gone": "revert topic",
    "topic policy": "topic policy",
    "topic in the clear": "topic key",
    "unsubscribed": "subscribe",
    "dashboard changed": "revert dashboard",
    "dashboard gone": "revert dashboard",
    "key disabled": "key enabled",
    "key not rotated": "key rotated",
    "their key disabled": "key enabled",
    "backup plan": "revert plan",
    "backup selection": "backup selection",
    "backup vault": "revert vault",
    "stack of a table unprotected": "protect stack",
    "shared stack unprotected": "protect stack",
    "deletion policy": "deploy",
    "stack policy": "stack policy",
    "shared stack policy": "stack policy",
    "stream that nobody wants": "stream off",
    "time to live that nobody wants": "ttl_attribute off",
    "Contributor Insights that nobody wants": "insights off",
    "maximum that nobody wants": "on_demand_maximum off",
    "resource policy that nobody wants": "resource_policy off",
    "encryption with a key of AWS": "encryption aws-managed",
    "scaling policy gone": "scaling on",
    "auto scaling that nobody wants": "scaling off",
    "scaling target gone": "scaling on",
    "key of the alarms disabled": "key enabled",
    "key of the alarms not rotated": "key rotated",
    "key of the alarms going": "key kept",
    "key of the tables going": "key kept",
    "alias gone": "follows, key alias",
    "vault locked": "vault unlocked",
    "vault no longer locked": "vault lock",
    "backup selection of something else": "backup selection, follows",
    "backup plan gone": "backup selection, revert plan",
    "replace policy": "deploy",
    "deletion policy of what is shared": "deploy",
    "output": "deploy",
    "alarm of the account gone": "revert alarm",
    "on-demand by hand": "billing PROVISIONED",
    "protected by hand": "deletion_protection off",
    "encrypted by hand": "encryption aws-owned",
    "Kinesis stream off": "kinesis_stream on",
    "index of a provisioned table": "index made, scaling on, warm_throughput on",
    "index of a provisioned table with other keys": "index again, warm_throughput on",
    "warm throughput lost": "warm_throughput on",
    "topic with another key": "topic other key",
}
ALONE = {"continue", "deploy empty"}  # executed by a test of its own below
# What no test executes, each with its reason. What is only a sentence is told by a row of one of the tables in test_fixes.
BY_HAND = {
    "confirm": "Someone has to open a mail; its command, which sends the mail again, is that of `subscribe`.",
    "no command": "Of a property that has none, which today none is; its cases are not executed.",
}


def ids(cases: Iterable[str]) -> set[str]:
    return {id for case in cases for id in FIXES[case].split(", ")}


def test_every_fix_is_executed_or_told_for_a_reason() -> None:
    """A fix that is added is executed by a case of its own, or it is a sentence that follows from a cause."""
    lacking = ALL.keys() - FIXES.keys()
    assert not lacking, f"Add {lacking} to FIXES in {__file__}, with the id of what mends it."
    executed = (ids(ALL) | ALONE) - BY_HAND.keys()
    assert executed | told() | BY_HAND.keys() == TEMPLATES.keys()
    without = {
        id for id in TEMPLATES.keys() - executed - BY_HAND.keys() if TEMPLATES[id].commands or not TEMPLATES[id].text
    }
    assert not without, "what has commands is executed"


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop"), depot=True) as made:
        yield made


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with aws_cli.shell(tmp_path_factory.mktemp("bin")) as run:
        yield run


@pytest.mark.parametrize(
    "cases",
    batches({c: ALL[c] for c in ALL if FIXES.get(c) not in BY_HAND}),
    ids=lambda cases: f"{len(cases)} from {cases[0]}",
)
def test_what_was_changed_is_named_and_nothing_else_and_the_fixes_help(
    deployed: Deployed, run: Any, cases: list[str]
) -> None:
    """Several at once, also of one table: their commands must not refuse each other."""
    for case in cases:
        ALL[case][0](deployed)
    try:
        wanted = [line.format(key=deployed.key) for case in cases for line in ALL[case][2]]
        report = validate(deployed.target)
        assert sorted(problems_of(report)) == sorted(wanted)
        assert mend(report, run) == ids(cases)
        assert deployed.problems() == []
    except BaseException:
        for case in cases:
            with contextlib.suppress(Exception):
                ALL[case][1](deployed)  # the others are not to fail with it
        raise


def test_while_an_index_is_built_the_commands_wait_for_it(deployed: Deployed, run: Any) -> None:
    no_index("ByStatus")(deployed)
    CASES["deletion protection"][0](deployed)
    deployed.aws.set_clock(index=12)  # looks until the new index is ready
    start_by_status(deployed)
    report = validate(deployed.target)
    found = [block for _, block in report.blocks if block.known]
    assert [block.commands[0][:40] for block in found] == ["while aws dynamodb describe-table --table-name"[:40]]
    mend(report, run)
    deployed.aws.set_clock(index=0)
    assert deployed.problems() == []


def test_a_table_whose_stack_is_gone_is_deployed_again(deployed: Deployed, run: Any) -> None:
    stack = f"{STACK}-Books"
    cloudformation = client("cloudformation")
    cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    report = validate(deployed.target)
    assert "Books stack status mismatch" in problems_of(report)
    assert mend(report, run) == {"deploy"}
    assert deployed.problems() == []


def test_a_table_that_is_gone_with_its_stack_is_no_table_that_was_never_deployed(deployed: Deployed, run: Any) -> None:
    stack = f"{DEPOT}-Ledger"
    cloudformation = client("cloudformation")
    cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    client("dynamodb").delete_table(TableName="Ledger")
    report = validate(deployed.target)
    ((_, block),) = report.blocks
    assert "The record says that it was deployed" in block.cause
    assert block.texts[0].startswith(
        "If what was in it is needed, restore it under the same name first, as generated/depot/runbook.md#"
    )
    assert mend(report, run) == {"deploy empty"}
    assert deployed.problems() == []


def test_a_rollback_that_is_stuck_is_continued_by_a_deployment(deployed: Deployed, run: Any) -> None:
    """An update of someone else switches time to live off and fails; on again within the hour is refused."""
    cloudformation = client("cloudformation")
    deployed.aws.set_clock(index=0, ttl_interval=60)
    deployed.aws.advance(61)
    body = json.loads(json.dumps(cloudformation.get_template(StackName=ORDERS_STACK)["TemplateBody"]))
    body["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]["Enabled"] = False
    body["Resources"]["ThrottleAlarm"]["Properties"]["DatapointsToAlarm"] = 8
    body["Resources"]["ThrottleAlarm"]["DependsOn"] = "Table"
    cloudformation.update_stack(StackName=ORDERS_STACK, TemplateBody=json.dumps(body))
    with pytest.raises(WaiterError, match="UPDATE_ROLLBACK_FAILED"):
        cloudformation.get_waiter("stack_update_complete").wait(StackName=ORDERS_STACK, WaiterConfig={"Delay": 0.05})
    deployed.aws.advance(61)
    assert mend(validate(deployed.target), run) == {"continue"}
    deployed.aws.set_clock(index=0)
    assert deployed.problems() == []


def test_what_cannot_be_read_is_not_blamed_on_anybody(deployed: Deployed) -> None:
    """No command is told for what the role cannot see, nor for a change whose cause it cannot see. The faults stay: it is the last."""
    CASES["deletion protection"][0](deployed)
    for operation, code in (
        ("cloudformation:GetTemplate", "AccessDenied"),
        ("dynamodb:Query", "AccessDeniedException"),
        ("cloudwatch:DescribeAlarms", "AccessDenied"),
        ("dynamodb:ListTagsOfResource", "ExpiredTokenException"),
    ):
        deployed.aws.fail(operation, code, times=99)
    found = validate(deployed.target).blocks
    assert {problem.fix.id for _, block in found for problem in block.problems} == {
        "template unreadable",
        "permission",
        "credentials",
    }
    assert not any(block.commands for _, block in found)
    (unreadable,) = [block for _, block in found if block.known]
    assert [problem.sentence for problem in unreadable.problems] == ["deletion protection is off, wanted: on"]
