"""What to do about a check of a table that is no match. It follows from the cause."""

import json
import re
import shlex
from dataclasses import replace
from typing import Any

from scripts.comparison.cause import BUSY, LOST, OUTSIDE, RECORDED, STUCK, UNDEPLOYED, UNREAD
from scripts.comparison.compare import UNKNOWN, Finding
from scripts.comparison.finding_words import OF_A_STACK
from scripts.comparison.stack_expectations import policy_body
from scripts.model import CompositeAlarm, DesiredTable
from scripts.properties import BY_NAME
from scripts.properties.base import ARN
from scripts.properties.billing import BILLING, by_target
from scripts.properties.encryption import ENCRYPTION
from scripts.properties.scaling import THROUGHPUT, provision
from scripts.templates.template import index_definition
from scripts.validation.fix import UNSETTLED, Fix, Place
from scripts.validation.fix_templates import DRIFT_DETECTED

# What to do where it is not known, by AWS's error.
REASONS = {
    "permission": ("AccessDenied", "UnauthorizedOperation", "NotAuthorized", "AuthorizationError"),
    "throttled": ("Throttl", "RequestLimitExceeded", "TooManyRequests", "LimitExceeded"),
    "credentials": ("Expired", "InvalidClientToken", "UnrecognizedClient", "Credentials", "SSOToken"),
}
STATUSES = {
    "DELETING": "restore",
    "ARCHIVING": "archived",
    "ARCHIVED": "archived",
    "INACCESSIBLE_ENCRYPTION_CREDENTIALS": "key unusable",
}
OF_STACKS = {"stack status": "continue", "termination protection": "protect stack", "stack policy": "stack policy"}
UNSTATED = ("suppressor", "unit")  # of an alarm: our templates say nothing of them, so that drift of them is not seen
PLAIN = {ENCRYPTION.name: ("aws-managed", "aws-owned"), BILLING.name: ("PAY_PER_REQUEST", "PROVISIONED")}


def when_unknown(finding: Finding, place: Place) -> Fix:
    """What to do about what is not known: wait, ask for a permission, ask later, sign in, or ask AWS."""
    if finding.in_progress:
        return place.fill("wait")
    if finding.follows:
        return place.fill("follows", subject=finding.follows)
    if not finding.code:
        return place.fill("unclassified")
    return place.fill(
        next((id for id, codes in REASONS.items() if any(code in finding.code for code in codes)), "aws error")
    )


def fix(finding: Finding, desired: DesiredTable, place: Place, cause: str = "") -> Fix:
    """What to do about a finding of a table that is no match. `cause`: one of `scripts.validation.cause`, or empty."""
    if finding.outcome == UNKNOWN:
        return when_unknown(finding, place)
    if general := {
        BUSY: "stack busy",
        STUCK: "continue",
        LOST: "restore",
        RECORDED: "deploy empty",
        UNREAD: "template unreadable",
    }.get(cause):
        return place.fill(general)
    if finding.group == "Keys" and finding.property != "existence":
        return place.fill(_of_the_table(finding, cause))
    if finding.group == "Indexes" and (id := _of_an_index(finding, cause)):
        return place.fill(id)
    if cause == UNDEPLOYED or (finding.property == "existence" and finding.group == "Keys"):
        return place.fill("deploy")
    if finding.group == "Access":
        return place.fill("write refused" if finding.property.startswith("write probe") else "query refused")
    if finding.group == "Alarms":
        return alarm_fix(finding, desired.alarms, place)
    if finding.group == "Indexes":
        return _index(finding, desired, place)
    if finding.property in BY_NAME:
        return _setting(finding, desired, place)
    if finding.property == "backup coverage":
        return place.fill("follows", subject="the backup selection, or the tag BackupPlan of the table")
    if finding.property == "newest backup":
        return place.fill("backup jobs")
    return stack_fix(finding, place) or place.fill("replicas")


def stack_fix(finding: Finding, place: Place) -> Fix | None:
    """What to do about a check of a stack; its subject is the stack, where it is not that of the place."""
    if finding.property.startswith(OF_A_STACK) or (finding.live == "missing" and finding.property in OF_STACKS):
        return place.fill("deploy")
    if id := OF_STACKS.get(finding.property):
        return place.fill(id, stack=finding.subject or place.stack, policy=policy_body())
    return None


