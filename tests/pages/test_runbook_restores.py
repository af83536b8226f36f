"""Losses, and the way back that the runbook tells: every block of it pasted, until all match and the items are equal."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import pytest
from rich.console import Console

from scripts import plan, validate
from scripts.deployment.deploy_environment import deploy_environment
from scripts.deployment.request import DeploymentRequest
from scripts.drills.run_drill import DrillRequest, run_drill
from scripts.local_aws import LocalAws
from scripts.observe.target_options import TargetOptions
from scripts.observe.waiting import Waiting
from scripts.pages import runbook
from scripts.project.services import read_services
from tests import aws_cli
from tests.clock import MovingClock
from tests.local_aws.support import client
from tests.pages.runbook_session import Session
from tests.validation import deployment
from tests.validation.deployment import ENVIRONMENT, STACK, Deployed
from tests.validation.mending import mend

OTHER = "444455556666"
COPIES = {
    "in another Region": "arn:aws:backup:eu-central-1:111122223333:backup-vault:copies",
    "in another account": f"arn:aws:backup:eu-west-1:{OTHER}:backup-vault:copies",
}
INDEXES = {"Orders": "ByStatus", "Books": "", "Carts": ""}
ITEMS: dict[str, list[dict[str, Any]]] = {
    "Orders": [
        {"PK": {"S": f"C#{n}"}, "SK": {"S": "O#1"}, "status": {"S": "open"}, "placed_at": {"N": str(n)}, "total": {"N": "7"}}
        for n in range(5)
    ],
    "Books": [{"isbn": {"S": str(n)}, "title": {"M": {"de": {"S": "x"}, "en": {"NULL": True}}}} for n in range(3)],
    "Carts": [{"id": {"N": str(n)}, "day": {"B": b"1"}} for n in range(3)],
}  # fmt: skip
WRONG = {"PK": {"S": "C#1"}, "SK": {"S": "O#1"}, "status": {"S": "lost"}, "placed_at": {"N": "1"}}
KEY = json.dumps({name: WRONG[name] for name in ("PK", "SK")})


@pytest.fixture(scope="module")
def deployed(local_aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    with deployment.deployed(local_aws, tmp_path_factory.mktemp("shop")) as made:
        for name, items in ITEMS.items():
            for item in items:
                client("dynamodb").put_item(TableName=name, Item=item)
        yield made


@pytest.fixture(scope="module")
def session(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A shell with the runbook of the service, as it would be with copies of its backups elsewhere."""
    folder = tmp_path_factory.mktemp("copies")
    content = json.loads(Path("contracts/shop/deployment.yaml").read_text())
    content["environments"][ENVIRONMENT]["backups"]["copy_to"] = list(COPIES.values())
    (folder / "shop").mkdir()
    (folder / "shop/deployment.yaml").write_text(json.dumps(content))
    (folder / "shop/migrationContract.json").write_bytes(Path("contracts/shop/migrationContract.json").read_bytes())
    page = runbook.render(read_services(folder, "shop")[0])
    with aws_cli.shell(tmp_path_factory.mktemp("bin"), partial(make, deployed.aws)) as run:
        yield Session(page, run, tmp_path_factory.mktemp("state") / "names")


def make(aws: LocalAws, words: list[str]) -> tuple[int, str]:
    """What runs in the place of `make`, in this process."""
    target, environment = words[0], words[1].removeprefix("ENV=")
    if target == "deploy":
        request = DeploymentRequest(TargetOptions(environment), confirmed=True)
        return deploy_environment(request, Console()), ""  # without the signals, which only a main thread has
    if target == "drill":
        table, *source = (word.partition("=")[2] for word in words[2:])
        request = DrillRequest(TargetOptions(environment), table, *source, confirmed=True)
        return run_drill(request, print, Waiting(clock=MovingClock(aws))), ""
    assert target == "validate"
    validate.main(["--environment", environment])  # in 1 where something differs, which is what it is asked for
    return 0, ""


