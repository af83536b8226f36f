"""Why something differs: its stack asks for it already, so that someone changed it; it was never deployed; it is lost."""

from collections.abc import Mapping
from typing import Any

from scripts.comparison.compare import MISMATCH, Finding
from scripts.model import DesiredTable
from scripts.properties import BY_NAME
from scripts.properties.scaling import SCALING, THROUGHPUT, scaling_resources

OUTSIDE, UNDEPLOYED, LOST = "outside", "undeployed", "lost"
SCALED = (SCALING.name, THROUGHPUT.name)
# What tables share: the resources that stand behind a check, by its property.
TYPES = {
    "alarm topic": ("AWS::SNS::Topic",),
    "encryption of the alarm topic": ("AWS::SNS::Topic",),
    "policy of the alarm topic": ("AWS::SNS::TopicPolicy",),
    "e-mail subscription": ("AWS::SNS::Subscription",),
    "dashboard": ("AWS::CloudWatch::Dashboard",),
    "key of the tables": ("AWS::KMS::Key", "AWS::KMS::Alias"),
    "backup vault": ("AWS::Backup::BackupVault",),
    "backup plan": ("AWS::Backup::BackupPlan",),
    "backup selection": ("AWS::Backup::BackupSelection",),
}
Template = Mapping[str, Any]


def table_cause(finding: Finding, desired: DesiredTable, deployed: Template, wanted: Template) -> str:
    """The cause of a difference of a table; empty when it cannot be told.

    `deployed`: the template of its stack, empty if there is no stack; `wanted`: the one that was generated.
    """
    if finding.outcome != MISMATCH:
        return ""
    resources = deployed.get("Resources", {})
    if finding.property == "existence" and finding.group == "Keys":
        return LOST if "Table" in resources else UNDEPLOYED
    if finding.group == "Alarms":
        return _same(_alarm(resources, finding.subject), _alarm(wanted.get("Resources", {}), finding.subject))
    table = resources.get("Table", {}).get("Properties", {})
    if finding.group == "Indexes":
        key = "LocalSecondaryIndexes" if finding.local else "GlobalSecondaryIndexes"
        after = wanted["Resources"]["Table"]["Properties"]
        return _same(_index(table, key, finding.subject), _index(after, key, finding.subject))
    return _setting(finding.property, desired, resources, table) if finding.property in BY_NAME else ""


def shared_cause(finding: Finding, deployed: Template, wanted: Template) -> str:
    """The cause of a difference of what tables share; empty where no resource stands behind the check."""
    if finding.outcome != MISMATCH:
        return ""
    before, after = deployed.get("Resources", {}), wanted.get("Resources", {})
    if finding.group == "Alarms" and finding.property not in TYPES:
        return _same(_alarm(before, finding.subject), _alarm(after, finding.subject))
    if types := TYPES.get(finding.property):
        found, asked = ({k: r for k, r in each.items() if r["Type"] in types} for each in (before, after))
        return OUTSIDE if all(found.get(key) == value for key, value in asked.items()) else UNDEPLOYED
    return ""


def _same(before: Any, after: Any) -> str:
    return OUTSIDE if before == after else UNDEPLOYED


def _alarm(resources: Template, name: str) -> Any:
    return next((r for r in resources.values() if r.get("Properties", {}).get("AlarmName") == name), None)


def _index(table: Template, key: str, name: str) -> Any:
    """What a template says of the identity of an index; its capacity is a setting."""
    found = next((index for index in table.get(key, ()) if index["IndexName"] == name), None)
    return found and (found["KeySchema"], found["Projection"])


def _setting(name: str, desired: DesiredTable, resources: Template, table: Template) -> str:
    if not table:
        return UNDEPLOYED  # the table is in no stack yet: a deployment adopts it
    if name in SCALED and desired.scaling:
        # A template keeps the capacity that a table has begun with: what asks for more or less are its scaling targets.
        wanted = scaling_resources(desired)
        return OUTSIDE if all(resources.get(key) == value for key, value in wanted.items()) else UNDEPLOYED
    property = BY_NAME[name]
    wanted = property.render(desired)
    if not wanted:
        return OUTSIDE if property.key and property.key not in table else ""
    return OUTSIDE if all(table.get(key) == value for key, value in wanted.items()) else UNDEPLOYED
