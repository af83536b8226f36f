"""What the tests of backups and restores share: tables of every kind, their items, and what is kept of them."""

import json
from typing import Any

from .support import client, described, index, keys, table

UNITS = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
MAXIMUM = {"MaxReadRequestUnits": 40, "MaxWriteRequestUnits": 20}


def database(region: str = "eu-west-1") -> Any:
    return client("dynamodb", region)


def kinds() -> dict[str, dict[str, Any]]:
    """A CreateTable request of each kind of table, without encryption."""
    included = index("by-city", keys("city", "street"), "INCLUDE", included=["name"])
    local = [index("by-age", keys("pk", "age"), "KEYS_ONLY")]
    return {
        "on demand": table(),
        "on demand with indexes": table(index("by-name", "name", OnDemandThroughput=MAXIMUM), included),
        "on demand with a maximum": table(OnDemandThroughput=MAXIMUM),
        "provisioned": table(
            index("by-name", "name", "KEYS_ONLY", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 4}),
            BillingMode="PROVISIONED",
            ProvisionedThroughput=UNITS,
        ),
        "with local indexes": table(
            index("by-name", "name"), KeySchema=keys("pk", "sk"), LocalSecondaryIndexes=local
        ),
        "with index keys of several attributes": table(
            index("by-place", keys(["country", "city"], ["street", "name"]), "KEYS_ONLY")
        ),
    }  # fmt: skip


KINDS = list(kinds())


def item(number: int) -> dict[str, Any]:
    """An item that every kind of table takes."""
    named = ("sk", "name", "city", "street", "country", "age")
    return {"pk": {"S": f"key-{number}"}, "more": {"M": {"n": {"N": str(number)}, "l": {"L": [{"BOOL": True}]}}}} | {
        name: {"S": f"{name}-{number}"} for name in named
    }


def put(*numbers: int, name: str = "Orders") -> None:
    for number in numbers:
        database().put_item(TableName=name, Item=item(number))


def items(name: str, region: str = "eu-west-1", index_name: str = "") -> list[dict[str, Any]]:
    """All items of a table or an index, in a fixed order."""
    named = {"IndexName": index_name} if index_name else {}
    found = database(region).scan(TableName=name, **named)["Items"]
    return sorted(found, key=lambda each: each["pk"]["S"])


def recover(name: str = "Orders", days: int = 35, enabled: bool = True) -> dict[str, Any]:
    """Switch point-in-time recovery; what the API tells of it."""
    specification = {"PointInTimeRecoveryEnabled": enabled, **({"RecoveryPeriodInDays": days} if enabled else {})}
    answer = database().update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification=specification
    )  # fmt: skip
    return answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]


def wait(name: str, region: str = "eu-west-1") -> dict[str, Any]:
    """Describe a table until it is ACTIVE."""
    for _ in range(5):
        live = described(name, region)
        if live["TableStatus"] == "ACTIVE":
            return live
    raise AssertionError(f"{name} is {live['TableStatus']}")


OWN = ("TableName", "TableArn", "TableId", "CreationDateTime", "RestoreSummary", "WarmThroughput", "IndexArn")
OWN += ("LastUpdateToPayPerRequestDateTime",)


def kept(described: dict[str, Any]) -> dict[str, Any]:
    """What DescribeTable tells of a table, without what is different in every table."""

    def without(value: Any) -> Any:
        if isinstance(value, list):
            return [without(each) for each in value]
        if isinstance(value, dict):
            return {name: without(each) for name, each in value.items() if name not in OWN}
        return value

    return without(described)


def backup(region: str = "eu-west-1") -> Any:
    return client("backup", region)


POLICIES = ("AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores")


def role(name: str = "backup", service: str = "backup.amazonaws.com", path: str = "/", restores: bool = True) -> str:
    """The ARN of a new role that a service may assume, to make backups and, with `restores`, to restore them."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document, Path=path)["Role"]["Arn"]
    for policy in POLICIES[: None if restores else 1]:
        client("iam").attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/service-role/{policy}")
    return made


ROLE = "arn:aws:iam::111122223333:role/backup"


def vault_arn(name: str = "orders", region: str = "eu-west-1", account: str = "111122223333") -> str:
    return f"arn:aws:backup:{region}:{account}:backup-vault:{name}"


def start_backup(name: str = "Orders", vault: str = "orders", **more: Any) -> dict[str, Any]:
    """Start a backup job of a table into a vault."""
    arn = f"arn:aws:dynamodb:eu-west-1:111122223333:table/{name}"
    return backup().start_backup_job(BackupVaultName=vault, ResourceArn=arn, IamRoleArn=ROLE, **more)


def ended(kind: str, id: str) -> dict[str, Any]:
    """Describe a job of AWS Backup until it is over. `kind`: backup, copy or restore."""
    for _ in range(5):
        answer = getattr(backup(), f"describe_{kind}_job")(**{f"{kind.title()}JobId": id})
        job = answer.get("CopyJob", answer)
        if job.get("State", job.get("Status")) in ("COMPLETED", "FAILED", "ABORTED"):
            return job
    raise AssertionError(f"{kind} job {id} does not end")


def recovery_point(name: str = "Orders", **more: Any) -> str:
    """The ARN of a new recovery point of a table, whose job is COMPLETED."""
    job = ended("backup", start_backup(name, **more)["BackupJobId"])
    assert job["State"] == "COMPLETED", job["StatusMessage"]
    return job["RecoveryPointArn"]