def equal(name: str, other: str = "") -> bool:
    """Whether the table has the items that were put into `other`, by default into itself."""
    found = client("dynamodb").scan(TableName=name, ConsistentRead=True)["Items"]
    return sorted(map(repr, map(_ordered, found))) == sorted(map(repr, map(_ordered, ITEMS[other or name])))


def _ordered(item: dict[str, Any]) -> list[Any]:
    return sorted(item.items())


def lose(name: str) -> None:
    """Somebody takes the protection away and deletes the table."""
    database = client("dynamodb")
    database.update_table(TableName=name, DeletionProtectionEnabled=False)
    database.delete_table(TableName=name)


def lose_scaling() -> None:
    scaling = client("application-autoscaling")
    for target in scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]:
        named = {name: target[name] for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
        scaling.deregister_scalable_target(**named)


def back(deployed: Deployed, session: Session) -> set[str]:
    """The section `Back into its stack`: what was missing. All match then, and a plan has nothing to do."""
    validated, _ = session.of("back-into-its-stack")
    session.do(validated)
    missing = mend(deployed, session.run)
    assert deployed.problems() == []
    assert plan.main(["--environment", ENVIRONMENT]) == 0
    return missing


def use(session: Session, table: str) -> None:
    session.use(ENVIRONMENT, table, INDEXES[table])


def complete(session: Session, *sections: str) -> None:
    """Every block of these sections was pasted."""
    every = [block for section in sections for block in session.of(section)]
    assert every
    assert [block.text for block in every if block not in session.done] == []


@pytest.mark.parametrize("table", ["Orders", "Books"])
def test_a_table_that_is_gone(deployed: Deployed, session: Session, table: str) -> None:
    lose(table)
    if table == "Books":
        lose_scaling()
    assert {problem.rpartition(" ")[0] for problem in deployed.problems()} >= {f"{table} existence"}
    use(session, table)
    listing, last, restoring = session.of("restore-a-table-that-is-gone")
    assert "SYSTEM" in session.do(listing)
    session.do(last)
    session.do(restoring)
    missing = back(deployed, session)
    assert missing >= {"recovery_days on", "deletion_protection on", "tags on"}
    assert missing >= ({"scaling on", "insights on"} if table == "Books" else {"stream on", "ttl_attribute on", "resource_policy on"})  # fmt: skip
    assert equal(table)
    complete(session, "restore-a-table-that-is-gone")


def test_a_table_that_is_gone_with_its_stack(deployed: Deployed, session: Session) -> None:
    stack = f"{STACK}-Carts"
    cloudformation = client("cloudformation")
    cloudformation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.05})
    lose("Carts")
    use(session, "Carts")
    for block in session.of("restore-a-table-that-is-gone"):
        session.do(block)
    _, deploying = session.of("back-into-its-stack")
    session.do(deploying)
    assert back(deployed, session) == set()
    assert equal("Carts")
    complete(session, "back-into-its-stack")


def test_items_that_are_wrong_and_a_table_that_is_replaced(deployed: Deployed, session: Session) -> None:
    database = client("dynamodb")
    deployed.aws.advance(10)
    use(session, "Orders")
    (drilling,) = session.of("backup-and-restore-drill")
    session.do(drilling)
    when, restoring, look, put, source, remove = session.of("restore-beside-the-table")
    right = json.loads(session.do(when))["LatestRestorableDateTime"]
    deployed.aws.advance(10)
    database.put_item(TableName="Orders", Item=WRONG)
    deployed.aws.advance(10)
    session.do(restoring, MOMENT=right)
    assert equal("Orders-restored", "Orders")
    assert not equal("Orders")
    # One item
    assert '"lost"' in session.do(look, KEY=KEY)
    session.do(put)
    assert equal("Orders")
    # All of them
    for item in database.scan(TableName="Orders")["Items"]:
        database.put_item(TableName="Orders", Item={**item, "status": {"S": "lost"}})
    kept, deleting = session.of("replace-a-table")
    session.do(kept)
    session.do(deleting)
    session.do(deleting, DELETE="Orders-restored")
    assert database.describe_table(TableName="Orders")["Table"]["ItemCount"] == 5, "nobody has said its name"
    session.do(deleting, DELETE="Orders")
    assert "Orders" not in database.list_tables()["TableNames"]
    session.do(session.of("restore-a-table-that-is-gone")[2])
    assert "stream on" in back(deployed, session)
    assert equal("Orders")
    assert "table/Orders" in session.do(source)
    session.do(remove)
    assert "Orders-restored" not in database.list_tables()["TableNames"]
    complete(session, "backup-and-restore-drill", "restore-beside-the-table", "replace-a-table")


