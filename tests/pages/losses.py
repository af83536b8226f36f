"""What the restores of the runbook begin with: items, losses, backups and copies of them; and how it is seen that all is back."""

import contextlib
import json
from typing import Any

import boto3
from rich.console import Console

from scripts import generate, plan, validate
from scripts.deployment.deploy_environment import deploy_environment
from scripts.deployment.request import DeploymentRequest
from scripts.drills.run_drill import DrillRequest, run_drill
from scripts.local_aws import LocalAws
from scripts.observe.target_options import TargetOptions
from scripts.observe.waiting import Waiting
from tests.clock import MovingClock
from tests.local_aws.recovery_support import POLICIES
from tests.local_aws.support import client
from tests.validation.deployment import STACK, Deployed

OTHER = "444455556666"
COPIES = {
    "in another Region": "arn:aws:backup:eu-central-1:111122223333:backup-vault:copies",
    "in another account": f"arn:aws:backup:eu-west-1:{OTHER}:backup-vault:copies",
}
ITEMS: dict[str, list[dict[str, Any]]] = {
    "Orders": [
        {"PK": {"S": f"C#{n}"}, "SK": {"S": "O#1"}, "status": {"S": "open"}, "placed_at": {"N": str(n)}, "total": {"N": "7"}}
        for n in range(5)
    ],
    "Books": [{"isbn": {"S": str(n)}, "title": {"M": {"de": {"S": "x"}, "en": {"NULL": True}}}} for n in range(3)],
    "Ledger": [{"id": {"S": str(n)}, "day": {"N": "7"}} for n in range(3)],
    "Carts": [{"id": {"N": str(n)}, "day": {"B": b"1"}} for n in range(3)],
}  # fmt: skip
WRONG = {"PK": {"S": "C#1"}, "SK": {"S": "O#1"}, "status": {"S": "lost"}, "placed_at": {"N": "1"}}
KEY = json.dumps({name: WRONG[name] for name in ("PK", "SK")})


def make(aws: LocalAws, words: list[str]) -> tuple[int, str]:
    """What runs in the place of `make`, in this process."""
    target, environment = words[0], "".join(words[1:2]).removeprefix("ENV=")
    if target == "deploy":
        request = DeploymentRequest(TargetOptions(environment), confirmed=True)
        return deploy_environment(request, Console()), ""  # without the signals, which only a main thread has
    if target == "drill":
        table, *source = (word.partition("=")[2] for word in words[2:])
        request = DrillRequest(TargetOptions(environment), table, *source, confirmed=True)
        return run_drill(request, print, Waiting(clock=MovingClock(aws))), ""
    if target == "generate":
        return generate.main([]), ""
    if target == "plan":
        return int(plan.main(["--environment", environment]) not in (0, 2)), ""
    assert target == "validate"
    validate.main(["--environment", environment])  # in 1 where something differs, which is what it is asked for
    return 0, ""


def equal(name: str, other: str = "", region: str = "eu-west-1") -> bool:
    """Whether the table has the items that were put into `other`, by default into itself."""
    found = client("dynamodb", region).scan(TableName=name, ConsistentRead=True)["Items"]
    return sorted(map(repr, map(_ordered, found))) == sorted(map(repr, map(_ordered, ITEMS[other or name])))


def _ordered(item: dict[str, Any]) -> list[Any]:
    return sorted(item.items())


def lose(name: str) -> None:
    """Somebody takes the protection away and deletes the table."""
    database = client("dynamodb")
    database.update_table(TableName=name, DeletionProtectionEnabled=False)
    database.delete_table(TableName=name)


def lose_scaling(table: str) -> None:
    scaling = client("application-autoscaling")
    for target in scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]:
        if target["ResourceId"].split("/")[1] != table:
            continue
        named = {name: target[name] for name in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
        scaling.deregister_scalable_target(**named)


def default_role(account: str) -> None:
    """The account has the default role of AWS Backup."""
    iam = boto3.Session(account, "local", region_name="eu-west-1").client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    name = "AWSBackupDefaultServiceRole"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=document, Path="/service-role/")
    for policy in POLICIES:
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/service-role/{policy}")


def backed_up(deployed: Deployed) -> None:
    """The plan of the service has run."""
    jobs = deployed.aws.run_backup_plans()
    backup = client("backup")
    for _ in range(4):
        states = {backup.describe_backup_job(BackupJobId=job)["State"] for job in jobs}
    assert states == {"COMPLETED"}


def copied(vault: str) -> None:
    """A copy of each recovery point is made in the vault, and the vault of the service has none any more."""
    region, account, name = vault.split(":")[3], vault.split(":")[4], vault.split(":")[-1]
    there = boto3.Session(account, "local", region_name=region).client("backup")
    with contextlib.suppress(there.exceptions.AlreadyExistsException):
        there.create_backup_vault(BackupVaultName=name)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Action": "backup:CopyIntoBackupVault",
        "Resource": "*",
    }
    there.put_backup_vault_access_policy(
        BackupVaultName=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    backup, own = client("backup"), STACK
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
