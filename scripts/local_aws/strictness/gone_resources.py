"""Resources of a stack that somebody has deleted: an update of them is refused, where the emulator would make them again."""

from collections.abc import Callable, Collection
from typing import Any

from scripts.local_aws.strictness import scaling_api, sources
from scripts.local_aws.strictness.registry import rule
from scripts.local_aws.strictness.table_resource import handler_error

Update = Callable[..., tuple[str, dict[str, Any]]]


@rule(
    "update-of-what-is-gone",
    "An update handler must not create: a resource of a stack that was deleted outside of CloudFormation fails its update "
    "with NotFound. One whose template does not change is not looked at.",
    sources.UPDATE_HANDLER,
)
def not_found(kind: str, physical_id: str, existing: Collection[Any]) -> str | None:
    """Why an update of a resource fails, or None. `existing`: the physical ids of this type that there are."""
    if physical_id in existing:
        return None
    return f"Resource of type '{kind}' with identifier '{physical_id}' was not found."


def install() -> None:
    """Put the question whether it is there in front of the updates of these types."""
    import ministack.services.backup as backup
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.cloudwatch as cloudwatch
    import ministack.services.sns as sns

    existing: dict[str, Callable[[], Collection[Any]]] = {
        "AWS::Backup::BackupVault": lambda: backup._vaults,
        "AWS::CloudWatch::Alarm": lambda: cloudwatch._alarms,
        "AWS::CloudWatch::CompositeAlarm": lambda: cloudwatch._composite_alarms,
        "AWS::CloudWatch::Dashboard": lambda: cloudwatch._dashboards,
        "AWS::ApplicationAutoScaling::ScalableTarget": lambda: {
            "|".join((*key, "dynamodb")) for key in scaling_api.STORE.targets
        },
        "AWS::ApplicationAutoScaling::ScalingPolicy": lambda: {
            policy["PolicyARN"] for policy in scaling_api.STORE.policies.values()
        },
        "AWS::SNS::Topic": lambda: sns._topics,
    }

    def guarded(kind: str, original: Update) -> Update:
        def update(physical_id: str, *arguments: Any) -> tuple[str, dict[str, Any]]:
            if problem := not_found(kind, physical_id, existing[kind]()):
                raise handler_error(problem, "ResourceNotFoundException")
            return original(physical_id, *arguments)

        return update

    for kind in existing:
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        if "update" in handlers:
            handlers["update"] = guarded(kind, handlers["update"])