def alarm_fix(finding: Finding, alarms: Any, place: Place) -> Fix:
    """What to do about an alarm that someone changed. `alarms`: all that are wanted beside it."""
    if finding.property == "enabled" and finding.live is False:
        return place.fill("loud alarm", subject=finding.subject)
    if finding.property in UNSTATED:
        again = place.fill("alarm again", subject=finding.subject)
        # CloudWatch keeps what a composite alarm names, so that goes first.
        above = [a.name for a in alarms if isinstance(a, CompositeAlarm) and _names(a.rule, finding.subject)]
        first = [place.fill("alarm again", subject=name).commands[0] for name in above]
        return Fix(again.id, (*first, *again.commands))
    composite = any(isinstance(a, CompositeAlarm) and a.name == finding.subject for a in alarms)
    return place.fill(DRIFT_DETECTED[f"AWS::CloudWatch::{'CompositeAlarm' if composite else 'Alarm'}"])


def _names(rule: str, alarm: str) -> bool:
    return re.search(rf'ALARM\("{re.escape(alarm)}"\)', rule) is not None


def _of_the_table(finding: Finding, cause: str) -> str:
    """What to do about keys and status of a table, neither of which a command mends."""
    if finding.property == "key schema":
        return "other table" if cause == OUTSIDE else "new table"
    return STATUSES.get(str(finding.live), "table status")


def _of_an_index(finding: Finding, cause: str) -> str:
    """What to do about an index that no command mends; empty for the others."""
    if finding.local:
        return "other table" if cause == OUTSIDE else "new local index"
    if finding.property == "status":
        return "index going"
    return "new index" if finding.property != "existence" and cause != OUTSIDE else ""


def _setting(finding: Finding, desired: DesiredTable, place: Place) -> Fix:
    property = BY_NAME[finding.property]
    name = shlex.quote(desired.name)
    if finding.property in (BILLING.name, THROUGHPUT.name) and _switches(finding, desired):
        return Fix("billing PROVISIONED", (f"{provision(desired, place.absent)} --region {place.region}",))
    commands = property.fix(name, finding.desired, finding.live)
    if not commands and finding.property != THROUGHPUT.name:
        return place.fill("no command")
    if not commands:  # it lacks only the capacity of indexes that are not there, and they are made with it
        absent = [
            replace(finding, group="Indexes", subject=index, property="existence") for index in sorted(place.absent)
        ]
        return Fix("index made", tuple(line for each in absent for line in _index(each, desired, place).commands))
    plain = str(finding.desired) if finding.desired in PLAIN.get(finding.property, ()) else ""
    id = f"{property.field} {plain or ('off' if property.shown(finding.desired) in ('off', 'none') else 'on')}"
    return Fix(
        id,
        tuple(
            line if line.startswith("sleep") else f"{line.replace(ARN, place.arn)} --region {place.region}"
            for line in commands.split("\n")
        ),
    )


def _switches(finding: Finding, desired: DesiredTable) -> bool:
    """Whether a table has to become provisioned again: then all its capacity comes with the mode."""
    return desired.billing == "PROVISIONED" and (finding.property == BILLING.name or not by_target(finding.live))


def _index(finding: Finding, desired: DesiredTable, place: Place) -> Fix:
    """The commands that create an index, delete one that the contract does not know, or both in turn."""
    index = next((index for index in desired.indexes if index.name == finding.subject), None)
    update = f"aws dynamodb update-table --table-name {shlex.quote(desired.name)}"
    where = f" --region {place.region}"
    gone = f"{update} --global-secondary-index-updates {_json([{'Delete': {'IndexName': finding.subject}}])}{where}"
    if index is None:
        return Fix("index gone", (gone,))
    types = [{"AttributeName": key.name, "AttributeType": key.type} for key in index.keys.attributes]
    throughput = THROUGHPUT.render_index(desired, index.name)
    updates = [{"Create": {**index_definition(index), **throughput}}]
    made = f"{update} --attribute-definitions {_json(types)} --global-secondary-index-updates {_json(updates)}{where}"
    if finding.property == "existence":
        return Fix("index made", (made,))
    wait = UNSETTLED.format(table=shlex.quote(desired.name), region=place.region)
    return Fix("index again", (gone, wait, made), place.fill("index again").text)


def _json(value: Any) -> str:
    return shlex.quote(json.dumps(value, separators=(",", ":")))
