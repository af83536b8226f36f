"""AWS Backup: vaults and their locks, plans, selections by tags, through the API and through CloudFormation."""

import json
from typing import Any

import pytest

from scripts.local_aws import LocalAws

from .support import Stack, client, provokes, refusal, template

ROLE = "arn:aws:iam::111122223333:role/backup"
DAYS = 24 * 60  # minutes


def trust(service: str = "backup.amazonaws.com") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def backup() -> Any:
    return client("backup")


def rule(**more: Any) -> dict[str, Any]:
    schedule = {"ScheduleExpression": "cron(0 5 ? * * *)", "Lifecycle": {"DeleteAfterDays": 35}}
    return {"RuleName": "daily", "TargetBackupVaultName": "orders", **schedule, **more}


def plan(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"BackupPlanName": "orders", "Rules": list(rules) or [rule()]}


def tagged(**more: Any) -> dict[str, Any]:
    tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "orders"}
    return {"SelectionName": "by-tag", "IamRoleArn": ROLE, "ListOfTags": [tag], **more}


@pytest.fixture
def vault(aws: LocalAws) -> LocalAws:
    backup().create_backup_vault(BackupVaultName="orders")
    client("iam").create_role(RoleName="backup", AssumeRolePolicyDocument=json.dumps(trust()))
    return aws


def selections(plan_id: str) -> list[str]:
    return [s["SelectionName"] for s in backup().list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]]


@pytest.mark.provokes("backup-plan-in-use")
@pytest.mark.usefixtures("vault")
def test_plan_with_a_selection_by_tag() -> None:
    plan_id = backup().create_backup_plan(BackupPlan=plan())["BackupPlanId"]
    made = backup().create_backup_selection(BackupPlanId=plan_id, BackupSelection=tagged())
    told = backup().get_backup_selection(BackupPlanId=plan_id, SelectionId=made["SelectionId"])["BackupSelection"]
    assert (told["SelectionName"], told["IamRoleArn"], told["ListOfTags"]) == ("by-tag", ROLE, tagged()["ListOfTags"])
    assert "selections must be deleted" in refusal(backup().delete_backup_plan, BackupPlanId=plan_id)
    backup().delete_backup_selection(BackupPlanId=plan_id, SelectionId=made["SelectionId"])
    backup().delete_backup_plan(BackupPlanId=plan_id)
    assert backup().list_backup_plans()["BackupPlansList"] == []


def cold(deleted: int, moved: int = 30) -> dict[str, Any]:
    return {"Lifecycle": {"MoveToColdStorageAfterDays": moved, "DeleteAfterDays": deleted}}


def copied(deleted: int) -> dict[str, Any]:
    arn = "arn:aws:backup:eu-central-1:111122223333:backup-vault:copies"
    return {"CopyActions": [{"DestinationBackupVaultArn": arn, **cold(deleted)}]}


PLANS: dict[str, tuple[str, dict[str, Any], str]] = {
    "119 days": ("backup-lifecycle", plan(rule(**cold(119))), "cannot be less than 90 days apart"),
    "119 days of a copy": ("backup-lifecycle", plan(rule(**copied(119))), "cannot be less than 90 days apart"),
    "unknown vault": ("backup-plan", plan(rule(TargetBackupVaultName="none")), "Backup vault none does not exist"),
    "name twice": ("backup-plan", plan(rule(), rule()), "RuleName must be unique"),
    "no rules": ("backup-plan", {"BackupPlanName": "orders", "Rules": []}, "at least one rule"),
}
CASES = [pytest.param(made, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, made, text) in PLANS.items()]


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(("made", "text"), CASES)
def test_refused_plans(made: dict[str, Any], text: str) -> None:
    plan_id = backup().create_backup_plan(BackupPlan=plan(rule(**cold(120), **copied(120))))["BackupPlanId"]
    for refused in (
        refusal(backup().create_backup_plan, BackupPlan=made),
        refusal(backup().update_backup_plan, BackupPlanId=plan_id, BackupPlan=made),
    ):
        assert refused.startswith("InvalidParameterValueException: ")
        assert text in refused
    (kept,) = backup().get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"]
    assert kept["CopyActions"] == copied(120)["CopyActions"]