def backed_up(deployed: Deployed) -> None:
    """The plan of the service has run."""
    jobs = deployed.aws.run_backup_plans()
    backup = client("backup")
    for _ in range(4):
        states = {backup.describe_backup_job(BackupJobId=job)["State"] for job in jobs}
    assert states == {"COMPLETED"}


@pytest.mark.parametrize("table", ["Orders", "Books"])
def test_from_aws_backup(deployed: Deployed, session: Session, table: str) -> None:
    backed_up(deployed)
    use(session, table)
    session.do(session.of("restore-from-aws-backup")[0])
    lose(table)
    _, listing, newest, restoring = session.of("restore-from-aws-backup")
    assert "COMPLETED" in session.do(listing)
    session.do(newest)
    assert "COMPLETED" in session.do(restoring, TARGET=f"{table}-restored")
    assert equal(f"{table}-restored", table)
    assert "COMPLETED" in session.do(restoring, TARGET=table)
    assert {"recovery_days on", "tags on"} <= back(deployed, session)
    assert equal(table)
    session.do(session.of("restore-beside-the-table")[-1], COPY=f"{table}-restored")
    complete(session, "restore-from-aws-backup")


@pytest.mark.parametrize("where", COPIES)
def test_from_a_copy(deployed: Deployed, session: Session, where: str) -> None:
    backed_up(deployed)
    vault, own = COPIES[where], {"AWS_ACCESS_KEY_ID": OTHER} if OTHER in COPIES[where] else {}
    role = copied(vault)
    lose("Orders")
    use(session, "Orders")
    point, allow, withdraw, copying = session.of("restore-from-a-copy")
    session.do(point, COPY_VAULT=vault, **own)
    if own:
        session.do(allow, AWS_ACCESS_KEY_ID="111122223333")
    assert "COMPLETED" in session.do(copying, **own, **({"ROLE": role} if own else {}))
    if own:
        session.do(withdraw, AWS_ACCESS_KEY_ID="111122223333")
    *_, newest, restoring = session.of("restore-from-aws-backup")
    session.do(newest)
    assert "COMPLETED" in session.do(restoring, TARGET="Orders")
    assert "stream on" in back(deployed, session)
    assert equal("Orders")
    if own:
        complete(session, "restore-from-a-copy")


def copied(vault: str) -> str:
    """A copy of each recovery point is made in the vault, and the vault of the service has none any more; a role there."""
    region, account, name = vault.split(":")[3], vault.split(":")[4], vault.split(":")[-1]
    there = boto3.Session(account, "local", region_name=region)
    there.client("backup").create_backup_vault(BackupVaultName=name)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "backup:CopyIntoBackupVault",
        "Resource": "*",
    }
    there.client("backup").put_backup_vault_access_policy(
        BackupVaultName=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    trust = {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = there.client("iam").create_role(RoleName=f"copies-{region}", AssumeRolePolicyDocument=document)["Role"][
        "Arn"
    ]
    backup, own = client("backup"), f"{STACK}"
    for each in backup.list_recovery_points_by_backup_vault(BackupVaultName=own)["RecoveryPoints"]:
        arn = each["RecoveryPointArn"]
        job = backup.start_copy_job(
            RecoveryPointArn=arn,
            SourceBackupVaultName=own,
            DestinationBackupVaultArn=vault,
            IamRoleArn=each["IamRoleArn"],
        )["CopyJobId"]
        for _ in range(4):
            state = backup.describe_copy_job(CopyJobId=job)["CopyJob"]
        assert state["State"] == "COMPLETED", state
        backup.delete_recovery_point(BackupVaultName=own, RecoveryPointArn=arn)
    return role
