"""The kinds of things that a trial makes: how those of an account and Region are listed, and how one is removed."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scripts.acceptance.own_names import run_of
from scripts.observe.aws import FAILURES, Aws, error_code

Names = Iterator[str]
WAITING_DAYS = 7  # AWS deletes a key after 7 days at the earliest


@dataclass(frozen=True, slots=True)
class MadeKind:
    """`names` lists all of a kind, also those of others; `remove` begins to remove one, and may be called again."""

    word: str
    service: str
    names: Callable[[Aws], Names]
    remove: Callable[[Aws, str], None]


def _pages(service: str, operation: str, items: str, name: Callable[[Any], str]) -> Callable[[Aws], Names]:
    def look(aws: Aws) -> Names:
        for page in aws.client(service).get_paginator(operation).paginate():
            yield from (name(item) for item in page[items])

    return look


def _stacks(aws: Aws) -> Names:
    for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
        yield from (s["StackName"] for s in page["Stacks"] if s["StackStatus"] != "DELETE_COMPLETE")


def _remove_stack(aws: Aws, name: str) -> None:
    cloudformation = aws.client("cloudformation")
    status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    if status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        return  # CloudFormation refuses until it is over; the next round asks again
    cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    force = {"DeletionMode": "FORCE_DELETE_STACK"} if status == "DELETE_FAILED" else {}
    cloudformation.delete_stack(StackName=name, **force)


def _remove_table(aws: Aws, name: str) -> None:
    """Replicas first, then the protection, then the table. AWS refuses while one of these is under way."""
    database = aws.client("dynamodb")
    table = database.describe_table(TableName=name)["Table"]
    if table["TableStatus"] not in ("ACTIVE", "INACCESSIBLE_ENCRYPTION_CREDENTIALS", "ARCHIVED"):
        return
    if table.get("DeletionProtectionEnabled"):
        database.update_table(TableName=name, DeletionProtectionEnabled=False)
    if others := [r["RegionName"] for r in table.get("Replicas", ()) if r["RegionName"] != aws.region]:
        database.update_table(TableName=name, ReplicaUpdates=[{"Delete": {"RegionName": others[0]}}])
        return
    database.delete_table(TableName=name)


def _targets(aws: Aws) -> Names:
    pages = aws.client("application-autoscaling").get_paginator("describe_scalable_targets")
    for page in pages.paginate(ServiceNamespace="dynamodb"):
        for target in page["ScalableTargets"]:
            yield f"{target['ResourceId'].removeprefix('table/')} {target['ScalableDimension']}"


def _remove_target(aws: Aws, name: str) -> None:
    resource, _, dimension = name.partition(" ")
    aws.client("application-autoscaling").deregister_scalable_target(
        ServiceNamespace="dynamodb", ResourceId=f"table/{resource}", ScalableDimension=dimension
    )


def _alarms(aws: Aws) -> Names:
    pages = aws.client("cloudwatch").get_paginator("describe_alarms")
    for page in pages.paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"]):
        # Composite alarms first: CloudWatch deletes no alarm that one of them names.
        yield from (alarm["AlarmName"] for kind in ("CompositeAlarms", "MetricAlarms") for alarm in page.get(kind, ()))


def _remove_topic(aws: Aws, name: str) -> None:
    aws.client("sns").delete_topic(TopicArn=f"{aws.arn('sns')}:{name}")


def _plan_ids(aws: Aws) -> Iterator[tuple[str, str]]:
    for page in aws.client("backup").get_paginator("list_backup_plans").paginate():
        yield from ((plan["BackupPlanName"], plan["BackupPlanId"]) for plan in page["BackupPlansList"])


def _remove_plan(aws: Aws, name: str) -> None:
    backup = aws.client("backup")
    for known, id in list(_plan_ids(aws)):
        if known != name:
            continue
        for selection in backup.list_backup_selections(BackupPlanId=id)["BackupSelectionsList"]:
            backup.delete_backup_selection(BackupPlanId=id, SelectionId=selection["SelectionId"])
        backup.delete_backup_plan(BackupPlanId=id)


def _remove_vault(aws: Aws, name: str) -> None:
    backup = aws.client("backup")
    pages = backup.get_paginator("list_recovery_points_by_backup_vault").paginate(BackupVaultName=name)
    for arn in [point["RecoveryPointArn"] for page in pages for point in page["RecoveryPoints"]]:
        backup.delete_recovery_point(BackupVaultName=name, RecoveryPointArn=arn)
    backup.delete_backup_vault(BackupVaultName=name)


def _backups(aws: Aws) -> Names:
    """Those that were asked for. What DynamoDB keeps by itself of a deleted table costs nothing and goes after 35 days."""
    for page in aws.client("dynamodb").get_paginator("list_backups").paginate(BackupType="USER"):
        yield from (f"{backup['TableName']} {backup['BackupArn']}" for backup in page["BackupSummaries"])


def _remove_backup(aws: Aws, name: str) -> None:
    aws.client("dynamodb").delete_backup(BackupArn=name.partition(" ")[2])


def _keys(aws: Aws) -> Names:
    """Keys have no names: those with a tag `Environment`, which a trial gives each of its own, and that are not going already."""
    kms = aws.client("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for id in [key["KeyId"] for key in page["Keys"]]:
            with contextlib.suppress(*FAILURES):  # a key whose tags we may not read is not ours
                tags = {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=id)["Tags"]}
                if not run_of(tags.get("Environment", "")):
                    continue
                if kms.describe_key(KeyId=id)["KeyMetadata"]["KeyState"] != "PendingDeletion":
                    yield f"{tags['Environment']} {id}"


def _remove_key(aws: Aws, name: str) -> None:
    aws.client("kms").schedule_key_deletion(KeyId=name.partition(" ")[2], PendingWindowInDays=WAITING_DAYS)


def _buckets(aws: Aws) -> Names:
    """All of the account: S3 has one list for every Region."""
    yield from (bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"])


def _remove_bucket(aws: Aws, name: str) -> None:
    s3 = aws.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
        if objects := [{"Key": item["Key"]} for item in page.get("Contents", [])]:
            s3.delete_objects(Bucket=name, Delete={"Objects": objects})
    s3.delete_bucket(Bucket=name)


def _call(service: str, operation: str, name: str) -> Callable[[Aws, str], None]:
    return lambda aws, value: getattr(aws.client(service), operation)(**{name: value})


# In the order in which they can be removed: stacks take most of the others with them.
MADE_KINDS = (
    MadeKind("stack", "cloudformation", _stacks, _remove_stack),
    MadeKind("scalable target", "application-autoscaling", _targets, _remove_target),
    MadeKind("table", "dynamodb", _pages("dynamodb", "list_tables", "TableNames", str), _remove_table),
    MadeKind("backup", "dynamodb", _backups, _remove_backup),
    MadeKind(
        "alarm",
        "cloudwatch",
        _alarms,
        lambda aws, name: aws.client("cloudwatch").delete_alarms(AlarmNames=[name]),
    ),
    MadeKind(
        "dashboard",
        "cloudwatch",
        _pages("cloudwatch", "list_dashboards", "DashboardEntries", lambda entry: entry["DashboardName"]),
        lambda aws, name: aws.client("cloudwatch").delete_dashboards(DashboardNames=[name]),
    ),
    MadeKind(
        "topic",
        "sns",
        _pages("sns", "list_topics", "Topics", lambda topic: topic["TopicArn"].rpartition(":")[2]),
        _remove_topic,
    ),
    MadeKind("backup plan", "backup", lambda aws: (name for name, _ in _plan_ids(aws)), _remove_plan),
    MadeKind(
        "backup vault",
        "backup",
        _pages("backup", "list_backup_vaults", "BackupVaultList", lambda vault: vault["BackupVaultName"]),
        _remove_vault,
    ),
    MadeKind(
        "key alias",
        "kms",
        _pages("kms", "list_aliases", "Aliases", lambda alias: alias["AliasName"].removeprefix("alias/")),
        lambda aws, name: aws.client("kms").delete_alias(AliasName=f"alias/{name}"),
    ),
    MadeKind("key", "kms", _keys, _remove_key),
    MadeKind("bucket", "s3", _buckets, _remove_bucket),
)


def own(aws: Aws, kind: MadeKind, run: str = "") -> list[str]:
    """What there is of a kind that a trial has made: of the run `run`, by default of any. Raises the errors of `aws.FAILURES`."""
    return [name for name in kind.names(aws) if (found := run_of(name.partition(" ")[0])) and run in ("", found)]


def gone(error: Exception) -> bool:
    """Whether an error says that what was to be removed is not there any more."""
    code = error_code(error)
    return "NotFound" in code or "does not exist" in str(error) or code in ("NoSuchBucket", "ResourceNotFound")
