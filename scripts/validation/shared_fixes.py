"""What to do about a check of what tables share that is no match. It follows from the cause."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from scripts.comparison.cause import BUSY, STUCK, UNDEPLOYED, UNREAD
from scripts.comparison.compare import UNKNOWN, Finding
from scripts.comparison.expectation import MISSING
from scripts.comparison.shared_state import SharedResources, resolve
from scripts.validation.fix import Fix, Place
from scripts.validation.fix_templates import DRIFT_DETECTED
from scripts.validation.table_fixes import alarm_fix, stack_fix, when_unknown

OWN_KEY = "with a key of its own"  # how the encryption of a topic is called, before the state of the key
KEY_STATES = {"Disabled": "key enabled", "PendingDeletion": "key kept", "enabled, not rotated": "key rotated"}
REVERTED = {
    "dashboard": "AWS::CloudWatch::Dashboard",
    "backup vault": "AWS::Backup::BackupVault",
    "backup plan": "AWS::Backup::BackupPlan",
}


def shared_fix(finding: Finding, wanted: SharedResources, place: Place, cause: str = "") -> Fix:
    """What to do about something that the tables share. `cause`: one of `scripts.comparison.cause`, or empty."""
    if finding.outcome == UNKNOWN:
        return when_unknown(finding, place)
    if general := {BUSY: "stack busy", STUCK: "continue", UNREAD: "template unreadable", UNDEPLOYED: "deploy"}.get(
        cause
    ):
        return place.fill(general)
    if of_a_stack := stack_fix(finding, place):
        return of_a_stack
    resources = wanted.templates[wanted.stack]["Resources"]
    if finding.property in ("alarm topic", "encryption of the alarm topic", "policy of the alarm topic"):
        return _topic(finding, resources, place)
    if finding.property == "e-mail subscription":
        id = "subscribe" if finding.live == MISSING else "confirm"
        return place.fill(id, subject=finding.subject, topic=place.topic(wanted.notify.people[0]))
    if finding.property == "key of the tables":
        return _key(finding, place)
    if finding.property == "backup selection":
        return _selection(finding, resources["BackupSelection"]["Properties"]["BackupSelection"], place)
    if finding.property == "backup vault" and finding.live != MISSING:
        return _lock(finding, resources["BackupVault"]["Properties"].get("LockConfiguration"), place)
    if finding.property in REVERTED:
        stack = finding.subject if finding.subject in wanted.templates else place.stack
        return place.fill(DRIFT_DETECTED[REVERTED[finding.property]], stack=stack)
    return alarm_fix(finding, wanted.alarms, place)


def _topic(finding: Finding, resources: Mapping[str, Any], place: Place) -> Fix:
    """A topic with its key and its policy: the policy is put back by hand, because no drift of it is detected."""
    ours = {
        made["Properties"].get("TopicName"): id for id, made in resources.items() if made["Type"] == "AWS::SNS::Topic"
    }
    if finding.subject not in ours:
        return place.fill("topic of others")
    id, arn = ours[finding.subject], place.topic(finding.subject)
    if finding.property == "encryption of the alarm topic":
        return _topic_key(finding, resources[id]["Properties"].get("KmsMasterKeyId", ""), arn, place)
    document = resources[f"{id}Policy"]["Properties"]["PolicyDocument"]
    policy = json.dumps(resolve(document, {**place.values, id: arn}), separators=(",", ":"))
    put = place.fill("topic policy", topic=arn, policy=policy)
    if finding.property != "alarm topic":
        return put
    again = place.fill(DRIFT_DETECTED["AWS::SNS::Topic"])
    return Fix(again.id, (*again.commands, *put.commands))


def _topic_key(finding: Finding, wanted: Any, arn: str, place: Place) -> Fix:
    own, _, state = str(finding.live).partition(f"{OWN_KEY}, ")
    if isinstance(wanted, dict) and not own and state:
        return (
            place.fill(KEY_STATES[state], key=place.made(wanted["Ref"]))
            if state in KEY_STATES
            else place.fill("key state")
        )
    if isinstance(wanted, dict):
        return place.fill("topic key", topic=arn, key=place.made(wanted["Ref"]))
    return place.fill("topic other key", topic=arn, other=wanted)


def _key(finding: Finding, place: Place) -> Fix:
    own = finding.subject.startswith("alias/")
    if finding.live == MISSING:
        return (
            place.fill("key alias", subject=finding.subject, key=place.made("TableKey"))
            if own
            else place.fill("key gone")
        )
    if id := KEY_STATES.get(str(finding.live)):
        return place.fill(id, key=place.key(finding.subject))
    return place.fill("key state")


def _selection(finding: Finding, selection: Mapping[str, Any], place: Place) -> Fix:
    """The selection as the template has it; the role is looked up by the commands, before the tags and after the name."""
    before = {"SelectionName": selection["SelectionName"], "IamRoleArn": ""}
    after = {"ListOfTags": selection["ListOfTags"]}
    role = selection["IamRoleArn"]
    return place.fill(
        "backup selection",
        name=finding.subject,
        before=json.dumps(before, separators=(",", ":"))[:-2],
        after=f'",{json.dumps(after, separators=(",", ":"))[1:]}',
        role=shlex.quote(role.rpartition("/")[2]) if isinstance(role, str) else place.made("BackupRole"),
    )


def _lock(finding: Finding, lock: Mapping[str, int] | None, place: Place) -> Fix:
    if "for good" in str(finding.live):
        return place.fill("lock for good")
    if not lock:
        return place.fill("vault unlocked", subject=finding.subject)
    final = f" --changeable-for-days {lock['ChangeableForDays']}" if "ChangeableForDays" in lock else ""
    return place.fill(
        "vault lock", subject=finding.subject, options=f"--min-retention-days {lock['MinRetentionDays']}{final}"
    )
