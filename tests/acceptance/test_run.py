"""The whole acceptance on the local AWS, once: every answer is the one that is stated, and nothing is left of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from scripts.acceptance import __main__ as acceptance
from scripts.acceptance import cleanup, guard, made_kinds, own_names
from scripts.acceptance.budget import chosen, estimate
from scripts.acceptance.cleanup import clean, leftovers
from scripts.acceptance.outcome import AGREES, NOT_TRIED, RunReport
from scripts.acceptance.run import accept, make_backup_role
from scripts.acceptance.scenario import ANSWERS
from scripts.acceptance.scenarios import SCENARIOS
from scripts.command import Refused
from scripts.local_aws import LocalAws
from scripts.observe.aws import Aws
from tests.acceptance.asking import REGION, ask, environment, options
from tests.for_each import for_each
from tests.local_aws.support import alarm, client, table
from tests.roles.asking import arn, may
from tests.roles.test_enough import actions
from tests.working_copy import ROOT

CALLS: list[str] = []  # of the whole run
CLEAN = "rollback"  # a small scenario, which makes stacks, tables and alarms


@pytest.fixture(scope="module")
def whole(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str, RunReport]]:
    with environment(local_aws):
        made = ask(local_aws, tmp_path_factory.mktemp("whole"), long=True)
        CALLS.extend(local_aws.calls())
        assert leftovers([REGION, "eu-west-1"]) == []
    yield made


def test_every_scenario_agrees_and_nothing_is_left(
    whole: tuple[int, str, RunReport], request: pytest.FixtureRequest
) -> None:
    code, said, report = whole
    if request.config.getoption("--update-golden"):
        _keep(report)
    differing = [(each.id, each.reason, each.differences) for each in report.outcomes if each.outcome != AGREES]
    assert (code, report.problem, report.left, differing) == (0, "", [], [])
    assert {each.id for each in report.outcomes} == set(SCENARIOS) == set(yaml.safe_load(ANSWERS.read_text()))
    assert f"{len(SCENARIOS)} agree, 0 differ, 0 were not tried; nothing is left." in said


def _keep(report: RunReport) -> None:
    """State the answers of this run: read them then."""
    stated = yaml.safe_load(ANSWERS.read_text()) or {}
    for each in report.outcomes:
        answers = stated.setdefault(each.id, {})
        answers |= {one.what: one.seen for one in each.differences}
    head = ANSWERS.read_text().partition("\n")[0]
    ANSWERS.write_text(f"{head}\n{yaml.safe_dump(stated, sort_keys=False, width=140, allow_unicode=True)}")


def test_the_report_names_neither_the_account_nor_the_run(whole: tuple[int, str, RunReport]) -> None:
    told = json.dumps([each.__repr__() for each in whole[2].outcomes])
    assert "111122223333" not in told
    assert f"{own_names.PREFIX}-" not in told
    stated = ANSWERS.read_text()
    assert "111122223333" not in stated and REGION not in stated


# Where the role of the sandbox may act: things of a trial, with what such requests carry, and what has no name yet.
OURS = {"tag": "tcat-0123abcd-x", "new_tag": "tcat-0123abcd-x"}
PLACES: dict[str, list[tuple[str, dict[str, str]]]] = {
    "dynamodb": [(arn("dynamodb", "table/tcat-0123abcd-x-Orders"), {}), ("*", {})],
    "cloudformation": [(arn("cloudformation", "stack/dynamodb-tcat-0123abcd-x-shop/1"), {}), ("*", {})],
    "cloudwatch": [
        (arn("cloudwatch", "alarm:tcat-0123abcd-x-Orders-throttled"), {}),
        (arn("cloudwatch", "dashboard/dynamodb-tcat-0123abcd-x-shop"), {}),
        ("*", {}),
    ],
    "sns": [(arn("sns", "dynamodb-tcat-0123abcd-x-shop-alarms"), {}), ("*", {})],
    "kms": [(arn("kms", "alias/dynamodb-tcat-0123abcd-x"), {}), (arn("kms", "key/1"), OURS), ("*", {})],
    "backup": [(arn("backup", "backup-vault:dynamodb-tcat-0123abcd-x"), {}), (arn("backup", "backup-plan:1"), OURS), ("*", {})],
    "application-autoscaling": [("*", {})],
    "s3": [(arn("s3", "tcat-0123abcd-templates"), {}), ("*", {})],
}  # fmt: skip
PREPARED = {"iam:CreateRole"}  # on the local AWS only: in an account the stack of policies/roles.yaml makes it


@pytest.mark.usefixtures("whole")
def test_the_role_of_the_sandbox_permits_every_call() -> None:
    made = actions(CALLS) - PREPARED
    assert {"cloudformation:ExecuteChangeSet", "dynamodb:DeleteTable", "kms:ScheduleKeyDeletion"} <= made
    missing = {
        action
        for action in made
        if not any(may("sandbox", action, where, **given) for where, given in PLACES.get(action.partition(":")[0], []))
    }
    assert missing == set()


def test_a_run_without_long_takes_at_most_an_hour_and_what_it_costs_is_said(whole: tuple[int, str, RunReport]) -> None:
    assert estimate(chosen((), long=False))[0] <= 60
    minutes, cents = estimate(chosen((), long=True))
    assert f"About {minutes:.0f} minutes and {cents / 100:.2f} US dollars" in whole[1]
    told = (ROOT / "docs/acceptance.md").read_text()
    assert "about six hours" in told and round(minutes / 60) == 6
    assert "Ten to thirty cents" in told and 10 <= cents <= 30
    assert estimate([SCENARIOS["token"]])[0] > SCENARIOS["create"].minutes, "with what it looks at"


def test_what_a_run_refuses_to_begin(aws: LocalAws, tmp_path: Path) -> None:
    def refused(**more: object) -> str:
        with pytest.raises(Refused) as raised:
            ask(aws, tmp_path, **{"only": (CLEAN,), "sandbox": "1", **more})
        return str(raised.value)

    assert "not of 444455556666" in refused(sandbox="444455556666")
    assert 'no scenario "rolback". Known: create' in refused(only=("rolback",))
    assert "Give it with --yes" in refused(yes=False)
    client("dynamodb", REGION).create_table(**table(TableName="tcat-0123abcd-x-Orders"))
    assert "has left us-east-1: table tcat-0123abcd-x-Orders. Remove it first: make acceptance" in refused()
    with pytest.raises(Refused, match="The removal waits for a confirmation"):
        accept(options(tmp_path, clean=True, sandbox="1", yes=False), aws)
    assert client("dynamodb", REGION).list_tables()["TableNames"] == ["tcat-0123abcd-x-Orders"]
    assert ask_clean(aws, tmp_path) == 0
    assert client("dynamodb", REGION).list_tables()["TableNames"] == []


def test_an_account_without_the_role_of_the_backups(aws: LocalAws) -> None:
    with pytest.raises(Refused, match=r"no role dynamodb-tcat-backup\. The stack of the sandbox's role makes it"):
        guard.refuse_role(Aws(REGION))
    make_backup_role(Aws(REGION))
    guard.refuse_role(Aws(REGION))
    aws.fail("iam:GetRole", "AccessDenied")
    guard.refuse_role(Aws(REGION))


@for_each(
    "name",
    ["tcat-orders", "tcat-20260131-orders", "dynamodb-tcat-20260131-shop", "tcat-deadbeef1-x", "tcat-1234567g-x",
     "xtcat-0123abcd-x", "TCAT-0123abcd-x", "tcat_0123abcd-x", "tcat-0123ABCD-x", "tcat-0123abcdx"],
)  # fmt: skip
def test_a_name_like_that_of_a_run_is_nobodys(name: str) -> None:
    assert own_names.run_of(name) == ""
    assert own_names.run_of(f"dynamodb-{own_names.run_prefix(own_names.new_run())}{name}") != ""


def ask_clean(aws: LocalAws, folder: Path) -> int:
    return accept(options(folder, clean=True, sandbox="1", yes=True), aws)


SHOP = {
    "tables": [{"table": "Orders", "type": "single-entity", "pk": "id", "attributes": [{"name": "id", "type": "S"}]}]
}


@pytest.mark.parametrize(
    "told_by",
    ["its settings", "its record", "an old record", "a broken record", "its stack", "another's stack", "its name"],
)
def test_an_account_in_which_an_environment_lives_is_no_sandbox(aws: LocalAws, tmp_path: Path, told_by: str) -> None:
    """Whatever tells that it does: also cleanup is refused there."""
    name = "tcat-prod" if told_by == "its name" else "prod"
    folder = tmp_path / "contracts" / "shop"
    folder.mkdir(parents=True)
    (folder / "migrationContract.json").write_text(json.dumps(SHOP))
    account = {"account": aws.account} if told_by == "its settings" else {}
    (folder / "deployment.yaml").write_text(json.dumps({"environments": {name: {"region": "eu-west-1", **account}}}))
    if "record" in told_by:
        record = tmp_path / "generated" / ("gone" if told_by == "an old record" else "shop") / name / "deployment.json"
        record.parent.mkdir(parents=True)
        record.write_text("{" if told_by == "a broken record" else json.dumps({"account": aws.account}))
    if "stack" in told_by:
        body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "x"}}}})
        client("cloudformation").create_stack(
            StackName=f"dynamodb-{'tcat-live' if told_by != 'its stack' else name}-shop", TemplateBody=body
        )
    for cleaning in (False, True):
        with pytest.raises(Refused, match=r"A sandbox is an account of its own|Rename it|does not say which account"):
            ask(aws, tmp_path, sandbox="1", only=(CLEAN,), clean=cleaning)


def test_a_quota_that_is_too_low(aws: LocalAws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "STACKS", 2)
    with pytest.raises(Refused, match="make up to 3 stacks; account 111122223333 has 0 of 2 in us-east-1"):
        ask(aws, tmp_path, only=(CLEAN,))


def test_a_region_without_a_service(aws: LocalAws, tmp_path: Path) -> None:
    aws.fail("backup:ListBackupPlans", "UnrecognizedClientException", "The security token is invalid.")
    with pytest.raises(Refused, match=r"backup does not answer in us-east-1: .* choose another Region with REGION="):
        ask(aws, tmp_path, only=(CLEAN,))


def test_credentials_that_expire_halfway(aws: LocalAws, tmp_path: Path) -> None:
    """What was made is removed with the new ones; without any it is said what removes it."""
    aws.fail("cloudformation:ExecuteChangeSet", "ExpiredToken", after=1)
    code, said, report = ask(aws, tmp_path, only=(CLEAN, "import"))
    assert code == 1
    assert "The run ended early: ExecuteChangeSet: The security token included in the request is expired." in said
    assert [each.outcome for each in report.outcomes][:2] == [NOT_TRIED, NOT_TRIED]
    assert leftovers([REGION]) == report.left == []

    aws.fail("cloudformation:CreateChangeSet", "ExpiredToken")  # in a deployment, which says so and ends
    code, said, report = ask(aws, tmp_path, only=("adopt",))
    assert code == 1
    assert "The credentials have expired" in report.problem
    assert {each.outcome for each in report.outcomes} == {NOT_TRIED}
    assert leftovers([REGION]) == report.left == []

    aws.fail("cloudformation:ExecuteChangeSet", "ExpiredToken", after=1)
    aws.fail("cloudformation:DescribeStacks", "ExpiredToken", after=6, times=1000)
    code, said, report = ask(aws, tmp_path, only=(CLEAN,))
    assert code == 1
    assert "The credentials have expired. Sign in again. Then run: make acceptance SANDBOX=" in said
    aws.fail("cloudformation:DescribeStacks", "ExpiredToken", times=0)
    assert len(report.left) == 1


def test_things_of_every_kind_are_found_and_removed_and_those_of_others_are_not(aws: LocalAws) -> None:
    run = "0af1b2c3"
    for name in (f"tcat-{run}-x-Orders", "tcat-1-Orders", "other-Orders"):
        units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
        provisioned = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
        client("dynamodb").create_table(**table(TableName=name, DeletionProtectionEnabled=True, **provisioned))
        client("s3").create_bucket(Bucket=name.lower(), CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client("dynamodb").create_backup(TableName=f"tcat-{run}-x-Orders", BackupName="backup")
    client("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId=f"table/tcat-{run}-x-Orders",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=2,
    )
    client("sns").create_topic(Name=f"dynamodb-tcat-{run}-x-shop-alarms")
    client("backup").create_backup_vault(BackupVaultName=f"dynamodb-tcat-{run}-x-shop")
    rule = {"RuleName": "daily", "TargetBackupVaultName": f"dynamodb-tcat-{run}-x-shop"}
    client("backup").create_backup_plan(BackupPlan={"BackupPlanName": f"dynamodb-tcat-{run}-x-shop", "Rules": [rule]})
    tags = [{"TagKey": "Environment", "TagValue": f"tcat-{run}-x"}]
    key = client("kms").create_key(Tags=tags)["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName=f"alias/dynamodb-tcat-{run}-x-shop", TargetKeyId=key)
    client("kms").create_key()
    client("cloudwatch").put_dashboard(DashboardName=f"dynamodb-tcat-{run}-x", DashboardBody='{"widgets":[]}')
    client("cloudwatch").put_metric_alarm(**alarm(AlarmName=f"tcat-{run}-x-Orders-errors"))
    rule = f'ALARM("tcat-{run}-x-Orders-errors")'
    client("cloudwatch").put_composite_alarm(AlarmName=f"tcat-{run}-x-Orders-unhealthy", AlarmRule=rule)
    body = {"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": f"dynamodb-tcat-{run}-y"}}}}
    name = f"dynamodb-tcat-{run}-x-shop"
    client("cloudformation").create_stack(
        StackName=name, TemplateBody=json.dumps(body), EnableTerminationProtection=True
    )
    found = leftovers(["eu-west-1"], run)
    assert {thing.split(f" tcat-{run}")[0].split(f" dynamodb-tcat-{run}")[0] for thing in found} == {
        f"eu-west-1: {kind.word}" for kind in made_kinds.MADE_KINDS
    }
    assert leftovers(["eu-west-1"], "11111111") == []
    told: list[str] = []
    assert clean(Aws("eu-west-1"), run, told.append).lines() == []
    assert len(told) >= len(made_kinds.MADE_KINDS)
    assert sorted(client("dynamodb").list_tables()["TableNames"]) == ["other-Orders", "tcat-1-Orders"]
    assert {b["Name"] for b in client("s3").list_buckets()["Buckets"]} == {"other-orders", "tcat-1-orders"}


def test_what_cannot_be_removed_is_said(
    aws: LocalAws, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleanup, "REFUSALS", 1)
    client("sns", REGION).create_topic(Name="dynamodb-tcat-0123abcd-x")
    aws.fail("sns:DeleteTopic", "AuthorizationError", "not allowed", times=1000)
    assert clean(Aws(REGION)).lines() != []
    assert ask_clean(aws, tmp_path) == 1
    assert "LEFT    us-east-1: topic dynamodb-tcat-0123abcd-x (DeleteTopic: not allowed.)" in capsys.readouterr().err


def test_the_command_says_what_is_wrong_in_one_line(aws: LocalAws, capsys: pytest.CaptureFixture[str]) -> None:
    assert acceptance.main(["--sandbox", "444455556666"]) == 1
    assert capsys.readouterr().err.splitlines()[0].startswith("These are credentials of account 111122223333")