SELECTIONS: dict[str, tuple[str, dict[str, Any], str]] = {
    "unknown role": ("backup-role", tagged(IamRoleArn=ROLE + "s"), "does not exist"),
    "role of another service": (
        "backup-role", tagged(IamRoleArn=ROLE.replace("backup", "lambda")), "cannot be assumed by AWS Backup"),
    "no name": ("service-model", tagged(SelectionName=""), "'backupSelection.selectionName' failed to satisfy"),
    "another comparison": (
        "service-model", tagged(ListOfTags=[{**tagged()["ListOfTags"][0], "ConditionType": "STRINGLIKE"}]),
        "STRINGEQUALS"),
    "31 tags": ("backup-selection", tagged(ListOfTags=tagged()["ListOfTags"] * 31), "30 tags"),
}  # fmt: skip
CASES = [pytest.param(s, text, id=name, marks=pytest.mark.provokes(r)) for name, (r, s, text) in SELECTIONS.items()]


@pytest.mark.usefixtures("vault")
@pytest.mark.parametrize(("selection", "text"), CASES)
def test_refused_selections(selection: dict[str, Any], text: str) -> None:
    document = json.dumps(trust("lambda.amazonaws.com"))
    client("iam").create_role(RoleName="lambda", AssumeRolePolicyDocument=document)
    plan_id = backup().create_backup_plan(BackupPlan=plan())["BackupPlanId"]
    assert text in refusal(backup().create_backup_selection, BackupPlanId=plan_id, BackupSelection=selection)
    assert selections(plan_id) == []


@pytest.mark.provokes("backup-lock")
def test_lock_holds_after_its_grace_time(vault: LocalAws) -> None:
    change = {"BackupVaultName": "orders", "MinRetentionDays": 7, "MaxRetentionDays": 70}
    backup().put_backup_vault_lock_configuration(**change, ChangeableForDays=3)
    told = backup().describe_backup_vault(BackupVaultName="orders")
    assert (told["Locked"], told["MinRetentionDays"], told["MaxRetentionDays"]) == (True, 7, 70)
    assert "LockDate" in told
    vault.advance(2 * DAYS)
    backup().put_backup_vault_lock_configuration(**change, ChangeableForDays=5)
    vault.advance(5 * DAYS)
    assert "is locked" in refusal(backup().put_backup_vault_lock_configuration, **change)
    assert "is locked" in refusal(backup().delete_backup_vault_lock_configuration, BackupVaultName="orders")
    # It is for its recovery points that a vault stays; an empty one can go.
    backup().delete_backup_vault(BackupVaultName="orders")


@pytest.mark.provokes("backup-lock", "service-model")
@pytest.mark.usefixtures("vault")
def test_lock_without_grace_time_can_be_taken_away() -> None:
    put = backup().put_backup_vault_lock_configuration
    assert "cannot be less" in refusal(put, BackupVaultName="orders", MinRetentionDays=7, MaxRetentionDays=6)
    assert "at least 3" in refusal(put, BackupVaultName="orders", MinRetentionDays=7, ChangeableForDays=2)
    assert "not found" in refusal(put, BackupVaultName="none", MinRetentionDays=7)
    put(BackupVaultName="orders", MinRetentionDays=7)
    backup().delete_backup_vault_lock_configuration(BackupVaultName="orders")
    assert backup().describe_backup_vault(BackupVaultName="orders")["Locked"] is False
    assert "Backup vault name or.ders is not valid" in refusal(backup().create_backup_vault, BackupVaultName="or.ders")


@provokes("backup-opt-in")
def test_dynamodb_is_opted_in() -> None:
    told = backup().describe_region_settings()
    assert told["ResourceTypeOptInPreference"]["DynamoDB"] is True
    assert told["ResourceTypeManagementPreference"]["DynamoDB"] is True


