"""What it risks to change the resources beside a table: alarms, and what the tables of a service share."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from scripts.capacity.economics import DAYS_BETWEEN_BACKUPS
from scripts.planning.access_change import access_change
from scripts.planning.alarm_risks import alarm_risks
from scripts.planning.risk_rules import (
    BACKUPS_RARER,
    BACKUPS_SHORTER,
    FEWER_COPIES,
    LESS_ACCESS,
    LOCK_SHORTER,
    MORE_ACCESS,
    NO_BACKUPS,
    NOT_SELECTED,
    UNSUBSCRIBED,
)
from scripts.planning.risks import Risk
from scripts.planning.setting_risks import days
from scripts.planning.template_diff import ALARMS, plain
from scripts.templates.template import to_json

Resource = Mapping[str, Any]
ResourceRisks = Callable[[Resource | None, Resource | None], Iterator[Risk]]  # properties before and after; None: none


def template_risks(before: Mapping[str, Any], after: Mapping[str, Any], gone: Collection[str] = ()) -> tuple[Risk, ...]:
    """The risks of going from one template to another, but for those of the table itself.

    `gone`: indexes that are removed, whose alarms go with them.
    """
    old, new = (dict(each.get("Resources", {})) for each in (before, after))
    then, now = ({id: r["Properties"] for id, r in each.items() if r["Type"] in ALARMS} for each in (old, new))
    found = list(alarm_risks(then, now, gone))
    for id, resource in old.items():
        was, is_ = resource.get("Properties", {}), new[id].get("Properties", {}) if id in new else None
        if was != is_ and resource["Type"] in _FINDERS:
            found += _FINDERS[resource["Type"]](was, is_)
    return tuple(found)


def _subscription(was: Resource, is_: Resource | None) -> Iterator[Risk]:
    if is_ is None or was.get("Endpoint") != is_.get("Endpoint"):
        yield Risk(UNSUBSCRIBED, f"{was.get('Endpoint')} is no longer subscribed", "Alarms do not reach it any more.")


def _backup_plan(was: Resource, is_: Resource | None) -> Iterator[Risk]:
    if is_ is None:
        yield Risk(NO_BACKUPS, "the backup plan is REMOVED", "AWS Backup makes no more backups.")
        return
    old, new = (each["BackupPlan"]["BackupPlanRule"][0] for each in (was, is_))
    kept, keeps = (rule.get("Lifecycle", {}).get("DeleteAfterDays", 0) for rule in (old, new))
    if keeps and (not kept or keeps < kept):
        before = days(kept) if kept else "good"
        yield Risk(
            BACKUPS_SHORTER, f"backups are kept for {days(keeps)}, no longer for {before}", "Older states are lost."
        )
    between = [DAYS_BETWEEN_BACKUPS.get(rule.get("RuleName", ""), 0) for rule in (old, new)]
    if between[0] < between[1]:
        change = f"the schedule of the backups goes from {old.get('RuleName')} to {new.get('RuleName')}"
        yield Risk(BACKUPS_RARER, change, "What is written between two backups is in neither of them.")
    if len(new.get("CopyActions", [])) < len(old.get("CopyActions", [])):
        yield Risk(
            FEWER_COPIES, "backups are copied to fewer vaults", "What is lost with a vault may be the only copy."
        )


def _selection(_was: Resource, is_: Resource | None) -> Iterator[Risk]:
    if is_ is None:
        yield Risk(NOT_SELECTED, "the backup selection is REMOVED", "AWS Backup makes no more backups of these tables.")


def _vault(was: Resource, is_: Resource | None) -> Iterator[Risk]:
    before, after = (((each or {}).get("LockConfiguration") or {}).get("MinRetentionDays", 0) for each in (was, is_))
    if after < before:
        change = f"the lock of the backup vault goes from {days(before)} to {after}"
        yield Risk(LOCK_SHORTER, change, "Backups can be deleted earlier.")


def _policy(what: str, key: str) -> ResourceRisks:
    def found(was: Resource | None, is_: Resource | None) -> Iterator[Risk]:
        before, after = (to_json(plain((each or {}).get(key) or {})) for each in (was, is_))
        gained, lost = access_change(before, after)
        if gained:
            yield Risk(MORE_ACCESS, f"the policy of {what} lets more in", f"New: {'; '.join(map(str, gained))}.")
        if lost:
            yield Risk(LESS_ACCESS, f"the policy of {what} lets less in", f"No longer: {'; '.join(map(str, lost))}.")

    return found


_FINDERS: Mapping[str, Callable[[Resource, Resource | None], Iterator[Risk]]] = {
    "AWS::SNS::Subscription": _subscription,
    "AWS::Backup::BackupPlan": _backup_plan,
    "AWS::Backup::BackupSelection": _selection,
    "AWS::Backup::BackupVault": _vault,
    "AWS::KMS::Key": _policy("the key", "KeyPolicy"),
    "AWS::SNS::TopicPolicy": _policy("the alarm topic", "PolicyDocument"),
}
