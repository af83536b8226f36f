"""What the tables of a service share, wanted and found: the same values, so that one comparison serves both."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scripts import names
from scripts.aws import FAILURES, Aws, error_code, explain
from scripts.compare import MATCH, MISMATCH, UNKNOWN, Finding, compare_alarms
from scripts.model import Alarm, TableState, Unknown
from scripts.monitoring.live import read_alarms
from scripts.settings_source import Environment
from scripts.shared.backup import SCHEDULES, TAG

ABSENT = {"DashboardNotFoundError", "NotFound", "NotFoundException", "ResourceNotFoundException"}
WORDS = {
    "topic": "alarm topic",
    "dashboards": "dashboards",
    "key": "key of the tables",
    "vault": "backup vault",
    "plan": "backup plan",
    "selection": "backup selection",
}


@dataclass(frozen=True, slots=True)
class SharedState:
    """Each value in plain words, empty where there is nothing."""

    topic: Any = ""
    dashboards: Any = ""
    alarms: tuple[Alarm, ...] | Unknown = ()
    key: Any = ""
    vault: Any = ""
    plan: Any = ""
    selection: Any = ""


def desired(
    service: str,
    environment: Environment,
    states: Sequence[TableState],
    dashboards: Sequence[str] = (),
    alarms: tuple[Alarm, ...] = (),
) -> SharedState:
    """What the shared stacks are to hold. `dashboards`: their names."""
    alias = names.key_alias(environment.name, service)
    backups = environment.backups
    vault = names.backup_vault(environment.name, service) if backups else ""
    return SharedState(
        topic="" if environment.alarm_topics else names.alarm_topic(environment.name, service),
        dashboards=", ".join(dashboards),
        alarms=alarms,
        key=f"{alias}, enabled, rotated" if any(state.encryption == alias for state in states) else "",
        vault=f"{vault}, {_lock(backups.get('lock', {}))}" if backups else "",
        plan=_rule(vault, SCHEDULES[backups.get("schedule", "daily")], backups) if backups else "",
        selection=f"{vault}, tables with the tag {TAG}={vault}" if backups else "",
    )


def live(aws: Aws, service: str, environment: Environment, wanted: SharedState) -> SharedState:
    """What there is. Looks only for what is wanted: the stack's own policy keeps what no longer is."""
    vault = names.backup_vault(environment.name, service)
    readers: dict[str, Callable[[], str]] = {
        "topic": lambda: _topic(aws, wanted.topic),
        "dashboards": lambda: _dashboards(aws, wanted.dashboards.split(", ")),
        "key": lambda: _key(aws, names.key_alias(environment.name, service)),
        "vault": lambda: _vault(aws, vault),
        "plan": lambda: _plan(aws, vault),
        "selection": lambda: _selection(aws, vault),
    }
    found = {name: _known(read) if getattr(wanted, name) else "" for name, read in readers.items()}
    return SharedState(alarms=_known(lambda: read_alarms(aws, wanted.alarms)) or (), **found)


def compare(stack: str, wanted: SharedState, found: SharedState) -> Iterator[Finding]:
    """One finding for each thing that is wanted."""
    yield from compare_alarms(stack, wanted.alarms, found.alarms)
    for name in (name for name in WORDS if getattr(wanted, name)):
        value, other = getattr(wanted, name), getattr(found, name)
        if isinstance(other, Unknown):
            yield Finding(stack, "Settings", "", WORDS[name], UNKNOWN, value, None, other.reason)
        else:
            outcome = MATCH if value == other else MISMATCH
            yield Finding(stack, "Settings", "", WORDS[name], outcome, value, other or "missing")


def _known(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except FAILURES as error:
        return "" if error_code(error) in ABSENT else Unknown(explain(error))


def _topic(aws: Aws, name: str) -> str:
    arn = f"{aws.arn('sns')}:{name}"
    return aws.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["TopicArn"].rpartition(":")[2]


def _dashboards(aws: Aws, wanted: Sequence[str]) -> str:
    """Those of the wanted dashboards that exist."""
    found: list[str] = []
    for name in wanted:
        try:
            found.append(aws.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardName"])
        except FAILURES as error:
            if error_code(error) not in ABSENT:
                raise
    return ", ".join(found)


def _key(aws: Aws, alias: str) -> str:
    kms = aws.client("kms")
    key = kms.describe_key(KeyId=alias)["KeyMetadata"]
    rotated = kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    return f"{alias}, {'enabled' if key['Enabled'] else key['KeyState']}, {'rotated' if rotated else 'not rotated'}"


def _vault(aws: Aws, name: str) -> str:
    found = aws.client("backup").describe_backup_vault(BackupVaultName=name)
    lock = {"min_retention_days": found["MinRetentionDays"]} if found.get("MinRetentionDays") else {}
    return f"{found['BackupVaultName']}, {_lock(lock)}"


def _lock(lock: dict[str, Any]) -> str:
    return f"locked for {lock['min_retention_days']} days" if lock else "not locked"


def _plan(aws: Aws, name: str) -> str:
    """The first rule of the plan of that name; AWS Backup finds plans by their ids only."""
    plan = _plan_id(aws, name)
    if not plan:
        return ""
    rule = aws.client("backup").get_backup_plan(BackupPlanId=plan)["BackupPlan"]["Rules"][0]
    lifecycle = rule.get("Lifecycle", {})
    backups = {
        "retention_days": lifecycle.get("DeleteAfterDays"),
        "cold_after_days": lifecycle.get("MoveToColdStorageAfterDays"),
        "copy_to": [copy["DestinationBackupVaultArn"] for copy in rule.get("CopyActions", [])],
    }
    return _rule(rule["TargetBackupVaultName"], rule["ScheduleExpression"], backups)


def _rule(vault: str, schedule: str, backups: dict[str, Any]) -> str:
    cold = f", cold after {backups['cold_after_days']} days" if backups.get("cold_after_days") else ""
    copies = f", copied to {', '.join(sorted(backups['copy_to']))}" if backups.get("copy_to") else ""
    return f"{schedule} into {vault}, kept for {backups['retention_days']} days{cold}{copies}"


def _plan_id(aws: Aws, name: str) -> str:
    pages = aws.client("backup").get_paginator("list_backup_plans").paginate()
    plans = [
        plan["BackupPlanId"] for page in pages for plan in page["BackupPlansList"] if plan["BackupPlanName"] == name
    ]
    return plans[0] if plans else ""


def _selection(aws: Aws, name: str) -> str:
    backup, plan = aws.client("backup"), _plan_id(aws, name)
    if not plan:
        return ""
    pages = backup.get_paginator("list_backup_selections").paginate(BackupPlanId=plan)
    for entry in (entry for page in pages for entry in page["BackupSelectionsList"]):
        found = backup.get_backup_selection(BackupPlanId=plan, SelectionId=entry["SelectionId"])["BackupSelection"]
        tags = [f"{tag['ConditionKey']}={tag['ConditionValue']}" for tag in found.get("ListOfTags", [])]
        return f"{found['SelectionName']}, tables with the tag {' or '.join(tags)}"
    return ""
