"""Names that are taken: the emulator would overwrite what has them (rule name-exists-on-create)."""

from collections.abc import Callable
from typing import Any

from scripts.local_aws.strictness.table_resource import already_exists, handler_error

Create = Callable[..., tuple[str, dict[str, Any]]]


def install() -> None:
    """Put the question whether the name is free in front of the emulator's creation of these types."""
    import ministack.services.backup as backup
    import ministack.services.cloudformation.provisioners as provisioners
    import ministack.services.cloudwatch as cloudwatch
    import ministack.services.iam as iam

    stores = {
        "AWS::Backup::BackupVault": ("BackupVaultName", backup._vaults),
        "AWS::CloudWatch::Dashboard": ("DashboardName", cloudwatch._dashboards),
        "AWS::IAM::Role": ("RoleName", iam._roles),
    }

    def guarded(kind: str, name: str, store: Any, original: Create) -> Create:
        def create(logical_id: str, properties: dict[str, Any], stack_name: str) -> tuple[str, dict[str, Any]]:
            if properties.get(name) in store:
                raise handler_error(already_exists(kind, properties[name]), "AlreadyExists")
            return original(logical_id, properties, stack_name)

        return create

    for kind, (name, store) in stores.items():
        handlers = provisioners._RESOURCE_HANDLERS[kind]
        handlers["create"] = guarded(kind, name, store, handlers["create"])
