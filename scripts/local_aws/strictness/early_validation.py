"""Pre-deployment validation: what CloudFormation finds in properties and names before it makes anything."""

import copy
from dataclasses import dataclass
from typing import Any

from scripts.local_aws.strictness import quotas, sources
from scripts.local_aws.strictness.operation_events import ValidationEvent
from scripts.local_aws.strictness.registry import rule
from scripts.local_aws.strictness.table_resource import already_exists
from scripts.local_aws.strictness.validator import PropertyFault, property_faults

NAMES = {
    "AWS::Backup::BackupVault": "BackupVaultName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::DynamoDB::Table": "TableName",
}
# Of AWS's list of types without pre-deployment validation, those that exist here: what is wrong with one shows when
# the change set is executed.
NOT_COVERED = frozenset(
    {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::CloudFormation::CustomResource",
        "AWS::CloudFormation::Stack",
        "AWS::CloudFormation::WaitCondition",
        "AWS::CloudFormation::WaitConditionHandle",
        "AWS::CloudWatch::CompositeAlarm",
        "AWS::IAM::Group",
        "AWS::IAM::InstanceProfile",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::KMS::Alias",
        "AWS::KMS::Key",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Logs::LogGroup",
        "AWS::S3::AccessPoint",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Subscription",
        "AWS::SNS::Topic",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    }
)


@dataclass(frozen=True, slots=True)
class ResolvedTemplate:
    """A template with the values of its parameters by name, and what of it is to be deployed."""

    body: dict[str, Any]
    values: dict[str, str]
    conditions: dict[str, bool]
    region: str

    @classmethod
    def of(cls, body: dict[str, Any], params: dict[str, Any]) -> "ResolvedTemplate":
        """From a template and the emulator's parameters, in the region of the request."""
        import ministack.services.cloudformation.engine as engine
        from ministack.core.responses import get_region

        values = {name: param["Value"] for name, param in params.items()}
        texts = {n: ",".join(map(str, v)) if isinstance(v, list) else str(v) for n, v in values.items()}
        return cls(body, texts, engine._evaluate_conditions(body, params), get_region())

    @property
    def active(self) -> dict[str, dict[str, Any]]:
        """The resources whose condition holds."""
        resources = self.body.get("Resources") or {}
        return {key: made for key, made in resources.items() if self.conditions.get(made.get("Condition", ""), True)}

    def faults(self) -> list[PropertyFault]:
        """What the schemas do not allow in the resources to deploy."""
        active = self.active
        found = property_faults(self.body, self.values, self.region)
        return [fault for fault in found if fault.logical_id in active]


@rule(
    "property-validation",
    "Properties that the provider schema does not have or allow fail the change set, or the stack before anything is "
    "made. The reasons are in DescribeEvents alone. Types that AWS leaves out are not looked at.",
    sources.EARLY_VALIDATION,
)
def property_findings(template: ResolvedTemplate) -> list[ValidationEvent]:
    """What fails on account of properties."""
    types = {key: resource.get("Type", "") for key, resource in template.active.items()}
    return [
        ValidationEvent(
            fault.logical_id,
            types[fault.logical_id],
            "PROPERTY_VALIDATION",
            "/".join(("", "Resources", fault.logical_id, "Properties", *fault.path)),
            _reason(fault),
        )
        for fault in template.faults()
        if types[fault.logical_id] not in NOT_COVERED
    ]


def _reason(fault: PropertyFault) -> str:
    return f"{'/'.join(('#', *fault.path))}: {fault.reason}"


@rule(
    "properties-at-execution",
    "What pre-deployment validation does not look at (types that it leaves out, or everything with DisableValidation) "
    "fails the resource when it is made or changed.",
    sources.EARLY_VALIDATION,
)
def late_reasons(template: ResolvedTemplate, everything: bool) -> dict[str, str]:
    """The reason why a resource fails, by logical id. `everything`: no pre-deployment validation has taken place."""
    early = set() if everything else {(found.logical_id, found.reason) for found in property_findings(template)}
    reasons: dict[str, list[str]] = {}
    for fault in template.faults():
        if (fault.logical_id, _reason(fault)) not in early:
            reasons.setdefault(fault.logical_id, []).append(_reason(fault))
    return {
        key: "Properties validation failed for resource {} with message:\n{}".format(key, "\n".join(found))
        for key, found in reasons.items()
    }


@rule(
    "name-conflict",
    "A table, alarm, dashboard or backup vault of that name exists outside the stack: the change set ends FAILED, and "
    "only DescribeEvents tells which.",
    sources.EARLY_VALIDATION,
)
def name_findings(
    template: ResolvedTemplate, params: Any, stack: dict[str, Any], imported: Any = ()
) -> list[ValidationEvent]:
    """What fails because its name is taken. `imported`: logical ids of resources that the change set adopts."""
    existing = _existing()
    found = []
    for logical_id, resource in template.active.items():
        kind = resource.get("Type", "")
        name = _static(resource.get("Properties") or {}, NAMES.get(kind, ""), template, params, stack)
        mine = (stack.get("_resources") or {}).get(logical_id, {}).get("PhysicalResourceId") == name
        if not isinstance(name, str) or mine or logical_id in imported:
            continue
        if any(name in names for names in existing[kind]):
            where, reason = f"/Resources/{logical_id}", already_exists(kind, name)
            found.append(ValidationEvent(logical_id, kind, "NAME_CONFLICT_VALIDATION", where, reason))
    return found


def _existing() -> dict[str, tuple[Any, ...]]:
    """The names in use, by type."""
    import ministack.services.backup as backup
    import ministack.services.cloudwatch as cloudwatch
    import ministack.services.dynamodb as dynamodb

    return {
        "AWS::Backup::BackupVault": (backup._vaults,),
        "AWS::CloudWatch::Alarm": (cloudwatch._alarms, cloudwatch._composite_alarms),
        "AWS::CloudWatch::Dashboard": (cloudwatch._dashboards,),
        "AWS::DynamoDB::Table": (dynamodb._tables,),
    }


def _static(
    properties: dict[str, Any], name: str, template: ResolvedTemplate, params: Any, stack: dict[str, Any]
) -> Any:
    """The value of a property as far as it is known before deployment, else None."""
    import ministack.services.cloudformation.engine as engine

    raw = properties.get(name)
    if any(reference in template.body["Resources"] for reference, _ in engine._intrinsic_references(raw)):
        return None
    mappings = template.body.get("Mappings") or {}
    where = (stack["StackName"], stack["StackId"])
    return engine._resolve_refs(copy.deepcopy(raw), {}, params, template.conditions, mappings, *where)


def quota_findings(changes: list[dict[str, Any]]) -> list[ValidationEvent]:
    """What the change set warns of."""
    import ministack.services.dynamodb as dynamodb

    return [
        ValidationEvent(key, quotas.TABLE, "SERVICE_QUOTA_VALIDATION", f"/Resources/{key}", reason, "WARN")
        for key, reason in quotas.exceeded(changes, len(dynamodb._tables))
    ]
