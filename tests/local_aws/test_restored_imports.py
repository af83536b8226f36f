"""A restored table is taken into a stack by an import, and is then a table like any other of a stack."""

from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .recovery_support import database, item, items, kept, put, wait
from .support import Stack, alarm_resource, described, index, provokes, settle, table, template
from .test_drift_detection import drifted
from .test_on_demand_backups import available
from .test_table_properties import ON, SET, UNSET, shown

# What of ON a restore brings back.
KEPT = ("SSESpecification", "OnDemandThroughput")
INDEXES = (index("by-a", "a"), index("by-b", "b", "KEYS_ONLY"))
WANTED = table(*INDEXES, **ON)
AS_RESTORED = {name: value for name, value in WANTED.items() if name not in ON or name in KEPT}
IMPORTED = [
    {
        "ResourceType": "AWS::DynamoDB::Table",
        "LogicalResourceId": "Table",
        "ResourceIdentifier": {"TableName": "Orders"},
    }
]


def lose() -> None:
    """Somebody takes the protection away and deletes the table."""
    database().update_table(TableName="Orders", DeletionProtectionEnabled=False)
    database().delete_table(TableName="Orders")


def restore_in_place() -> None:
    """Restore the lost table under its own name from the backup that DynamoDB has made of it."""
    (backup,) = database().list_backups(TableName="Orders", BackupType="SYSTEM")["BackupSummaries"]
    arn = available(backup["BackupArn"])
    database().restore_table_from_backup(TargetTableName="Orders", BackupArn=arn)
    wait("Orders")


def complete(stack: Stack, imported: dict[str, Any]) -> None:
    """Import the table as it is, then bring it, one change at a time, to what is wanted."""
    body = template(imported, Alarm=alarm_resource()) if stack.made > 1 else template(imported)
    proposed = stack.propose(body, "IMPORT", ResourcesToImport=IMPORTED)
    assert proposed["Status"] == "CREATE_COMPLETE", proposed["StatusReason"]
    (change,) = [each["ResourceChange"] for each in proposed["Changes"]]
    assert (change["Action"], change["LogicalResourceId"]) == ("Import", "Table")
    assert stack.deploy(body, "IMPORT", ResourcesToImport=IMPORTED) == "IMPORT_COMPLETE", stack.failures()
    full = template(WANTED, Alarm=alarm_resource())
    assert stack.deploy_one_by_one(body, full) == "UPDATE_COMPLETE", stack.failures()
    settle()
    assert drifted(stack) == {}


@pytest.fixture
def source(aws: LocalAws) -> tuple[Stack, dict[str, Any]]:
    """A stack with a table that has every property, and an alarm, and what DescribeTable told of the table."""
    stack = Stack()
    assert stack.deploy(template(WANTED, Alarm=alarm_resource())) == "CREATE_COMPLETE", stack.failures()
    put(1, 2)
    return stack, described()


STREAM = ("LatestStreamArn", "LatestStreamLabel")


def settled(live: dict[str, Any]) -> dict[str, Any]:
    """What two tables of the same template have in common."""
    shared = {name: value for name, value in kept(live).items() if name not in STREAM}
    shared["BillingModeSummary"] = {"BillingMode": live["BillingModeSummary"]["BillingMode"]}
    shared["TableClassSummary"] = {"TableClass": live["TableClassSummary"]["TableClass"]}
    return shared


@pytest.mark.provokes("restore-keeps", "restore-table-class", "backup-of-deleted-table")
def test_restored_in_place_and_imported_into_its_own_stack(source: tuple[Stack, dict[str, Any]]) -> None:
    stack, before = source
    lose()
    restore_in_place()
    assert shown() == UNSET | {name: SET[name] for name in ("encryption", "maximum")}
    # The stack still lists the table. It lets go of it, keeping it, and takes it in again as it is.
    assert stack.deploy(template(Alarm=alarm_resource())) == "UPDATE_COMPLETE", stack.failures()
    assert items("Orders") == [item(1), item(2)]
    complete(stack, AS_RESTORED)
    assert shown() == SET
    assert settled(described()) == settled(before)
    assert items("Orders") == [item(1), item(2)]
    assert items("Orders", index_name="by-a") == []


@pytest.mark.provokes("restore-keeps")
def test_restored_and_imported_into_a_new_stack(source: tuple[Stack, dict[str, Any]]) -> None:
    stack, before = source
    lose()
    restore_in_place()
    assert stack.delete() == "DELETE_COMPLETE"
    complete(Stack("dynamodb-test-restored"), AS_RESTORED)
    assert shown() == SET
    assert settled(described()) == settled(before)
    assert items("Orders") == [item(1), item(2)]


@provokes("drift", "restore-keeps")
def test_a_stack_that_keeps_its_restored_table_shows_what_it_has_lost() -> None:
    """The stack knows its table by name only: drift detection tells what the restore did not bring back."""
    stack = Stack()
    stack.deploy(template(WANTED))
    lose()
    restore_in_place()
    lost = {path.split("/")[1] for path in drifted(stack)["Table"]}
    # Drift detection does not look at resource policies, here not at Contributor Insights either.
    assert lost >= ON.keys() - {*KEPT, "ResourcePolicy", "ContributorInsightsSpecification"}
    unchanged = stack.propose(template(WANTED))
    assert (unchanged["Status"], unchanged["Changes"]) == ("FAILED", [])


@pytest.mark.provokes("revert-drift", "restore-keeps")
def test_a_drift_aware_change_set_brings_back_what_the_restore_has_lost(source: tuple[Stack, dict[str, Any]]) -> None:
    stack, before = source
    lose()
    restore_in_place()
    reverting = stack.propose(template(WANTED, Alarm=alarm_resource()), DeploymentMode="REVERT_DRIFT")
    assert reverting["Status"] == "CREATE_COMPLETE", reverting["StatusReason"]
    stack.client.execute_change_set(ChangeSetName=reverting["ChangeSetId"])
    assert stack.status() == "UPDATE_COMPLETE", stack.failures()
    # What drift detection does not look at stays lost.
    unseen = {"policy": UNSET["policy"], "insights": shown()["insights"]}
    assert shown() == SET | unseen
    assert settled(described()) == settled(before)
    assert items("Orders") == [item(1), item(2)]
