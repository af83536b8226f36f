"""Why something differs: its stack asks for it already, so that it was probably changed outside of CloudFormation; it was never deployed; it is lost."""

from collections.abc import Mapping
from typing import Any

from scripts.comparison.compare import MISMATCH, Finding
from scripts.model import DesiredTable
from scripts.properties import BY_NAME
from scripts.properties.billing import ON_DEMAND_MAXIMUM, PROVISIONED
from scripts.properties.scaling import SCALING, THROUGHPUT, scaling_resources

OUTSIDE, UNDEPLOYED, LOST = "outside", "undeployed", "lost"
RECORDED = "recorded"  # lost as well, and its stack with it: only the record of the last deployment has it
# Why the cause is not told: CloudFormation is at work, or has stopped half-way; the template of the stack could not be read.
BUSY, STUCK, UNREAD = "busy", "stuck", "unread"
SCALED = (SCALING.name, THROUGHPUT.name)
# The properties of AWS::DynamoDB::Table for settings that a template states only where a table or an index has them.
OF_INDEXES_TOO = {THROUGHPUT.name: "ProvisionedThroughput", "warm throughput": "WarmThroughput"}
# What tables share: the types that stand behind a check, by its property, and where each has the name that the check has.
TYPES: dict[str, dict[str, tuple[str, ...]]] = {
    "alarm topic": {"AWS::SNS::Topic": ("TopicName",)},
    "encryption of the alarm topic": {"AWS::SNS::Topic": ("TopicName",)},
    "policy of the alarm topic": {"AWS::SNS::TopicPolicy": ()},
    "e-mail subscription": {"AWS::SNS::Subscription": ("Endpoint",)},
    "dashboard": {"AWS::CloudWatch::Dashboard": ("DashboardName",)},
    "key of the tables": {"AWS::KMS::Alias": ("AliasName",)},
    "backup vault": {"AWS::Backup::BackupVault": ("BackupVaultName",)},
    "backup plan": {"AWS::Backup::BackupPlan": ("BackupPlan", "BackupPlanName")},
    "backup selection": {"AWS::Backup::BackupSelection": ("BackupSelection", "SelectionName")},
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
        stated = resources.get("Table", {}).get("Properties", {}).get("TableName", desired.name)
        return LOST if "Table" in resources and stated == desired.name else UNDEPLOYED
    if finding.group == "Alarms":
        return _same(_alarm(resources, finding.subject), _alarm(wanted.get("Resources", {}), finding.subject))
    table = resources.get("Table", {}).get("Properties", {})
    if finding.property == "key schema" and finding.group == "Keys":
        return _same(_keys(table), _keys(wanted["Resources"]["Table"]["Properties"])) if table else ""
    if finding.group == "Indexes":
        key = "LocalSecondaryIndexes" if finding.local else "GlobalSecondaryIndexes"
        after = wanted["Resources"]["Table"]["Properties"]
        return _same(_index(table, key, finding.subject), _index(after, key, finding.subject))
    if finding.property not in BY_NAME:
        return ""
    after = wanted["Resources"]["Table"]["Properties"]
    return (
        _setting(finding.property, desired, resources, table)
        if _same_for_indexes(finding, desired, table, after)
        else UNDEPLOYED
    )


def shared_cause(finding: Finding, deployed: Template, wanted: Template) -> str:
    """The cause of a difference of what tables share; empty where no resource stands behind the check."""
    if finding.outcome != MISMATCH:
        return ""
    before, after = deployed.get("Resources", {}), wanted.get("Resources", {})
    if finding.group == "Alarms" and finding.property not in TYPES:
        return _same(_alarm(before, finding.subject), _alarm(after, finding.subject))
    if types := TYPES.get(finding.property):
        asked = {key: made for key, made in after.items() if _stands_behind(made, types, finding.subject)}
        asked |= {key: after[key] for made in asked.values() if (key := _key_of(made)) in after}
        return _same(*([_properties(each.get(key)) for key in asked] for each in (before, after)))
    return ""


def _stands_behind(resource: Template, types: Mapping[str, tuple[str, ...]], name: str) -> bool:
    """Whether a resource is of one of these types, and of that name where the type has one; a backup plan has it deeper."""
    if resource["Type"] not in types:
        return False
    found: Any = resource.get("Properties", {})
    for key in types[resource["Type"]]:
        found = found.get(key, {})
    return not types[resource["Type"]] or found == name


def _key_of(resource: Template) -> str:
    """The logical id of the key that an alias stands for; empty for everything else."""
    target = resource["Properties"].get("TargetKeyId", {})
    return str(target.get("Ref", "")) if isinstance(target, dict) else ""


def _properties(resource: Template | None) -> Any:
    """What a check can find changed: not the policies and metadata of a resource."""
    return resource and resource.get("Properties")


def needs_template(finding: Finding) -> bool:
    """Whether the cause of a difference shows in the template of its stack, so that it is not known without that."""
    if finding.group in ("Alarms", "Indexes") or finding.property in TYPES or finding.property in BY_NAME:
        return True
    return finding.group == "Keys" and finding.property != "status"


def _same(before: Any, after: Any) -> str:
    return OUTSIDE if before == after else UNDEPLOYED


def _alarm(resources: Template, name: str) -> Any:
    found = (r for r in resources.values() if r.get("Properties", {}).get("AlarmName") == name)
    return _properties(next(found, None))


def _keys(table: Template) -> Any:
    """The keys of a table with their types."""
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    return [(key, types[key["AttributeName"]]) for key in table["KeySchema"]]


def _index(table: Template, key: str, name: str) -> Any:
    """What a template says of the identity of an index; its capacity is a setting."""
    found = next((index for index in table.get(key, ()) if index["IndexName"] == name), None)
    if not found:
        return None
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    return [(part, types[part["AttributeName"]]) for part in found["KeySchema"]], found["Projection"]


def _same_for_indexes(finding: Finding, desired: DesiredTable, table: Template, after: Template) -> bool:
    """Whether a setting is the same in two templates for each index: its property stands in those of the indexes too.

    A template keeps the capacity that an index has begun with, as `_setting` says.
    """
    property = BY_NAME[finding.property]
    keys = (
        set()
        if finding.property in SCALED
        else {OF_INDEXES_TOO.get(property.name, property.key), *property.render(desired)}
    )
    before, wanted = (
        {
            (index["IndexName"], key): index[key]
            for index in one.get("GlobalSecondaryIndexes", ())
            for key in keys & index.keys()
        }
        for one in (table, after)
    )
    return not table or before == wanted


def _setting(name: str, desired: DesiredTable, resources: Template, table: Template) -> str:
    if not table:
        return UNDEPLOYED  # the table is in no stack yet: a deployment adopts it
    if name in SCALED and desired.scaling:
        # A template keeps the capacity that a table has begun with: what asks for more or less are its scaling targets.
        wanted = scaling_resources(desired)
        return OUTSIDE if all(resources.get(key) == value for key, value in wanted.items()) else UNDEPLOYED
    if name == SCALING.name:
        scaled = any(each["Type"].startswith("AWS::ApplicationAutoScaling::") for each in resources.values())
        return UNDEPLOYED if scaled else OUTSIDE
    property = BY_NAME[name]
    wanted = property.render(desired)
    if name == ON_DEMAND_MAXIMUM.name and PROVISIONED == desired.billing != table.get("BillingMode", PROVISIONED):
        return UNDEPLOYED  # a maximum goes with the mode, whoever has set it
    if not wanted:
        key = OF_INDEXES_TOO.get(name, property.key)
        return UNDEPLOYED if key in table else OUTSIDE if property.key else ""
    return OUTSIDE if all(table.get(key) == value for key, value in wanted.items()) else UNDEPLOYED
