"""Whether AWS Backup does what the settings ask for: vault, plan, selection, and that it covers each table."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from scripts.comparison.expectation import Expectation
from scripts.comparison.shared_state import SharedResources
from scripts.model import Unknown
from scripts.observe.aws import FAILURES, Aws
from scripts.observe.batch_reader import BatchReader
from scripts.templates.backup import SCHEDULES, TAG

# The interval of a schedule and a day: a job may begin 8 hours after its time (AWS Backup Developer Guide, API_BackupRule,
# StartWindowMinutes), and takes a while.
MAX_AGE_DAYS = {"daily": 2, "weekly": 8, "monthly": 32}


class Backups:
    """The backups of a service in an environment; no calls where none are wanted."""

    def __init__(self, aws: Aws, listed: BatchReader, wanted: SharedResources) -> None:
        self._aws, self._listed = aws, listed
        self._name = wanted.vault
        self._wanted = wanted.environment.backups or {}

    def facts(self) -> Iterator[Expectation]:
        """What the tables share."""
        name, backups = self._name, self._wanted
        if not name:
            return
        plan = _rule(name, SCHEDULES[backups.get("schedule", "daily")], backups)
        yield Expectation("Backup", name, "backup vault", _lock(backups.get("lock", {})), self._vault)
        yield Expectation("Backup", name, "backup plan", plan, self._plan)
        yield Expectation("Backup", name, "backup selection", f"tables with the tag {TAG}={name}", self._selected)

    def covers(
        self, arn: str, tags: Sequence[tuple[str, str]] | Unknown, created: datetime | None
    ) -> Iterator[Expectation]:
        """Whether the selection takes in one table, by its ARN and its tags; and how old its newest backup may be.

        A table without any may be new (`created`), or its selection may be: until a backup is due that is said (`last`), and not judged.
        """
        if self._name and self._any():
            yield Expectation("Backup", "", "backup coverage", "covered", lambda: self._covered(arn, tags))
            days = MAX_AGE_DAYS[self._wanted.get("schedule", "daily")]
            wanted = f"at most {days} days old"
            try:
                overdue = self._overdue(arn, tags, created, days)
            except FAILURES:  # the answer is remembered, so that the check meets the same error and says so
                yield Expectation("Backup", "", "newest backup", wanted, lambda: self._listed.last_backups() and "")
                return
            if overdue is not None:
                yield Expectation("Backup", "", "newest backup", wanted, lambda: overdue or wanted)

    def last(self, arn: str) -> str:
        """A sentence about the last recovery point of a table; empty where no backups are wanted or it is not known."""
        if not self._name:
            return ""
        try:
            time = self._listed.last_backups().get(arn)
        except FAILURES:
            return ""
        return f"Last backup by AWS Backup: {time:%Y-%m-%d %H:%M %Z}." if time else "AWS Backup has made no backup yet."

    def _overdue(
        self, arn: str, tags: Sequence[tuple[str, str]] | Unknown, created: datetime | None, days: int
    ) -> str | None:
        """How old the newest backup is, or for how long there has been none, where that is more than `days`; else empty.

        None where no backup is due yet. A backup from before `created` is of another table of that name. Raises the errors of FAILURES.
        """
        time = self._listed.last_backups().get(arn)
        if time and (created is None or time >= created):
            return _older(time, days, "{} days old")
        since = self._selected_since(arn, tags)
        return (created and since and _older(max(created, since), days, "none for {} days")) or None

    def _selected_since(self, arn: str, tags: Sequence[tuple[str, str]] | Unknown) -> datetime | None:
        """Since when there is a selection that takes in a table; None where there is none, or that is not known."""
        if isinstance(tags, Unknown):
            return None
        taking = [selection for selection in self._selections() if takes(selection, arn, dict(tags))]
        return min((selection["CreationDate"] for selection in taking), default=None)

    def _vault(self) -> str:
        found = self._aws.client("backup").describe_backup_vault(BackupVaultName=self._name)
        if not found.get("MinRetentionDays"):
            return _lock({})
        # Only a lock that becomes final, or is, has a date (DescribeBackupVault, LockDate).
        final = {"changeable_for_days": found["LockDate"]} if found.get("LockDate") else {}
        return _lock({"min_retention_days": found["MinRetentionDays"], **final})

    def _plan(self) -> str:
        """All rules of the plan of that name; there should be one."""
        plan = self._plan_id()
        if not plan:
            return ""
        found = self._aws.client("backup").get_backup_plan(BackupPlanId=plan)["BackupPlan"]["Rules"]
        return "; ".join(
            _rule(
                rule["TargetBackupVaultName"],
                rule["ScheduleExpression"],
                {
                    "retention_days": rule.get("Lifecycle", {}).get("DeleteAfterDays"),
                    "cold_after_days": rule.get("Lifecycle", {}).get("MoveToColdStorageAfterDays"),
                    "copy_to": [copy["DestinationBackupVaultArn"] for copy in rule.get("CopyActions", [])],
                },
            )
            for rule in found
        )

    def _plan_id(self) -> str:
        """AWS Backup finds plans by their ids only."""

        def read() -> str:
            pages = self._aws.client("backup").get_paginator("list_backup_plans").paginate()
            found = (plan for page in pages for plan in page["BackupPlansList"])
            return next((plan["BackupPlanId"] for plan in found if plan["BackupPlanName"] == self._name), "")

        return self._listed.once(f"backup plan {self._name}", read)

    def _selections(self) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            backup, plan = self._aws.client("backup"), self._plan_id()
            if not plan:
                return []
            pages = backup.get_paginator("list_backup_selections").paginate(BackupPlanId=plan)
            ids = [entry["SelectionId"] for page in pages for entry in page["BackupSelectionsList"]]
            found = (backup.get_backup_selection(BackupPlanId=plan, SelectionId=id) for id in sorted(ids))
            return [{**each["BackupSelection"], "CreationDate": each["CreationDate"]} for each in found]

        return self._listed.once(f"backup selections {self._name}", read)

    def _any(self) -> bool:
        """Whether there is a selection; without any, or when it cannot be read, that is reported once for all tables."""
        with contextlib.suppress(*FAILURES):
            return bool(self._selections())
        return False

    def _selected(self) -> str:
        return "; ".join(_shown(found) for found in self._selections() if found["SelectionName"] == self._name)

    def _covered(self, arn: str, tags: Sequence[tuple[str, str]] | Unknown) -> str | Unknown:
        found = self._selections()
        if isinstance(tags, Unknown):
            return tags
        return "covered" if any(takes(selection, arn, dict(tags)) for selection in found) else "not covered"


def _older(time: datetime, days: int, words: str) -> str:
    """`words` with the days that have passed since a time, where these are more than `days`; else empty."""
    age = datetime.now(UTC) - time
    return words.format(age.days) if age > timedelta(days=days) else ""


def takes(selection: Mapping[str, Any], arn: str, tags: Mapping[str, str]) -> bool:
    """Whether a selection takes in a resource (AWS Backup API reference, BackupSelection).

    By one of its tags or by its ARN, unless the ARN is excluded. Other conditions are taken for not fulfilled: what we
    make has none, and a selection of someone else must not pass for a backup that nobody has checked.
    """
    if selection.get("NotResources") or any(selection.get("Conditions", {}).values()):
        return False
    tagged = any(
        tags.get(tag["ConditionKey"]) == tag["ConditionValue"]
        for tag in selection.get("ListOfTags", ())
        if tag.get("ConditionType", "STRINGEQUALS") == "STRINGEQUALS"
    )
    return tagged or arn in selection.get("Resources", ())


def _shown(selection: Mapping[str, Any]) -> str:
    tags = [f"{tag['ConditionKey']}={tag['ConditionValue']}" for tag in selection.get("ListOfTags", [])]
    arns = selection.get("Resources", [])
    return " or ".join([*([f"tables with the tag {' or '.join(tags)}"] if tags else []), *arns])


def _lock(lock: Mapping[str, Any]) -> str:
    if not lock:
        return "not locked"
    final = ", for good" if "changeable_for_days" in lock else ", until someone unlocks it"
    return f"locked for {lock['min_retention_days']} days{final}"


def _rule(vault: str, schedule: str, backups: Mapping[str, Any]) -> str:
    cold = f", cold after {backups['cold_after_days']} days" if backups.get("cold_after_days") else ""
    copies = f", copied to {', '.join(sorted(backups['copy_to']))}" if backups.get("copy_to") else ""
    return f"{schedule} into {vault}, kept for {backups['retention_days']} days{cold}{copies}"
