"""What a run has left behind: looked for by its names in every Region that it used, because taskcat does not look."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scripts.observe.aws import Aws

Found = Iterator[str]


def leftovers(prefix: str, regions: Sequence[str]) -> list[str]:
    """Everything whose name begins with `prefix` or `dynamodb-<prefix>`, as `Region: what name`.

    KMS keys are not among them: AWS deletes a key after 7 days at the earliest. Raises the errors of `aws.FAILURES`.
    """
    found: list[str] = []
    for region in regions:
        aws = Aws(region)
        for what, look in LOOKS.items():
            ours = [n for n in look(aws) if n.startswith((prefix, f"dynamodb-{prefix}"))]
            found.extend(f"{region}: {what} {name}" for name in ours)
    return list(dict.fromkeys(found))


def _pages(service: str, operation: str, items: str, name: Callable[[Any], str]) -> Callable[[Aws], Found]:
    def look(aws: Aws) -> Found:
        for page in aws.client(service).get_paginator(operation).paginate():
            yield from (name(item) for item in page[items])

    return look


def _stacks(aws: Aws) -> Found:
    for page in aws.client("cloudformation").get_paginator("describe_stacks").paginate():
        yield from (s["StackName"] for s in page["Stacks"] if s["StackStatus"] != "DELETE_COMPLETE")


def _alarms(aws: Aws) -> Found:
    pages = aws.client("cloudwatch").get_paginator("describe_alarms")
    for page in pages.paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"]):
        yield from (alarm["AlarmName"] for kind in ("MetricAlarms", "CompositeAlarms") for alarm in page.get(kind, ()))


def _buckets(aws: Aws) -> Found:
    """All of the account: S3 has one list for every Region."""
    yield from (bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"])


LOOKS: dict[str, Callable[[Aws], Found]] = {
    "stack": _stacks,
    "table": _pages("dynamodb", "list_tables", "TableNames", str),
    "alarm": _alarms,
    "dashboard": _pages("cloudwatch", "list_dashboards", "DashboardEntries", lambda entry: entry["DashboardName"]),
    "topic": _pages("sns", "list_topics", "Topics", lambda topic: topic["TopicArn"].rpartition(":")[2]),
    "backup vault": _pages("backup", "list_backup_vaults", "BackupVaultList", lambda vault: vault["BackupVaultName"]),
    "key alias": _pages("kms", "list_aliases", "Aliases", lambda alias: alias["AliasName"].removeprefix("alias/")),
    "bucket": _buckets,
}