def backed_up(days: int = 35, tag: str = "orders", **lock: Any) -> dict[str, Any]:
    """A template with a vault, a plan, a selection by tag and the role of the selection."""
    own = rule(Lifecycle={"DeleteAfterDays": days}, **copied(130))
    own["TargetBackupVault"] = {"Ref": "Vault"}
    del own["TargetBackupVaultName"]
    vault: dict[str, Any] = {"BackupVaultName": "orders", **({"LockConfiguration": lock} if lock else {})}
    vault["AccessPolicy"] = {"Version": "2012-10-17", "Statement": []}
    of_selection = tagged(IamRoleArn={"Fn::GetAtt": ["Role", "Arn"]})
    of_selection["ListOfTags"] = [{**of_selection["ListOfTags"][0], "ConditionValue": tag}]
    selection = {"BackupPlanId": {"Ref": "Plan"}, "BackupSelection": of_selection}
    return template(
        Vault={"Type": "AWS::Backup::BackupVault", "Properties": vault},
        Plan={
            "Type": "AWS::Backup::BackupPlan",
            "Properties": {"BackupPlan": {"BackupPlanName": "orders", "BackupPlanRule": [own]}},
        },
        Role={"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust()}},
        Selection={"Type": "AWS::Backup::BackupSelection", "Properties": selection},
    )


IAM = {"Capabilities": ["CAPABILITY_IAM"]}


@provokes("backup-resources", "replacement")
def test_stack_makes_changes_and_deletes_backups() -> None:
    stack = Stack()
    made = stack.deploy(backed_up(MinRetentionDays=7, MaxRetentionDays=400), **IAM)
    assert made == "CREATE_COMPLETE", stack.failures()
    vault = backup().describe_backup_vault(BackupVaultName="orders")
    assert (vault["Locked"], vault["MinRetentionDays"], vault["MaxRetentionDays"]) == (True, 7, 400)
    policy = backup().get_backup_vault_access_policy(BackupVaultName="orders")["Policy"]
    assert json.loads(policy)["Version"] == "2012-10-17"
    (listed,) = backup().list_backup_plans()["BackupPlansList"]
    plan_id = listed["BackupPlanId"]
    (own,) = backup().get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"]
    assert (own["TargetBackupVaultName"], own["Lifecycle"]["DeleteAfterDays"]) == ("orders", 35)
    assert own["CopyActions"] == copied(130)["CopyActions"]
    assert selections(plan_id) == ["by-tag"]

    changed = backed_up(70, "all")
    proposed = stack.propose(changed, **IAM)["Changes"]
    replaced = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"]["Replacement"] for c in proposed}
    assert replaced == {"Vault": "False", "Plan": "False", "Selection": "True"}
    assert stack.deploy(changed, **IAM) == "UPDATE_COMPLETE"
    (own,) = backup().get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"]
    assert own["Lifecycle"]["DeleteAfterDays"] == 70
    (selection,) = backup().list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    told = backup().get_backup_selection(BackupPlanId=plan_id, SelectionId=selection["SelectionId"])
    assert told["BackupSelection"]["ListOfTags"][0]["ConditionValue"] == "all"
    assert backup().describe_backup_vault(BackupVaultName="orders")["Locked"] is False

    assert stack.delete() == "DELETE_COMPLETE"
    assert backup().list_backup_plans()["BackupPlansList"] == []
    assert backup().list_backup_vaults()["BackupVaultList"] == []


@provokes("backup-resources", "backup-lifecycle", "capabilities")
def test_refused_backups_roll_a_stack_back() -> None:
    stack = Stack()
    assert "InsufficientCapabilities" in refusal(
        stack.client.create_stack, StackName="x", TemplateBody=json.dumps(backed_up())
    )
    body = backed_up()
    body["Resources"]["Plan"]["Properties"]["BackupPlan"]["BackupPlanRule"][0] |= cold(119)
    assert stack.deploy(body, **IAM) == "ROLLBACK_COMPLETE"
    assert "cannot be less than 90 days apart" in stack.failures()["Plan"]
    assert backup().list_backup_vaults()["BackupVaultList"] == []


@pytest.mark.provokes("name-exists-on-create")
@pytest.mark.usefixtures("vault")
def test_vault_and_role_that_exist_stay_as_they_are() -> None:
    stack = Stack()
    assert stack.deploy(backed_up(), DisableValidation=True, **IAM) == "ROLLBACK_COMPLETE"
    assert "already exists" in stack.failures()["Vault"]
    other = Stack("dynamodb-test-role")
    role = {"RoleName": "backup", "AssumeRolePolicyDocument": trust("lambda.amazonaws.com")}
    body = template(Role={"Type": "AWS::IAM::Role", "Properties": role})
    assert other.deploy(body, Capabilities=["CAPABILITY_NAMED_IAM"]) == "ROLLBACK_COMPLETE"
    kept = client("iam").get_role(RoleName="backup")["Role"]["AssumeRolePolicyDocument"]
    assert kept["Statement"][0]["Principal"] == {"Service": "backup.amazonaws.com"}
